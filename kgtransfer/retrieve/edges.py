"""The edges of a question's subgraph: which candidates name each other's pages or the same names.

Each is a stored path, with the features of the mention that makes it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kgtransfer.names import TITLE
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.lexical import overlap
from kgtransfer.retrieve.scoring import Scores
from kgtransfer.retrieve.tables import AnyArray, compress, ranges

EDGE_FEATURES = (
    "names_page", "page_named", "shared", "strength", "sure", "position", "cosine",
    "cosine_sentence", "cosine_rest", "cosine_rest_sentence", "overlap", "rarity", "from_linked",
    "to_linked", "asked",
)  # fmt: skip
LINKED_EDGE_FEATURES = (12, 13, 14)
"""The columns that come from linking the question: dropped at times in training."""
RARE = (2, 25)
"""In how many chunks an entity stands whose mentions join chunks directly."""
_LARGEST_GROUP = 12


@dataclass(frozen=True, slots=True)
class Edges:
    """m edges between candidates, given by their positions."""

    sender: AnyArray
    receiver: AnyArray
    row: AnyArray
    """The mention that makes the edge."""
    kind: AnyArray
    """0 names a page, 1 its reverse, 2 shared."""


def find_edges(index: GraphIndex, chunks: AnyArray) -> Edges:
    """The stored paths between candidates."""
    owner, rows = ranges(index.chunk_mentions, chunks)
    naming, page, row = _page_edges(index, chunks, owner, rows)
    left, right, shared = _shared_edges(index, chunks, owner, rows)
    joined = np.concatenate([naming * len(chunks) + page, page * len(chunks) + naming])
    apart = ~np.isin(left * len(chunks) + right, joined)
    left, right, shared = left[apart], right[apart], shared[apart]
    return Edges(
        np.concatenate([naming, page, left]),
        np.concatenate([page, naming, right]),
        np.concatenate([row, row, shared]),
        np.repeat([0, 1, 2], [len(naming), len(naming), len(left)]),
    )


def _page_edges(
    index: GraphIndex, chunks: AnyArray, owner: AnyArray, rows: AnyArray
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """(candidate that names, candidate of the named page, mention row), across documents."""
    mention, about = ranges(index.entity_about, index.mention_entity[rows])
    target = index.abouts_by_entity[about]
    documents, member = np.unique(index.chunk_document[chunks], return_inverse=True)
    pointers, order = compress(member, len(documents))
    at = np.minimum(np.searchsorted(documents, target), len(documents) - 1)
    inside = (documents[at] == target) & (index.chunk_document[chunks[owner[mention]]] != target)
    mention, at = mention[inside], at[inside]
    again, items = ranges(pointers, at)
    return owner[mention[again]], order[items], rows[mention[again]]


def _shared_edges(
    index: GraphIndex, chunks: AnyArray, owner: AnyArray, rows: AnyArray
) -> tuple[AnyArray, AnyArray, AnyArray]:
    """(one candidate, another that names the same rare entity, mention row of the first)."""
    frequency = index.frequency[index.mention_entity[rows]]
    rare = (frequency >= RARE[0]) & (frequency <= RARE[1])
    owner, rows = owner[rare], rows[rare]
    entities, member = np.unique(index.mention_entity[rows], return_inverse=True)
    pointers, order = compress(member.reshape(-1), len(entities))
    sizes = np.diff(pointers)
    groups = np.flatnonzero((sizes > 1) & (sizes <= _LARGEST_GROUP))
    group, items = ranges(pointers, groups)
    first, second = ranges(pointers, groups[group])
    left, right = order[items[first]], order[second]
    document = index.chunk_document[chunks]
    apart = document[owner[left]] != document[owner[right]]
    left, right = left[apart], right[apart]
    pair = owner[left] * len(chunks) + owner[right]
    _, once = np.unique(pair, return_index=True)
    return owner[left[once]], owner[right[once]], rows[left[once]]


def edge_features(
    index: GraphIndex,
    scores: Scores,
    edges: Edges,
    linked: FloatArray,
    vectors: FloatArray,
    asked: set[int],
) -> tuple[FloatArray, FloatArray, AnyArray]:
    """`EDGE_FEATURES` (m, 15), the windows' vectors (w, d), and which one each edge has (m,)."""
    rows, window = np.unique(edges.row, return_inverse=True)
    window = window.reshape(-1)
    windows = index.window_vectors(rows)
    x = _mentions(index, scores, rows, windows, vectors, asked)[window]
    x[np.arange(len(x)), edges.kind] = 1
    x[:, 12] = linked[edges.sender, 0] >= TITLE
    x[:, 13] = linked[edges.receiver, 0] >= TITLE
    return x, windows, window


def _mentions(
    index: GraphIndex,
    scores: Scores,
    rows: AnyArray,
    windows: FloatArray,
    vectors: FloatArray,
    asked: set[int],
) -> FloatArray:
    """The features of mentions, each once; those of an edge's ends are left at 0."""
    x = np.zeros((len(rows), len(EDGE_FEATURES)), np.float32)
    if not len(rows):
        return x
    chunk = index.mention_chunk[rows]
    sentence = index.chunk_sentences[chunk] + np.maximum(0, index.mention_sentence[rows])
    sentence = np.minimum(sentence, np.maximum(index.chunk_sentences[chunk + 1] - 1, 0))
    sentence_vectors = index.sentence_vectors(sentence)
    x[:, 3] = index.mention_strength[rows] / 3
    x[:, 4] = 1 / np.maximum(1, index.mention_bearers[rows])
    x[:, 5] = np.log1p(index.mention_span[rows, 0]) / 7
    x[:, 6], x[:, 8] = (windows @ vectors.T).T
    x[:, 7], x[:, 9] = (sentence_vectors @ vectors.T).T
    x[:, 10] = overlap(index.sentence_stems, index.stems, sentence, asked) / max(1, len(asked))
    x[:, 11] = 1 / (1 + np.log1p(index.frequency[index.mention_entity[rows]]))
    named = [link.entities for link in scores.links]
    x[:, 14] = np.isin(index.mention_entity[rows], np.concatenate(named)) if named else 0
    return x
