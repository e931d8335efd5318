"""All relation paths from a topic that find some of the answers: what training learns from."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np

from kgtransfer.reason.graph import FactGraph, Ints

MOST_NODES = 4000
"""A frontier that is larger is not walked on from: no question means so many at once."""


@dataclass(frozen=True, slots=True)
class ScoredPath:
    """A path, how well it fits the answers, and what could be walked at each hop."""

    relations: tuple[int, ...]
    f1: float
    available: tuple[tuple[int, ...], ...]


def scored_paths(
    graph: FactGraph,
    topics: Collection[int],
    answers: Collection[int],
    *,
    hops: int,
    least: float = 0.1,
) -> list[ScoredPath]:
    """Paths of up to `hops` directed relations with an F1 of `least` or more, best first."""
    wanted = np.zeros(len(graph.names), bool)
    wanted[list(answers)] = True
    frontier = np.asarray(sorted(topics), np.int64)
    found = list(_walk(graph, frontier, frozenset(topics), wanted, hops, (), (), least))
    return sorted(found, key=lambda p: (-p.f1, len(p.relations), p.relations))


def _walk(
    graph: FactGraph,
    frontier: Ints,
    topics: frozenset[int],
    wanted: np.ndarray[tuple[int], np.dtype[np.bool_]],
    hops: int,
    path: tuple[int, ...],
    available: tuple[tuple[int, ...], ...],
    least: float,
) -> Iterator[ScoredPath]:
    step = graph.step(frontier, topics)
    if not len(step.relations):
        return
    sizes = np.diff(step.pointers)
    hits = np.add.reduceat(wanted[step.targets].astype(np.int64), step.pointers[:-1])
    f1 = 2 * hits / (sizes + int(wanted.sum()))
    choices = (*available, tuple(step.relations.tolist()))
    for at in np.flatnonzero(f1 >= least).tolist():
        yield ScoredPath((*path, int(step.relations[at])), float(f1[at]), choices)
    if hops == 1:
        return
    for at in np.flatnonzero(sizes <= MOST_NODES).tolist():
        longer = (*path, int(step.relations[at]))
        targets, _ = step.of(at)
        yield from _walk(graph, targets, topics, wanted, hops - 1, longer, choices, least)
