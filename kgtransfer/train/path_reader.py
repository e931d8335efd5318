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
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict
from safetensors.torch import load_file, save_file
from torch import Tensor

from kgtransfer.nn.fusion import Alignment
from kgtransfer.nn.path_fusion import MAX_STEPS
from kgtransfer.nn.path_reader import PathReader
from kgtransfer.nn.reader import CLASSES, reader_loss
from kgtransfer.read.network import TextReader
from kgtransfer.read.spans import decode, merge_windows
from kgtransfer.read.trails import (
    Trail,
    marks,
    mention_state,
    node_vector,
    path_batch,
    question_tokens,
)
from kgtransfer.read.windows import Window, WindowCutter
from kgtransfer.records import Span
from kgtransfer.train import path_questions as sets
from kgtransfer.train.loop import LoopConfig, fit
from kgtransfer.train.path_questions import PathQuestion, Step, cropped, elsewhere
from kgtransfer.train.questions import Label, ReadingExample
from kgtransfer.train.reader import targets

log = logging.getLogger(__name__)

Arm = Literal["graph", "text", "facts"]
WEIGHTS = "model.safetensors"
STOP, ATTENTION, ALIGNMENT = 0.3, 0.2, 0.1
"""What the losses beside reading weigh."""
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


@dataclass(frozen=True, slots=True)
class Row:
    """A window, what is to be found in it, and the way to it."""

    window: Window
    example: ReadingExample
    places: tuple[Span, ...]
    trail: Trail
    asked: Tensor
    """(s, tokens) which of the question's tokens ask for each step; empty rows: not known."""
    stop: float
    """1 where the path ends here, 0 where it leads on, -1 beside the path."""
    hidden: Tensor
    source: str


def gather(data: Path, rng: random.Random) -> dict[str, list[PathQuestion]]:
    """The questions of every set."""
    multihop, redocred = data / "multihop", data / "extraction/redocred"
    return {
        "2wiki": list(sets.two_wiki(multihop / "2wiki_train/questions.json", rng)),
        "musique": list(sets.musique(multihop / "musique_train/questions.json", rng)),
        "hotpot": list(sets.hotpot(multihop / "hotpotqa_train/questions.json", rng)),
        "redocred": list(
            sets.redocred(redocred / "dev.json", redocred / "pid2name.json", rng)
        ),
    }  # fmt: skip


Read = tuple[Window, Tensor]
"""A window with its states below the path."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that a question is asked of, after `at` others; `mention` wrongly led to it."""

    question: int
    at: int
    step: Step
    mention: Span | None = None


class RowMaker:
    """Makes rows of questions, with the states below the path.

    Args:
        network: its lower layers give the states.
        cutter: cuts windows.
        config: its arm says how pages are written, its seed chooses stretches of long ones.
    """

    def __init__(self, network: PathReader, cutter: WindowCutter, config: FusionConfig) -> None:
        self.network, self.cutter, self.config = network, cutter, config
        self.rng = random.Random(config.seed)

    def rows(
        self, questions: Sequence[PathQuestion], nodes: Sequence[dict[str, Tensor]]
    ) -> list[Row]:
        """The rows of all questions; `nodes` are each question's vectors by page title."""
        asked = [one for number, q in enumerate(questions) for one in self._asked(number, q)]
        read = self._read(questions, [(one.question, one.step) for one in asked])
        rows: list[Row] = []
        led: list[Tensor] = []
        first: Read | None = None
        for one, found in zip(asked, read, strict=True):
            question, step = questions[one.question], one.step
            if one.at == 0 and step.spans:
                led, first = [], found
            if found is None or first is None:
                led.append(torch.zeros(self.network.width))
                continue
            mentions = led[: one.at]
            pages = [s.title for s in question.steps[: one.at]]
            if one.mention is not None:
                mentions = [_at(first, one.mention)]
            vectors = [nodes[one.question].get(title) for title in (*pages, step.title)]
            trail = Trail(question.named, tuple(mentions), tuple(vectors))
            rows.append(self._row(question, one, trail, *found))
            if step.spans:
                state = mention_state(found[1], found[0], step.spans[0])
                led.append(torch.zeros(self.network.width) if state is None else state)
        return rows

    def _asked(self, number: int, question: PathQuestion) -> Iterator[_Asked]:
        for at, step in enumerate(question.steps[:MAX_STEPS]):
            yield _Asked(number, at, cropped(step, self.rng))
            other = elsewhere(step, self.rng)
            if other is not None and self.rng.random() < self.config.elsewhere:
                yield _Asked(number, at, other)
        for step, mention in question.beside:
            yield _Asked(number, 1, cropped(step, self.rng), mention)

    def _read(
        self, questions: Sequence[PathQuestion], asked: Sequence[tuple[int, Step]]
    ) -> list[Read | None]:
        """A window that holds what is to be found, with its states."""
        titles = [self._title(step) for _, step in asked]
        windows = self.cutter.cut(
            [questions[n].question for n, _ in asked], titles, [s.text for _, s in asked]
        )
        chosen: dict[int, Window] = {}
        for window in windows:
            spans = asked[window.source][1].spans
            if not spans or any(_inside(window, span) for span in spans):
                chosen.setdefault(window.source, window)
        ordered = sorted(chosen.values(), key=lambda w: len(w.ids))
        states: dict[int, Tensor] = {}
        for start in range(0, len(ordered), 32):
            part = ordered[start : start + 32]
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                hidden = self.network.encode(self.cutter.batch(part)).half()
            for window, state in zip(part, hidden, strict=True):
                states[window.source] = state[: len(window.ids)].clone()
        return [
            (chosen[i], states[i]) if i in chosen else None for i in range(len(asked))
        ]  # fmt: skip

    def _title(self, step: Step) -> str:
        return with_links(step.title, step.linked) if self.config.arm == "facts" else step.title

    def _row(
        self, question: PathQuestion, one: _Asked, trail: Trail, window: Window, states: Tensor
    ) -> Row:
        places = tuple(question_tokens(self.cutter, question.question))
        step, on_path = one.step, one.mention is None
        known = on_path and all(s.asked for s in question.steps)
        asked = torch.zeros(one.at + 1, len(window.ids), dtype=torch.bool)
        if known:
            for k in range(one.at + 1):
                asked[k] = marks(places, question.steps[k].asked, len(window.ids))
        ends = one.at == len(question.steps) - 1
        stop = float(ends) if on_path and step.spans else -1.0
        label: Label = "span" if step.spans else "none"
        example = ReadingExample(question.question, step.title, step.text, step.spans, label)
        return Row(window, example, places, trail, asked, stop, states, question.source)


def _at(read: Read, mention: Span) -> Tensor:
    """The state of a mention; of the whole text where the window does not hold it."""
    window, states = read
    found = mention_state(states, window, mention)
    return states[window.first :].float().mean(0) if found is None else found


def with_links(title: str, linked: Sequence[str]) -> str:
    """A title with the pages that name it, written out."""
    return f"{title} (named on {', '.join(linked[:2])})" if linked else title


def _inside(window: Window, span: Span) -> bool:
    offsets = window.offsets
    return bool(offsets) and offsets[0][0] <= span[0] and span[1] <= offsets[-1][1]


def train_path_reader(config: FusionConfig) -> dict[str, Any]:
    """Train, write the folder, return its metrics."""
    torch.set_num_threads(config.threads)
    rng = random.Random(config.seed)
    questions, nodes = _questions(config, random.Random(0))
    order = list(range(len(questions)))
    rng.shuffle(order)
    cut = int(len(order) * config.held_out)
    kept, used = order[:cut], _mixed(order[cut:], questions, config)[: config.first]
    reader = TextReader.load(config.reader)
    torch.manual_seed(config.seed)
    network = PathReader(reader.network, _width(nodes), config.rank)
    if config.start is not None:
        stored = {n: t.float() for n, t in load_file(config.start / WEIGHTS).items()}
        network.load_state_dict(stored, strict=False)
    maker = RowMaker(network, reader.cutter, config)
    train = maker.rows([questions[i] for i in used], [nodes[i] for i in used])
    tests = maker.rows([questions[i] for i in kept], [nodes[i] for i in kept])
    log.info("%d rows to train on, %d held out", len(train), len(tests))
    if config.first:
        tests = train  # an overfit is looked for
    metrics = fit_rows(network, reader.cutter, train, tests, config)
    save(network, config, metrics)
    return metrics


def _mixed(
    order: Sequence[int], questions: Sequence[PathQuestion], config: FusionConfig
) -> list[int]:
    """The numbers of the questions that the mix lets in, in their order."""
    taken: Counter[str] = Counter()
    found = []
    for number in order:
        source = questions[number].source
        taken[source] += 1
        if taken[source] <= config.mix.get(source, len(order)):
            found.append(number)
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

    with_path = config.arm == "graph"
    steps = sum(-(-min(config.batch * 30, len(train) - s) // config.batch)
                for s in range(0, len(train), config.batch * 30))  # fmt: skip
    history = fit(
        [network, align],
        batches,
        lambda rows: _loss(network, cutter, align, rows, with_path, rng),
        LoopConfig(config.epochs, steps, rate=config.rate, seed=config.seed),
        evaluate=lambda: score(network, cutter, tests, with_path)["exact"],
    )
    metrics: dict[str, Any] = {
        "rows": len(train),
        "losses": list(history.losses),
        "by_epoch": list(history.scores),
        "seconds": round(history.seconds),
        "held_out": score(network, cutter, tests, with_path),
    }
    if with_path:
        others = list(tests)
        random.Random(config.seed).shuffle(others)
        strangers = [
            replace(row, trail=_of_length(other.trail, row.trail))
            for row, other in zip(tests, others, strict=True)
        ]
        metrics["held_out_shuffled"] = score(network, cutter, strangers, True)
        metrics["held_out_without"] = score(network, cutter, tests, False)
        metrics["gates"] = {
            "roles": torch.tanh(network.fusion.gate).tolist(),
            "tokens": float(torch.tanh(network.fusion.cross.token_gate)),
            "slots": float(torch.tanh(network.fusion.cross.node_gate)),
        }
    return metrics


def _of_length(other: Trail, own: Trail) -> Trail:
    """Another question's mentions and nodes; where the name stands remains."""
    return Trail(own.named, other.mentions, other.nodes)


def score(
    network: PathReader, cutter: WindowCutter, rows: Sequence[Row], with_path: bool
) -> dict[str, float]:
    """Shares: rows read right, by source too; of stops; and of attention on the right words."""
    network.eval()
    right: dict[str, list[float]] = {"exact": [], "stop": []}
    for start in range(0, len(rows), 16):
        part = rows[start : start + 16]
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            output = _forward(network, cutter, part, with_path)
        readings = decode(output.reading, [row.window for row in part])
        classes = output.reading.classes.argmax(1).tolist()
        for row, reading, label, stop in zip(
            part, readings, classes, output.stops.tolist(), strict=True
        ):
            example = row.example
            hit = CLASSES[label] == example.label
            if example.label == "span":
                golds = {example.text[a:b].strip(" .,").lower() for a, b in example.spans}
                best = merge_windows([reading], 1)
                hit = any(example.text[s.start : s.end].strip(" .,").lower() in golds for s in best)
                right["stop"].append(float((stop > 0) == (row.stop > 0)))
                right.setdefault(f"{row.source} {len(row.trail.nodes)}", []).append(float(hit))
            right["exact"].append(float(hit))
    return {name: round(sum(v) / max(1, len(v)), 4) for name, v in right.items()}


def _forward(
    network: PathReader, cutter: WindowCutter, rows: Sequence[Row], with_path: bool
) -> Any:
    batch = cutter.batch([row.window for row in rows])
    size = batch.ids.shape[1]
    states = torch.stack(
        [F.pad(row.hidden.float(), (0, 0, 0, size - len(row.hidden))) for row in rows]
    )
    trails = [row.trail if with_path else None for row in rows]
    path = path_batch(trails, [row.places for row in rows], states, batch, network.node_width)
    return network.read(states, batch, path)


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
        output = _forward(network, cutter, rows, with_path)
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


def _questions(
    config: FusionConfig, rng: random.Random
) -> tuple[list[PathQuestion], list[dict[str, Tensor]]]:
    """All questions, and the vectors of their pages where there is an index."""
    questions: list[PathQuestion] = []
    nodes: list[dict[str, Tensor]] = []
    for name, part in gather(config.data, rng).items():
        questions += part
        if config.retriever is not None and name in config.indexes:
            nodes += page_vectors(part, config.indexes[name], config.retriever)
        else:
            nodes += [{} for _ in part]
        log.info("%s: %d questions", name, len(part))
    return questions, nodes


def page_vectors(
    questions: Sequence[PathQuestion], index: Path, model: Path
) -> list[dict[str, Tensor]]:
    """The graph encoder's vectors of the candidates for each question, by page title."""
    from kgtransfer.language_models.encoder import MiniLMEncoder
    from kgtransfer.retrieve.index import GraphIndex
    from kgtransfer.retrieve.model import load_retriever
    from kgtransfer.retrieve.search import Retriever

    retriever = Retriever(GraphIndex.open(index), MiniLMEncoder(), load_retriever(model))
    opened = retriever.index
    found: list[dict[str, Tensor]] = []
    for question in questions:
        subgraph = retriever.retrieve(question.question, top_k=1)
        vectors: dict[str, Tensor] = {}
        if subgraph.node_states is not None and subgraph.node_scores is not None:
            states = torch.from_numpy(subgraph.node_states).float()
            for row, chunk in enumerate(subgraph.chunks):
                title = opened.titles[int(opened.chunk_document[opened.chunk_number[chunk]])]
                vectors.setdefault(
                    title, node_vector(states[row], float(subgraph.node_scores[row]))
                )
        found.append(vectors)
    return found


def _width(nodes: Sequence[dict[str, Tensor]]) -> int:
    return next((len(v) - 2 for vectors in nodes for v in vectors.values()), 64)


def save(network: PathReader, config: FusionConfig, metrics: dict[str, Any]) -> None:
    """Write weights (fp16) and config.json into the output folder."""
    config.output.mkdir(parents=True, exist_ok=True)
    tensors = {name: t.half().contiguous() for name, t in network.trained().items()}
    save_file(tensors, config.output / WEIGHTS)
    (config.output / WEIGHTS).chmod(0o644)
    description = {
        "node_width": network.node_width,
        "rank": config.rank,
        "arm": config.arm,
        "seed": config.seed,
        "metrics": metrics,
    }
    (config.output / "config.json").write_text(json.dumps(description, indent=1) + "\n", "utf-8")
