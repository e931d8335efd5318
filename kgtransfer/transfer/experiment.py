"""The comparison: from the source or from scratch, by method, fusion, labels and seed."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import torch

from kgtransfer.errors import ConfigError
from kgtransfer.evaluate.answers import exact_match, f1_score
from kgtransfer.language_models.backbone import Backbone, load_backbone
from kgtransfer.language_models.encoder import MiniLMEncoder
from kgtransfer.nn.reader import ReaderNetwork
from kgtransfer.read.spans import Reading, decode
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train.loop import LoopConfig, fit, seed_everything
from kgtransfer.train.questions import ReadingExample
from kgtransfer.train.reader import Marked, NodesOf, batch_loss, bucketed, mark
from kgtransfer.transfer.config import Method, TransferConfig
from kgtransfer.transfer.methods import CachedStates, adapted, with_states
from kgtransfer.transfer.tasks import (
    Question,
    Target,
    labelled,
    nearest_pages,
    reachable,
    read_target,
    source_examples,
)

log = logging.getLogger(__name__)

Start = Literal["source", "scratch"]
STARTS: tuple[Start, ...] = ("source", "scratch")
EVALUATION_BATCH = 16


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


@dataclass(frozen=True, slots=True)
class Material:
    """What all cells share: the language model, the target's questions, and their windows."""

    backbone: Backbone
    cutter: WindowCutter
    target: Target
    windows: tuple[Marked, ...]
    """Every window of every test question's pages, sorted by length."""
    owners: tuple[int, ...]
    """The test question of each window."""

    @property
    def ceiling(self) -> float:
        """The share of test questions whose answer stands on a page that is read."""
        return reachable(self.target.test)


def prepare(config: TransferConfig) -> Material:
    """Load the language model, split the target, choose and cut the test questions' pages.

    Raises:
        ConfigError: the target has fewer questions than are asked for.
        InputError: a question file is missing or of another format.
        ModelError: the language model can't be loaded.
    """
    torch.set_num_threads(config.threads)
    target = read_target(config.target, config.data)
    if max(config.budgets) > len(target.pool):
        raise ConfigError(
            f"budgets: {max(config.budgets)} labels are asked for, but after holding out "
            f"{config.target.test} questions there are {len(target.pool)}"
        )
    encoder = MiniLMEncoder(config.backbone)
    test = nearest_pages(target.test, encoder, config.target.pages)
    cutter = WindowCutter(encoder.backbone.tokenizer, tokens=config.window_tokens)
    windows, owners = _cut(cutter, test)
    return Material(encoder.backbone, cutter, Target(target.pool, test), windows, owners)


def planned(config: TransferConfig) -> int:
    """How many cells a run yields."""
    adaptations = sum(len(config.methods) if budget else 1 for budget in config.budgets)
    return len(config.seeds) * len(config.fusion) * len(STARTS) * adaptations


def run(config: TransferConfig, material: Material, nodes: NodesOf | None = None) -> Iterator[Cell]:
    """Train and score every cell, one seed after the other.

    The source is learnt once for each seed and each setting of fusion; every method goes on from
    there. `nodes` gives the graph's node states where fusion is on.

    Raises:
        ConfigError: fusion is asked for without node states.
        InputError: a source file is missing or of another format.
    """
    if True in config.fusion and nodes is None:
        raise ConfigError(
            "fusion: there are no node states to fuse with", hint="Set fusion = [false]."
        )
    base = CachedStates(material.backbone.model)
    for seed in config.seeds:
        for fusion in config.fusion:
            graph = nodes if fusion else None
            scratch = _fresh(load_backbone(config.backbone), seed)
            yield from _cells(config, material, scratch, "scratch", base, (seed, fusion), graph)
            _learn_source(config, material, scratch, seed, graph)
            states = CachedStates(scratch.encoder)
            yield from _cells(config, material, scratch, "source", states, (seed, fusion), graph)


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
            exact, f1 = _score(reader, material, graph)
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
    graph: NodesOf | None,
) -> None:
    """Train all of a reader on the source, in place."""
    examples = source_examples(config.source, config.data, seed)
    rows = mark(material.cutter, examples, random.Random(seed))
    log.info("seed %d: learning the source from %d windows", seed, len(rows))
    loop = LoopConfig(1, config.source_steps, config.rate, config.encoder_rate, seed=seed)
    _train(network, [network.encoder], material.cutter, rows, loop, config.batch, graph)


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


def _cut(
    cutter: WindowCutter, questions: Sequence[Question]
) -> tuple[tuple[Marked, ...], tuple[int, ...]]:
    """Windows of all pages with the question each belongs to, sorted by length."""
    asked = [(owner, q, page) for owner, q in enumerate(questions) for page in q.pages]
    examples = [ReadingExample(q.text, title, text, (), "none") for _, q, (title, text) in asked]
    windows = cutter.cut(
        [e.question for e in examples], [e.title for e in examples], [e.text for e in examples]
    )
    windows.sort(key=lambda window: len(window.ids))
    marked = tuple((window, examples[window.source]) for window in windows)
    return marked, tuple(asked[window.source][0] for window in windows)


def _score(
    network: ReaderNetwork, material: Material, graph: NodesOf | None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Exact match and F1 of each test question's best span over all of its pages."""
    network.eval()
    best: dict[int, tuple[float, str]] = {}
    for start in range(0, len(material.windows), EVALUATION_BATCH):
        rows = material.windows[start : start + EVALUATION_BATCH]
        owners = material.owners[start : start + EVALUATION_BATCH]
        for owner, (_, example), reading in zip(
            owners, rows, _read(network, material.cutter, rows, graph), strict=True
        ):
            for span in reading.spans:
                found = (span.total, example.text[span.start : span.end])
                best[owner] = max(best.get(owner, found), found)
    answers = [(best[i][1] if i in best else None, q) for i, q in enumerate(material.target.test)]
    return (
        tuple(exact_match(answer, q.answers) for answer, q in answers),
        tuple(f1_score(answer, q.answers) for answer, q in answers),
    )


def _read(
    network: ReaderNetwork, cutter: WindowCutter, rows: Sequence[Marked], graph: NodesOf | None
) -> list[Reading]:
    windows = [window for window, _ in rows]
    nodes = graph(rows) if graph else None
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return decode(network(cutter.batch(windows, nodes, network.node_width)), windows, top=1)
