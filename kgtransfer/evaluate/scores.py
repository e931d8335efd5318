"""Precision, recall and F1 from counts, with the counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 with the counts behind them."""

    precision: float
    recall: float
    f1: float
    right: int
    found: int
    gold: int

    @classmethod
    def of(cls, right: int, found: int, gold: int, hits: int | None = None) -> Score:
        """From counts; `hits` counts the gold that was found where that differs from `right`."""
        precision = right / found if found else 0.0
        recall = (right if hits is None else hits) / gold if gold else 0.0
        return cls(
            round(precision, 4), round(recall, 4), round(harmonic(precision, recall), 4),
            right, found, gold,
        )  # fmt: skip


def harmonic(precision: float, recall: float) -> float:
    """F1; 0 where both are."""
    both = precision + recall
    return 2 * precision * recall / both if both else 0.0


def mean(values: Iterable[float]) -> float:
    """The mean; 0 of nothing."""
    known = list(values)
    return sum(known) / len(known) if known else 0.0
