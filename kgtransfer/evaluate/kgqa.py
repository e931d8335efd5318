"""`kgtransfer evaluate kgqa`: questions over a graph alone, in MetaQA's files.

Hits@1 is the share of questions whose first answer is right, F1 that of the sets of answers, both
in per cent; once with the topic that the brackets give and once with the topic found by its name.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kgtransfer.evaluate.intervals import bootstrap
from kgtransfer.reason.answer import PathAnswer, Reasoner
from kgtransfer.reason.linking import Topic
from kgtransfer.train.kgqa_data import KgqaQuestion, Part, read_questions

TIMED = 200
"""So many questions are timed."""


@dataclass(frozen=True, slots=True)
class KgqaScore:
    """Means over questions, with the bounds of the 95 % interval of Hits@1."""

    hits1: float
    low: float
    high: float
    f1: float


@dataclass(frozen=True, slots=True)
class KgqaFile:
    """One file's questions."""

    file: str
    questions: int
    given_topic: KgqaScore
    own_linking: KgqaScore
    in_graph: float
    """The share of questions (per cent) whose topic and some of whose answers the graph has."""
    milliseconds: float
    """A question with its own linking, a mean; its wording was encoded before."""
    by_type: dict[str, float]
    """Hits@1 with the given topic, by type of question."""


def evaluate_kgqa(
    reasoner: Reasoner,
    files: Sequence[Path],
    *,
    types: Sequence[Path] = (),
    part: Part = "all",
    only: frozenset[str] = frozenset(),
    first: int | None = None,
) -> list[KgqaFile]:
    """Ask the questions of some files.

    Args:
        reasoner: over the files' graph.
        files: in MetaQA's format.
        types: a file of question types for each of them, or none.
        part: of each file's questions.
        only: types to ask; all where empty.
        first: so many questions of each file.
    """
    number = {name: at for at, name in enumerate(reasoner.graph.names)}
    type_files: Sequence[Path | None] = types or [None] * len(files)
    results = []
    for path, type_path in zip(files, type_files, strict=True):
        questions = read_questions(path, part, type_path)
        questions = [q for q in questions if not only or q.type in only][:first]
        results.append(_file(reasoner, path, questions, number))
    return results


def _file(
    reasoner: Reasoner, path: Path, questions: Sequence[KgqaQuestion], number: dict[str, int]
) -> KgqaFile:
    def given(question: KgqaQuestion) -> PathAnswer | None:
        node = number.get(question.topic_name)
        if node is None:
            return None
        return reasoner.answer_from(question.text, Topic(question.topic, (node,)))

    def linked(question: KgqaQuestion, hit: tuple[float, float]) -> tuple[float, float]:
        topics = reasoner.linker.find(question.text)
        node = number.get(question.topic_name, -1)
        if topics and topics[0] == Topic(question.topic, (node,)):
            return hit  # the same walk once more
        return _worth(reasoner.answer(question.text), question, reasoner)

    right = [_worth(given(q), q, reasoner) for q in questions]
    own = [linked(q, hit) for q, hit in zip(questions, right, strict=True)]
    started = time.perf_counter()
    for question in questions[:TIMED]:
        reasoner.answer(question.text)
    spent = 1000 * (time.perf_counter() - started) / max(1, len(questions[:TIMED]))
    by_type: dict[str, list[float]] = defaultdict(list)
    for question, (hit, _) in zip(questions, right, strict=True):
        by_type[question.type].append(hit)
    known = [q.topic_name in number and any(a in number for a in q.answers) for q in questions]
    return KgqaFile(
        file="/".join(path.parts[-2:]),
        questions=len(questions),
        given_topic=_score(right),
        own_linking=_score(own),
        in_graph=_per_cent(list(map(float, known))),
        milliseconds=round(spent, 1),
        by_type={name: _per_cent(by_type[name]) for name in sorted(by_type) if name},
    )


def _worth(
    found: PathAnswer | None, question: KgqaQuestion, reasoner: Reasoner
) -> tuple[float, float]:
    """Hits@1 and F1 of one question."""
    if found is None or not found.answers:
        return 0.0, 0.0
    names = [reasoner.graph.names[node] for node in found.answers]
    gold = set(question.answers)
    shared = len(gold & set(names))
    return float(names[0] in gold), 2 * shared / (len(gold) + len(set(names)))


def _score(worth: Sequence[tuple[float, float]]) -> KgqaScore:
    if not worth:
        return KgqaScore(0.0, 0.0, 0.0, 0.0)
    estimate = bootstrap([[hit for hit, _ in worth]], resamples=2000)
    mean, low, high = (round(100 * x, 2) for x in (estimate.mean, estimate.low, estimate.high))
    return KgqaScore(mean, low, high, _per_cent([f1 for _, f1 in worth]))


def _per_cent(shares: Sequence[float]) -> float:
    return round(100 * sum(shares) / max(1, len(shares)), 2)
