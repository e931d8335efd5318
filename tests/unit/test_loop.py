"""The training loop learns, keeps the best epoch, and repeats itself under one seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from kgtransfer.train.loop import History, LoopConfig, fit

X = torch.linspace(-1, 1, 32).unsqueeze(1)
Y = 3 * X + 0.5


def run(
    seed: int,
    checkpoint: Path | None = None,
    *,
    resume: Path | None = None,
    at_once: int | None = None,
    averaging: float = 0.0,
) -> tuple[nn.Linear, History]:
    torch.manual_seed(0)
    model = nn.Linear(1, 1)

    def batches(epoch: int) -> Iterator[Tensor]:
        yield from torch.randperm(32).split(8)

    history = fit(
        [model],
        batches,
        lambda rows: (model(X[rows]) - Y[rows]).pow(2).mean(),
        LoopConfig(40, 4, rate=0.1, seed=seed, epochs_at_once=at_once, averaging=averaging),
        evaluate=lambda: -(model(X) - Y).pow(2).mean().item(),
        checkpoint=checkpoint,
        resume=resume,
    )
    return model, history


def test_it_learns_and_repeats_under_one_seed(tmp_path: Path) -> None:
    model, history = run(1, tmp_path / "best.safetensors")
    again, _ = run(1)
    assert history.scores[history.best_epoch - 1] == max(history.scores) > -1e-3
    assert torch.equal(model.weight, again.weight)
    saved = load_file(tmp_path / "best.safetensors")
    assert any(torch.equal(t, model.weight) for t in saved.values())


@pytest.mark.parametrize("averaging", [0.0, 0.9])
def test_a_run_in_parts_ends_where_a_run_in_one_does(tmp_path: Path, averaging: float) -> None:
    whole, history = run(1, resume=tmp_path / "whole.safetensors", averaging=averaging)
    for part in range(3):
        file = tmp_path / "parts.safetensors"
        model, parts = run(1, resume=file, at_once=15, averaging=averaging)
        assert parts.paused == (part < 2)
    assert (parts.scores, parts.losses) == (history.scores, history.losses)
    assert torch.equal(model.weight, whole.weight)


def test_the_mean_of_the_weights_is_what_is_judged_and_kept() -> None:
    """At a rate that overshoots, weights swing about what their mean comes near."""

    def swing(averaging: float) -> float:
        model = nn.Linear(1, 1)
        nn.init.zeros_(model.weight)
        nn.init.zeros_(model.bias)
        fit(
            [model],
            lambda epoch: [X[i % 32 :][:1] for i in range(epoch * 200, epoch * 200 + 200)],
            lambda x: (model(x) - 3 * x - 0.5).abs().sum(),
            LoopConfig(3, 200, rate=0.3, schedule="constant", averaging=averaging),
        )
        return (model(X) - Y).abs().mean().item()

    assert swing(0.99) < swing(0.0) / 2


def test_a_loss_that_is_not_a_number_stops_the_run() -> None:
    model = nn.Linear(1, 1)
    with pytest.raises(FloatingPointError, match="step 0"):
        fit(
            [model],
            lambda epoch: [X],
            lambda x: model(x).sum() * float("nan"),
            LoopConfig(epochs=1, steps_per_epoch=1),
        )
