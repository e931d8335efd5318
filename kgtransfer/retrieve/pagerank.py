"""Personalised PageRank over chunks and the entities that they name.

Source: Haveliwala 2002, "Topic-sensitive PageRank"; its use for multi-hop retrieval follows
Gutiérrez et al. 2024, "HippoRAG".
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags_array

from kgtransfer.records import FloatArray
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.linking import Link, strong
from kgtransfer.retrieve.tables import AnyArray

OWN = 3.0
"""The weight of the edge between an entity and the first chunk of a document about it."""
RESTART = 0.3
ITERATIONS = 12
DENSE_SHARE = 0.05
DENSE_SEEDS = 20


class Walk:
    """A walk from chunk to entity to chunk, with restarts at the question's names."""

    def __init__(self, index: GraphIndex) -> None:
        weights = _bipartite(index)
        self._index = index
        self._to_chunk = _rows_to_one(weights.T.tocsr()).T.tocsr()
        self._to_entity = _rows_to_one(weights).T.tocsr()

    def scores(self, links: list[Link], dense: FloatArray) -> FloatArray:
        """Each chunk's stationary probability: (n,).

        Args:
            links: the names found in the question.
            dense: each chunk's cosine with the question, (n,); the best get a small share.
        """
        entities, chunks = self._seeds(links, dense)
        restart_chunks = chunks + self._to_chunk @ entities
        at = restart_chunks
        for _ in range(ITERATIONS):
            step = self._to_chunk @ (self._to_entity @ at)
            at = RESTART * restart_chunks + (1 - RESTART) * step
        return np.asarray(at, np.float32)

    def _seeds(self, links: list[Link], dense: FloatArray) -> tuple[FloatArray, FloatArray]:
        entities = np.zeros(len(self._index.entity_ids), np.float32)
        chunks = np.zeros(len(self._index), np.float32)
        for link in strong(links):
            best = _strongest(self._index, link)
            frequency = np.maximum(1, self._index.frequency[best])
            entities[best] += link.surety / frequency / max(1, len(best))
        total = float(entities.sum())
        if total:
            entities *= (1 - DENSE_SHARE) / total
        top = np.argsort(-dense, kind="stable")[:DENSE_SEEDS]
        weight = np.maximum(dense[top], 0) + 1e-6
        chunks[top] = weight / weight.sum() * (DENSE_SHARE if total else 1.0)
        return entities, chunks


def _strongest(index: GraphIndex, link: Link) -> AnyArray:
    """The entities of the documents that bear the name most strongly, or those without one.

    A page whose whole title is the name goes before pages that add a bracket to it.
    """
    if not len(link.documents):
        return link.entities
    strongest = link.strengths == link.strengths.max()
    whole = strongest & link.whole
    documents = link.documents[whole if whole.any() else strongest]
    about = [
        index.abouts_by_document[index.document_about[d] : index.document_about[d + 1]]
        for d in documents
    ]
    return np.unique(np.concatenate(about)) if about else link.entities


def _bipartite(index: GraphIndex) -> csr_matrix:
    """Chunks by entities: 1 / bearers for a mention, `OWN` for the subject of a document."""
    weights = 1.0 / np.maximum(1, index.mention_bearers)
    counts = np.diff(index.document_about)
    first = np.repeat(index.first_chunk, counts)
    has_chunk = first >= 0
    rows = np.concatenate([index.mention_chunk, first[has_chunk]])
    columns = np.concatenate([index.mention_entity, index.abouts_by_document[has_chunk]])
    values = np.concatenate([weights, np.full(int(has_chunk.sum()), OWN)]).astype(np.float32)
    return csr_matrix((values, (rows, columns)), (len(index), len(index.entity_ids)))


def _rows_to_one(matrix: csr_matrix) -> csr_matrix:
    sums = np.asarray(matrix.sum(1)).reshape(-1)
    return csr_matrix(diags_array(1 / np.maximum(sums, 1e-12)) @ matrix)
