"""Ranking metrics, by the definitions of Manning, Raghavan and Schütze 2008, chapter 8."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Set
from typing import TypeVar

Item = TypeVar("Item", bound=Hashable)


def recall_at(ranked: Sequence[Item], gold: Set[Item], k: int) -> float:
    """The share of `gold` among the first `k` of `ranked`; 0 where nothing is gold."""
    return len(gold & set(ranked[:k])) / len(gold) if gold else 0.0


def reciprocal_rank(ranked: Sequence[Item], gold: Set[Item]) -> float:
    """1 / the rank of the first item that is gold, 0 where there is none."""
    return next((1 / rank for rank, item in enumerate(ranked, 1) if item in gold), 0.0)
