"""Mine Horn rules of one and two body atoms from a graph's facts, in bounded time and memory.

After AMIE (Galárraga et al. 2013): a rule needs support, head coverage and confidence. Bodies are
found where they hold: between the ends of a sample of each predicate's facts. Each body is then
counted by one product of sparse matrices, over all of it or, where it has too many paths, over a
sample of its first variable.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, diags

from kgtransfer.rules.facts import FactArrays
from kgtransfer.rules.rule import FUNCTIONAL, Atom, Rule, ranked

MOST_PATHS = 8_000_000
"""A body with more paths is counted over a sample: about 200 MB and a second."""
MOST_JOINED = 50_000
"""So many two-step paths between the ends of one fact are looked at."""
Body = tuple[int, ...]
"""Directed relations, from x to y."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What a rule needs to be kept."""

    support: int = 5
    head_coverage: float = 0.01
    standard: float = 0.0
    pca: float = 0.1
    atoms: int = 2
    sample: int = 400
    """So many facts of each predicate are looked at for bodies."""
    seconds: float = 300.0


@dataclass(frozen=True, slots=True)
class Mined:
    """The rules, the surest first, and how many bodies the time did not suffice for."""

    rules: tuple[Rule, ...]
    bodies: int
    left_out: int


def mine(
    facts: FactArrays,
    thresholds: Thresholds | None = None,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Mined:
    """All rules that reach the thresholds, as far as the time goes.

    Args:
        facts: the graph.
        thresholds: what a rule needs.
        seed: of the samples.
        progress: called with (bodies counted, bodies).
    """
    chosen = thresholds or Thresholds()
    until = time.monotonic() + chosen.seconds
    random = np.random.default_rng(seed)
    candidates = _candidates(facts, chosen, random, until)
    order = sorted(candidates, key=lambda b: (-max(candidates[b].values()), len(b), b))
    rules: list[Rule] = []
    done = 0
    for done, body in enumerate(order, start=1):
        rules += _counted(facts, body, sorted(candidates[body]), chosen, random)
        if done % 20 == 0 or done == len(order):
            progress(done, len(order))
            if time.monotonic() > until:
                break
    return Mined(tuple(ranked(rules)), len(order), len(order) - done)


# -- finding bodies --------------------------------------------------------------------------------


def _candidates(
    facts: FactArrays, chosen: Thresholds, random: np.random.Generator, until: float
) -> dict[Body, dict[int, float]]:
    """By body, the directed heads that it may have, with an estimate of the head coverage."""
    found: dict[Body, dict[int, float]] = defaultdict(dict)
    for head in range(facts.count):
        rows = facts.rows[facts.rows[:, 1] == head]
        if len(rows) < chosen.support or time.monotonic() > until:
            continue
        take = min(len(rows), chosen.sample)
        seen: Counter[Body] = Counter()
        for subject, _, object_ in rows[random.permutation(len(rows))[:take]].tolist():
            seen.update(_bodies(facts, subject, object_, head, chosen.atoms))
        for body, times in seen.items():
            share = times / take
            likely = max(chosen.head_coverage, chosen.support / len(rows))
            if share >= likely / 2 and (times > 1 or take < 20):
                turned = tuple(facts.inverse(d) for d in reversed(body))
                canonical = min(body, turned)
                directed = head if canonical == body else facts.inverse(head)
                best = found[canonical]
                best[directed] = max(best.get(directed, 0.0), share)
    return found


def _bodies(facts: FactArrays, x: int, y: int, head: int, atoms: int) -> Iterator[Body]:
    """The chains of relations that lead from x to y, but the fact itself, each once."""
    pointers, targets, relations = facts.edges
    from_x = slice(pointers[x], pointers[x + 1])
    from_y = slice(pointers[y], pointers[y + 1])
    direct = relations[from_x][targets[from_x] == y]
    yield from ((d,) for d in direct.tolist() if d != head)
    if atoms < 2:
        return
    turned = len(targets[from_x]) > len(targets[from_y])
    few, many = (from_y, from_x) if turned else (from_x, from_y)
    first = np.searchsorted(targets[many], targets[few], "left")
    counts = np.searchsorted(targets[many], targets[few], "right") - first
    if not counts.any():
        return
    owner = np.repeat(np.arange(len(counts)), counts)[:MOST_JOINED]
    offsets = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    other = first[owner] + offsets[:MOST_JOINED]
    left, right = relations[few][owner], relations[many][other]
    if turned:
        left, right = right, left
    back = (right + facts.count) % (2 * facts.count)
    codes = np.unique(left * 2 * facts.count + back)
    yield from ((code // (2 * facts.count), code % (2 * facts.count)) for code in codes.tolist())


# -- counting --------------------------------------------------------------------------------------


def _counted(
    facts: FactArrays,
    body: Body,
    heads: list[int],
    chosen: Thresholds,
    random: np.random.Generator,
) -> Iterator[Rule]:
    """The rules of one body that reach the thresholds."""
    pairs, share = _pairs(facts, body, random)
    diagonal = pairs.diagonal() != 0
    per_row = np.diff(pairs.indptr) - diagonal
    per_column = np.bincount(pairs.indices, minlength=facts.size) - diagonal
    bodies = int(per_row.sum())
    for head in heads:
        known = facts.matrices[head]
        support = int(pairs.multiply(known).nnz)
        subjects, objects = np.diff(known.indptr) > 0, np.zeros(facts.size, bool)
        objects[known.indices] = True
        # The more functional direction; where both are equally so, that of the head's subject.
        lead = int(subjects.sum()) - int(objects.sum())
        by_subject = lead > 0 or (lead == 0 and head < facts.count)
        of_known = int(per_row[subjects].sum() if by_subject else per_column[objects].sum())
        counts = [round(n / share) for n in (support, bodies, of_known)]
        of_object = by_subject == (head >= facts.count)  # of the head as it runs forwards
        rule = _rule(facts, body, head, counts, of_object=of_object, estimated=share < 1)
        if (
            support >= chosen.support
            and rule.head_coverage >= chosen.head_coverage
            and rule.standard >= chosen.standard
            and rule.pca >= chosen.pca
        ):
            yield rule


def _pairs(facts: FactArrays, body: Body, random: np.random.Generator) -> tuple[csr_matrix, float]:
    """How many chains lead from row to column, of all rows or a share of those that begin one."""
    first = facts.matrices[body[0]]
    if len(body) == 1:
        return first, 1.0
    second = facts.matrices[body[1]]
    paths = first @ np.diff(second.indptr).astype(np.int64)
    if int(paths.sum()) <= MOST_PATHS:
        return first @ second, 1.0
    rows = np.flatnonzero(paths)
    rows = rows[random.permutation(len(rows))]
    kept = max(1, int(np.searchsorted(np.cumsum(paths[rows]), MOST_PATHS)))
    chosen = np.zeros(facts.size, np.int32)
    chosen[rows[:kept]] = 1
    return (diags(chosen, dtype=np.int32) @ first).tocsr() @ second, kept / len(rows)


def _rule(
    facts: FactArrays,
    body: Body,
    head: int,
    counts: list[int],
    *,
    of_object: bool,
    estimated: bool,
) -> Rule:
    """A rule whose head runs forwards, whichever way the body was counted."""
    if head >= facts.count:
        body = tuple(facts.inverse(d) for d in reversed(body))
        head = facts.inverse(head)
    matrix = facts.matrices[head]
    heads = int(matrix.nnz)
    functional = int((np.diff(matrix.indptr) > 0).sum()) >= FUNCTIONAL * heads
    atoms = tuple(Atom(facts.predicates[d % facts.count], d >= facts.count) for d in body)
    support, bodies, known = counts
    return Rule(facts.predicates[head], atoms, support, bodies, known, heads,
                functional=functional, of_object=of_object, estimated=estimated)  # fmt: skip
