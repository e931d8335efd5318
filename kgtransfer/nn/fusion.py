"""Gated, bidirectional cross-attention between token states and graph nodes.

One block after the language model's last layer: tokens attend to nodes, and nodes to tokens. The
idea of joining the two sides by attention follows GreaseLM (Zhang et al., 2022, arXiv:2201.08860)
and QA-GNN (Yasunaga et al., 2021, arXiv:2104.06378); the tanh gate that starts at zero is that of
Flamingo (Alayrac et al., 2022, arXiv:2204.14198). Only the scalar gate starts at zero: a zero
output projection as well would leave both without a gradient.
"""

from __future__ import annotations

from typing import Protocol

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

Tokens = Float[Tensor, "batch tokens width"]
Nodes = Float[Tensor, "batch nodes node_width"]
TokenMask = Bool[Tensor, "batch tokens"]
NodeMask = Bool[Tensor, "batch nodes"]


class Fusion(Protocol):
    """What joins hidden states with a graph: same shapes out as in, gates at zero is identity.

    A batch without nodes (or with all of them masked) is legal: a null node stands in for them.
    The result for the tokens does not depend on the order of the nodes.
    """

    def __call__(
        self, tokens: Tokens, token_mask: TokenMask, nodes: Nodes, node_mask: NodeMask
    ) -> tuple[Tokens, Nodes]:
        """Fused token states and fused node states."""
        ...


class GatedCrossAttention(nn.Module):
    """The `Fusion` block: `x + tanh(gate) * attention(x, other side)` on both sides."""

    def __init__(self, width: int, node_width: int, inner: int = 64, heads: int = 4) -> None:
        super().__init__()
        self.token_norm, self.node_norm = nn.LayerNorm(width), nn.LayerNorm(node_width)
        self.to_tokens = CrossAttention(width, node_width, inner, heads)
        self.to_nodes = CrossAttention(node_width, width, inner, heads)
        self.null_node = nn.Parameter(torch.randn(node_width) * 0.02)
        self.token_gate = nn.Parameter(torch.zeros(()))
        self.node_gate = nn.Parameter(torch.zeros(()))

    def forward(
        self, tokens: Tokens, token_mask: TokenMask, nodes: Nodes, node_mask: NodeMask
    ) -> tuple[Tokens, Nodes]:
        """Fuse both ways; a null node is always there to be attended to."""
        batch = tokens.shape[0]
        null = self.null_node.to(nodes.dtype).expand(batch, 1, -1)
        keys = self.node_norm(torch.cat([null, nodes], dim=1))
        seen = torch.cat([node_mask.new_ones(batch, 1), node_mask], dim=1)
        normed = self.token_norm(tokens)
        fused = tokens + torch.tanh(self.token_gate) * self.to_tokens(normed, keys, seen)
        if nodes.shape[1] == 0:
            return fused, nodes
        update = self.to_nodes(keys[:, 1:], normed, token_mask)
        return fused, nodes + torch.tanh(self.node_gate) * update


class CrossAttention(nn.Module):
    """Multi-head attention from one width to another, through an inner width."""

    def __init__(self, query_width: int, key_width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(query_width, inner)
        self.key = nn.Linear(key_width, inner)
        self.value = nn.Linear(key_width, inner)
        self.output = nn.Linear(inner, query_width)

    def forward(
        self,
        queries: Float[Tensor, "batch q query_width"],
        keys: Float[Tensor, "batch k key_width"],
        mask: Bool[Tensor, "batch k"],
    ) -> Float[Tensor, "batch q query_width"]:
        """What each query takes from the keys that the mask lets it see."""
        q, k, v = (
            part.unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for part in (self.query(queries), self.key(keys), self.value(keys))
        )
        mixed = nn.functional.scaled_dot_product_attention(q, k, v, mask[:, None, None, :])
        return self.output(mixed.transpose(1, 2).flatten(-2))


class Alignment(nn.Module):
    """Pulls the hidden state of a passage (or mention) and its node's embedding together.

    Both sides are projected to one space; the loss is the symmetric InfoNCE over the batch (van den
    Oord et al., 2018, arXiv:1807.03748).
    """

    def __init__(self, width: int, node_width: int, inner: int = 64) -> None:
        super().__init__()
        self.text = nn.Linear(width, inner)
        self.node = nn.Linear(node_width, inner)
        self.log_scale = nn.Parameter(torch.tensor(2.0))

    def forward(
        self, hidden: Float[Tensor, "pairs width"], nodes: Float[Tensor, "pairs node_width"]
    ) -> Float[Tensor, ""]:
        """The loss of pairs `(hidden[i], nodes[i])`; 0 where fewer than two pairs are given."""
        if hidden.shape[0] < 2:
            return hidden.sum() * 0.0
        text = nn.functional.normalize(self.text(hidden), dim=-1)
        node = nn.functional.normalize(self.node(nodes), dim=-1)
        logits = text @ node.T * self.log_scale.exp().clamp(max=100.0)
        target = torch.arange(logits.shape[0], device=logits.device)
        both = (
            nn.functional.cross_entropy(logits, target),
            nn.functional.cross_entropy(logits.T, target),
        )
        return (both[0] + both[1]) / 2
