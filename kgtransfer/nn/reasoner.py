"""From a question's words to the relations to walk: attention over words, hop by hop.

With words h_i (unit vectors of a frozen encoder), coverage c_i and a recurrent state s:

    a = softmax_i(<Q s, K h_i> / sqrt(w) - penalty * c_i)        c <- c + a
    v = sum_i a_i h_i                                            s <- GRU(P v, s)
    score(r)    = scale * cos(v + F v, e_r)                      r walked forwards
    score(r^-1) = scale * cos(v + B v, e_r) + bias               r walked backwards

F and B start at zero, so an untrained network compares words with relation names; e_r is the
encoder's vector of the name, and no parameter belongs to a relation: the network works over
relations that it has never seen. Before each further hop it decides whether to stop, from its state
and from what no hop has attended to yet, sum_i max(0, 1 - c_i) h_i. The steps share their weights,
as in Hudson and Manning 2018 ("Compositional attention networks for machine reasoning") and Shi et
al. 2021 ("TransferNet").
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class HopConfig:
    """The network's shape."""

    dimension: int
    """The length of the word and relation vectors."""
    width: int = 192
    hops: int = 4
    dropout: float = 0.2
    coverage: bool = True
    """Let what is left of the question speak in the decision to stop."""

    def as_dict(self) -> dict[str, Any]:
        """For config.json."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class HopScores:
    """What the network says of each hop."""

    relations: Float[Tensor, "b hops directed"]
    """Logits of the directed relations, backwards ones after all forward ones."""
    stops: Float[Tensor, "b hops"]
    """Logits of stopping after the hop."""
    attention: Float[Tensor, "b hops t"]


class HopNetwork(nn.Module):
    """Scores relations and the end of the path for each hop."""

    def __init__(self, config: HopConfig) -> None:
        super().__init__()
        self.config = config
        d, w = config.dimension, config.width
        self.begin = nn.Linear(d, w)
        self.query = nn.Linear(w, w)
        self.key = nn.Linear(d, w)
        self.read = nn.Linear(d, w)
        self.state = nn.GRUCell(w, w)
        self.forwards = nn.Linear(d, d)
        self.backwards = nn.Linear(d, d)
        for residual in (self.forwards, self.backwards):
            nn.init.zeros_(residual.weight)
            nn.init.zeros_(residual.bias)
        self.left = nn.Linear(d, w)
        self.stop = nn.Sequential(nn.Linear(2 * w, w), nn.ReLU(), nn.Linear(w, 1))
        self.scale = nn.Parameter(torch.tensor(10.0))
        self.bias = nn.Parameter(torch.tensor(0.0))
        self.penalty = nn.Parameter(torch.tensor(1.0))
        self.drop = nn.Dropout(config.dropout)

    def forward(
        self,
        words: Float[Tensor, "b t d"],
        mask: Bool[Tensor, "b t"],
        relations: Float[Tensor, "r d"],
    ) -> HopScores:
        """Score every hop of a batch of questions; `mask` marks words, not padding."""
        names = F.normalize(relations, dim=-1)
        words = words * mask[..., None]
        keys = self.key(self.drop(words))
        state = torch.tanh(self.begin(self.drop(words.sum(1) / mask.sum(1, keepdim=True))))
        used = words.new_zeros(words.shape[:2])
        scores, stops, attentions = [], [], []
        for _ in range(self.config.hops):
            asked = torch.einsum("bw,btw->bt", self.query(self.drop(state)), keys)
            logits = asked / keys.shape[-1] ** 0.5 - F.softplus(self.penalty) * used
            attention = logits.masked_fill(~mask, -1e4).softmax(-1)
            used = used + attention
            vector = torch.einsum("bt,btd->bd", attention, words)
            state = self.state(self.read(self.drop(vector)), state)
            onwards = F.normalize(vector + self.forwards(self.drop(vector)), dim=-1) @ names.T
            back = F.normalize(vector + self.backwards(self.drop(vector)), dim=-1) @ names.T
            scores.append(torch.cat([self.scale * onwards, self.scale * back + self.bias], -1))
            left = torch.einsum("bt,btd->bd", (1 - used).clamp_min(0), words)
            left = self.left(self.drop(left)) * float(self.config.coverage)
            stops.append(self.stop(torch.cat([self.drop(state), left], -1)).squeeze(-1))
            attentions.append(attention)
        return HopScores(torch.stack(scores, 1), torch.stack(stops, 1), torch.stack(attentions, 1))
