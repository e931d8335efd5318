"""Pairs of entities for the relation head."""

from __future__ import annotations

from collections.abc import Collection, Sequence

_BUCKETS = (0, 1, 2, 3, 5, 8, 12)


def distance_buckets(
    sentences: Sequence[Collection[int]], pairs: Sequence[tuple[int, int]]
) -> list[int]:
    """The bucket of the smallest number of sentences between mentions of each pair's entities.

    Args:
        sentences: for each entity the numbers of the sentences that mention it.
        pairs: subject and object.
    """
    found = []
    for subject, target in pairs:
        first, second = sentences[subject], sentences[target]
        gap = min(abs(a - b) for a in first for b in second)
        found.append(sum(gap > limit for limit in _BUCKETS))
    return found
