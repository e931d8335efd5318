"""Late interaction: each word of a question looks for the place of a chunk that is nearest to it.

A word's vector is compared with all cells of a chunk and counts at the best one, a rare word more
than a common one. So a long chunk that answers in one clause is found, and words that a chunk has
under another name. Source: Khattab and Zaharia 2020, "ColBERT: Efficient and Effective Passage
Search via Contextualized Late Interaction over BERT".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgtransfer.names import STOPWORDS
from kgtransfer.records import FloatArray, Span
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.lexical import WordScores, placed_words, stem_of
from kgtransfer.retrieve.tables import AnyArray, ranges


@dataclass(frozen=True, slots=True)
class AskedWords:
    """The content words of a question."""

    vectors: FloatArray
    """(w, d)"""
    rarity: FloatArray
    """(w,) inverse document frequency."""
    outside: AnyArray
    """(w,) whether a word is outside the names that were found; all are where none is."""
    stems: AnyArray
    """(w,)"""


def content_words(question: str) -> list[tuple[str, Span]]:
    """The words of a question that say something, and where they stand."""
    found = [(w, at) for w, at in placed_words(question) if len(w) > 1 and w not in STOPWORDS]
    return found or placed_words(question)


def asked_words(
    found: Sequence[tuple[str, Span]], vectors: FloatArray, names: Sequence[Span], table: WordScores
) -> AskedWords:
    """What `content_words` found, with the vectors of its spans, (w, d), and the names' spans."""
    outside = [not any(s < last and first < e for first, last in names) for _, (s, e) in found]
    return AskedWords(
        vectors,
        np.asarray([table.rarity(word) for word, _ in found], np.float32),
        np.asarray(outside, bool) if any(outside) else np.ones(len(found), bool),
        np.asarray([stem_of(word) for word, _ in found], np.int64),
    )


class WordsNear:
    """How near each of w words comes to places of n chunks.

    Args:
        index: whose cells are read.
        chunks: (n,) the chunks whose places can be asked for.
        asked: the words.
    """

    def __init__(self, index: GraphIndex, chunks: AnyArray, asked: AskedWords) -> None:
        _, cells = ranges(index.chunk_cells, chunks)
        self._cells = cells
        self._order = np.argsort(cells, kind="stable")
        ends = index.chunk_cells[chunks] + np.diff(index.chunk_cells)[chunks]
        products = index.cell_vectors.dot(cells, asked.vectors)
        self._sorted = cells[self._order]
        self._products = np.concatenate(
            [products[self._order], np.zeros((1, len(asked.vectors)), np.float32)]
        )
        self.chunks = self.spans(np.column_stack([index.chunk_cells[chunks], ends]))
        """(n, w) cosines of the nearest cell of each chunk."""

    def spans(self, cells: AnyArray) -> FloatArray:
        """The nearest of the cells from `cells[i, 0]` to before `cells[i, 1]`: (m, w) cosines.

        They belong to the chunks; those without cells are 0.
        """
        near = np.zeros((len(cells), self._products.shape[1]), np.float32)
        has = np.flatnonzero(cells[:, 0] < cells[:, 1])
        if len(has) and near.shape[1]:
            bounds = np.searchsorted(self._sorted, cells[has]).reshape(-1)
            near[has] = np.maximum.reduceat(self._products, bounds)[::2]
        return near


def weighted(near: FloatArray, weights: FloatArray) -> FloatArray:
    """The words' mean nearness under some weights: (n,)."""
    return np.asarray(near @ weights / max(float(weights.sum()), 1e-6), np.float32)


def unsaid(near: FloatArray, weights: FloatArray, named: AnyArray) -> FloatArray:
    """Nearness to the words that the named chunks leave unsaid: (n,).

    A word weighs more the further the best candidate surpasses the named ones (or, where nothing
    is named, the candidate that is nearest to all words).
    """
    if not near.size:
        return np.zeros(len(near), np.float32)
    first = named if named.any() else np.arange(len(near)) == np.argmax(weighted(near, weights))
    left = weights * (near.max(0) - near[first].max(0))
    return weighted(near, left)


def said_in_one_sentence(index: GraphIndex, chunks: AnyArray, asked: AskedWords) -> FloatArray:
    """The largest share of the words, rare ones counting more, in one sentence of a chunk: (n,)."""
    stems, member = np.unique(asked.stems, return_inverse=True)
    rarity = np.zeros(len(stems), np.float32)
    np.maximum.at(rarity, member.reshape(-1), asked.rarity)
    owner, rows = ranges(index.chunk_sentences, chunks)
    sentence, items = ranges(index.sentence_stems, rows)
    found = index.stems[items]
    at = np.minimum(np.searchsorted(stems, found), max(0, len(stems) - 1))
    hit = stems[at] == found if len(stems) else np.zeros(len(found), bool)
    share = np.bincount(sentence[hit], rarity[at[hit]], minlength=len(rows))
    best = np.zeros(len(chunks), np.float32)
    np.maximum.at(best, owner, share / max(float(rarity.sum()), 1e-6))
    return best
