"""Which chunks a question's subgraph holds: about a hundred of them, from the graph and from text.

The graph gives the pages that the question names, those they name and those that name them, and
where a walk from them ends. Text gives what is close to the question, to what is left of it
without its names, and to what a named page does not say already.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from kgtransfer.records import FloatArray
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.linking import Link
from kgtransfer.retrieve.scoring import OUTSIDE, Scores, ranked
from kgtransfer.retrieve.tables import AnyArray, ranges

MOST = 110
"""Chunks of a subgraph at most."""
_BY_WALK, _DENSE, _BM25, _COVERED, _SENTENCE, _RESIDUAL = 40, 30, 15, 10, 10, 10
_PER_LINK, _PER_PAGE, _SECOND_HOP, _NAMED_BY, _BESIDE = 8, 30, 20, 15, 4
_UNSAID, _NEAR = 5, 80


@dataclass(frozen=True, slots=True)
class Candidates:
    """The chunks (n,) of a question's subgraph, and how each came in."""

    chunks: AnyArray
    hop: AnyArray
    """(n,) 0 named in the question, 1 and 2 steps from there, 3 found by text or walk alone."""


def choose(index: GraphIndex, scores: Scores) -> Candidates:
    """Gather the candidates, the surest sources first, up to `MOST`."""
    hops: dict[int, int] = {}

    def add(chunks: Iterable[int], hop: int = 3) -> None:
        for chunk in chunks:
            if scores.allowed is None or scores.allowed[chunk]:
                hops.setdefault(int(chunk), hop)

    linked = [_linked(index, link, scores) for link in scores.links]
    named = list(dict.fromkeys(int(chunk) for chunks in linked for chunk in chunks))
    first = _outgoing(index, named, scores, _PER_PAGE)
    add(named, 0)
    add(first, 1)
    add(ranked(scores.walk, _BY_WALK))
    add(ranked(scores.dense, _DENSE))
    add(ranked(scores.bm25, _BM25))
    add(_covered(index, scores))
    add(_incoming(index, named, scores), 1)
    add(ranked(scores.dense_rest, _RESIDUAL))
    for chunk in named[:_BESIDE]:
        add(_unsaid(index, chunk, scores))
    add(_by_sentence(index, scores))
    add(_outgoing(index, [c for c in first if c not in named], scores, 6)[:_SECOND_HOP], 2)
    kept = list(hops)[:MOST]
    return Candidates(np.asarray(kept, np.int64), np.asarray([hops[c] for c in kept], np.int64))


def _linked(index: GraphIndex, link: Link, scores: Scores) -> AnyArray:
    """The chunks of the documents that bear a name, or those that mention it."""
    if len(link.documents):
        order = np.lexsort(
            (-_best(index, link.documents, scores.dense), -link.strengths.astype(np.int64))
        )
        return pages(index, link.documents[order][:_PER_LINK], scores.dense)
    _, rows = ranges(index.entity_mentions, link.entities)
    chunks = np.unique(index.mention_chunk[index.mentions_by_entity[rows]])
    return chunks[np.argsort(-scores.dense[chunks], kind="stable")][:_PER_LINK]


def _best(index: GraphIndex, documents: AnyArray, scores: FloatArray) -> FloatArray:
    first = index.first_chunk[documents]
    return np.where(first >= 0, scores[np.maximum(first, 0)], OUTSIDE)


def pages(index: GraphIndex, documents: AnyArray, scores: FloatArray) -> AnyArray:
    """What stands for some documents: each one's first chunk, and the best of its others."""
    chosen: list[int] = []
    for document in documents:
        start, end = index.document_chunks[document], index.document_chunks[document + 1]
        if start < end:
            chosen.append(int(start))
        if end - start > 1:
            chosen.append(int(start + 1 + np.argmax(scores[start + 1 : end])))
    return np.asarray(chosen, np.int64)


def _outgoing(index: GraphIndex, chunks: list[int], scores: Scores, each: int) -> list[int]:
    """Pages that some chunks name, those with the most telling window first."""
    if not chunks:
        return []
    owner, rows = ranges(index.chunk_mentions, np.asarray(chunks))
    entities = index.mention_entity[rows]
    has_page = index.entity_about[entities + 1] > index.entity_about[entities]
    owner, rows = owner[has_page], rows[has_page]
    if not len(rows):
        return []
    telling = index.window_vectors(rows) @ scores.rest_vector + 0.05 * index.mention_strength[rows]
    found: dict[int, float] = {}
    for at in range(len(chunks)):
        mine = np.flatnonzero(owner == at)
        mine = mine[np.argsort(-telling[mine], kind="stable")][:each]
        for row, weight in zip(rows[mine], telling[mine], strict=True):
            entity = index.mention_entity[row]
            documents = index.abouts_by_entity[
                index.entity_about[entity] : index.entity_about[entity + 1]
            ]
            for page in pages(index, documents[:_PER_LINK], scores.dense):
                found[int(page)] = max(found.get(int(page), -1.0), float(weight))
    return sorted(found, key=lambda page: -found[page])


def _incoming(index: GraphIndex, chunks: list[int], scores: Scores) -> AnyArray:
    """Chunks that name what some pages are about, the nearest to the rest of the question first."""
    if not chunks:
        return np.zeros(0, np.int64)
    _, about = ranges(index.document_about, np.unique(index.chunk_document[chunks]))
    _, rows = ranges(index.entity_mentions, np.unique(index.abouts_by_document[about]))
    naming = np.unique(index.mention_chunk[index.mentions_by_entity[rows]])
    return naming[np.argsort(-scores.dense_rest[naming], kind="stable")][:_NAMED_BY]


def _covered(index: GraphIndex, scores: Scores) -> AnyArray:
    """First chunks of the documents whose name the question's words cover best."""
    first = index.first_chunk[index.first_chunk >= 0]
    best = ranked(scores.coverage[first], _COVERED)
    return first[best[scores.coverage[first[best]] > 0]]


def _unsaid(index: GraphIndex, chunk: int, scores: Scores) -> AnyArray:
    """What is near to the part of the question that a page does not say."""
    page = index.chunk_vectors[chunk]
    rest = scores.question_vector - float(scores.question_vector @ page) * page
    return ranked(index.chunk_vectors @ rest, _UNSAID)


def _by_sentence(index: GraphIndex, scores: Scores) -> AnyArray:
    """Of the chunks that are near to the question, those with the best single sentence."""
    near = ranked(scores.dense, _NEAR)
    owner, rows = ranges(index.chunk_sentences, near)
    best = np.full(len(near), OUTSIDE)
    np.maximum.at(best, owner, index.sentence_vectors(rows) @ scores.question_vector)
    return near[ranked(best, _SENTENCE)]
