"""Where in a chain of pages a page stands, brought into a language model's hidden states.

A page is read at the end of a path: the name in the question that led to the first page, then on
each page the mention that led to the next one. With the question's token states h_i, the state m_k
of the mention that led to page k and the graph encoder's embedding n_k of that page:

    q_k = s + C m_k + N n_k
    a_k = softmax_i(<Q q_k, K h_i> / sqrt(w) - penalty * c_i + bias * named_i)     c <- c + a_k
    v_k = sum_i a_k,i h_i                                                         s <- GRU(R v_k, s)

so a_k is a soft sub-question: what page k is asked. At the last page of the path the question's
tokens are shifted by their share in the sub-question and in those before it, through gates that
start at 0.3, and all tokens and the path's slots [m_k, v_k, n_k] attend to each other through gates
that start at zero. With every gate at zero the hidden states stay as they were.

The attention over words with coverage is that of Hudson and Manning 2018 (arXiv:1803.03067), as in
`kgtransfer.nn.reasoner`.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float
from torch import Tensor, nn

from kgtransfer.nn.fusion import GatedCrossAttention


@dataclass(frozen=True, slots=True)
class PathBatch:
    """The paths to a batch of windows, with s steps at most.

    `mentions[:, 0]` is the state of the name in the question, `mentions[:, k]` that of the mention
    on page k - 1 that led to page k; `nodes[:, k]` is page k's embedding. `steps` marks the pages
    of the path, the one being read last; rows without a path have none.
    """

    question: Bool[Tensor, "batch tokens"]
    named: Bool[Tensor, "batch tokens"]
    mentions: Float[Tensor, "batch s width"]
    nodes: Float[Tensor, "batch s node_width"]
    steps: Bool[Tensor, "batch s"]


@dataclass(frozen=True, slots=True)
class PathState:
    """Fused token states; the attention of each step over tokens; the path's fused slots.

    `state` sums up the path and what of the question is left; it is zero without a path.
    """

    tokens: Float[Tensor, "batch tokens width"]
    attention: Float[Tensor, "batch s tokens"]
    slots: Float[Tensor, "batch s inner"]
    state: Float[Tensor, "batch inner"]


class PathFusion(nn.Module):
    """Hop-wise attention over the question, and the gated fusion of its result.

    Args:
        width: of the language model's states.
        node_width: of the graph encoder's embeddings, with what is told beside them.
        inner: of the path's states.
    """

    def __init__(self, width: int, node_width: int, inner: int = 128) -> None:
        super().__init__()
        self.begin = nn.Linear(width, inner)
        self.query = nn.Linear(inner, inner)
        self.key = nn.Linear(width, inner)
        self.came = nn.Linear(width, inner)
        self.node = nn.Linear(node_width, inner)
        self.read = nn.Linear(width, inner)
        self.update = nn.GRUCell(inner, inner)
        self.penalty = nn.Parameter(torch.tensor(1.0))
        self.bias = nn.Parameter(torch.tensor(0.5))
        self.roles = nn.Parameter(torch.randn(3, width) * 0.1)
        self.turn = nn.Linear(inner, width)
        self.slot = nn.Linear(3 * inner, inner)
        self.gate = nn.Parameter(torch.full((2,), 0.3))
        self.cross = GatedCrossAttention(width, inner)
        self.left = nn.Linear(width, inner)
        self.drop = nn.Dropout(0.1)

    def forward(
        self,
        tokens: Float[Tensor, "batch tokens width"],
        mask: Bool[Tensor, "batch tokens"],
        path: PathBatch,
    ) -> PathState:
        """Fuse a batch; rows without a path get the null node and no shift."""
        size = int(path.question.sum(1).max()) + 1  # the question stands first, after one token
        words, asked, named = tokens[:, :size], path.question[:, :size], path.named[:, :size]
        attention, slots, state, used = self._walk(words, asked, named, path)
        last = path.steps.sum(1) - 1  # of each row; -1 without a path
        rows = torch.arange(len(last), device=last.device)
        now = attention[rows, last.clamp(min=0)] * (last >= 0)[:, None]
        before = used - now
        # Shares are of the largest, so that a long sub-question shifts as much as a short one.
        share = torch.stack([_relative(now), _relative(before), named.to(now.dtype)], -1)
        share = share * (last >= 0)[:, None, None]
        gates = torch.tanh(self.gate)
        shift = gates[0] * (share @ self.roles)
        turn = gates[1] * share[..., :1] * self.turn(state)[:, None]
        shifted = torch.cat([words + shift + turn, tokens[:, size:]], 1)
        fused, slots = self.cross(shifted, mask, slots, path.steps)
        left = torch.einsum("bt,btd->bd", (1 - used).clamp(min=0) * asked, words)
        left = left / asked.sum(1, keepdim=True).clamp(min=1)
        whole = (state + torch.tanh(self.left(left))) * (last >= 0)[:, None]
        padded = F.pad(attention, (0, tokens.shape[1] - size))
        return PathState(fused, padded, slots, whole)

    def _walk(
        self, words: Tensor, asked: Tensor, named: Tensor, path: PathBatch
    ) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Attention and slot of each step, the state after the last one, and the coverage."""
        keys = self.key(self.drop(words))
        mean = (words * asked[..., None]).sum(1) / asked.sum(1, keepdim=True).clamp(min=1)
        state = torch.tanh(self.begin(self.drop(mean)))
        used = words.new_zeros(asked.shape)
        came, nodes = self.came(self.drop(path.mentions)), self.node(path.nodes)
        attention, slots = [], []
        for step in range(path.steps.shape[1]):
            query = self.query(torch.tanh(state + came[:, step] + nodes[:, step]))
            logits = torch.einsum("bw,btw->bt", query, keys) / keys.shape[-1] ** 0.5
            logits = logits - F.softplus(self.penalty) * used + self.bias * named
            weights = logits.masked_fill(~asked, -1e4).softmax(-1)
            value = self.read(torch.einsum("bt,btd->bd", weights, words))
            here = path.steps[:, step, None]
            used = used + weights * here
            state = torch.where(here, self.update(value, state).to(state.dtype), state)
            attention.append(weights * here)
            slots.append(self.slot(torch.cat([came[:, step], value, nodes[:, step]], -1)))
        return torch.stack(attention, 1), torch.stack(slots, 1), state, used


def _relative(share: Float[Tensor, "batch t"]) -> Float[Tensor, "batch t"]:
    return share / share.amax(1, keepdim=True).clamp(min=1e-6)
