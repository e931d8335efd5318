"""Which name a pronoun stands for: a small network over one candidate's features."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class AntecedentScorer(nn.Module):
    """Scores candidates one by one; "none of them" has a score of its own.

    Args:
        features: the width of a candidate's features.
        hidden: the width of the one hidden layer.
        dropout: on the features and on the hidden layer, in training.
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, features: int, hidden: int = 32, dropout: float = 0.3) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(features))
        self.register_buffer("scale", torch.ones(features))
        self.layers = nn.Sequential(
            nn.Dropout(dropout),
            nn.Linear(features, hidden),
            nn.ReLU(),
            nn.Dropout(dropout),
            nn.Linear(hidden, 1),
        )
        self.none = nn.Parameter(torch.zeros(1))

    def forward(self, features: Tensor) -> Tensor:
        """Logits (..., candidates + 1) of features (..., candidates, f); the last says none."""
        scores = self.layers((features - self.mean) / self.scale).squeeze(-1)
        return torch.cat([scores, self.none.expand(*scores.shape[:-1], 1)], -1)
