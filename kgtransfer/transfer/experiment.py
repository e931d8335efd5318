"""The comparison: from the source or from scratch, by method, fusion, labels and seed."""

from __future__ import annotations

import copy
import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor

from kgtransfer.errors import ConfigError
from kgtransfer.language_models.backbone import Backbone, load_backbone
from kgtransfer.nn.reader import ReaderNetwork
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train.loop import LoopConfig, fit, seed_everything
from kgtransfer.train.reader import Marked, NodesOf, batch_loss, bucketed, mark
from kgtransfer.transfer.config import Method, TransferConfig
from kgtransfer.transfer.material import Material, score
from kgtransfer.transfer.methods import CachedStates, adapted, with_states
from kgtransfer.transfer.tasks import labelled, source_examples

if TYPE_CHECKING:
    from kgtransfer.transfer.graph import GraphNodes

log = logging.getLogger(__name__)

Start = Literal["source", "scratch"]
STARTS: tuple[Start, ...] = ("source", "scratch")


@dataclass(frozen=True, slots=True)
class Cell:
    """One trained reader and its score on each test question.

    `method` is None where nothing was trained on the target (a budget of 0).
    """

    start: Start
    method: Method | None
    fusion: bool
    budget: int
    seed: int
    exact: tuple[float, ...]
    f1: tuple[float, ...]
    seconds: float


def planned(config: TransferConfig) -> int:
    """How many cells a run yields."""
    adaptations = sum(len(config.methods) if budget else 1 for budget in config.budgets)
    return len(config.seeds) * len(config.fusion) * len(STARTS) * adaptations


def run(
    config: TransferConfig, material: Material, nodes: GraphNodes | None = None
) -> Iterator[Cell]:
    """Train and score every cell, one seed after the other.

    The source is learnt once for each seed; every method goes on from there. Where fusion is
    asked for, `nodes` gives the graph's node states, and heads and fusion get `fusion_steps` more
    on the source: with the nodes for the arm with fusion, with the null node for the other.

    Raises:
        ConfigError: fusion is asked for without node states.
        InputError: a source file is missing or of another format.
    """
    if True in config.fusion and nodes is None:
        raise ConfigError(
            "fusion: there are no node states to fuse with", hint="Set fusion = [false]."
        )
    base = CachedStates(material.encoder.backbone.model)
    for seed in config.seeds:
        network = _fresh(load_backbone(config.backbone), seed)
        for fusion in config.fusion:
            graph = nodes if fusion else None
            yield from _cells(config, material, network, "scratch", base, (seed, fusion), graph)
        rows = _learn_source(config, material, network, seed, nodes)
        states = CachedStates(network.encoder)
        learnt = [copy.deepcopy(head.state_dict()) for head in network.heads()]
        for fusion in config.fusion:
            graph = nodes if fusion else None
            if True in config.fusion:
                _load_heads(network, learnt)
                _meet_graph(config, material, network, states, rows, seed, graph)
            yield from _cells(config, material, network, "source", states, (seed, fusion), graph)


def _cells(
    config: TransferConfig,
    material: Material,
    network: ReaderNetwork,
    start: Start,
    states: CachedStates,
    arm: tuple[int, bool],
    graph: NodesOf | None,
) -> Iterator[Cell]:
    """All methods and budgets from one start."""
    seed, fusion = arm
    for budget in config.budgets:
        examples = labelled(material.target.pool, budget, seed)
        rows = mark(material.cutter, examples, random.Random(seed))
        methods: Sequence[Method | None] = config.methods if budget else (None,)
        for method in methods:
            began = time.perf_counter()
            seed_everything(seed)
            if method is None:
                reader = with_states(network, states)
            else:
                reader, encoder = adapted(network, method, states, config.lora_rank)
                rate = config.lora_rate if method == "lora" else config.encoder_rate
                loop = LoopConfig(1, config.steps, config.rate, rate, seed=seed)
                _train(reader, encoder, material.cutter, rows, loop, config.batch, graph)
            exact, f1 = score(reader, material, graph)
            seconds = round(time.perf_counter() - began, 2)
            log.info("%s %s, %d labels: F1 %.3f", start, method, budget, sum(f1) / len(f1))
            yield Cell(start, method, fusion, budget, seed, exact, f1, seconds)


def _fresh(backbone: Backbone, seed: int) -> ReaderNetwork:
    """The language model with untrained heads and fusion."""
    seed_everything(seed)
    return ReaderNetwork(backbone.model, backbone.dimension)


def _learn_source(
    config: TransferConfig,
    material: Material,
    network: ReaderNetwork,
    seed: int,
    nodes: GraphNodes | None,
) -> list[Marked]:
    """Train all of a reader on the source's text, in place; returns what it was trained on."""
    examples, asked = source_examples(config.source, config.data, seed)
    if nodes is not None:
        nodes.steps_of(asked)
    rows = mark(material.cutter, examples, random.Random(seed))
    log.info("seed %d: learning the source from %d windows", seed, len(rows))
    loop = LoopConfig(1, config.source_steps, config.rate, config.encoder_rate, seed=seed)
    _train(network, [network.encoder], material.cutter, rows, loop, config.source_batch, None)
    return rows


def _meet_graph(
    config: TransferConfig,
    material: Material,
    network: ReaderNetwork,
    states: CachedStates,
    rows: Sequence[Marked],
    seed: int,
    graph: NodesOf | None,
) -> None:
    """Train heads and fusion on the source's pages, in place; single pages are left out."""
    paged = [row for row in rows if row[1].title] or rows
    loop = LoopConfig(1, config.fusion_steps, config.rate, seed=seed)
    reader = with_states(network, states)
    _train(reader, [], material.cutter, paged, loop, config.source_batch, graph)
    _load_heads(network, [head.state_dict() for head in reader.heads()])


def _load_heads(network: ReaderNetwork, weights: Sequence[dict[str, Tensor]]) -> None:
    for head, state in zip(network.heads(), weights, strict=True):
        head.load_state_dict(state)


def _train(
    network: ReaderNetwork,
    encoder: Sequence[torch.nn.Module],
    cutter: WindowCutter,
    rows: Sequence[Marked],
    loop: LoopConfig,
    batch: int,
    graph: NodesOf | None,
) -> None:
    """`loop.steps_per_epoch` steps over the rows, which are gone through again as needed."""
    rng = random.Random(loop.seed)
    network.train()
    fit(
        network.heads(),
        lambda _: islice(_endless(rows, batch, rng), loop.steps_per_epoch),
        lambda part: batch_loss(network, cutter, part, graph),
        loop,
        encoder=encoder,
    )


def _endless(rows: Sequence[Marked], size: int, rng: random.Random) -> Iterator[list[Marked]]:
    while rows:
        yield from bucketed(rows, size, rng)
