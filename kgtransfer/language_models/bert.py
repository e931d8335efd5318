"""BERT in plain torch, with the parameter names of Hugging Face's `BertModel`.

Why it is here: importing the library's own class takes several times as long as answering a
question (it pulls in torch's compiler), and a cold question has to be quick. Checkpoints, deltas
and adapters made for one load into the other; a test holds their outputs equal. Every other
architecture goes through the library.

Source: Devlin et al. 2019, "BERT: Pre-training of Deep Bidirectional Transformers".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, arange, nn

from kgtransfer.language_models.products import product


@dataclass(frozen=True, slots=True)
class BertConfig:
    """The sizes of a BERT; the fields are named as in its config.json."""

    vocab_size: int
    hidden_size: int
    num_hidden_layers: int
    num_attention_heads: int
    intermediate_size: int
    max_position_embeddings: int
    type_vocab_size: int = 2
    layer_norm_eps: float = 1e-12
    hidden_dropout_prob: float = 0.1
    attention_probs_dropout_prob: float = 0.1

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> BertConfig | None:
        """The sizes in a config.json, or None where it is not a BERT that this module covers."""
        plain = (
            config.get("model_type") == "bert"
            and config.get("hidden_act", "gelu") == "gelu"
            and config.get("position_embedding_type", "absolute") == "absolute"
            and not config.get("is_decoder", False)
        )
        return cls(**{f: config[f] for f in cls.__slots__ if f in config}) if plain else None


@dataclass(frozen=True, slots=True)
class BertOutput:
    """What a forward pass gives: the states of the last layer, and of all if asked for."""

    last_hidden_state: Float[Tensor, "b n d"]
    hidden_states: tuple[Tensor, ...] | None = None


class Bert(nn.Module):
    """Embeddings and encoder; token ids (b, n) to states (b, n, d)."""

    def __init__(self, config: BertConfig) -> None:
        super().__init__()
        self.config = config
        self.embeddings = _Embeddings(config)
        self.encoder = nn.ModuleDict(
            {"layer": nn.ModuleList(_Layer(config) for _ in range(config.num_hidden_layers))}
        )

    def forward(
        self,
        input_ids: Int[Tensor, "b n"],
        attention_mask: Int[Tensor, "b n"] | None = None,
        token_type_ids: Int[Tensor, "b n"] | None = None,
        output_hidden_states: bool = False,
    ) -> BertOutput:
        """Encode; `attention_mask` is 1 for a token and 0 for padding."""
        x = self.embeddings(input_ids, token_type_ids)
        mask = None if attention_mask is None else attention_mask[:, None, None, :].bool()
        states = [x]
        layers: Any = self.encoder["layer"]
        for layer in layers:
            x = layer(x, mask)
            states.append(x)
        return BertOutput(x, tuple(states) if output_hidden_states else None)


class _Embeddings(nn.Module):
    def __init__(self, c: BertConfig) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(c.vocab_size, c.hidden_size)
        self.position_embeddings = nn.Embedding(c.max_position_embeddings, c.hidden_size)
        self.token_type_embeddings = nn.Embedding(c.type_vocab_size, c.hidden_size)
        self.LayerNorm = nn.LayerNorm(c.hidden_size, eps=c.layer_norm_eps)
        self.dropout = nn.Dropout(c.hidden_dropout_prob)

    def forward(self, ids: Tensor, types: Tensor | None) -> Tensor:
        positions = self.position_embeddings(arange(ids.shape[1], device=ids.device))
        kinds = (
            self.token_type_embeddings.weight[0]
            if types is None
            else self.token_type_embeddings(types)
        )
        return self.dropout(self.LayerNorm(self.word_embeddings(ids) + positions + kinds))


class _Layer(nn.Module):
    def __init__(self, c: BertConfig) -> None:
        super().__init__()
        self.heads = c.num_attention_heads
        self.drop = c.attention_probs_dropout_prob
        self.attention = nn.ModuleDict(
            {
                "self": nn.ModuleDict(
                    {n: nn.Linear(c.hidden_size, c.hidden_size) for n in ("query", "key", "value")}
                ),
                "output": _output(c.hidden_size, c),
            }
        )
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(c.hidden_size, c.intermediate_size)})
        self.output = _output(c.intermediate_size, c)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        own: Any = self.attention["self"]
        b, n, d = x.shape

        def split(t: Tensor) -> Tensor:  # (b, n, d) to (b, heads, n, d / heads)
            return t.view(b, n, self.heads, d // self.heads).transpose(1, 2)

        mixed = F.scaled_dot_product_attention(
            split(product(own["query"], x)),
            split(product(own["key"], x)),
            split(product(own["value"], x)),
            attn_mask=mask,
            dropout_p=self.drop if self.training else 0.0,
        )
        x = _residual(self.attention["output"], mixed.transpose(1, 2).reshape(b, n, d), x)
        return _residual(self.output, product(self.intermediate["dense"], x, gelu=True), x)


def _output(width: int, c: BertConfig) -> nn.ModuleDict:
    return nn.ModuleDict(
        {
            "dense": nn.Linear(width, c.hidden_size),
            "LayerNorm": nn.LayerNorm(c.hidden_size, eps=c.layer_norm_eps),
            "dropout": nn.Dropout(c.hidden_dropout_prob),
        }
    )


def _residual(part: Any, x: Tensor, skip: Tensor) -> Tensor:
    normed: Tensor = part["LayerNorm"](part["dropout"](product(part["dense"], x)) + skip)
    return normed
