"""A question's subgraph as numbers: what the graph encoder reads.

Nodes are candidate chunks. An edge is a stored path: chunk, entity, the document about it and its
chunk (in both directions), or chunk, entity, chunk where the entity is rare. Everything is a
function of texts and of the graph's shape, never of an id, so a trained encoder works on a graph
that it has never seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kgtransfer.names import TITLE
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.candidates import Candidates
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.late import nearness, said_in_one_sentence, unsaid, weighted
from kgtransfer.retrieve.lexical import overlap, stems
from kgtransfer.retrieve.scoring import Scores
from kgtransfer.retrieve.tables import AnyArray, compress, ranges

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
EDGE_FEATURES = (
    "names_page", "page_named", "shared", "strength", "sure", "position", "cosine",
    "cosine_sentence", "cosine_rest", "cosine_rest_sentence", "overlap", "rarity", "from_linked",
    "to_linked", "asked",
)  # fmt: skip
RARE = (2, 25)
"""In how many chunks an entity stands whose mentions join chunks directly."""
_LARGEST_GROUP = 12


@dataclass(frozen=True, slots=True)
class QuestionGraph:
    """A subgraph for one question, ready for the encoder.

    Edge k carries a message from node `edges[0, k]` to node `edges[1, k]`.
    """

    chunks: AnyArray
    """(n,) chunk numbers."""
    nodes: FloatArray
    """(n, 42) `NODE_FEATURES`."""
    node_vectors: FloatArray
    """(n, d) the chunks' embeddings."""
    edges: AnyArray
    """(2, m)"""
    edge_features: FloatArray
    """(m, 15) `EDGE_FEATURES`."""
    edge_vectors: FloatArray
    """(w, d) the embeddings of the mentions' windows, each once."""
    edge_window: AnyArray
    """(m,) which window an edge has."""
    question: FloatArray
    """(2, d) the question, and the question without its names."""


def question_graph(index: GraphIndex, scores: Scores, candidates: Candidates) -> QuestionGraph:
    """Collapse the graph around the candidates and measure its nodes and edges."""
    chunks = candidates.chunks
    asked = stems(scores.rest)
    vectors = np.stack([scores.question_vector, scores.rest_vector])
    linked = _linked(index, scores, chunks)
    nodes = _nodes(index, scores, candidates, linked, vectors, asked)
    sender, receiver, rows, kind = _edges(index, chunks)
    used, window = np.unique(rows, return_inverse=True)
    windows = index.window_vectors(used)
    edge_features = _edge_features(index, scores, used, windows, vectors, asked)[window]
    edge_features[np.arange(len(kind)), kind] = 1
    edge_features[:, 12] = linked[sender, 0] >= TITLE
    edge_features[:, 13] = linked[receiver, 0] >= TITLE
    return QuestionGraph(
        chunks=chunks,
        nodes=nodes,
        node_vectors=np.asarray(index.chunk_vectors[chunks]),
        edges=np.stack([sender, receiver]),
        edge_features=edge_features,
        edge_vectors=windows,
        edge_window=window.reshape(-1),
        question=vectors,
    )


def shuffled(graph: QuestionGraph, seed: int) -> QuestionGraph:
    """The control of every claim that edges help: the same edges, their receivers permuted."""
    order = np.random.default_rng(seed).permutation(graph.edges.shape[1])
    return replace(graph, edges=np.stack([graph.edges[0], graph.edges[1, order]]))


def without_names(graph: QuestionGraph) -> QuestionGraph:
    """The control of what names are worth: no edge between a name and a page that bears it."""
    kept = graph.edge_features[:, :2].sum(axis=1) == 0
    return replace(
        graph,
        edges=graph.edges[:, kept],
        edge_features=graph.edge_features[kept],
        edge_window=graph.edge_window[kept],
    )


def _linked(index: GraphIndex, scores: Scores, chunks: AnyArray) -> FloatArray:
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


def _nodes(
    index: GraphIndex,
    scores: Scores,
    candidates: Candidates,
    linked: FloatArray,
    vectors: FloatArray,
    asked: set[int],
) -> FloatArray:
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
    x[:, 25:] = _words(index, scores, candidates, x[:, 5])
    return np.column_stack([x, standardised(x)])


def standardised(measures: FloatArray) -> FloatArray:
    """Some of the nodes' measures (n, m), less their mean and by their deviation: (n, s)."""
    x = measures[:, [_MEASURES.index(name) for name in _STANDARDISED]]
    deviation = x.std(0) + np.float32(1e-3)
    return np.asarray((x - x.mean(0)) / deviation, np.float32)


def _words(
    index: GraphIndex, scores: Scores, candidates: Candidates, share: FloatArray
) -> FloatArray:
    """What the question's single words say of each candidate: (n, 7)."""
    chunks, asked = candidates.chunks, scores.words
    near = nearness(index, chunks, asked)
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


Edges = tuple[AnyArray, AnyArray, AnyArray, AnyArray]
"""Sender, receiver, the mention's row, and the kind: 0 names a page, 1 its reverse, 2 shared."""


def _edges(index: GraphIndex, chunks: AnyArray) -> Edges:
    owner, rows = ranges(index.chunk_mentions, chunks)
    naming, page, row = _page_edges(index, chunks, owner, rows)
    left, right, shared = _shared_edges(index, chunks, owner, rows)
    joined = set(zip(naming.tolist(), page.tolist(), strict=True))
    pairs = zip(left.tolist(), right.tolist(), strict=True)
    apart = np.asarray([(a, b) not in joined and (b, a) not in joined for a, b in pairs], bool)
    left, right, shared = left[apart], right[apart], shared[apart]
    kinds = np.repeat([0, 1, 2], [len(naming), len(naming), len(left)])
    return (
        np.concatenate([naming, page, left]),
        np.concatenate([page, naming, right]),
        np.concatenate([row, row, shared]),
        kinds,
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


def _edge_features(
    index: GraphIndex,
    scores: Scores,
    rows: AnyArray,
    windows: FloatArray,
    vectors: FloatArray,
    asked: set[int],
) -> FloatArray:
    """The features of mentions, each once; those of an edge's ends are filled in by the caller."""
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
