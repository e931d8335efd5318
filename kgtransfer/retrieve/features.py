"""A question's subgraph as numbers: what the graph encoder reads.

Nodes are candidate chunks. An edge is a stored path: chunk, entity, the document about it and its
chunk (in both directions), or chunk, entity, chunk where the entity is rare. Everything is a
function of texts and of the graph's shape, never of an id, so a trained encoder works on a graph
that it has never seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from kgtransfer.records import FloatArray
from kgtransfer.retrieve.candidates import Candidates
from kgtransfer.retrieve.edges import edge_features, find_edges
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.late import WordsNear
from kgtransfer.retrieve.lexical import stems
from kgtransfer.retrieve.measures import linked_names, node_features
from kgtransfer.retrieve.scoring import Scores
from kgtransfer.retrieve.tables import AnyArray


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
    linked = linked_names(index, scores, chunks)
    near = WordsNear(index, chunks, scores.words)
    edges = find_edges(index, chunks)
    features, windows, window = edge_features(index, scores, edges, linked, vectors, asked)
    return QuestionGraph(
        chunks=chunks,
        nodes=node_features(index, scores, candidates, linked, near.chunks, vectors, asked),
        node_vectors=np.asarray(index.chunk_vectors[chunks]),
        edges=np.stack([edges.sender, edges.receiver]),
        edge_features=features,
        edge_vectors=windows,
        edge_window=window,
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
