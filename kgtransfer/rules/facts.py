"""Facts as arrays, for mining and for inference."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class FactArrays:
    """Facts between numbered things; a relation d walked backwards is d + the predicates' count.

    `rows` (facts, 3): subject, predicate, object; no fact joins a thing with itself.
    """

    predicates: Sequence[str]
    rows: Ints
    size: int
    """How many things there are."""

    @classmethod
    def of(cls, predicates: Sequence[str], rows: npt.ArrayLike, size: int) -> FactArrays:
        """Each fact once, without those that join a thing with itself."""
        table = np.asarray(rows, np.int64).reshape(-1, 3)
        return cls(predicates, np.unique(table[table[:, 0] != table[:, 2]], axis=0), size)

    @classmethod
    def of_texts(cls, triples: Iterable[tuple[str, str, str]]) -> FactArrays:
        """Facts of (subject, predicate, object): equal texts are one thing."""
        things: dict[str, int] = {}
        predicates: dict[str, int] = {}
        rows = [
            (
                things.setdefault(subject, len(things)),
                predicates.setdefault(predicate, len(predicates)),
                things.setdefault(object_, len(things)),
            )
            for subject, predicate, object_ in triples
        ]
        return cls.of(list(predicates), rows, len(things))

    @property
    def count(self) -> int:
        """How many predicates there are."""
        return len(self.predicates)

    def inverse(self, relation: int) -> int:
        """A directed relation the other way round."""
        return (relation + self.count) % (2 * self.count)

    @cached_property
    def matrices(self) -> list[csr_matrix]:
        """(size, size) for each directed relation: 1 where a fact leads from row to column."""
        forward = []
        for predicate in range(self.count):
            part = self.rows[self.rows[:, 1] == predicate]
            ones = np.ones(len(part), np.int32)
            shape = (self.size, self.size)
            forward.append(csr_matrix((ones, (part[:, 0], part[:, 2])), shape))
        return forward + [matrix.T.tocsr() for matrix in forward]

    @cached_property
    def edges(self) -> tuple[Ints, Ints, Ints]:
        """CSR over all directed relations: row pointers, targets (sorted in a row), relations."""
        subject, predicate, object_ = self.rows.T
        source = np.concatenate([subject, object_])
        target = np.concatenate([object_, subject])
        relation = np.concatenate([predicate, predicate + self.count])
        order = np.lexsort((relation, target, source))
        pointers = np.zeros(self.size + 1, np.int64)
        np.cumsum(np.bincount(source, minlength=self.size), out=pointers[1:])
        return pointers, target[order], relation[order]
