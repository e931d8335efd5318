"""The reader of a page at the end of a path: half of a language model, path fusion, the other half.

The lower layers are those of the trained reader and stay as they are, so that what they give for a
window can be kept. In the middle the path enters (`kgtransfer.nn.path_fusion`); the upper layers
have low-rank adapters (Hu et al. 2021, arXiv:2106.09685). Beside the reader's classes and spans it
says whether what it found ends the path or leads on.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn

from kgtransfer.nn.path_fusion import PathBatch, PathFusion, PathState
from kgtransfer.nn.reader import ReaderBatch, ReaderNetwork, ReaderOutput

LOWER = 3
"""Layers below the path."""
NODE_EXTRAS = 2
"""Beside a node's embedding: its logit, and whether there is one at all."""


@dataclass(frozen=True, slots=True)
class PathOutput:
    """What was read; the logits of the path ending here; and what the path looked like."""

    reading: ReaderOutput
    stops: Float[Tensor, " batch"]
    path: PathState


class Adapted(nn.Module):
    """A linear layer that stays, plus a trained change of low rank that starts at zero."""

    def __init__(self, linear: nn.Linear, rank: int) -> None:
        super().__init__()
        self.linear = linear.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, linear.in_features) * linear.in_features**-0.5)
        self.up = nn.Parameter(torch.zeros(linear.out_features, rank))

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output with the change added."""
        change: Tensor = F.linear(F.linear(x, self.down), self.up)
        return self.linear(x) + 2.0 * change


class PathReader(nn.Module):
    """Reads windows that stand at the end of paths.

    Args:
        reader: the trained reader; its lower layers are shared, what is trained here is copied.
        node_width: of the graph encoder's embeddings.
        rank: of the adapters.
    """

    def __init__(self, reader: ReaderNetwork, node_width: int, rank: int = 16) -> None:
        super().__init__()
        layers = reader.encoder.encoder["layer"]
        self.embeddings, self.lower = reader.encoder.embeddings, nn.ModuleList(layers[:LOWER])
        self.upper = nn.ModuleList(copy.deepcopy(layer) for layer in layers[LOWER:])
        for frozen in (self.embeddings, self.lower, self.upper):
            frozen.requires_grad_(False)
        for layer in self.upper:
            _adapt(layer, rank)
        width = int(reader.span_head.in_features)
        self.width, self.node_width = width, node_width + NODE_EXTRAS
        self.fusion = PathFusion(width, self.node_width)
        self.class_head = copy.deepcopy(reader.class_head)
        self.span_head = copy.deepcopy(reader.span_head)
        self.stop_head = nn.Linear(2 * width, 1)
        self.stop_path = nn.Linear(self.fusion.slot.out_features, 1)
        self.drop = nn.Dropout(0.1)

    def encode(self, batch: ReaderBatch) -> Float[Tensor, "batch tokens width"]:
        """The states below the path."""
        x: Tensor = self.embeddings(batch.ids, batch.types)
        for layer in self.lower:
            x = layer(x, batch.mask[:, None, None, :])
        return x

    def read(
        self, states: Float[Tensor, "batch tokens width"], batch: ReaderBatch, path: PathBatch
    ) -> PathOutput:
        """Fuse the path into the middle states and read on."""
        fused = self.fusion(states, batch.mask, path)
        x = fused.tokens
        for layer in self.upper:
            x = layer(x, batch.mask[:, None, None, :])
        kept = batch.text.unsqueeze(-1).to(x.dtype)
        mean = (x * kept).sum(1) / kept.sum(1).clamp(min=1.0)
        state = self.drop(torch.cat([x[:, 0], mean], -1))
        logits = self.span_head(self.drop(x)).float()
        starts, ends = logits.masked_fill(~batch.text.unsqueeze(-1), -1e4).log_softmax(1).unbind(-1)
        classes = self.class_head(state).float().log_softmax(-1)
        stops = (self.stop_head(state) + self.stop_path(fused.state)).float().squeeze(-1)
        return PathOutput(ReaderOutput(classes, starts, ends, mean, fused.slots), stops, fused)

    def train(self, mode: bool = True) -> PathReader:
        """As `nn.Module.train`; what is frozen below stays without dropout."""
        super().train(mode)
        self.embeddings.eval()
        self.lower.eval()
        return self

    def trained(self) -> dict[str, Tensor]:
        """What differs from the reader it was made of, to be stored beside it."""
        return {
            name: tensor
            for name, tensor in self.state_dict().items()
            if not name.startswith(("embeddings.", "lower."))
            and (not name.startswith("upper.") or name.endswith((".down", ".up")))
        }


def _adapt(layer: Any, rank: int) -> None:
    """Put adapters on every product of a layer."""
    own, output = layer.attention["self"], layer.attention["output"]
    for parent, name in (
        *((own, part) for part in ("query", "key", "value")),
        *((part, "dense") for part in (output, layer.intermediate, layer.output)),
    ):
        parent[name] = Adapted(parent[name], rank)
