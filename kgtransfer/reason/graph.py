"""A graph of facts as arrays, made for walking from a set of nodes over all relations at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Step:
    """All that one hop from some nodes reaches, by directed relation.

    Relation r walked backwards is numbered r + the number of relations. Row i of `targets`
    belongs to relations[k] for pointers[k] <= i < pointers[k + 1]; `counts` says over how many
    facts a target is reached.
    """

    relations: Ints
    pointers: Ints
    targets: Ints
    counts: Ints

    def of(self, at: int) -> tuple[Ints, Ints]:
        """Targets, sorted, and counts of the relation at a position of `relations`."""
        part = slice(int(self.pointers[at]), int(self.pointers[at + 1]))
        return self.targets[part], self.counts[part]


@dataclass(frozen=True, slots=True)
class FactGraph:
    """Facts in CSR form, in both directions: node n's edges are pointers[n]:pointers[n + 1]."""

    names: Sequence[str]
    """What each node is called."""
    relations: Sequence[str]
    """Predicates, each once."""
    pointers: Ints
    edge_relation: Ints
    """Directed: see `Step`."""
    edge_target: Ints

    @classmethod
    def of(cls, names: Sequence[str], relations: Sequence[str], facts: npt.ArrayLike) -> FactGraph:
        """Make the arrays of facts (m, 3): subject, relation, object by number."""
        table = np.asarray(facts, np.int64).reshape(-1, 3)
        size, count = len(names), len(relations)
        source = np.concatenate([table[:, 0], table[:, 2]])
        relation = np.concatenate([table[:, 1], table[:, 1] + count])
        target = np.concatenate([table[:, 2], table[:, 0]])
        order = np.lexsort((target, relation, source))
        pointers = np.zeros(size + 1, np.int64)
        np.cumsum(np.bincount(source, minlength=size), out=pointers[1:])
        return cls(names, relations, pointers, relation[order], target[order])

    @classmethod
    def of_texts(cls, triples: Iterable[tuple[str, str, str]]) -> FactGraph:
        """Make a graph of (subject, predicate, object): equal texts are one node."""
        nodes: dict[str, int] = {}
        relations: dict[str, int] = {}
        facts = [
            (
                nodes.setdefault(subject, len(nodes)),
                relations.setdefault(predicate, len(relations)),
                nodes.setdefault(object_, len(nodes)),
            )
            for subject, predicate, object_ in triples
        ]
        return cls.of(list(nodes), list(relations), sorted(set(facts)))

    @property
    def directed(self) -> int:
        """How many directed relations there are."""
        return 2 * len(self.relations)

    def step(self, frontier: Ints, without: Collection[int] = ()) -> Step:
        """Walk one hop from all nodes of `frontier`; nodes of `without` are not reached."""
        starts = self.pointers[frontier]
        counts = self.pointers[frontier + 1] - starts
        ends = np.cumsum(counts)
        edges = np.arange(int(ends[-1]) if len(ends) else 0)
        edges += np.repeat(starts - (ends - counts), counts)
        relation, target = self.edge_relation[edges], self.edge_target[edges]
        for node in without:
            kept = target != node
            relation, target = relation[kept], target[kept]
        size = max(1, len(self.names))
        codes, times = np.unique(relation * size + target, return_counts=True)
        reached = codes // size
        relations, first = np.unique(reached, return_index=True)
        return Step(relations, np.append(first, len(codes)), codes % size, times)
