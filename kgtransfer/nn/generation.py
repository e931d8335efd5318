"""A graph for a frozen causal language model: soft tokens, and gated cross-attention adapters.

Soft tokens: every passage of a prompt is marked by its number, and the number's token gets the
projected embedding of the passage's node added, `e + tanh(g) * W(norm(node))`: a soft prompt (Li
and Liang 2021, arXiv:2101.00190) that stands where the text that it belongs to begins. Adapters:
after some of the frozen layers every token attends to all nodes, and a small feed-forward layer
follows, both behind gates that start at zero, so that the untrained model is the plain one
(Flamingo: Alayrac et al. 2022, arXiv:2204.14198).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from kgtransfer.nn.fusion import CrossAttention


@dataclass(frozen=True, slots=True)
class NodePrompt:
    """The nodes of a batch of prompts: embeddings, which of them are there, and where they stand.

    `places[b, t]` is the number of the node, from 0, that token t belongs to; -1 for none.
    """

    nodes: Float[Tensor, "b n node_width"]
    mask: Bool[Tensor, "b n"]
    places: Int[Tensor, "b t"]


class GatedGraphBlock(nn.Module):
    """`x + tanh(g1) attention(norm(x), nodes)`, then `x + tanh(g2) feedforward(norm(x))`."""

    def __init__(self, width: int, node_width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.norm, self.node_norm = nn.LayerNorm(width), nn.LayerNorm(node_width)
        self.attention = CrossAttention(width, node_width, inner, heads)
        self.feed_norm = nn.LayerNorm(width)
        self.feed = nn.Sequential(nn.Linear(width, inner), nn.GELU(), nn.Linear(inner, width))
        self.null_node = nn.Parameter(torch.randn(node_width) * 0.02)
        self.gate = nn.Parameter(torch.zeros(()))
        self.feed_gate = nn.Parameter(torch.zeros(()))

    def forward(
        self,
        x: Float[Tensor, "b t width"],
        nodes: Float[Tensor, "b n node_width"],
        mask: Bool[Tensor, "b n"],
    ) -> Float[Tensor, "b t width"]:
        """The hidden states with what the nodes add; a null node is always there."""
        null = self.null_node.expand(nodes.shape[0], 1, -1)
        keys = self.node_norm(torch.cat([null, nodes], dim=1))
        seen = torch.cat([mask.new_ones(mask.shape[0], 1), mask], dim=1)
        own = x.to(keys.dtype)
        own = own + torch.tanh(self.gate) * self.attention(self.norm(own), keys, seen)
        own = own + torch.tanh(self.feed_gate) * self.feed(self.feed_norm(own))
        return own.to(x.dtype)


class GraphAdapter(nn.Module):
    """What is trained: the projection to soft tokens and a block after each of `layers`.

    Args:
        width: of the language model.
        node_width: of the graph encoder's embeddings.
        layers: numbers of the frozen layers that a block follows, from 0.
        inner: width inside a block.
        heads: of a block's attention.
        scale: the usual size of an input embedding's numbers.
    """

    def __init__(
        self,
        width: int,
        node_width: int,
        layers: Sequence[int],
        *,
        inner: int = 64,
        heads: int = 4,
        scale: float = 0.02,
    ) -> None:
        super().__init__()
        self.width, self.node_width, self.layers = width, node_width, tuple(layers)
        self.inner, self.heads, self.scale = inner, heads, scale
        self.project = nn.Sequential(nn.LayerNorm(node_width), nn.Linear(node_width, width))
        self.soft_gate = nn.Parameter(torch.zeros(()))
        self.blocks = nn.ModuleList(
            GatedGraphBlock(width, node_width, inner, heads) for _ in self.layers
        )

    def soften(
        self, embedded: Float[Tensor, "b t width"], prompt: NodePrompt
    ) -> Float[Tensor, "b t width"]:
        """Input embeddings with each node's projection added where it stands."""
        if not prompt.nodes.shape[1]:
            return embedded
        soft = torch.tanh(self.soft_gate) * self.project(prompt.nodes) * self.scale
        at = prompt.places.clamp(min=0)[..., None].expand(-1, -1, self.width)
        there = (prompt.places >= 0)[..., None]
        return embedded + (soft.gather(1, at) * there).to(embedded.dtype)


class GraphCausalModel(nn.Module):
    """A frozen Hugging Face causal model with a graph adapter.

    Raises:
        ValueError: the model's layers are not found, or a block would follow one that is not there.
    """

    def __init__(self, model: Any, adapter: GraphAdapter | None) -> None:
        super().__init__()
        self.model, self.adapter = model, adapter
        model.requires_grad_(False)
        self._prompt: NodePrompt | None = None
        layers = decoder_layers(model) if adapter is not None else []
        for at, number in enumerate(adapter.layers if adapter is not None else ()):
            if number >= len(layers):
                raise ValueError(f"the model has no layer {number}")
            layers[number].register_forward_hook(self._hook(at))

    def _hook(self, at: int) -> Any:
        def add(_: nn.Module, __: Any, output: Any) -> Any:
            prompt = self._prompt
            if prompt is None or self.adapter is None:
                return output
            hidden = output[0] if isinstance(output, tuple) else output
            hidden = self.adapter.blocks[at](hidden, prompt.nodes, prompt.mask)
            return (hidden, *output[1:]) if isinstance(output, tuple) else hidden

        return add

    def forward(
        self,
        ids: Int[Tensor, "b t"],
        mask: Bool[Tensor, "b t"] | None = None,
        prompt: NodePrompt | None = None,
        **rest: Any,
    ) -> Any:
        """The model's output; `prompt` is None for a text without a graph."""
        embedded = self.model.get_input_embeddings()(ids)
        if prompt is not None and self.adapter is not None and prompt.places.shape == ids.shape:
            embedded = self.adapter.soften(embedded, prompt)
        self._prompt = prompt
        try:
            return self.model(
                inputs_embeds=embedded,
                attention_mask=None if mask is None else mask.long(),
                **rest,
            )
        finally:
            self._prompt = None

    def generate(
        self,
        ids: Int[Tensor, "1 t"],
        prompt: NodePrompt | None,
        tokens: int,
        ends: frozenset[int],
    ) -> Iterator[int]:
        """The likeliest next token again and again, until one of `ends` or `tokens` are out."""
        past = None
        for _ in range(tokens):
            with torch.inference_mode():
                out = self(ids, None, prompt, past_key_values=past, use_cache=True)
            past = out.past_key_values
            token = int(out.logits[0, -1].argmax())
            if token in ends:
                return
            yield token
            ids = torch.tensor([[token]], device=ids.device)


def decoder_layers(model: Any) -> Any:
    """The list of a causal model's layers.

    Raises:
        ValueError: there is none that its configuration speaks of.
    """
    count = getattr(model.config, "num_hidden_layers", None)
    for module in model.modules():
        if isinstance(module, nn.ModuleList) and len(module) == count:
            return module
    raise ValueError("the model's layers are not found")
