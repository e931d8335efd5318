"""Means with 95 % intervals over questions and seeds together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean and the bounds of its 95 % interval."""

    mean: float
    low: float
    high: float

    @property
    def clear(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0.0 or self.high < 0.0


def bootstrap(scores: Any, *, seed: int = 0, resamples: int = 10_000) -> Estimate:
    """The mean of a table of scores (seeds, questions), with a percentile bootstrap interval.

    Seeds and questions are drawn with replacement, each independently of the other, because a
    score varies with both (Owen, 2007, "The pigeonhole bootstrap", doi:10.1214/07-AOAS122). For a
    paired comparison give the table of differences. With few seeds the interval shows little of
    what other seeds would have changed.

    Raises:
        ValueError: the table is empty or not two-dimensional.
    """
    table: Scores = np.asarray(scores, np.float64)
    if table.ndim != 2 or table.size == 0:
        raise ValueError(f"a table (seeds, questions) is needed, not shape {table.shape}")
    rng = np.random.default_rng(seed)
    rows, columns = table.shape
    by_row = rng.multinomial(rows, np.full(rows, 1 / rows), resamples)
    by_column = rng.multinomial(columns, np.full(columns, 1 / columns), resamples)
    means = ((by_row @ table) * by_column).sum(1) / table.size
    low, high = np.quantile(means, (0.025, 0.975))
    return Estimate(float(table.mean()), float(low), float(high))
