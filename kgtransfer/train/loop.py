"""The one training loop: seeded, scheduled, clipped, logged, best checkpoint kept.

A trainer brings its modules, a function that yields the batches of an epoch, and one that turns a
batch into a loss; what is trained is what requires a gradient.
"""

from __future__ import annotations

import json
import logging
import math
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from kgtransfer.train.averaging import RunningMean, copy_weights

log = logging.getLogger(__name__)
Batch = TypeVar("Batch")


@dataclass(frozen=True, slots=True)
class LoopConfig:
    """How long and how fast to train.

    `encoder_rate` is the learning rate of modules that were pre-trained, `rate` that of all
    others. `steps_per_epoch` is needed by the schedule: a linear warm-up over `warmup` of all
    steps, then a cosine (or linear) fall to zero.
    """

    epochs: int
    steps_per_epoch: int
    rate: float = 1e-3
    encoder_rate: float = 2.5e-4
    weight_decay: float = 0.01
    warmup: float = 0.1
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    clip: float = 1.0
    seed: int = 0
    log_every: int = 50
    epochs_at_once: int | None = None
    """Pause after so many; with `resume` the next call goes on where this one stopped."""
    averaging: float = 0.0
    """What a running mean of the weights keeps of itself at each step; 0 is no mean. The mean is
    what is evaluated and kept."""


@dataclass(frozen=True, slots=True)
class History:
    """What a run did: mean loss and score by epoch, the best epoch, and the seconds it took."""

    losses: tuple[float, ...]
    scores: tuple[float, ...]
    best_epoch: int
    seconds: float
    paused: bool = False
    """Whether epochs remain."""


def seed_everything(seed: int) -> None:
    """Seed Python, NumPy and torch."""
    random.seed(seed)
    np.random.seed(seed)
    torch.manual_seed(seed)


def fit(
    modules: Sequence[nn.Module],
    batches: Callable[[int], Iterable[Batch]],
    loss: Callable[[Batch], Tensor],
    config: LoopConfig,
    *,
    encoder: Sequence[nn.Module] = (),
    evaluate: Callable[[], float] | None = None,
    checkpoint: Path | None = None,
    resume: Path | None = None,
) -> History:
    """Train `modules` (and `encoder`, at its own rate) and leave them in their best state.

    Args:
        modules: what is trained at `config.rate`.
        batches: epoch number to that epoch's batches, in their order.
        loss: a batch to a scalar.
        config: the schedule.
        encoder: pre-trained modules, trained at `config.encoder_rate`.
        evaluate: called after each epoch in evaluation mode; a higher score is better. Without it
            the last epoch counts as best.
        checkpoint: a safetensors file for the trained weights of the best epoch so far.
        resume: a safetensors file for the state after each epoch. Where it is there, the run goes
            on from it and ends as it would have without the pause.

    Raises:
        FloatingPointError: the loss is not a number.
    """
    seed_everything(config.seed)
    everything = nn.ModuleList([*modules, *encoder])
    trained = {n: p for n, p in everything.named_parameters() if p.requires_grad}
    mean = RunningMean(trained, config.averaging)
    optimizer = torch.optim.AdamW(
        [
            {"params": _trainable(modules), "lr": config.rate},
            {"params": _trainable(encoder), "lr": config.encoder_rate},
        ],
        weight_decay=config.weight_decay,
    )
    total = max(1, config.epochs * config.steps_per_epoch)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda s: _factor(s, total, config))
    started, step = time.perf_counter(), 0
    losses: list[float] = []
    scores: list[float] = []
    best: dict[str, Tensor] = {}
    done: dict[str, Any] = {"epoch": 0}
    if resume is not None and resume.exists():
        done, best = _resume(resume, trained, mean.weights, optimizer)
        losses, scores, step = done["losses"], done["scores"], done["step"]
        started -= done["seconds"]
        scheduler.last_epoch = step
        for group, rate in zip(optimizer.param_groups, scheduler.base_lrs, strict=True):
            group["lr"] = rate * _factor(step, total, config)
    last = min(config.epochs, done["epoch"] + (config.epochs_at_once or config.epochs))
    for epoch in range(done["epoch"], last):
        if resume is not None:  # the same numbers are drawn whether or not there was a pause
            seed_everything(config.seed + epoch)
        everything.train()
        running: list[float] = []
        for batch in batches(epoch):
            value = loss(batch)
            if not torch.isfinite(value):
                raise FloatingPointError(f"the loss is {value.item()} at step {step}")
            optimizer.zero_grad(set_to_none=True)
            value.backward()
            nn.utils.clip_grad_norm_(list(trained.values()), config.clip)
            optimizer.step()
            scheduler.step()
            mean.update(trained)
            running.append(value.item())
            step += 1
            if step % config.log_every == 0:
                recent = sum(running[-config.log_every :]) / len(running[-config.log_every :])
                log.info(
                    "epoch %d step %d/%d loss %.4f %.0f s",
                    epoch + 1, step, total, recent, time.perf_counter() - started,
                )  # fmt: skip
        everything.eval()
        losses.append(sum(running) / max(1, len(running)))
        with mean.in_place_of(trained):
            scores.append(evaluate() if evaluate else float(epoch))
            log.info("epoch %d: loss %.4f, score %.4f", epoch + 1, losses[-1], scores[-1])
            if scores[-1] >= max(scores):
                best = {name: p.detach().clone() for name, p in trained.items()}
                if checkpoint is not None:
                    checkpoint.parent.mkdir(parents=True, exist_ok=True)
                    save_file(best, checkpoint)
        if resume is not None:
            spent = time.perf_counter() - started
            state: dict[str, Any] = {"epoch": epoch + 1, "step": step, "seconds": spent}
            state |= {"losses": losses, "scores": scores}
            _pause(resume, trained, best, mean.weights, optimizer, state)
    copy_weights(best, trained)
    seconds = time.perf_counter() - started
    best_epoch = int(np.argmax(scores)) + 1 if scores else 0
    paused = last < config.epochs
    return History(tuple(losses), tuple(scores), best_epoch, seconds, paused)


def _pause(
    file: Path,
    trained: Mapping[str, Tensor],
    best: dict[str, Tensor],
    mean: Mapping[str, Tensor],
    optimizer: torch.optim.Optimizer,
    done: dict[str, Any],
) -> None:
    """Write all weights and the optimizer's moments; the rest goes into the header."""
    tensors = {f"now.{name}": value.detach() for name, value in trained.items()}
    tensors |= {f"best.{name}": value for name, value in best.items()}
    tensors |= {f"mean.{name}": value for name, value in mean.items()}
    for number, moments in optimizer.state_dict()["state"].items():
        tensors |= {f"moment.{number}.{name}": value for name, value in moments.items()}
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    save_file(tensors, new, {"done": json.dumps(done)})
    new.replace(file)


def _resume(
    file: Path,
    trained: Mapping[str, Tensor],
    mean: Mapping[str, Tensor],
    optimizer: torch.optim.Optimizer,
) -> tuple[dict[str, Any], dict[str, Tensor]]:
    """Put weights, their mean and moments back; what was done, and the best weights so far."""
    best: dict[str, Tensor] = {}
    moments: dict[int, dict[str, Tensor]] = defaultdict(dict)
    with safe_open(file, "pt") as stored:
        done: dict[str, Any] = json.loads(stored.metadata()["done"])
        for key in stored.keys():  # noqa: SIM118 - it is no mapping
            kind, _, name = key.partition(".")
            value = stored.get_tensor(key)
            if kind == "now":
                copy_weights({name: value}, trained)
            elif kind == "mean":
                mean[name].copy_(value)
            elif kind == "best":
                best[name] = value
            else:
                number, _, moment = name.partition(".")
                moments[int(number)][moment] = value
    optimizer.load_state_dict({**optimizer.state_dict(), "state": dict(moments)})
    return done, best


def _trainable(modules: Sequence[nn.Module]) -> list[nn.Parameter]:
    return [p for module in modules for p in module.parameters() if p.requires_grad]


def _factor(step: int, total: int, config: LoopConfig) -> float:
    warm = max(1, int(config.warmup * total))
    if step < warm:
        return (step + 1) / warm
    if config.schedule == "constant":
        return 1.0
    done = min(1.0, (step - warm) / max(1, total - warm))
    return 0.5 * (1 + math.cos(math.pi * done)) if config.schedule == "cosine" else 1 - done
