"""Is the confidence worth anything: risk and coverage, and questions that have no answer any more.

Source: El-Yaniv and Wiener 2010, "On the Foundations of Noise-free Selective Classification";
the area under the curve as in Geifman, Uziel and El-Yaniv 2019 (arXiv:1805.08206).
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kgtransfer.train.questions import gold_titles

PRECISION = 0.9
_STEPS = 20


@dataclass(frozen=True, slots=True)
class Point:
    """The surest answers: their share of all questions, their errors, and the least confidence."""

    coverage: float
    risk: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Abstention:
    """How well the confidence tells right answers from wrong ones.

    `aurc` is the mean risk over all coverages (0 is best), `best_aurc` what a confidence that
    ranks every right answer first would reach; `coverage_at_precision_90` the largest share of
    questions that can be answered with nine in ten right, and `threshold_90` where that is.
    """

    aurc: float
    best_aurc: float
    coverage_at_precision_90: float
    threshold_90: float | None
    curve: tuple[Point, ...]


def abstention(confidence: Sequence[float], right: Sequence[bool]) -> Abstention:
    """Risk and coverage over questions; one without an answer has confidence 0 and is not right.

    Answers of equal confidence are given together or not at all: a threshold can't part them.
    """
    sure, good = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    if not len(sure):
        return Abstention(0.0, 0.0, 0.0, None, ())
    order = np.argsort(-sure, kind="stable")
    sure, good = sure[order], good[order]
    counts = np.arange(1, len(sure) + 1)
    last = np.append(sure[1:] < sure[:-1], True)  # of the answers of one confidence
    ends = np.flatnonzero(last)[np.searchsorted(np.flatnonzero(last), np.arange(len(sure)))]
    risk = 1 - (np.cumsum(good) / counts)[ends]
    best = 1 - np.cumsum(np.sort(good)[::-1]) / counts
    fine = np.flatnonzero(last & (risk <= 1 - PRECISION + 1e-9))
    at = int(fine[-1]) if len(fine) else None
    places = sorted({int(ends[max(0, len(sure) * k // _STEPS - 1)]) for k in range(1, _STEPS + 1)})
    return Abstention(
        aurc=round(float(risk.mean()), 4),
        best_aurc=round(float(best.mean()), 4),
        coverage_at_precision_90=round((at + 1) / len(sure), 3) if at is not None else 0.0,
        threshold_90=None if at is None else round(float(sure[at]), 4),
        curve=tuple(
            Point(
                round((place + 1) / len(sure), 3),
                round(float(risk[place]), 3),
                round(float(sure[place]), 4),
            )
            for place in places
        ),
    )


def made_unanswerable(
    questions: Iterable[Mapping[str, Any]], share: float, *, seed: int = 0
) -> list[Mapping[str, Any]]:
    """The questions, a share of which has lost its answer and names, in "without", gold pages.

    Whoever asks them must leave out the documents of these (folded) titles.
    """
    rng = random.Random(seed)
    asked: list[Mapping[str, Any]] = []
    for question in questions:
        titles = gold_titles(question)
        if titles and rng.random() < share:
            question = {**question, "answer": None, "answer_aliases": (), "without": titles}
        asked.append(question)
    return asked
