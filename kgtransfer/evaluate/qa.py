"""`kgtransfer evaluate qa`: are the answers right, do the quotes stand, how long does it take.

Exact match and F1 follow SQuAD's rules; an abstention counts 0 in both. Beside them stand the
coverage (how many questions were answered) and the precision of what was answered.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from kgtransfer.evaluate.abstention import Abstention, abstention
from kgtransfer.evaluate.answers import exact_match, f1_score
from kgtransfer.records import Answer


@dataclass(frozen=True, slots=True)
class Scored:
    """One question with its answer and what it is worth."""

    question: str
    kind: str
    golds: tuple[str, ...]
    answer: str | None
    confidence: float
    exact: float
    f1: float
    milliseconds: float
    wrong_quotes: int
    quotes: int


@dataclass(frozen=True, slots=True)
class QaShare:
    """Means over some questions: exact match, F1 (per cent), coverage and precision (0 to 1)."""

    questions: int
    exact_match: float
    f1: float
    coverage: float
    precision: float


@dataclass(frozen=True, slots=True)
class QaReport:
    """All questions, each type of question, the quotes, and the time of a warm process."""

    all: QaShare
    by_type: dict[str, QaShare]
    quotes: int
    wrong_quotes: int
    ms_p50: float
    ms_p95: float
    abstention: Abstention
    unanswerable: int = 0
    """How many questions have no answer; what is answered to them is wrong."""
    answers: tuple[Scored, ...] = field(default=(), repr=False)

    def as_json(self, *, answers: bool = False) -> dict[str, Any]:
        """For a results file; `answers` adds every question."""
        written = asdict(self)
        if not answers:
            del written["answers"]
        return written


def evaluate_qa(
    answer: Callable[..., Answer],
    questions: Iterable[Mapping[str, Any]],
    *,
    text_of: Callable[[str], str] | None = None,
) -> QaReport:
    """Ask every question and score the answers.

    Args:
        answer: the question answerer, already warm.
        questions: with "question" and "answer", and optionally "answer_aliases" and
            "question_type" (or "type"), as in 2Wiki's, HotpotQA's and MuSiQue's files. An answer
            of None: there is none; "without" is then handed to `answer` (see `abstention`).
        text_of: a document's text by its id; with it every quote is checked.
    """
    scored = [_score(answer, question, text_of) for question in questions]
    kinds: dict[str, list[Scored]] = defaultdict(list)
    for one in scored:
        kinds[one.kind].append(one)
    times = [one.milliseconds for one in scored] or [0.0]
    return QaReport(
        all=share(scored),
        by_type={kind: share(kinds[kind]) for kind in sorted(kinds)},
        quotes=sum(one.quotes for one in scored),
        wrong_quotes=sum(one.wrong_quotes for one in scored),
        ms_p50=round(float(np.percentile(times, 50)), 1),
        ms_p95=round(float(np.percentile(times, 95)), 1),
        abstention=abstention(
            [one.confidence for one in scored], [one.exact == 1 for one in scored]
        ),
        unanswerable=sum(not one.golds for one in scored),
        answers=tuple(scored),
    )


def share(scored: Sequence[Scored]) -> QaShare:
    """The means over some scored questions."""
    answered = [one for one in scored if one.answer is not None]
    count = max(1, len(scored))
    return QaShare(
        questions=len(scored),
        exact_match=round(100 * sum(one.exact for one in scored) / count, 1),
        f1=round(100 * sum(one.f1 for one in scored) / count, 1),
        coverage=round(len(answered) / count, 3),
        precision=round(sum(one.exact for one in answered) / max(1, len(answered)), 3),
    )


def _score(
    answer: Callable[..., Answer],
    question: Mapping[str, Any],
    text_of: Callable[[str], str] | None,
) -> Scored:
    given = () if question["answer"] is None else (question["answer"],)
    golds = tuple(map(str, (*given, *question.get("answer_aliases", ()))))
    options = {"without": question["without"]} if "without" in question else {}
    started = time.perf_counter()
    found = answer(str(question["question"]), **options)
    spent = 1000 * (time.perf_counter() - started)
    citations = [*found.citations, *(c for fact in found.facts for c in fact.citations)]
    wrong = 0
    if text_of is not None:
        wrong = sum(text_of(c.document)[c.start : c.end] != c.quote for c in citations)
    return Scored(
        question=str(question["question"]),
        kind=str(question.get("question_type") or question.get("type") or ""),
        golds=golds,
        answer=found.text,
        confidence=round(found.confidence, 6),
        exact=exact_match(found.text, golds),
        f1=f1_score(found.text, golds),
        milliseconds=round(spent, 1),
        wrong_quotes=wrong,
        quotes=len(citations),
    )
