"""A question over a graph's facts: link its topic, walk, and say what was walked."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.linking import Topic, TopicLinker
from kgtransfer.reason.question import mask_topic
from kgtransfer.reason.search import Hop, Walk, search
from kgtransfer.records import FloatArray

MOST_TOPICS = 3
"""So many of the names in a question are tried as its topic."""


@dataclass(frozen=True, slots=True)
class PathAnswer:
    """What the likeliest path from a topic finds."""

    topic: Topic
    walk: Walk
    answers: tuple[int, ...]
    """Nodes, the one that is reached over most facts first."""
    confidence: float


class PathScorer(Protocol):
    """What says which relations a question means: `HopModel`, or a test's own."""

    @property
    def common(self) -> frozenset[str]:
        """Words that questions consist of, beside their topics."""
        ...

    @property
    def weights(self) -> Sequence[float]:
        """Of the confidence: see `confidence`."""
        ...

    def scores(self, masked: str, relations: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Logits of directed relations (hops, 2 r) and of stopping (hops,) of a masked question."""
        ...

    def likeness(self, masked: str, relations: Sequence[str]) -> FloatArray | None:
        """Cosines (words, r) of a masked question's words and relations' names, if it knows any."""
        ...


class Reasoner:
    """A trained network over one graph."""

    def __init__(self, graph: FactGraph, model: PathScorer, linker: TopicLinker) -> None:
        self.graph, self.model, self.linker = graph, model, linker

    def answer(self, question: str) -> PathAnswer | None:
        """The most probable path from the first of the names that leads anywhere."""
        for topic in self.linker.find(question)[:MOST_TOPICS]:
            found = self.answer_from(question, topic)
            if found is not None:
                return found
        return None

    def answer_from(self, question: str, topic: Topic) -> PathAnswer | None:
        """The most probable path from a given topic; None where it has no facts.

        Each of several nodes of the topic's name is a beginning of its own: the likeliest wins.
        """
        paths = self.paths_from(question, topic)
        return max(paths, key=lambda path: path.walk.log_probability, default=None)

    def paths_from(self, question: str, topic: Topic, *, each: int = 1) -> list[PathAnswer]:
        """The most probable paths from each node of a topic; `each` of them at most.

        The confidence of one that is not a node's first is that of the first, times how much less
        probable it is.
        """
        masked = mask_topic(question, topic.span)
        relations, stops = self.model.scores(masked, self.graph.relations)
        likeness = self.model.likeness(masked, self.graph.relations)
        paths = []
        for node in topic.nodes:
            walks = search(self.graph, (node,), relations, stops, likeness=likeness)
            for walk in walks[:each]:
                less = math.exp(walk.log_probability - walks[0].log_probability)
                sure = confidence(self.model.weights, walks) * less
                paths.append(PathAnswer(Topic(topic.span, (node,)), walk, _ordered(walk), sure))
        return paths

    def facts_of(self, found: PathAnswer, *, most: int) -> list[tuple[int, Hop, int]]:
        """Facts (node, hop, node) along the path that lead to its first answers, in its order."""
        return trace(self.graph, found.topic.nodes, found.walk.hops, found.answers[:most])


def trace(
    graph: FactGraph, topics: Sequence[int], hops: Sequence[Hop], answers: Sequence[int]
) -> list[tuple[int, Hop, int]]:
    """One chain of facts from the topics to each answer, each fact once, hop by hop."""
    levels = [np.asarray(sorted(topics), np.int64)]
    for hop in hops:
        step = graph.step(levels[-1], topics)
        at = int(np.searchsorted(step.relations, _directed(graph, hop)))
        levels.append(step.of(at)[0])
    wanted = list(dict.fromkeys(answers))
    chains: list[list[tuple[int, Hop, int]]] = []
    for depth in range(len(hops) - 1, -1, -1):
        back = Hop(hops[depth].relation, not hops[depth].backwards)
        facts, before = [], []
        for node in wanted:
            step = graph.step(np.asarray([node], np.int64))
            at = int(np.searchsorted(step.relations, _directed(graph, back)))
            targets, _ = step.of(at)
            source = int(np.intersect1d(targets, levels[depth])[0])
            facts.append((source, hops[depth], node))
            before.append(source)
        chains.append(facts)
        wanted = list(dict.fromkeys(before))
    return [fact for facts in reversed(chains) for fact in dict.fromkeys(facts)]


def path_features(walks: Sequence[Walk]) -> tuple[float, ...]:
    """What the confidence depends on: the best path's probability, its fit, its lead, its hops."""
    best = walks[0]
    lead = best.log_probability - walks[1].log_probability if len(walks) > 1 else 8.0
    return max(-8.0, best.log_probability), best.fit, min(8.0, lead), float(len(best.hops))


def confidence(weights: Sequence[float], walks: Sequence[Walk]) -> float:
    """The calibrated probability that the best path is what was asked; bias first."""
    features = (1.0, *path_features(walks))
    logit = sum(weight * x for weight, x in zip(weights, features, strict=True))
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def _directed(graph: FactGraph, hop: Hop) -> int:
    return hop.relation + len(graph.relations) * hop.backwards


def _ordered(walk: Walk) -> tuple[int, ...]:
    order = np.lexsort((walk.nodes, -walk.counts))
    return tuple(walk.nodes[order].tolist())
