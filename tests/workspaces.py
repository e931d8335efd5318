"""Workspaces whose models are fakes; run as a program, an ingest that can be killed.

python -m tests.workspaces WORKSPACE DELAY FILES... ingests with a pause of DELAY seconds a chunk;
python -m tests.workspaces live WORKSPACE DELAY FIRST SECOND takes two folders through their life.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from graph_store.formats import export
from kgtransfer import history
from kgtransfer.corpus.sources import read_sources
from kgtransfer.migrate import migrate
from kgtransfer.pipeline import build_graph, catch_up, remove_documents
from kgtransfer.records import Extraction
from kgtransfer.report import BuildReport
from kgtransfer.schema import SCHEMA_FILE
from kgtransfer.workspace import Workspace
from tests.fakes import CapitalisedExtractor, HashingEncoder

SCHEMA = """
types: [Person, Location, Work, Misc]
value_kinds: [date]
predicates:
  made_by: {domain: [Work, Misc], range: [Person], synonyms: [director, author]}
  place_of_birth: {domain: [Person], range: [Location]}
  date_of_birth: {domain: [Person], range: [date]}
"""
"""Keeps some of what `CapitalisedExtractor` finds out of the graph, and renames some."""


class SlowExtractor(CapitalisedExtractor):
    """Takes its time, so that a test can stop it in the middle."""

    def __init__(self, delay: float) -> None:
        super().__init__()
        self.delay = delay

    def extract(self, text: str, language: str) -> Extraction:
        time.sleep(self.delay)
        return super().extract(text, language)


def fake_workspace(folder: Path, *, delay: float = 0.0, **settings: Any) -> Workspace:
    """A workspace that extracts by capitals and embeds by hashing."""
    chosen = {"workers": 1, "store_idle_seconds": 2.0} | settings
    workspace = Workspace.open(folder, create=True, **chosen)
    workspace.__dict__["extractor"] = SlowExtractor(delay)
    workspace.__dict__["encoder"] = HashingEncoder()
    return workspace


def ingest(workspace: Workspace, paths: Iterable[Path | str]) -> BuildReport:
    """Ingest files with the workspace's own root names, as the command line does."""
    with workspace.roots() as roots:
        return build_graph(workspace, read_sources(paths, roots=roots))


def canonical_export(workspace: Workspace, file: Path) -> bytes:
    """The graph as the engine holds it, in its canonical form."""
    export(workspace.store.arrays(), file)
    return file.read_bytes()


def live(folder: Path, delay: float, first: str, second: str) -> None:
    """Ingest, merge, remove and restore, each once: called again, it goes on where it was."""
    with fake_workspace(folder, delay=delay) as w:

        def merge() -> None:
            people = [e.id for e in w.ledger.content().entities if e.type == "Person"]
            history.merge(w, people[0], people[1])

        def remove() -> None:
            uris = sorted(s.document.uri for s in w.ledger.documents())
            remove_documents(w, uris[::3])

        def migrate_schema() -> None:
            (folder / SCHEMA_FILE).write_text(SCHEMA, encoding="utf-8")
            migrate(w)

        steps: dict[str, Callable[[], object]] = {
            "first": lambda: ingest(w, [first]),
            "second": lambda: ingest(w, [second]),
            "merged": merge,
            "removed": remove,
            "restored": lambda: history.restore(w, "2"),
            "removed again": remove,
            "migrated": migrate_schema,
        }
        for number, (name, step) in enumerate(steps.items(), 1):
            if w.ledger.revision < number:
                step()
            print(name, flush=True)
        catch_up(w)


if __name__ == "__main__":
    if sys.argv[1] == "live":
        live(Path(sys.argv[2]), float(sys.argv[3]), sys.argv[4], sys.argv[5])
    else:
        with fake_workspace(Path(sys.argv[1]), delay=float(sys.argv[2])) as opened:
            ingest(opened, sys.argv[3:])
