"""Fit the reader's confidence: the probability that an answer is right, from how it was found.

Logistic regression (Platt, 1999) over `confidence_features`; for comparisons the share that was
right, by whether both sides were read for certain. Half of the cases should be unanswerable, as
they are in use: the same questions without the passages that hold the answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from kgtransfer.names import fold
from kgtransfer.read.answer import Reader
from kgtransfer.records import FloatArray, Subgraph


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its subgraph and its right answers (none where it has no answer)."""

    question: str
    subgraph: Subgraph
    golds: tuple[str, ...]


def without_answer(case: Case) -> Case:
    """The same question without any passage that holds an answer or is titled by one."""
    golds = [fold(gold) for gold in case.golds]
    kept = tuple(
        p
        for p in case.subgraph.passages
        if not any(f" {g} " in f" {fold(p.title)} {fold(p.text)} " for g in golds)
    )
    return Case(case.question, replace(case.subgraph, passages=kept), ())


def calibrate(
    reader: Reader, cases: Iterable[Case], *, ridge: float = 1.0
) -> dict[str, list[float]]:
    """Weights of the confidence, and the share of right answers among comparisons.

    Returns what config.json keeps under "calibration": `weights` (bias first) and `compared`
    (certain, uncertain).
    """
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    compared: dict[bool, list[float]] = {True: [], False: []}
    for case in cases:
        trace = reader.trace(case.question, case.subgraph)
        if trace is None:
            continue
        correct = float(fold(trace.candidate.text) in {fold(gold) for gold in case.golds})
        if trace.certain is not None:
            compared[trace.certain].append(correct)
        else:
            rows.append((1.0, *trace.features))
            right.append(correct)
    return {
        "weights": [round(float(w), 4) for w in logistic(rows, right, ridge)],
        "compared": [round(_share(compared[certain]), 3) for certain in (True, False)],
    }


def logistic(
    rows: Sequence[Sequence[float]], right: Sequence[float], ridge: float = 1.0
) -> FloatArray:
    """Weights of a logistic regression by Newton's method; the first column is the bias."""
    x, y = np.asarray(rows, np.float64), np.asarray(right, np.float64)
    weights = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 1e-3
    for _ in range(50):
        probability = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (probability - y) + penalty @ weights
        curvature = (x * (probability * (1 - probability))[:, None]).T @ x + penalty
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights.astype(np.float32)


def _share(values: list[float]) -> float:
    """With one right and one wrong case beside those seen, so that few cases claim little."""
    return (sum(values) + 1) / (len(values) + 2)
