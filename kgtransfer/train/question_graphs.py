"""Questions as the retriever's examples: each one's graph and which nodes hold evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from jaxtyping import Bool, Int
from torch import Tensor

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.nn.graph_batch import GraphBatch
from kgtransfer.retrieve.candidates import choose
from kgtransfer.retrieve.features import question_graph
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import to_batch
from kgtransfer.retrieve.ranking import Control
from kgtransfer.retrieve.scoring import Scorer
from kgtransfer.retrieve.tables import AnyArray
from kgtransfer.train.corpora import CorpusQuestion


@dataclass(frozen=True, slots=True)
class Example:
    """One question's graph, and which of its nodes hold evidence."""

    graph: GraphBatch
    gold: Bool[Tensor, " n"]
    document: Int[Tensor, " n"]
    """Which document a node is a chunk of."""
    missed: int = 0
    """How many gold documents are not among the candidates."""


def collect(
    index: GraphIndex,
    encoder: TextEncoder,
    questions: Sequence[CorpusQuestion],
    *,
    shuffle: int | None = None,
) -> list[Example]:
    """Each question's graph with its gold nodes; `shuffle` permutes the edges by that seed."""
    scorer, control = Scorer(index, encoder), Control(shuffle=shuffle)
    examples = []
    for question in questions:
        scores = scorer.score(question.text)
        graph = control(question_graph(index, scores, choose(index, scores)))
        gold = gold_nodes(index, question, graph.chunks)
        documents = index.chunk_document[graph.chunks]
        held = {index.document(int(d)).uri for d in documents[gold.numpy()]}
        document = torch.from_numpy(documents.astype(np.int64))
        missed = len(question.gold - held)
        examples.append(Example(_halved(to_batch(graph)), gold, document, missed))
    return examples


def gold_nodes(index: GraphIndex, question: CorpusQuestion, chunks: AnyArray) -> Bool[Tensor, " n"]:
    """Which of some chunks (n,) hold the question's evidence."""
    uris = {int(d): index.document(int(d)).uri for d in np.unique(index.chunk_document[chunks])}
    found = [uris[int(document)] for document in index.chunk_document[chunks]]
    spans = zip(found, index.chunk_spans(chunks).tolist(), strict=True)
    return torch.tensor([question.holds(uri, *span) for uri, span in spans], dtype=torch.bool)


def _halved(graph: GraphBatch) -> GraphBatch:
    return replace(
        graph, node_vectors=graph.node_vectors.half(), edge_vectors=graph.edge_vectors.half()
    )
