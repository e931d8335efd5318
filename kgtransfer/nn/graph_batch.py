"""Several questions' subgraphs as one disconnected graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import torch
from jaxtyping import Float, Int
from torch import Tensor


@dataclass(frozen=True, slots=True)
class GraphBatch:
    """Nodes and edges of one or more graphs, each asked its own question.

    Edge k carries a message from node `edges[0, k]` to node `edges[1, k]`; it has the vector
    `edge_vectors[edge_window[k]]`, because many edges share a piece of text.
    """

    nodes: Float[Tensor, "n f"]
    node_vectors: Float[Tensor, "n d"]
    edges: Int[Tensor, "2 m"]
    edge_features: Float[Tensor, "m g"]
    edge_vectors: Float[Tensor, "w d"]
    edge_window: Int[Tensor, " m"]
    question: Float[Tensor, "b 2 d"]
    """Each graph's question, and what is left of it without the names in it."""
    graph: Int[Tensor, " n"]
    """Which graph a node belongs to."""

    @property
    def size(self) -> int:
        """How many nodes there are."""
        return int(self.nodes.shape[0])

    @classmethod
    def collate(cls, graphs: Sequence[GraphBatch]) -> GraphBatch:
        """Put graphs side by side, renumbering nodes, windows and questions."""
        nodes = _before([g.size for g in graphs])
        windows = _before([int(g.edge_vectors.shape[0]) for g in graphs])
        questions = _before([int(g.question.shape[0]) for g in graphs])
        return cls(
            nodes=torch.cat([g.nodes for g in graphs]),
            node_vectors=torch.cat([g.node_vectors for g in graphs]),
            edges=torch.cat([g.edges + by for g, by in zip(graphs, nodes, strict=True)], 1),
            edge_features=torch.cat([g.edge_features for g in graphs]),
            edge_vectors=torch.cat([g.edge_vectors for g in graphs]),
            edge_window=torch.cat(
                [g.edge_window + by for g, by in zip(graphs, windows, strict=True)]
            ),
            question=torch.cat([g.question for g in graphs]),
            graph=torch.cat([g.graph + by for g, by in zip(graphs, questions, strict=True)]),
        )

    def to(self, device: torch.device | str) -> GraphBatch:
        """The same batch on another device."""
        return GraphBatch(**{f.name: getattr(self, f.name).to(device) for f in fields(self)})


def _before(sizes: list[int]) -> list[int]:
    return [sum(sizes[:at]) for at in range(len(sizes))]
