"""From a topic over the graph: a beam of paths, all nodes of a frontier walking together."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from kgtransfer.reason.graph import FactGraph, Ints
from kgtransfer.records import FloatArray

BEAM = 3
SLACK = 0.1
"""A word may be so much less like what was walked than like the relation that it is most like."""
UNSAID = 40.0
"""What a word weighs, in log probability, for each unit of likeness that a path leaves unsaid."""
MOST_NODES = 20_000
"""A frontier that is larger may be an answer, and is not walked on from."""


class Hop(NamedTuple):
    """One directed relation of a path."""

    relation: int
    backwards: bool


@dataclass(frozen=True, slots=True)
class Walk:
    """A path of relations from the topics, what it reaches, and how probable the question makes it.

    `counts` says over how many facts of the last hop a node is reached.
    """

    hops: tuple[Hop, ...]
    log_probability: float
    nodes: Ints
    counts: Ints
    fit: float = math.inf
    """The lowest logit of a chosen relation: low where even the best one says something else."""
    unsaid: float = 0.0
    """How much less the worst word is like a relation of the path than like some other one."""

    @property
    def probability(self) -> float:
        """The product of the choices of relations and of where to stop."""
        return math.exp(self.log_probability)


def search(
    graph: FactGraph,
    topics: Collection[int],
    relations: FloatArray,
    stops: FloatArray,
    *,
    beam: int = BEAM,
    likeness: FloatArray | None = None,
) -> list[Walk]:
    """Find the most probable paths, best first; the topics themselves are never reached.

    When to stop is learnt, and does not carry over well to relations never seen. So a path is also
    judged by what it leaves unsaid: a word that names a relation which was not walked speaks
    against it, and the path goes on.

    Args:
        graph: to walk.
        topics: where the walk begins, by number.
        relations: logits (hops, directed relations); one softmax over those that go on from the
            frontier as a whole, so that nodes without the wanted relation take nothing from it.
        stops: logits (hops,) of stopping after each hop; the last hop always stops.
        beam: so many unfinished paths are kept.
        likeness: cosines (words, relations) of the question's words and the relations' names, less
            than all of them for a relation that says nothing; not looked at where there are none.
    """
    begin = np.asarray(sorted(topics), np.int64)
    open_: list[Walk] = [Walk((), 0.0, begin, np.ones(len(begin), np.int64))]
    finished: list[Walk] = []
    for hop in range(len(relations)):
        longer: list[Walk] = []
        for walk in open_:
            if len(walk.nodes) <= MOST_NODES:
                longer += _onwards(graph, walk, topics, relations[hop], beam)
        longer = sorted(longer, key=_order)[:beam]
        if not longer:
            break
        stop, go = _log_sigmoid(float(stops[hop]))
        last = hop + 1 == len(relations)
        ended = [_with(walk, 0.0 if last else stop) for walk in longer]
        if likeness is not None:
            ended = [replace(walk, unsaid=_unsaid(walk, likeness)) for walk in ended]
        finished += ended
        open_ = [_with(walk, go) for walk in longer]
        best = max((-_order(walk)[0] for walk in finished), default=-math.inf)
        open_ = [walk for walk in open_ if walk.log_probability > best]
    return _weighed(sorted(finished, key=_order))


def _weighed(walks: list[Walk]) -> list[Walk]:
    """With what they leave unsaid in their probabilities, where any leaves something.

    It is evidence against a path, so they are made to sum to 1 again; what even the best one leaves
    unsaid lowers all of them.
    """
    if not any(walk.unsaid for walk in walks):
        return walks
    scores = np.asarray([-_order(walk)[0] for walk in walks])
    total = float(scores[0] + np.log(np.exp(scores - scores[0]).sum())) + UNSAID * walks[0].unsaid
    return [
        replace(walk, log_probability=score - total)
        for walk, score in zip(walks, scores.tolist(), strict=True)
    ]


def _onwards(
    graph: FactGraph, walk: Walk, topics: Collection[int], logits: FloatArray, beam: int
) -> list[Walk]:
    step = graph.step(walk.nodes, topics)
    if not len(step.relations):
        return []
    chosen = logits[step.relations].astype(np.float64)
    log_p = chosen - (chosen.max() + math.log(float(np.exp(chosen - chosen.max()).sum())))
    found = []
    for at in np.argsort(-log_p, kind="stable")[:beam].tolist():
        relation, (nodes, counts) = int(step.relations[at]), step.of(at)
        count = len(graph.relations)
        hop = Hop(relation % count, relation >= count)
        total = walk.log_probability + float(log_p[at])
        fit = min(walk.fit, float(logits[relation]))
        found.append(Walk((*walk.hops, hop), total, nodes, counts, fit))
    return found


def _with(walk: Walk, more: float) -> Walk:
    return replace(walk, log_probability=walk.log_probability + more)


def _unsaid(walk: Walk, likeness: FloatArray) -> float:
    walked = likeness[:, [hop.relation for hop in walk.hops]].max(1)
    return max(0.0, float((likeness.max(1) - walked).max()) - SLACK)


def _order(walk: Walk) -> tuple[float, int, tuple[Hop, ...]]:
    return UNSAID * walk.unsaid - walk.log_probability, len(walk.hops), walk.hops


def _log_sigmoid(logit: float) -> tuple[float, float]:
    """log sigmoid(x) and log sigmoid(-x)."""
    yes = -math.log1p(math.exp(-abs(logit))) + min(logit, 0.0)
    return yes, yes - logit
