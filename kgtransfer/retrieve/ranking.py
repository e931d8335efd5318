"""A question's chunks in the network's order: a first pass, and a second where it found something.

The network ranks what the question itself leads to. What its best passages leave unsaid is then
looked for (`second_hop`), and all candidates are ranked again by how each was found. Node states
are the network's in both passes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.candidates import Candidates, choose
from kgtransfer.retrieve.features import QuestionGraph, question_graph, shuffled, without_names
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import RetrieverModel
from kgtransfer.retrieve.scoring import Scores
from kgtransfer.retrieve.second_hop import follow_ups, measures, search, widened
from kgtransfer.retrieve.tables import AnyArray


@dataclass(frozen=True, slots=True)
class Ranked:
    """A question's candidates (n,), in no order, with the network's view of each."""

    chunks: AnyArray
    states: FloatArray
    """(n, width)"""
    logits: FloatArray
    """(n,)"""

    def order(self) -> AnyArray:
        """Positions of the candidates, the best first, equals by number."""
        return np.lexsort((self.chunks, -self.logits))


@dataclass(frozen=True, slots=True)
class Control:
    """What is taken from a graph, to measure what it is worth."""

    names: bool = True
    """Whether edges between names and the pages that bear them are there."""
    shuffle: int | None = None
    """Permute the edges' receivers by this seed."""

    def __call__(self, graph: QuestionGraph) -> QuestionGraph:
        """The graph as the control wants it."""
        graph = graph if self.names else without_names(graph)
        return graph if self.shuffle is None else shuffled(graph, self.shuffle)


def rank(
    index: GraphIndex,
    encoder: TextEncoder,
    scores: Scores,
    model: RetrieverModel,
    control: Control | None = None,
) -> Ranked:
    """Rank a question's candidates, in two passes where the model has been trained for two."""
    control = control or Control()
    candidates = choose(index, scores)
    if not len(candidates.chunks):
        none = np.zeros(0, np.float32)
        return Ranked(candidates.chunks, none.reshape(0, model.width), none)
    states, logits = model.encode(control(question_graph(index, scores, candidates)))
    second = None
    if model.second is not None:
        second = look_on(index, encoder, scores, candidates, logits)
    if model.second is None or second is None:
        return Ranked(candidates.chunks, states, logits)
    wider, x = second
    states, logits = model.encode(control(question_graph(index, scores, wider)))
    return Ranked(wider.chunks, states, reordered(wider.chunks, logits, x @ model.second))


def look_on(
    index: GraphIndex,
    encoder: TextEncoder,
    scores: Scores,
    candidates: Candidates,
    logits: FloatArray,
) -> tuple[Candidates, FloatArray] | None:
    """The second pass's candidates and their `HOP_FEATURES` (n, 15), given the first's logits.

    None where nothing is missing.
    """
    asked = follow_ups(index, scores, candidates.chunks, logits)
    if not asked:
        return None
    hop = search(index, encoder, scores, asked)
    wider = widened(candidates, logits, hop)
    return wider, measures(hop, wider.chunks, candidates, logits)


def reordered(chunks: AnyArray, logits: FloatArray, scores: FloatArray) -> FloatArray:
    """The logits (n,), handed out anew in the order of the scores (n,).

    So what reads a logit as a probability finds the values that the network gives.
    """
    dealt = np.empty_like(logits)
    dealt[np.lexsort((chunks, -scores))] = -np.sort(-logits)
    return dealt
