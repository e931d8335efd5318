"""A small convolutional tagger: hashed features, dilated convolutions, a head for each task."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn


class TokenTagger(nn.Module):
    """Tags every word from its own spelling and the words around it.

    A word is the sum of the embeddings of its hashed features (spelling, affixes, character
    n-grams: Bojanowski et al. 2017) and of its casing. Residual convolutions of three words with
    growing gaps (Strubell et al. 2017) and maxout units bring in `1 + 2 * sum(dilations)` words.

    Args:
        rows: of the table of hashed features.
        shapes: numbers of casings.
        tags: of entities (BIO).
        parts: parts of speech.
        styles: corpora with rules of their own on what is a name.
        width: of a word's state.
        dilations: the gap of each convolution.
    """

    def __init__(
        self,
        rows: int,
        shapes: int,
        tags: int,
        parts: int,
        styles: int,
        width: int = 128,
        dilations: tuple[int, ...] = (1, 1, 2, 4),
    ) -> None:
        super().__init__()
        self.dilations = dilations
        self.features = nn.EmbeddingBag(rows, width, mode="sum")
        self.shapes = nn.Embedding(shapes, width)
        self.norm = nn.LayerNorm(width)
        self.convolutions = nn.ModuleList(nn.Linear(3 * width, 2 * width) for _ in dilations)
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in dilations)
        self.styles = nn.Embedding(styles, 16)
        self.hidden = nn.Linear(width + 16, width)
        self.entities = nn.Linear(width, tags)
        self.parts = nn.Linear(width, parts)
        self.dropout = nn.Dropout(0.2)
        nn.init.normal_(self.features.weight, std=0.1)

    def words(
        self,
        ids: Int[Tensor, " f"],
        weights: Float[Tensor, " f"],
        offsets: Int[Tensor, " n"],
        shapes: Int[Tensor, " n"],
    ) -> Float[Tensor, "n d"]:
        """The words' own vectors; `offsets` says where each word's features begin."""
        bag = self.features(ids, offsets, per_sample_weights=weights)
        vectors: Tensor = self.dropout(self.norm(bag + self.shapes(shapes)))
        return vectors

    def states(
        self, words: Float[Tensor, "b n d"], mask: Bool[Tensor, "b n"] | None = None
    ) -> Float[Tensor, "b n d"]:
        """The words in their context; what lies outside the text counts as zeros."""
        x = words
        for dilation, convolution, norm in zip(
            self.dilations, self.convolutions, self.norms, strict=True
        ):
            if mask is not None:
                x = x * mask[..., None]
            padded = nn.functional.pad(x, (0, 0, dilation, dilation))
            n = x.shape[1]
            around = torch.cat(
                [padded[:, :n], x, padded[:, 2 * dilation : 2 * dilation + n]], dim=-1
            )
            pieces = convolution(around).unflatten(-1, (2, -1))
            x = norm(x + self.dropout(pieces.amax(-2)))
        return x

    def tag(
        self, states: Float[Tensor, "... d"], style: Int[Tensor, ...]
    ) -> tuple[Float[Tensor, "... t"], Float[Tensor, "... p"]]:
        """Log probabilities of the entity tags, and logits of the parts of speech."""
        joined = torch.cat([states, self.styles(style)], -1)
        hidden = self.dropout(torch.relu(self.hidden(joined)))
        return self.entities(hidden).log_softmax(-1), self.parts(states)
