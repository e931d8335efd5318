"""What rules infer from facts: each inferred triple once, with its best rule and the premises."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from kgtransfer.rules.facts import Ints
from kgtransfer.rules.rule import Rule, RuleSet

MOST_PATHS = 4_000_000
"""A rule whose body has more paths infers nothing: it says little of each."""
MOST_INFERRED = 200_000
"""So many are kept, the surest first."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Premises:
    """Facts that may be premises, and what is known already.

    Row i of `rows` (facts, 3) is subject, predicate, object by number, and `confidence` (facts,)
    its own. `known` (all, 3) are the triples that the graph holds in any way, denied ones too:
    none of them is inferred. Rows come in an order that depends on nothing but the facts.
    """

    predicates: Mapping[str, int]
    rows: Ints
    confidence: Floats
    known: Ints
    size: int


class Inferred(NamedTuple):
    """A triple by numbers, how sure it is, the rule (by its place in the set) and the premises."""

    subject: int
    predicate: int
    object: int
    confidence: float
    rule: int
    premises: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Found:
    """What one rule finds: pairs, their confidence, the premises (n, atoms; -1 for none)."""

    keys: Ints
    confidence: Floats
    premises: Ints


def infer(premises: Premises, rules: RuleSet) -> list[Inferred]:
    """All that the rules infer in one step from facts; what is inferred is no premise itself.

    The confidence is that of the rule (where a head is known already, `confidence_of_more`) times
    those of its premises. Of several ways to infer a
    triple the surest counts, then the first rule, then the first premises.
    """
    if not len(premises.rows) or not rules.rules:
        return []
    heads = {rule.head for rule in rules.rules}
    numbers = {name: premises.predicates.get(name) for name in sorted(heads)}
    parts: list[tuple[_Found, int]] = []
    for number, rule in enumerate(rules.rules):
        head = numbers[rule.head]
        found = None if head is None else _found(premises, rule, head, rules.least)
        if found is not None and len(found.keys):
            parts.append((found, number))
    if not parts:
        return []
    keys = np.concatenate([found.keys for found, _ in parts])
    sure = np.concatenate([found.confidence for found, _ in parts])
    by = np.concatenate([np.full(len(found.keys), number) for found, number in parts])
    from_ = np.concatenate([found.premises for found, _ in parts])
    order = np.lexsort((from_[:, 1], from_[:, 0], by, -sure, keys))
    _, first = np.unique(keys[order], return_index=True)
    best = order[first]
    best = best[np.lexsort((keys[best], -sure[best]))[:MOST_INFERRED]]
    best = best[np.argsort(keys[best])]
    return [
        Inferred(*_triple(premises, int(keys[at])), round(float(sure[at]), 3), int(by[at]),
                 tuple(p for p in from_[at].tolist() if p >= 0))
        for at in best.tolist()
    ]  # fmt: skip


def _found(premises: Premises, rule: Rule, head: int, least: float) -> _Found | None:
    """The new pairs of a rule's body; None where a premise's predicate is not there."""
    steps = []
    for atom in rule.body:
        predicate = premises.predicates.get(atom.predicate)
        if predicate is None:
            return None
        at = np.flatnonzero(premises.rows[:, 1] == predicate)
        ends = premises.rows[at][:, [2, 0] if atom.inverse else [0, 2]]
        steps.append((at, ends[:, 0], ends[:, 1]))
    first, x, y = steps[0]
    from_ = np.stack([first, np.full(len(first), -1)], 1)
    sure = premises.confidence[first]
    if len(steps) == 2:
        joined = _join(y, steps[1][1])
        if joined is None:
            return None
        left, right = joined
        second = steps[1][0][right]
        x, y = x[left], steps[1][2][right]
        from_ = np.stack([first[left], second], 1)
        sure = sure[left] * premises.confidence[second]
    keys = _keys(premises, x, head, y)
    of_head = premises.known[premises.known[:, 1] == head]
    more = np.isin(y, of_head[:, 2]) if rule.of_object else np.isin(x, of_head[:, 0])
    sure = sure * np.where(more, rule.confidence_of_more, rule.confidence)
    known = _keys(premises, of_head[:, 0], head, of_head[:, 2])
    kept = (x != y) & (sure >= least) & ~np.isin(keys, known)
    if rule.functional:
        kept &= ~np.isin(x, of_head[:, 0])
    return _Found(keys[kept], sure[kept], from_[kept])


def _join(left: Ints, right: Ints) -> tuple[Ints, Ints] | None:
    """All pairs of positions with equal values; None where they are too many."""
    order = np.argsort(right, kind="stable")
    first = np.searchsorted(right[order], left, "left")
    counts = np.searchsorted(right[order], left, "right") - first
    total = int(counts.sum())
    if total > MOST_PATHS:
        return None
    owner = np.repeat(np.arange(len(left)), counts)
    offsets = np.arange(total) - np.repeat(np.cumsum(counts) - counts, counts)
    return owner, order[first[owner] + offsets]


def _keys(premises: Premises, x: Ints, head: int, y: Ints) -> Ints:
    """Triples as single numbers."""
    return (x * len(premises.predicates) + head) * premises.size + y


def _triple(premises: Premises, key: int) -> tuple[int, int, int]:
    rest, object_ = divmod(key, premises.size)
    subject, predicate = divmod(rest, len(premises.predicates))
    return subject, predicate, object_
