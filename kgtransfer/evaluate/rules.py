"""Rules as link prediction: mined from one part of a graph's facts, judged by another.

Ranks are filtered (other right answers do not count as wrong) and of ties the mean is taken
(Rossi et al. 2021, doi.org/10.1145/3424672). What is inferred is judged three ways, since a graph
never holds all that is true: by the held-out facts alone (a lower bound), by those of them that
speak of the same subject and predicate, and by triples that people found false, where there are
such.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kgtransfer.rules.facts import FactArrays, Ints
from kgtransfer.rules.infer import Premises, infer
from kgtransfer.rules.mine import Mined
from kgtransfer.rules.rule import Rule, RuleSet

BANDS = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.01)
DEPTH = 4
"""So many of the surest rules that find a candidate tell it from others."""
Text = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Ranking:
    """Means over queries of which one end was left out."""

    queries: int
    mrr: float
    hits1: float
    hits3: float
    hits10: float


@dataclass(frozen=True, slots=True)
class Band:
    """What was inferred with a confidence of `low` to `high`."""

    low: float
    high: float
    inferred: int
    held_out: int
    """Of them, those among the held-out facts: the share is a lower bound of the precision."""
    answered: int
    """Those of whose subject and predicate the held-out facts say anything."""
    right: int
    """And of these, those that they say."""
    judged_true: int
    judged_false: int
    """Those among the held-out facts, and among the false triples given (as many of each)."""


@dataclass(frozen=True, slots=True)
class RuleReport:
    """Rankings by the rules and by frequency alone, and the precision of what they infer."""

    facts: int
    rules: int
    bodies: int
    left_out: int
    by_rules: Ranking
    by_frequency: Ranking
    bands: tuple[Band, ...]


def evaluate_rules(
    mined: Mined,
    known: Sequence[Text],
    held_out: Sequence[Text],
    *,
    others: Sequence[Text] = (),
    false: Sequence[Text] = (),
    queries: int = 2000,
    seed: int = 0,
) -> RuleReport:
    """Judge rules that were mined from `known` facts.

    Args:
        mined: the rules.
        known: what they were mined from and are applied to.
        held_out: facts that were not seen.
        others: more true facts (a validation part): they are no wrong answers.
        false: triples that are false, one for each of the held-out ones.
        queries: so many held-out facts are asked for, each for its object and its subject.
        seed: of the choice of them.
    """
    ranks = _Ranks(mined.rules, known, [*held_out, *others])
    random = np.random.default_rng(seed)
    order = random.permutation(len(held_out))[:queries]
    asked = [held_out[at] for at in order.tolist()]
    return RuleReport(
        len(known),
        len(mined.rules),
        mined.bodies,
        mined.left_out,
        _ranking(list(ranks.of(asked, rules=True))),
        _ranking(list(ranks.of(asked, rules=False))),
        tuple(_bands(mined.rules, known, [*held_out, *others], set(held_out), set(false))),
    )


def _ranking(ranks: Sequence[float]) -> Ranking:
    array = np.asarray(ranks)
    hits = (round(100 * float((array <= k).mean()), 1) for k in (1, 3, 10))
    return Ranking(len(ranks), round(100 * float((1 / array).mean()), 1), *hits)


class _Ranks:
    """Ranks of right answers among all things."""

    def __init__(
        self, rules: Sequence[Rule], known: Sequence[Text], others: Sequence[Text]
    ) -> None:
        self.things = {t: at for at, t in enumerate(dict.fromkeys(_ends([*known, *others])))}
        self.predicates = list(dict.fromkeys(p for _, p, _ in [*known, *others]))
        number = {name: at for at, name in enumerate(self.predicates)}

        def row(triple: Text) -> tuple[int, int, int]:
            return self.things[triple[0]], number[triple[1]], self.things[triple[2]]

        self.row = row
        rows = [row(t) for t in known]
        self.facts = FactArrays.of(self.predicates, rows, len(self.things))
        self.right: dict[tuple[int, int], set[int]] = defaultdict(set)
        for s, p, o in [*rows, *map(row, others)]:
            self.right[s, p].add(o)
            self.right[o, p + len(number)].add(s)
        self.frequency = {
            d: np.bincount(self.facts.matrices[d].indices, minlength=len(self.things))
            for d in range(2 * len(number))
        }
        self.bodies = self._bodies(rules, number)

    def _bodies(
        self, rules: Sequence[Rule], number: dict[str, int]
    ) -> dict[int, list[tuple[float, tuple[int, ...]]]]:
        """By directed head, the chains that lead to it, the surest first."""
        bodies: dict[int, list[tuple[float, tuple[int, ...]]]] = defaultdict(list)
        for rule in rules:
            chain = tuple(number[a.predicate] + a.inverse * len(number) for a in rule.body)
            back = tuple(self.facts.inverse(d) for d in reversed(chain))
            bodies[number[rule.head]].append((rule.confidence, chain))
            bodies[number[rule.head] + len(number)].append((rule.confidence, back))
        return bodies

    def of(self, asked: Sequence[Text], *, rules: bool) -> Iterator[float]:
        """The rank of each triple's object, then of its subject."""
        for subject, predicate, object_ in map(self.row, asked):
            back = predicate + len(self.predicates)
            for x, d, y in ((subject, predicate, object_), (object_, back, subject)):
                yield self._rank(x, d, y, rules)

    def _rank(self, x: int, d: int, y: int, rules: bool) -> float:
        scores = self.frequency[d] / (1.0 + self.frequency[d].max(initial=0)) * 1e-9
        if rules:
            scores = scores + self._by_rules(x, d)
        scores[[other for other in self.right[x, d] if other != y]] = -1.0
        scores[x] = -1.0 if x != y else scores[x]
        better = int((scores > scores[y]).sum())
        ties = int((scores == scores[y]).sum()) - 1
        return 1.0 + better + ties / 2

    def _by_rules(self, x: int, d: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """The surest rule's confidence decides, of equal ones the next one's, and so on."""
        scores = np.zeros(len(self.things))
        found = np.zeros(len(self.things), np.int64)
        for confidence, chain in self.bodies[d]:
            reached = self._walk(x, chain)
            reached = reached[found[reached] < DEPTH]
            scores[reached] += confidence * 100.0 ** -found[reached].astype(np.float64)
            found[reached] += 1
        return scores

    def _walk(self, x: int, chain: Sequence[int]) -> Ints:
        nodes = np.asarray([x])
        for d in chain:
            matrix = self.facts.matrices[d]
            parts = [matrix.indices[matrix.indptr[n] : matrix.indptr[n + 1]] for n in nodes]
            nodes = np.unique(np.concatenate(parts)) if parts else np.zeros(0, np.int64)
        return nodes


def _ends(triples: Sequence[Text]) -> Iterator[str]:
    for subject, _, object_ in triples:
        yield subject
        yield object_


def _bands(
    rules: Sequence[Rule],
    known: Sequence[Text],
    unseen: Sequence[Text],
    held_out: set[Text],
    false: set[Text],
) -> Iterator[Band]:
    things = list(dict.fromkeys(_ends(known)))
    number = {name: at for at, name in enumerate(things)}
    predicates = list(dict.fromkeys(p for _, p, _ in known))
    order = {name: at for at, name in enumerate(predicates)}
    rows = np.asarray([(number[s], order[p], number[o]) for s, p, o in known])
    premises = Premises(order, rows, np.ones(len(rows)), rows, len(things))
    found = infer(premises, RuleSet(tuple(rules), BANDS[0]))
    triples = [(things[i.subject], predicates[i.predicate], things[i.object]) for i in found]
    sure = np.asarray([inferred.confidence for inferred in found])
    true, speak = set(unseen), {(s, p) for s, p, _ in unseen}
    for low, high in itertools.pairwise(BANDS):
        chosen = [triples[at] for at in np.flatnonzero((sure >= low) & (sure < high)).tolist()]
        answered = [t for t in chosen if t[:2] in speak]
        yield Band(
            low,
            min(high, 1.0),
            len(chosen),
            sum(t in true for t in chosen),
            len(answered),
            sum(t in true for t in answered),
            sum(t in held_out for t in chosen) if false else 0,
            sum(t in false for t in chosen),
        )
