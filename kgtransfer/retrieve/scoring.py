"""How a question stands to every chunk: by words, by vectors and by a walk over the graph."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace

import numpy as np

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.late import AskedWords, asked_words, content_words
from kgtransfer.retrieve.linking import Link, link_question, without_names
from kgtransfer.retrieve.pagerank import Walk
from kgtransfer.retrieve.tables import AnyArray

OUTSIDE = np.float32(-1e4)
"""The score of a chunk that the document filter leaves out."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of all chunks for one question."""

    text: str
    """The question as it is meant, its misspelt names as the graph spells them."""
    links: list[Link]
    rest: str
    """The question without the names that were found in it."""
    question_vector: FloatArray
    """(d,)"""
    rest_vector: FloatArray
    """(d,)"""
    words: AskedWords
    dense: FloatArray
    """(chunks,) cosine with the question; this and the next are `OUTSIDE` outside the filter."""
    dense_rest: FloatArray
    """(chunks,) cosine with the rest."""
    bm25: FloatArray
    """(chunks,)"""
    coverage: FloatArray
    """(chunks,) which share of its document's name the question covers."""
    walk: FloatArray
    """(chunks,) personalised PageRank."""
    allowed: AnyArray | None
    """(chunks,) what the filter lets through; None is all."""


class Scorer:
    """Scores questions against one index; what it precomputes serves every question."""

    def __init__(self, index: GraphIndex, encoder: TextEncoder) -> None:
        self.index = index
        self._encoder = encoder
        self._walk = Walk(index)

    def score(self, question: str, documents: Set[str] | None = None) -> Scores:
        """Score every chunk; `documents` (ids) limits what may be found."""
        index = self.index
        question, links = link_question(index, question)
        rest = without_names(question, links) or question
        words = content_words(question)
        spans = [span for _, span in words]
        whole, other = self._encoder.encode_passages([(question, spans), (rest, ())])
        vectors = whole.passage, other.passage
        names = [(link.start, link.end) for link in links]
        dense = index.chunk_vectors @ vectors[0]
        scores = Scores(
            text=question,
            links=links,
            rest=rest,
            question_vector=vectors[0],
            rest_vector=vectors[1],
            words=asked_words(words, whole.spans, names, index.bm25),
            dense=dense,
            dense_rest=index.chunk_vectors @ vectors[1],
            bm25=index.bm25.scores(question),
            coverage=index.coverage.scores(question)[index.chunk_document],
            walk=self._walk.scores(links, dense),
            allowed=None,
        )
        return scores if documents is None else _filtered(scores, self._allowed(documents))

    def _allowed(self, documents: Set[str]) -> AnyArray:
        number = self.index.document_number
        wanted = np.zeros(len(number), bool)
        wanted[[number[id_] for id_ in documents if id_ in number]] = True
        return wanted[self.index.chunk_document]


def _filtered(scores: Scores, allowed: AnyArray) -> Scores:
    return replace(
        scores,
        dense=np.where(allowed, scores.dense, OUTSIDE),
        dense_rest=np.where(allowed, scores.dense_rest, OUTSIDE),
        bm25=np.where(allowed, scores.bm25, OUTSIDE),
        coverage=np.where(allowed, scores.coverage, OUTSIDE),
        walk=np.where(allowed, scores.walk, OUTSIDE),
        allowed=allowed,
    )


def ranked(scores: FloatArray, count: int) -> AnyArray:
    """The best `count` chunks, best first, equals by number, those outside the filter left out."""
    count = min(count, len(scores))
    if count <= 0:
        return np.zeros(0, np.int64)
    top = np.argpartition(-scores, count - 1)[:count]
    top = top[np.lexsort((top, -scores[top]))]
    return top[scores[top] > OUTSIDE / 2]
