"""Heads that read entities and relations off one encoder pass.

Sources: BIO tags with a loss over the labels that a corpus allows (Jin and Ghahramani 2002,
"Learning with Multiple Labels"); relations after Zhou et al. 2021, "Document-Level Relation
Extraction with Adaptive Thresholding and Localized Context Pooling" (ATLOP); evidence from the
same attention after Ma et al. 2023, "DREEAM: Guiding Attention with Evidence".
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from kgtransfer.nn.transformer import Encoder

SHAPES = 12
DISTANCES = 8


@dataclass(frozen=True, slots=True)
class Groups:
    """Which mentions belong to which entity, and the pairs of entities to judge.

    `spans` (m, 2) are first and last-plus-one piece of each mention, `entity` (m,) its entity,
    `types` (e,) the entities' types, `pairs` (p, 2) subject and object, `distance` (p,) the bucket
    of the smallest number of sentences between their mentions.
    """

    spans: Int[Tensor, "m 2"]
    entity: Int[Tensor, m]
    types: Int[Tensor, e]
    pairs: Int[Tensor, "p 2"]
    distance: Int[Tensor, p]


class EntityHead(nn.Module):
    """BIO logits for words: an MLP on a word's first piece, its shape and the corpus's style."""

    def __init__(self, width: int, tags: int, styles: int, hidden: int = 256) -> None:
        super().__init__()
        self.style = nn.Embedding(styles, 16)
        self.shape = nn.Embedding(SHAPES, 16)
        self.inner = nn.Linear(width + 32, hidden)
        self.out = nn.Linear(hidden, tags)
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, states: Float[Tensor, "w d"], shapes: Int[Tensor, w], style: int
    ) -> Float[Tensor, "w t"]:
        """Logits of every tag for every word."""
        style_vector = self.style.weight[style].expand(states.shape[0], -1)
        x = torch.cat([states, self.shape(shapes), style_vector], -1)
        return self.out(self.dropout(F.gelu(self.inner(x))))


class RelationHead(nn.Module):
    """Logits of every predicate for pairs of entities; column 0 is the adaptive threshold."""

    def __init__(
        self, width: int, types: int, predicates: int, size: int = 384, block: int = 32
    ) -> None:
        super().__init__()
        self.block, self.types = block, types
        self.kind = nn.Embedding(types, 24)
        self.subject = nn.Linear(width + 24, size)
        self.object = nn.Linear(width + 24, size)
        self.subject_context = nn.Linear(width, size, bias=False)
        self.object_context = nn.Linear(width, size, bias=False)
        self.bilinear = nn.Linear(size * block, predicates + 1)
        self.type_bias = nn.Embedding(types * types, predicates + 1)
        self.distance_bias = nn.Embedding(DISTANCES, predicates + 1)
        for bias in (self.type_bias, self.distance_bias):
            nn.init.zeros_(bias.weight)
        self.dropout = nn.Dropout(0.1)

    def forward(
        self, states: Float[Tensor, "n d"], attention: Float[Tensor, "h n n"], groups: Groups
    ) -> tuple[Float[Tensor, "p r"], Float[Tensor, "p n"]]:
        """Logits, and for each pair the distribution over pieces that its context came from."""
        pool = _pooling(groups.spans, states.shape[0])  # (m, n)
        entities = int(groups.types.shape[0])
        vectors = _logsumexp_by(pool @ states, groups.entity, entities)  # (e, d)
        weights = torch.einsum("mn,hnk->mhk", pool, attention)
        member = F.one_hot(groups.entity, entities).to(pool.dtype)  # (m, e)
        member = member / member.sum(0, keepdim=True).clamp(min=1)
        weights = torch.einsum("me,mhk->ehk", member, weights)  # (e, h, n)
        first, second = groups.pairs.unbind(1)
        context = (weights[first] * weights[second]).sum(1)  # (p, n)
        context = context / context.sum(1, keepdim=True).clamp(min=1e-9)
        local = context @ states  # (p, d)
        typed = torch.cat([vectors, self.kind(groups.types)], -1)
        z_s = self.dropout(torch.tanh(self.subject(typed)[first] + self.subject_context(local)))
        z_o = self.dropout(torch.tanh(self.object(typed)[second] + self.object_context(local)))
        shape = (len(first), -1, self.block)
        product = z_s.view(shape).unsqueeze(3) * z_o.view(shape).unsqueeze(2)
        logits = self.bilinear(product.flatten(1))
        pair_type = groups.types[first] * self.types + groups.types[second]
        return logits + self.type_bias(pair_type) + self.distance_bias(groups.distance), context


class ExtractionModel(nn.Module):
    """The encoder with both heads. Casing enters below the trained layers: MiniLM is uncased."""

    def __init__(
        self, encoder: Encoder, tags: int, types: int, styles: int, predicates: int
    ) -> None:
        super().__init__()
        self.encoder = encoder
        self.case = nn.Embedding(SHAPES, encoder.width)
        nn.init.zeros_(self.case.weight)
        self.entities = EntityHead(encoder.width, tags, styles)
        self.relations = RelationHead(encoder.width, types, predicates)

    def states(
        self, lower: Float[Tensor, "n d"], shapes: Int[Tensor, n]
    ) -> tuple[Float[Tensor, "n d"], Float[Tensor, "h n n"]]:
        """Piece states and last attention from the frozen part's output and the pieces' shapes."""
        states, attention = self.encoder.upper(lower + self.case(shapes))
        return states.float(), attention.float()


def allowed_label_loss(
    logits: Float[Tensor, "w t"], allowed: Bool[Tensor, "w t"]
) -> Float[Tensor, ""]:
    """-log of the summed probability of the tags that the annotation allows, mean over words."""
    log_p = logits.float().log_softmax(-1)
    return -log_p.masked_fill(~allowed, -1e4).logsumexp(-1).mean()


def threshold_loss(logits: Float[Tensor, "p r"], labels: Int[Tensor, "p r"]) -> Float[Tensor, ""]:
    """ATLOP's loss: positives above the threshold class (column 0), negatives below it.

    `labels` is 1 for a positive, 0 for a negative and -1 for unknown; column 0 is ignored.
    """
    positive, negative = labels == 1, labels == 0
    positive[:, 0] = negative[:, 0] = False
    threshold = torch.zeros_like(positive)
    threshold[:, 0] = True
    logits = logits.float()
    above = logits.masked_fill(~(positive | threshold), -1e4).log_softmax(-1)
    below = logits.masked_fill(~(negative | threshold), -1e4).log_softmax(-1)
    return (-(above * positive).sum(-1) - below[:, 0]).mean()


def evidence_loss(
    by_sentence: Float[Tensor, "p s"], evidence: Bool[Tensor, "p s"]
) -> Float[Tensor, ""]:
    """Cross-entropy between the evidence sentences (evenly) and where the context came from.

    Pairs without marked evidence count nothing: they are unlabelled.
    """
    target = evidence.float()
    count = target.sum(-1, keepdim=True)
    known = count[:, 0] > 0
    if not bool(known.any()):
        return by_sentence.sum() * 0
    return -((target / count.clamp(min=1)) * (by_sentence + 1e-6).log()).sum(-1)[known].mean()


def decode_bio(log_p: Float[Tensor, "w t"]) -> list[int]:
    """Viterbi over BIO tags: 0 is O, 2k+1 is B and 2k+2 is I of type k; I follows its B or I."""
    import numpy as np

    scores = log_p.numpy()
    words, tags = scores.shape
    inside = np.arange(2, tags, 2)
    best = scores[0].copy()
    best[inside] = -np.inf
    back = np.zeros((words, tags), dtype=np.int64)
    for i in range(1, words):
        top = int(best.argmax())
        step = np.full(tags, best[top])
        back[i] = top
        from_b, from_i = best[inside - 1], best[inside]
        continues = from_i > from_b
        back[i, inside] = np.where(continues, inside, inside - 1)
        step[inside] = np.where(continues, from_i, from_b)
        best = step + scores[i]
    path = [int(best.argmax())]
    for i in range(words - 1, 0, -1):
        path.append(int(back[i, path[-1]]))
    return path[::-1]


def _pooling(spans: Int[Tensor, "m 2"], pieces: int) -> Float[Tensor, "m n"]:
    place = torch.arange(pieces, device=spans.device)
    inside = (place >= spans[:, :1]) & (place < spans[:, 1:])
    weights = inside.float()
    return weights / weights.sum(1, keepdim=True).clamp(min=1)


def _logsumexp_by(
    x: Float[Tensor, "m d"], group: Int[Tensor, m], groups: int
) -> Float[Tensor, "e d"]:
    """Log-sum-exp of the rows of each group."""
    index = group[:, None].expand_as(x)
    top = x.new_full((groups, x.shape[1]), -1e4).scatter_reduce(0, index, x.detach(), "amax")
    total = torch.zeros_like(top).scatter_add(0, index, (x - top[group]).exp())
    return total.clamp(min=1e-9).log() + top
