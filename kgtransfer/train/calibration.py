"""Weights that make a confidence mean how often it is right, and how far they do.

Logistic regression (Platt, 1999) over the signs of `kgtransfer.read.confidence` without negative
weights, once for answers that were read and once for comparisons. Each set of questions counts as
much as any other, however many it has, since nobody knows which one a user's will be like.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kgtransfer.read.confidence import COMPARED, READ, Confidence, Signs
from kgtransfer.records import FloatArray

THRESHOLDS = (0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
FOLDS = 5
MOST = 4.0
"""How much a case counts at most: the few comparisons of a set must not outweigh all others'."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What was read for a case; `signs` is None where nothing was."""

    source: str
    """The set of questions that it is of."""
    group: int
    """The number of its question."""
    signs: Signs | None
    compared: bool
    right: bool


def shares(judged: Sequence[Judged]) -> FloatArray:
    """A weight for each case: every set's come to the same, but for sets of only a few cases."""
    sizes = Counter(case.source for case in judged)
    each = [len(judged) / (len(sizes) * sizes[case.source]) for case in judged]
    return np.minimum(np.asarray(each, np.float32), MOST)


def fit(judged: Sequence[Judged], ridge: float = 1.0) -> Confidence:
    """The weights that make the confidence of these cases mean how often they are right."""
    found: list[dict[str, float]] = []
    for compared, names in ((False, READ), (True, COMPARED)):
        cases = [c for c in judged if c.signs is not None and c.compared == compared]
        rows = [(1.0, *(c.signs[name] for name in names)) for c in cases if c.signs]
        weights = nonnegative(rows, [float(c.right) for c in cases], ridge, shares(cases))
        named = zip(("bias", *names), weights, strict=True) if cases else ()
        found.append({name: round(float(weight), 4) for name, weight in named})
    return Confidence(found[0], found[1])


def by_folds(judged: Sequence[Judged], ridge: float = 1.0) -> tuple[list[float], list[bool]]:
    """Each case's confidence by the weights of the other folds, and whether it is right."""
    sure = [0.0] * len(judged)
    for fold_ in range(FOLDS):
        fitted = fit([c for c in judged if c.group % FOLDS != fold_], ridge)
        for at, case in enumerate(judged):
            if case.group % FOLDS == fold_ and case.signs is not None:
                sure[at] = fitted.probability(case.signs, compared=case.compared)
    return sure, [case.right for case in judged]


def threshold_for(
    precision: float, sure: Sequence[float], right: Sequence[bool], weights: FloatArray
) -> float:
    """The least confidence, in hundredths, from which so many answers are right; 0.99 if none."""
    confidence, correct = np.asarray(sure), np.asarray(right)
    for hundredth in range(1, 100):
        answered = confidence >= hundredth / 100
        if answered.any() and np.average(correct[answered], weights=weights[answered]) >= precision:
            return hundredth / 100
    return 0.99


def coverage(
    sure: Sequence[float], right: Sequence[bool], thresholds: Iterable[float] = THRESHOLDS
) -> list[dict[str, float]]:
    """For each threshold, the share of cases that are answered and how many of these rightly."""
    confidence, correct = np.asarray(sure), np.asarray(right)
    rows = []
    for threshold in thresholds:
        answered = confidence >= threshold
        share = float(answered.mean()) if len(answered) else 0.0
        precision = float(correct[answered].mean()) if answered.any() else 0.0
        rows.append({"threshold": threshold, "coverage": share, "precision": precision})
    return [{key: round(value, 3) for key, value in row.items()} for row in rows]


def nonnegative(
    rows: Sequence[Sequence[float]], right: Sequence[float], ridge: float, weights: FloatArray
) -> FloatArray:
    """Logistic regression without a negative weight but the bias's: such columns are left out."""
    if not len(right):
        return np.zeros(0, np.float32)
    x = np.asarray(rows, np.float64)
    kept = list(range(x.shape[1]))
    while True:
        found = logistic(x[:, kept], right, ridge, weights)
        least = min(range(1, len(kept)), key=lambda at: found[at], default=0)
        if least == 0 or found[least] >= 0:
            fitted = np.zeros(x.shape[1], np.float32)
            fitted[kept] = found
            return fitted
        del kept[least]


def logistic(
    rows: Any, right: Sequence[float], ridge: float = 1.0, weights: FloatArray | None = None
) -> FloatArray:
    """Logistic regression by Newton's method; the first column is the bias.

    Args:
        rows: (cases, columns).
        right: 1 or 0 for each case.
        ridge: how much large weights are held back.
        weights: how much each case counts; the same by default.
    """
    x, y = np.asarray(rows, np.float64), np.asarray(right, np.float64)
    count = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    found = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 1e-3
    for _ in range(50):
        probability = 1 / (1 + np.exp(-x @ found))
        gradient = x.T @ (count * (probability - y)) + penalty @ found
        spread = count * probability * (1 - probability)
        curvature = (x * spread[:, None]).T @ x + penalty
        step = np.linalg.solve(curvature, gradient)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return found.astype(np.float32)
