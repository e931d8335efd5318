"""The extractive reader: a language model with a class head, a span head and the fusion block.

For each window of a page it says whether the window answers the question with a span, with yes,
with no, or not at all, and where the span stands (Devlin et al., 2019, arXiv:1810.04805, section
4.3, with a class head in place of the null span).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from safetensors.torch import load_file
from torch import Tensor, nn

from kgtransfer.nn.deltas import merge_deltas
from kgtransfer.nn.fusion import GatedCrossAttention

CLASSES = ("span", "yes", "no", "none")
NODE_EXTRAS = 4
"""Features beside a node's embedding: logit, page being read, linked in the question, one hop."""


@dataclass(frozen=True, slots=True)
class ReaderBatch:
    """Windows of equal length with, for each, the nodes of the graph around its page.

    `text` is true for tokens of the passage (where a span may stand). `nodes` holds a node's
    embedding and its `NODE_EXTRAS` features; without a graph it has no rows.
    """

    ids: Int[Tensor, "batch tokens"]
    mask: Bool[Tensor, "batch tokens"]
    types: Int[Tensor, "batch tokens"]
    text: Bool[Tensor, "batch tokens"]
    nodes: Float[Tensor, "batch nodes node_width"]
    node_mask: Bool[Tensor, "batch nodes"]


@dataclass(frozen=True, slots=True)
class ReaderOutput:
    """Log-probabilities of the classes and of a span's first and last token, by window.

    `state` is the window's fused summary (batch, width), `nodes` the fused node states.
    """

    classes: Float[Tensor, "batch 4"]
    starts: Float[Tensor, "batch tokens"]
    ends: Float[Tensor, "batch tokens"]
    state: Float[Tensor, "batch width"]
    nodes: Float[Tensor, "batch nodes node_width"]


class ReaderNetwork(nn.Module):
    """Encoder (handed in), fusion, heads. The word embeddings stay as they were."""

    def __init__(self, encoder: Any, width: int, node_width: int = 64) -> None:
        super().__init__()
        self.encoder = encoder
        self.encoder.embeddings.word_embeddings.weight.requires_grad_(False)
        self.node_width = node_width + NODE_EXTRAS
        self.fusion = GatedCrossAttention(width, self.node_width)
        self.dropout = nn.Dropout(0.1)
        self.class_head = nn.Linear(2 * width, len(CLASSES))
        self.span_head = nn.Linear(width, 2)

    def forward(self, batch: ReaderBatch) -> ReaderOutput:
        """Read each window by itself."""
        return self.read(self.encode(batch), batch)

    def encode(self, batch: ReaderBatch) -> Float[Tensor, "batch tokens width"]:
        """The language model's last hidden states, before the graph enters."""
        states: Tensor = self.encoder(
            input_ids=batch.ids, attention_mask=batch.mask.long(), token_type_ids=batch.types
        ).last_hidden_state
        return states

    def read(self, hidden: Float[Tensor, "batch tokens width"], batch: ReaderBatch) -> ReaderOutput:
        """Fuse hidden states with the nodes and read the result."""
        tokens, nodes = self.fusion(hidden, batch.mask, batch.nodes, batch.node_mask)
        kept = batch.text.unsqueeze(-1).to(tokens.dtype)
        mean = (tokens * kept).sum(1) / kept.sum(1).clamp(min=1.0)
        state = torch.cat([tokens[:, 0], mean], dim=-1)
        logits = self.span_head(self.dropout(tokens)).float()
        logits = logits.masked_fill(~batch.text.unsqueeze(-1), -1e4)
        starts, ends = logits.log_softmax(1).unbind(-1)
        classes = self.class_head(self.dropout(state)).float().log_softmax(-1)
        return ReaderOutput(classes, starts, ends, mean, nodes)

    def heads(self) -> list[nn.Module]:
        """What is not pre-trained."""
        return [self.fusion, self.class_head, self.span_head]


def reader_loss(
    output: ReaderOutput,
    classes: Int[Tensor, batch],
    starts: Bool[Tensor, "batch tokens"],
    ends: Bool[Tensor, "batch tokens"],
) -> Float[Tensor, ""]:
    """Cross-entropy of the class, plus that of any marked first and last token where spans are."""
    loss = nn.functional.nll_loss(output.classes, classes)
    spans = classes == CLASSES.index("span")
    if bool(spans.any()):
        first = _marginal(output.starts[spans], starts[spans])
        last = _marginal(output.ends[spans], ends[spans])
        loss = loss + 0.5 * (first + last) * spans.float().mean()
    return loss


def _marginal(
    log_probabilities: Float[Tensor, "spans tokens"], marked: Bool[Tensor, "spans tokens"]
) -> Float[Tensor, ""]:
    """-log of the probability that falls on any marked token, averaged."""
    return -log_probabilities.masked_fill(~marked, -1e4).logsumexp(1).mean()


def load_weights(network: ReaderNetwork, path: Path) -> None:
    """Load a stored reader: the encoder's change is added, fusion and heads are replaced."""
    tensors = load_file(path)
    change = {n.removeprefix("encoder."): t for n, t in tensors.items() if n.startswith("encoder.")}
    merge_deltas(network.encoder, change)
    rest = {n: t.float() for n, t in tensors.items() if not n.startswith("encoder.")}
    network.load_state_dict(rest, strict=False)
