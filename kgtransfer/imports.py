"""Triples of files into the graph: each file is a document that states facts without a text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from kgtransfer.corpus.chunks import document_id
from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.pipeline import change_graph
from kgtransfer.records import Document, TripleSource
from kgtransfer.report import BuildReport, Progress, Show, silent
from kgtransfer.workspace import Workspace

READER = "triples-1"
"""Changes when the same file may give other triples."""


@dataclass(slots=True)
class _Taken:
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    triples: int = 0
    problems: list[SourceProblem] = field(default_factory=list)


def import_triples(
    workspace: Workspace,
    sources: Iterable[TripleSource | SourceProblem],
    *,
    progress: Show = silent,
) -> tuple[BuildReport, int]:
    """Take files of triples in, all or nothing; return the report and how many triples they hold.

    A file that was imported before is replaced: the graph is then the one that a fresh import
    makes. An unchanged file costs nothing.

    Raises:
        WorkspaceBusy: another process is changing the workspace.
        StoreUnavailable: the graph can't be reached; nothing has been taken in then.
    """
    taken = _Taken()

    def change(ledger: Ledger) -> None:
        for source in sources:
            _take(ledger, source, taken)
            progress(Progress("importing", taken.triples, None, "triples"))

    report = change_graph(workspace, "import", change, progress=progress)
    report = replace(
        report,
        added=taken.added,
        changed=taken.changed,
        unchanged=taken.unchanged,
        problems=tuple(taken.problems),
    )
    return report, taken.triples


def _take(ledger: Ledger, source: TripleSource | SourceProblem, taken: _Taken) -> None:
    if isinstance(source, SourceProblem):
        taken.problems.append(source)
        return
    id_ = document_id(source.uri)
    document = Document(id_, source.uri, "", "", source.sha256, '{"format": "triples"}')
    version = version_of(document, READER)
    taken.triples += len(source.triples)
    if ledger.is_current(id_, version):
        ledger.discard(id_)  # a version that was begun and then changed back
        taken.unchanged += 1
        return
    known = ledger.links.document(id_) is not None
    ledger.begin(document, version, (), "", triples=source.triples)
    ledger.complete(id_)
    taken.changed += known
    taken.added += not known
