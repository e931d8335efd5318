"""Message passing over edges: attention with a null slot, by PyTorch Geometric or by torch alone.

Both compute, for every node i and head,

    out_i = sum over edges j -> i of  gate_ji * softmax_i([logit_ji, ..., null_i])_ji * message_ji

where the null slot takes the weight that no edge deserves. Training and long-lived processes use
PyTorch Geometric. Its import takes longer than everything else in answering a single question, so
a process that answers one uses the torch twin; one test holds the two equal.
"""

from __future__ import annotations

from typing import Any, Literal, Protocol

import torch
from jaxtyping import Float, Int
from torch import Tensor

Engine = Literal["pyg", "torch"]


class Propagation(Protocol):
    """Aggregates messages at their receivers."""

    def __call__(
        self,
        edges: Int[Tensor, "2 m"],
        messages: Float[Tensor, "m h c"],
        logits: Float[Tensor, "m h"],
        gates: Float[Tensor, "m h"],
        null: Float[Tensor, "n h"],
    ) -> Float[Tensor, "n h c"]:
        """Return each node's weighted sum of messages."""
        ...


def propagation(engine: Engine) -> Propagation:
    """The engine of that name."""
    return _pyg_propagation() if engine == "pyg" else propagate


def propagate(
    edges: Int[Tensor, "2 m"],
    messages: Float[Tensor, "m h c"],
    logits: Float[Tensor, "m h"],
    gates: Float[Tensor, "m h"],
    null: Float[Tensor, "n h"],
) -> Float[Tensor, "n h c"]:
    """The torch engine."""
    receiver = edges[1]
    at = receiver[:, None].expand_as(logits)
    top = null.detach().scatter_reduce(0, at, logits.detach(), "amax")  # shifts keep exp finite
    weights = (logits - top[receiver]).exp()
    whole = (null - top).exp().index_add(0, receiver, weights)
    weighted = (weights / whole[receiver] * gates)[..., None] * messages
    out = torch.zeros(len(null), *messages.shape[1:], dtype=messages.dtype, device=messages.device)
    return out.index_add(0, receiver, weighted)


def _pyg_propagation() -> Propagation:
    from torch_geometric.nn import MessagePassing
    from torch_geometric.utils import softmax

    class NullSlotAttention(MessagePassing):
        """`MessagePassing` whose softmax has one more slot than a node has edges."""

        def __init__(self) -> None:
            super().__init__(aggr="add", node_dim=0)

        def forward(
            self, edges: Tensor, messages: Tensor, logits: Tensor, gates: Tensor, null: Tensor
        ) -> Tensor:
            nodes = torch.arange(len(null), device=null.device)
            index = torch.cat([edges[1], nodes])
            weights = softmax(torch.cat([logits, null]), index, num_nodes=len(null))
            weights = weights[: len(logits)] * gates
            return self.propagate(
                edges, size=(len(null), len(null)), messages=messages, weights=weights
            )

        def message(self, messages: Tensor, weights: Tensor) -> Tensor:
            return weights[..., None] * messages

    engine: Any = NullSlotAttention()
    return engine
