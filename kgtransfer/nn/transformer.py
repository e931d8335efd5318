"""A BERT encoder in plain torch, for a text whose upper layers are trained and lower ones are not.

It holds the weights of a Hugging Face BERT that is handed in, and gives what that gives, except
that the attention of the last layer is returned too and that the layers can be run in two parts:
the frozen lower part of a text is the same in every epoch and can be kept.

Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers".
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

ROWS = 32
"""Products in bfloat16 are filled up to a multiple of so many rows."""


class Layer(nn.Module):
    """One post-norm transformer layer over one sequence (no padding, no batch).

    Dropout is on its two outputs alone: on the attention it costs a fifth of a training step.
    """

    def __init__(self, width: int, heads: int, inner: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.qkv = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.norm = nn.LayerNorm(width, eps=1e-12)
        self.up = nn.Linear(width, inner)
        self.down = nn.Linear(inner, width)
        self.norm_out = nn.LayerNorm(width, eps=1e-12)

    def forward(
        self, x: Float[Tensor, "n d"], attention: bool = False
    ) -> tuple[Float[Tensor, "n d"], Float[Tensor, "h n n"] | None]:
        """The layer's output and, if asked for, its attention probabilities."""
        n, d = x.shape
        qkv = _product(self.qkv, x).view(n, 3, self.heads, d // self.heads)
        q, k, v = qkv.float().permute(1, 2, 0, 3)
        probabilities = None
        drop = self.dropout if self.training else 0.0
        if attention:
            scores = (q @ k.transpose(1, 2)) * (d // self.heads) ** -0.5
            probabilities = scores.softmax(-1)  # (h, n, n)
            mixed = probabilities @ v
        else:
            mixed = F.scaled_dot_product_attention(q[None], k[None], v[None])[0]
        mixed = _product(self.out, mixed.transpose(0, 1).reshape(n, d)).float()
        x = self.norm(x + F.dropout(mixed, drop))
        inner = _product(self.down, F.gelu(_product(self.up, x))).float()
        return self.norm_out(x + F.dropout(inner, drop)), probabilities

    def to_bfloat16(self) -> None:
        """Keep the products in bfloat16; sums and norms stay in single precision."""
        for product in (self.qkv, self.out, self.up, self.down):
            product.to(torch.bfloat16)


def _product(linear: nn.Linear, x: Float[Tensor, "n d"]) -> Float[Tensor, "n e"]:
    """The layer's product in its own precision.

    For bfloat16 a kernel is made, and kept, for each number of rows (2 MB for each length of text),
    so rows are filled up to a few numbers; they do not touch each other.
    """
    x = x.to(linear.weight.dtype)
    rows = x.shape[0]
    if linear.weight.dtype == torch.bfloat16 and rows % ROWS:
        return linear(F.pad(x, (0, 0, 0, -rows % ROWS)))[:rows]
    return linear(x)


class Encoder(nn.Module):
    """BERT's embeddings and layers over one sequence.

    Args:
        bert: a Hugging Face `BertModel`; its weights are copied.
        trained: how many of the upper layers are trained; embeddings and the others are frozen.
    """

    def __init__(self, bert: Any, trained: int = 4) -> None:
        super().__init__()
        config = bert.config
        self.width = int(config.hidden_size)
        self.heads = int(config.num_attention_heads)
        self.max_tokens = int(config.max_position_embeddings)
        self.words = bert.embeddings.word_embeddings
        self.positions = bert.embeddings.position_embeddings
        self.segment = bert.embeddings.token_type_embeddings
        self.norm = bert.embeddings.LayerNorm
        layers = [_copied(layer, self.width, self.heads) for layer in bert.encoder.layer]
        cut = len(layers) - trained
        self.frozen, self.trained = nn.ModuleList(layers[:cut]), nn.ModuleList(layers[cut:])
        for module in (self.words, self.positions, self.segment, self.norm, self.frozen):
            module.requires_grad_(False)
        self.trained.requires_grad_(True)

    def lower(self, ids: Int[Tensor, n]) -> Float[Tensor, "n d"]:
        """The frozen part: embeddings and the lower layers."""
        places = torch.arange(ids.shape[0], device=ids.device)
        x = self.norm(self.words(ids) + self.positions(places) + self.segment.weight[0])
        for layer in self.frozen:
            x, _ = layer(x)
        return x

    def upper(self, x: Float[Tensor, "n d"]) -> tuple[Float[Tensor, "n d"], Float[Tensor, "h n n"]]:
        """The trained part: its states and the attention of the last layer."""
        for layer in self.trained[:-1]:
            x, _ = layer(x)
        x, attention = self.trained[-1](x, attention=True)
        return x, attention

    def to_bfloat16(self) -> None:
        """Read faster where the processor has it (see `has_bfloat16`)."""
        for layer in (*self.frozen, *self.trained):
            layer.to_bfloat16()

    def train(self, mode: bool = True) -> Encoder:
        """As `nn.Module.train`; the frozen part stays without dropout."""
        super().train(mode)
        self.frozen.eval()
        self.norm.eval()
        return self


def _copied(bert_layer: Any, width: int, heads: int) -> Layer:
    """A `Layer` with the weights of a Hugging Face `BertLayer`."""
    own, output = bert_layer.attention.self, bert_layer.attention.output
    layer = Layer(width, heads, bert_layer.intermediate.dense.out_features)
    parts = (own.query, own.key, own.value)
    with torch.no_grad():
        layer.qkv.weight.copy_(torch.cat([part.weight for part in parts]))
        layer.qkv.bias.copy_(torch.cat([part.bias for part in parts]))
    layer.out.load_state_dict(output.dense.state_dict())
    layer.norm.load_state_dict(output.LayerNorm.state_dict())
    layer.up.load_state_dict(bert_layer.intermediate.dense.state_dict())
    layer.down.load_state_dict(bert_layer.output.dense.state_dict())
    layer.norm_out.load_state_dict(bert_layer.output.LayerNorm.state_dict())
    return layer
