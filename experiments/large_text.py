"""Memory and time of one very large text file, from the file to the index, Java included.

    python experiments/large_text.py CORPUS [--megabytes 50] [--extractor sparse|rules|default]
        [--same-names]

CORPUS is a JSON list of {title, text}. Its passages follow each other in one file, again and again
up to the size; each time round, the names in them are changed, so that entities go on growing as
in a real text; with `--same-names` they stay, so that what was extracted and embedded once is
known. `rules` is the tests' extractor of capitalised names, with their hashing encoder;
`sparse` is the same, reading the first sentence of a chunk; `default` are the shipped models.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import platform
import re
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.corpus.sources import read_sources
from kgtransfer.pipeline import build_graph
from kgtransfer.records import Extraction
from kgtransfer.report import Progress
from kgtransfer.workspace import Workspace
from tests.fakes import CapitalisedExtractor
from tests.workspaces import fake_workspace

_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{2,}")
_ENDINGS = ("a", "en", "is", "or", "um", "ata", "eli", "ino", "ovic", "sen", "ska", "berg")


def large_text(corpus: Path, size: int, *, rename: bool) -> Iterator[str]:
    """Paragraphs of about `size` bytes in all."""
    records = json.loads(corpus.read_text("utf-8"))
    written = turn = 0
    while True:
        for record in records:
            text = f"{record['title']}\n\n{record['text']}\n\n"
            if turn and rename:
                text = _NAME.sub(lambda m, turn=turn: _renamed(m.group(), turn), text)
            yield text
            written += len(text.encode())
            if written >= size:
                return
        turn += 1


def _renamed(name: str, turn: int) -> str:
    digest = hashlib.blake2b(f"{name}{turn}".encode(), digest_size=2).digest()
    first, second = (_ENDINGS[byte % len(_ENDINGS)] for byte in digest)
    return f"{name}{first}{second if turn > len(_ENDINGS) else ''}"


class SparseExtractor(CapitalisedExtractor):
    """Reads the first sentence only."""

    def extract(self, text: str, language: str) -> Extraction:
        """Extract from the first sentence."""
        end = next(iter(sentence_spans(text)), (0, 0))[1]
        return super().extract(text[:end], language)


class Memory:
    """The peak of this process, its children and the processes of the workspace's server, MB."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.peak, self.by_name = str(folder), 0.0, dict[str, float]()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop measuring."""
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(1.0):
            now = dict[str, float]()
            for process in self._processes():
                try:
                    name, size = process.name(), process.memory_full_info().pss / 1e6
                except psutil.Error:
                    continue
                now[name] = now.get(name, 0.0) + size
            if sum(now.values()) > self.peak:
                self.peak, self.by_name = sum(now.values()), now

    def _processes(self) -> list[psutil.Process]:
        own = psutil.Process()
        found = {own.pid: own} | {p.pid: p for p in own.children(recursive=True)}
        for process in psutil.process_iter(["cmdline"]):
            if any(self.folder in part for part in process.info["cmdline"] or ()):
                found[process.pid] = process
        return list(found.values())


def _cpu(who: int) -> float:
    """Python's processes alone; Java belongs to the supervisor."""
    used = getrusage(who)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Make the text, ingest it, print what it took as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--megabytes", type=float, default=50)
    parser.add_argument("--extractor", choices=["sparse", "rules", "default"], default="rules")
    parser.add_argument("--same-names", action="store_true")
    parser.add_argument("--folder", type=Path, help="Keep the text and the workspace here.")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp())
    file = folder / "large.txt"
    folder.mkdir(parents=True, exist_ok=True)
    size = int(options.megabytes * 1_000_000)
    text = large_text(options.corpus, size, rename=not options.same_names)
    file.write_text("".join(text), encoding="utf-8")
    workspace = folder / "workspace"
    if options.extractor == "default":
        opened = Workspace.open(workspace, create=True)
    else:
        opened = fake_workspace(workspace)
        if options.extractor == "sparse":
            opened.__dict__["extractor"] = SparseExtractor("sparse")
    memory = Memory(folder)
    started, stage = time.perf_counter(), ""

    def show(step: Progress) -> None:
        nonlocal stage
        if step.stage != stage or step.done % 2000 == 0:
            stage = step.stage
            seconds = time.perf_counter() - started
            print(f"{seconds:7.0f} s {memory.peak:6.0f} MB {step}", file=sys.stderr, flush=True)

    with opened as w:
        report = build_graph(w, read_sources([file]), progress=show)
    memory.close()
    result = {
        "megabytes": options.megabytes,
        "extractor": options.extractor,
        "same_names": options.same_names,
        "words": report.words,
        "entities": report.entities,
        "facts": report.facts,
        "seconds": report.seconds,
        "cpu_seconds": round(sum(_cpu(who) for who in (RUSAGE_SELF, RUSAGE_CHILDREN))),
        "peak_mb": round(memory.peak),
        "peak_mb_by_process": {name: round(size) for name, size in memory.by_name.items()},
        "machine": f"{platform.machine()}, {psutil.cpu_count()} cores",
    }
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
