"""Means of weights: over a run's steps, and of two runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import torch
from torch import Tensor, nn


class RunningMean:
    """A running mean of weights; without one (`keep` is 0) the weights themselves stand for it.

    Source: Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging".
    """

    def __init__(self, trained: Mapping[str, Tensor], keep: float) -> None:
        self.keep = keep
        self.weights = {n: p.detach().clone() for n, p in trained.items()} if keep else {}

    @torch.no_grad()
    def update(self, trained: Mapping[str, Tensor]) -> None:
        """Take a step's weights into the mean."""
        for name, mean in self.weights.items():
            mean.lerp_(trained[name], 1 - self.keep)

    @contextmanager
    def in_place_of(self, trained: Mapping[str, Tensor]) -> Iterator[None]:
        """The mean as the model's weights; afterwards the model has its own again."""
        own = {name: trained[name].detach().clone() for name in self.weights}
        copy_weights(self.weights, trained)
        try:
            yield
        finally:
            copy_weights(own, trained)


@torch.no_grad()
def copy_weights(weights: Mapping[str, Tensor], into: Mapping[str, Tensor]) -> None:
    """Overwrite tensors by those of the same names."""
    for name, value in weights.items():
        into[name].copy_(value)


@torch.no_grad()
def average(model: nn.Module, others: Mapping[str, Tensor]) -> None:
    """Move a model's weights half way to others of the same names, where there are any.

    Source: Wortsman et al. 2022, arXiv:2203.05482.
    """
    for name, parameter in model.named_parameters():
        if name in others:
            parameter.lerp_(others[name], 0.5)
