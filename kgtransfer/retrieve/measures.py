"""What a candidate chunk is measured by: the node features of a question's subgraph."""

from __future__ import annotations

import numpy as np

from kgtransfer.records import FloatArray
from kgtransfer.retrieve.candidates import Candidates
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.late import said_in_one_sentence, unsaid, weighted
from kgtransfer.retrieve.lexical import overlap
from kgtransfer.retrieve.scoring import Scores
from kgtransfer.retrieve.tables import AnyArray, ranges

_MEASURES = (
    "cosine", "cosine_sentence", "cosine_rest", "cosine_rest_sentence", "bm25", "bm25_share",
    "walk", "walk_share", "walk_rank", "dense_rank", "bm25_rank", "link_3", "link_2", "link_1",
    "link_0", "link_sure", "link_length", "coverage", "overlap", "length", "named_by", "names",
    "hop_1", "first_chunk", "link_whole",
    "late", "late_rest", "late_unsaid", "said", "bm25_within", "late_within", "siblings",
)  # fmt: skip
_STANDARDISED = (
    "cosine", "cosine_sentence", "cosine_rest", "cosine_rest_sentence", "bm25", "overlap", "late",
    "late_rest", "late_unsaid", "said",
)  # fmt: skip
"""What also counts by how far a candidate is above the question's others: the same cosine is high
for one question and low for another."""
NODE_FEATURES = (*_MEASURES, *(f"{name}_standardised" for name in _STANDARDISED))
LINK_FEATURES = tuple(
    at for at, name in enumerate(NODE_FEATURES) if name.startswith(("link_", "walk", "hop_"))
)
"""The columns that come from linking the question and from PageRank: dropped at times in training,
so that the encoder does not lean on them alone."""


def linked_names(index: GraphIndex, scores: Scores, chunks: AnyArray) -> FloatArray:
    """How the question names each candidate: (n, 4).

    The columns: strength or -1, surety / bearers, words, whether it is the strongest name.
    """
    best = np.tile(np.asarray([-1.0, 0.0, 0.0, 0.0], np.float32), (len(chunks), 1))
    document = index.chunk_document[chunks]
    for link in scores.links:
        size = len(link.key.split())
        if not len(link.documents):
            _, rows = ranges(index.entity_mentions, link.entities)
            chunk = index.mention_chunk[index.mentions_by_entity[rows]]
            hit = np.isin(chunks, chunk) & (best[:, 0] < 0)
            best[hit] = (0, link.surety / max(1, len(chunk)), size, 0)
            continue
        bearers = zip(link.documents, link.strengths, link.whole, strict=True)
        for number, strength, whole in bearers:
            rivals = int((link.strengths >= strength).sum())
            hit = (document == number) & (best[:, 0] < strength)
            best[hit] = (strength, link.surety / rivals, size, whole)
    return best


def node_features(
    index: GraphIndex,
    scores: Scores,
    candidates: Candidates,
    linked: FloatArray,
    near: FloatArray,
    vectors: FloatArray,
    asked: set[int],
) -> FloatArray:
    """`NODE_FEATURES` (n, 42) of the candidates; `near` (n, w) is each word's nearness to each."""
    chunks = candidates.chunks
    size = len(index)
    x = np.zeros((len(chunks), len(_MEASURES)), np.float32)
    sentence = _best_sentences(index, chunks, vectors)
    walk = np.maximum(scores.walk[chunks], 0)
    bm25 = np.maximum(scores.bm25[chunks], 0)
    x[:, 0], x[:, 1] = scores.dense[chunks], sentence[:, 0]
    x[:, 2], x[:, 3] = scores.dense_rest[chunks], sentence[:, 1]
    x[:, 4], x[:, 5] = np.log1p(bm25) / 4, bm25 / max(1e-6, float(scores.bm25.max()))
    x[:, 6] = np.log10(walk * size + 1e-3) / 3
    x[:, 7] = walk / max(1e-9, float(scores.walk.max()))
    x[:, 8] = _inverse_rank(scores.walk, chunks)
    x[:, 9] = _inverse_rank(scores.dense, chunks)
    x[:, 10] = _inverse_rank(scores.bm25, chunks)
    for strength in range(4):
        x[:, 14 - strength] = linked[:, 0] == strength
    x[:, 15], x[:, 16] = linked[:, 1], linked[:, 2] / 5
    x[:, 17] = np.maximum(scores.coverage[chunks], 0)
    x[:, 18] = _overlap(index, chunks, asked)
    x[:, 19] = np.log1p(_lengths(index, chunks)) / 7
    x[:, 20] = np.log1p(_named_by(index, chunks)) / 5
    x[:, 21] = np.log1p(np.diff(index.chunk_mentions)[chunks]) / 5
    x[:, 22] = candidates.hop == 1
    x[:, 24] = linked[:, 3]
    x[:, 23] = index.first_chunk[index.chunk_document[chunks]] == chunks
    x[:, 25:] = _words(index, scores, candidates, x[:, 5], near)
    return np.column_stack([x, standardised(x)])


def standardised(measures: FloatArray) -> FloatArray:
    """Some of the nodes' measures (n, m), less their mean and by their deviation: (n, s)."""
    x = measures[:, [_MEASURES.index(name) for name in _STANDARDISED]]
    deviation = x.std(0) + np.float32(1e-3)
    return np.asarray((x - x.mean(0)) / deviation, np.float32)


def _words(
    index: GraphIndex,
    scores: Scores,
    candidates: Candidates,
    share: FloatArray,
    near: FloatArray,
) -> FloatArray:
    """What the question's single words say of each candidate: (n, 7)."""
    chunks, asked = candidates.chunks, scores.words
    late = weighted(near, asked.rarity)
    documents = index.chunk_document[chunks]
    count = index.document_chunks[documents + 1] - index.document_chunks[documents]
    columns = (
        late,
        weighted(near, asked.rarity * asked.outside),
        unsaid(near, asked.rarity, candidates.hop == 0),
        said_in_one_sentence(index, chunks, asked),
        _below_best(share, documents),
        _below_best(late, documents),
        np.log1p(count) / 5,
    )
    return np.column_stack(columns).astype(np.float32)


def _below_best(values: FloatArray, documents: AnyArray) -> FloatArray:
    """Each value less the best one of its document's candidates."""
    _, member = np.unique(documents, return_inverse=True)
    best = np.full(len(values), -np.inf, np.float32)
    np.maximum.at(best, member.reshape(-1), values)
    return values - best[member.reshape(-1)]


def _inverse_rank(scores: FloatArray, chunks: AnyArray) -> FloatArray:
    """1 / rank among all chunks, where the best has rank 1."""
    ordered = np.sort(scores)
    better = len(ordered) - np.searchsorted(ordered, scores[chunks], side="right")
    return np.asarray(1 / (1 + better), np.float32)


def _best_sentences(index: GraphIndex, chunks: AnyArray, vectors: FloatArray) -> FloatArray:
    owner, rows = ranges(index.chunk_sentences, chunks)
    best = np.full((len(chunks), len(vectors)), -1, np.float32)
    np.maximum.at(best, owner, index.sentence_vectors(rows) @ vectors.T)
    return best


def _overlap(index: GraphIndex, chunks: AnyArray, asked: set[int]) -> FloatArray:
    """The largest share of the question's content words that one of a chunk's sentences has."""
    owner, rows = ranges(index.chunk_sentences, chunks)
    best = np.zeros(len(chunks), np.float32)
    np.maximum.at(best, owner, overlap(index.sentence_stems, index.stems, rows, asked))
    return best / np.float32(max(1, len(asked)))


def _lengths(index: GraphIndex, chunks: AnyArray) -> AnyArray:
    return np.asarray(index.chunk_cells[chunks + 1] - index.chunk_cells[chunks])


def _named_by(index: GraphIndex, chunks: AnyArray) -> AnyArray:
    """How many chunks mention what each candidate's document is about."""
    owner, about = ranges(index.document_about, index.chunk_document[chunks])
    counts = index.frequency[index.abouts_by_document[about]]
    return np.bincount(owner, counts, minlength=len(chunks))
