"""A graph attention network whose attention is conditioned on the question.

The logits are those of GATv2 (Brody, Alon and Yahav 2022, "How Attentive are Graph Attention
Networks?") over sender, receiver, edge and question:

    logit_ji = a . LeakyReLU(W_s h_j + W_r h_i + W_e e_ji + W_q q)
    message_ji = ReLU(W h_j + U e_ji)

A null slot in the softmax and a sigmoid gate let a node refuse edges that do not help. All inputs
come from text and shape, so the network works on graphs that it has never seen.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from kgtransfer.nn.graph_batch import GraphBatch
from kgtransfer.nn.propagate import Engine, propagation


@dataclass(frozen=True, slots=True)
class GraphEncoding:
    """What a graph encoder says of each node."""

    states: Float[Tensor, "n w"]
    scores: Float[Tensor, " n"]
    """Logits: does the node hold evidence for its graph's question?"""


class GraphEncoder(Protocol):
    """Turns a batch of graphs into node states and scores."""

    width: int

    def __call__(self, batch: GraphBatch) -> GraphEncoding:
        """Encode every node."""
        ...


@dataclass(frozen=True, slots=True)
class GatConfig:
    """The network's shape."""

    node_features: int
    edge_features: int
    dimension: int
    """The length of the text embeddings."""
    width: int = 64
    heads: int = 4
    layers: int = 3
    projection: int = 48
    dropout: float = 0.15
    direct: bool = False
    """Whether the node features also enter the score as they are, each with a weight."""

    def as_dict(self) -> dict[str, Any]:
        """For config.json."""
        return asdict(self)


class GraphAttention(nn.Module):
    """One layer: attend over incoming edges, then update each node.

    Args:
        width: the length of node, edge and question states.
        heads: attention heads; `width` is a multiple of them.
        engine: what does the message passing; the parameters do not depend on it.
    """

    def __init__(self, width: int, heads: int, dropout: float, engine: Engine) -> None:
        super().__init__()
        self.heads, self.channels = heads, width // heads
        self.sender = nn.Linear(width, width)
        self.receiver = nn.Linear(width, width, bias=False)
        self.edge = nn.Linear(width, width, bias=False)
        self.asked = nn.Linear(width, width, bias=False)
        self.attention = nn.Parameter(torch.empty(heads, width // heads))
        self.gate = nn.Parameter(torch.empty(heads, width // heads))
        self.gate_bias = nn.Parameter(torch.ones(heads))
        self.null = nn.Linear(width, heads)
        self.message = nn.Linear(width, width)
        self.message_edge = nn.Linear(width, width, bias=False)
        self.update = nn.Sequential(
            nn.Linear(2 * width, width), nn.ReLU(), nn.Dropout(dropout), nn.Linear(width, width)
        )
        self.norm = nn.LayerNorm(width)
        nn.init.xavier_uniform_(self.attention)
        nn.init.xavier_uniform_(self.gate)
        self._propagate = [propagation(engine)]  # in a list, so that it is no submodule

    def forward(
        self,
        h: Float[Tensor, "n w"],
        e: Float[Tensor, "m w"],
        q: Float[Tensor, "n w"],
        edges: Int[Tensor, "2 m"],
    ) -> Float[Tensor, "n w"]:
        """Return the nodes' next states. `q` is each node's question."""
        sender, receiver = edges
        to_receiver = self.receiver(h) + self.asked(q)
        joint = F.leaky_relu(self.sender(h)[sender] + to_receiver[receiver] + self.edge(e), 0.2)
        joint = joint.view(-1, self.heads, self.channels)  # (m, h, c)
        logits = (joint * self.attention).sum(-1)
        gates = torch.sigmoid((joint * self.gate).sum(-1) + self.gate_bias)
        messages = F.relu(self.message(h)[sender] + self.message_edge(e)).view_as(joint)
        heard = self._propagate[0](edges, messages, logits, gates, self.null(h)).flatten(1)
        return self.norm(h + self.update(torch.cat([h, heard], 1)))


class QuestionGat(nn.Module):
    """Node states and scores from features, embeddings and edges, given the question.

    Embeddings are projected to `config.projection` dimensions and enter as they are and multiplied
    by the question's projection.
    """

    def __init__(self, config: GatConfig, *, engine: Engine = "pyg") -> None:
        super().__init__()
        self.config = config
        self.width = config.width
        p, w = config.projection, config.width
        self.of_text = nn.Linear(config.dimension, p, bias=False)
        self.of_question = nn.Linear(config.dimension, p, bias=False)
        self.of_rest = nn.Linear(config.dimension, p, bias=False)
        self.of_window = nn.Linear(config.dimension, p, bias=False)
        self.nodes = nn.Linear(config.node_features + 2 * p, w)
        self.edges = nn.Linear(config.edge_features + 2 * p, w)
        self.question = nn.Linear(2 * p, w)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.ModuleList(
            GraphAttention(w, config.heads, config.dropout, engine) for _ in range(config.layers)
        )
        self.score = nn.Sequential(
            nn.Linear(2 * w, w), nn.ReLU(), nn.Dropout(config.dropout), nn.Linear(w, 1)
        )
        self.direct = nn.Linear(config.node_features, 1, bias=False) if config.direct else None
        if self.direct is not None:
            nn.init.zeros_(self.direct.weight)

    def cool(self, temperature: float) -> None:
        """Divide all scores by `temperature`, for good: the order stays as it is."""
        last = self.score[-1]
        direct = [] if self.direct is None else [self.direct.weight]
        with torch.no_grad():
            for parameter in (*last.parameters(), *direct):
                parameter /= temperature

    def forward(self, batch: GraphBatch) -> GraphEncoding:
        """Encode every node of a batch."""
        scale = self.config.dimension**0.5  # embeddings have length 1: bring entries to about 1
        question = self.of_question(batch.question[:, 0] * scale)  # (b, p)
        rest = self.of_rest(batch.question[:, 1] * scale)
        text = self.of_text(batch.node_vectors * scale)  # (n, p)
        window = self.of_window(batch.edge_vectors * scale)[batch.edge_window]  # (m, p)
        asked = self.question(torch.cat([question, rest], 1))[batch.graph]  # (n, w)
        of_sender = batch.graph[batch.edges[0]]
        first = F.relu(self.nodes(torch.cat([batch.nodes, text, text * question[batch.graph]], 1)))
        e = F.relu(
            self.edges(torch.cat([batch.edge_features, window, window * rest[of_sender]], 1))
        )
        h, e = self.dropout(first), self.dropout(e)
        for layer in self.layers:
            h = layer(h, e, asked, batch.edges)
        scores = self.score(torch.cat([h, first], 1)).squeeze(1)
        if self.direct is not None:
            scores = scores + self.direct(batch.nodes).squeeze(1)
        return GraphEncoding(h, scores)
