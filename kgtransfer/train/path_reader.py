"""`kgtransfer train fusion CONFIG`: the path reader, on questions whose path over pages is known.

At every page of a path the whole question is asked, and what the page adds to the path is wanted:
the name that leads on, at last the answer; nothing on a page beside the path. The states below the
path are computed once. The arms of the comparison are trained alike: "graph" with the path in the
hidden states, "text" without any, "facts" with the links to the page written before its text.
"""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict
from safetensors.torch import load_file, save_file
from torch import Tensor

from kgtransfer.nn.fusion import Alignment
from kgtransfer.nn.path_reader import PathReader
from kgtransfer.nn.reader import CLASSES, reader_loss
from kgtransfer.read.network import TextReader
from kgtransfer.read.path_network import fingerprint
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train.loop import LoopConfig, fit
from kgtransfer.train.path_questions import PathQuestion
from kgtransfer.train.path_rows import Arm, Row, RowMaker, page_vectors
from kgtransfer.train.path_score import each_score, forward, shares, strangers
from kgtransfer.train.path_sets import gather
from kgtransfer.train.reader import targets

log = logging.getLogger(__name__)

WEIGHTS = "model.safetensors"
STOP, ATTENTION, ALIGNMENT = 0.3, 0.2, 0.1
"""What the losses beside reading weigh."""
VECTOR = 64
"""The length of the graph encoder's embeddings."""
HIDE = 0.2
"""On how many rows the graph encoder's embeddings are hidden."""


class FusionConfig(BaseModel):
    """A training run of the path reader (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder with `multihop/` and `extraction/`."""
    output: Path
    reader: Path
    """The trained reader that is gone on from."""
    start: Path | None = None
    """A path reader's folder to go on from."""
    elsewhere: float = 0.6
    """At how many pages a stretch without the answer is read, too: of many windows, one answers."""
    retriever: Path | None = None
    """The trained graph encoder whose embeddings of the pages enter."""
    indexes: dict[str, Path] = {}
    """Index folders of "2wiki", "hotpot" and "musique" training questions' pages."""
    arm: Arm = "graph"
    seed: int = 0
    epochs: int = 3
    batch: int = 16
    rate: float = 1e-3
    rank: int = 16
    threads: int = 1
    held_out: float = 0.08
    """The share of questions kept to choose the best epoch."""
    mix: dict[str, int] = {}
    """At most so many questions of a source; unnamed sources are taken whole."""
    first: int | None = None
    """Train on so many questions alone."""


def train_path_reader(config: FusionConfig) -> dict[str, Any]:
    """Train, write the folder, return its metrics."""
    torch.set_num_threads(config.threads)
    used, kept = split(config)
    reader = TextReader.load(config.reader)
    torch.manual_seed(config.seed)
    network = PathReader(reader.network, VECTOR, config.rank)
    if config.start is not None:
        stored = {n: t.float() for n, t in load_file(config.start / WEIGHTS).items()}
        network.load_state_dict(stored, strict=False)
    train = make_rows(network, reader.cutter, used, config)
    tests = train if config.first else make_rows(network, reader.cutter, kept, config)
    log.info("%d rows to train on, %d held out", len(train), len(tests))
    metrics = fit_rows(network, reader.cutter, train, tests, config)
    save(network, config, metrics)
    return metrics


Part = list[tuple[str, PathQuestion]]
"""Questions, each with the name of the set whose index has its pages."""


def split(config: FusionConfig) -> tuple[Part, Part]:
    """The questions to train on, and those that are held out; the same for every arm."""
    sets = gather(config.data, random.Random(0))
    questions = [(name, question) for name, part in sets.items() for question in part]
    random.Random(config.seed).shuffle(questions)
    cut = int(len(questions) * config.held_out)
    return _mixed(questions[cut:], config)[: config.first], questions[:cut]


def make_rows(
    network: PathReader, cutter: WindowCutter, part: Part, config: FusionConfig
) -> list[Row]:
    """The rows of some questions, with the vectors of their pages where there is an index."""
    vectors: dict[int, dict[str, Tensor]] = {}
    for name, index in config.indexes.items():
        own = [i for i, (of, _) in enumerate(part) if of == name]
        if config.retriever is not None:
            found = page_vectors([part[i][1] for i in own], index, config.retriever)
            vectors |= dict(zip(own, found, strict=True))
        log.info("%s: %d questions", name, len(own))
    maker = RowMaker(network, cutter, arm=config.arm, elsewhere=config.elsewhere, seed=config.seed)
    return maker.rows([q for _, q in part], [vectors.get(i, {}) for i in range(len(part))])


def _mixed(part: Part, config: FusionConfig) -> Part:
    """The questions that the mix lets in, in their order."""
    taken: Counter[str] = Counter()
    found: Part = []
    for name, question in part:
        taken[question.source] += 1
        if taken[question.source] <= config.mix.get(question.source, len(part)):
            found.append((name, question))
    return found


def fit_rows(
    network: PathReader,
    cutter: WindowCutter,
    train: Sequence[Row],
    tests: Sequence[Row],
    config: FusionConfig,
) -> dict[str, Any]:
    """Train in place; what the held-out rows score, by arm of reading."""
    inner = network.fusion.slot.out_features
    align = Alignment(inner, inner)
    rng = random.Random(config.seed)

    def batches(epoch: int) -> Iterator[list[Row]]:
        shuffled = list(train)
        random.Random(config.seed * 100 + epoch).shuffle(shuffled)
        groups = []
        for start in range(0, len(shuffled), config.batch * 30):
            part = sorted(
                shuffled[start : start + config.batch * 30], key=lambda r: len(r.window.ids)
            )
            groups += [part[i : i + config.batch] for i in range(0, len(part), config.batch)]
        random.Random(config.seed * 100 + epoch).shuffle(groups)
        yield from groups

    def held_out(rows: Sequence[Row], with_path: bool) -> dict[str, float]:
        return shares(each_score(network, cutter, rows, with_path=with_path))

    with_path = config.arm == "graph"
    steps = sum(-(-min(config.batch * 30, len(train) - s) // config.batch)
                for s in range(0, len(train), config.batch * 30))  # fmt: skip
    history = fit(
        [network, align],
        batches,
        lambda rows: _loss(network, cutter, align, rows, with_path, rng),
        LoopConfig(config.epochs, steps, rate=config.rate, seed=config.seed),
        evaluate=lambda: held_out(tests, with_path)["exact"],
    )
    metrics: dict[str, Any] = {
        "rows": len(train),
        "losses": list(history.losses),
        "by_epoch": list(history.scores),
        "seconds": round(history.seconds),
        "held_out": held_out(tests, with_path),
    }
    if with_path:
        metrics["held_out_shuffled"] = held_out(strangers(tests, config.seed), True)
        metrics["held_out_without"] = held_out(tests, False)
        metrics["gates"] = {
            "roles": torch.tanh(network.fusion.gate).tolist(),
            "tokens": float(torch.tanh(network.fusion.cross.token_gate)),
            "slots": float(torch.tanh(network.fusion.cross.node_gate)),
        }
    return metrics


def _loss(
    network: PathReader,
    cutter: WindowCutter,
    align: Alignment,
    rows: Sequence[Row],
    with_path: bool,
    rng: random.Random,
) -> Tensor:
    rows = [_hidden(row) if rng.random() < HIDE else row for row in rows]
    with torch.autocast("cpu", torch.bfloat16):
        output = forward(network, cutter, rows, with_path=with_path)
    batch = cutter.batch([row.window for row in rows])
    starts, ends = targets(batch, [(row.window, row.example) for row in rows])
    classes = torch.tensor([CLASSES.index(row.example.label) for row in rows])
    loss = reader_loss(output.reading, classes, starts, ends)
    stop = torch.tensor([row.stop for row in rows])
    known = (stop >= 0) & (classes == 0)
    if bool(known.any()):
        loss = loss + STOP * F.binary_cross_entropy_with_logits(output.stops[known], stop[known])
    if with_path:
        loss = loss + ATTENTION * _attention_loss(output.path.attention.float(), rows)
        pairs = [
            (m, node) for row in rows
            for m, node in zip(row.trail.mentions, row.trail.nodes[1:], strict=True)
            if node is not None
        ]  # fmt: skip
        if len(pairs) > 1:
            mentions, nodes = (torch.stack(part) for part in zip(*pairs, strict=True))
            fusion = network.fusion
            loss = loss + ALIGNMENT * align(fusion.came(mentions), fusion.node(nodes))
    return loss


def _hidden(row: Row) -> Row:
    return replace(row, trail=replace(row.trail, nodes=(None,) * len(row.trail.nodes)))


def _attention_loss(attention: Tensor, rows: Sequence[Row]) -> Tensor:
    """-log of the attention on the words that ask for a step, where these are known."""
    losses = [
        -(attention[i, k, : row.asked.shape[1]] * row.asked[k]).sum().clamp(min=1e-6).log()
        for i, row in enumerate(rows)
        for k in range(len(row.trail.nodes))
        if bool(row.asked[k].any())
    ]
    return torch.stack(losses).mean() if losses else attention.sum() * 0.0


def save(network: PathReader, config: FusionConfig, metrics: dict[str, Any]) -> None:
    """Write weights (fp16) and config.json into the output folder."""
    config.output.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.half().contiguous() for name, t in network.trained().items()}
    save_file(tensors, config.output / WEIGHTS)
    (config.output / WEIGHTS).chmod(0o644)
    description = {
        "reader": fingerprint(config.reader),
        "node_width": network.node_width,
        "rank": config.rank,
        "arm": config.arm,
        "seed": config.seed,
        "metrics": metrics,
    }
    (config.output / "config.json").write_text(json.dumps(description, indent=1) + "\n", "utf-8")
