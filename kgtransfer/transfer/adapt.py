"""`kgtransfer adapt`: the reader adapted to a workspace's own corpus, without a label.

Questions are made of the workspace's facts; those that the reader as it is comes near to are kept,
and mixed with real questions against forgetting. Low-rank adapters learn from the mix for a few
minutes. They are kept only if questions of held-out documents say that they read better, and real
questions that nobody has trained on say that nothing was forgotten.
"""

from __future__ import annotations

import copy
import json
import logging
import math
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from kgtransfer.config import shipped
from kgtransfer.errors import WorkspaceError
from kgtransfer.evaluate.answers import f1_score
from kgtransfer.evaluate.intervals import bootstrap
from kgtransfer.read.adapter import RECORD, WEIGHTS, digest_of, store
from kgtransfer.read.answer import reader_folder
from kgtransfer.read.network import PageReading, TextReader
from kgtransfer.records import Passage
from kgtransfer.train.own_questions import OwnQuestion, own_questions
from kgtransfer.train.questions import ReadingExample, crop, refuse, squad_article
from kgtransfer.workspace import Workspace

if TYPE_CHECKING:
    from torch import Tensor

    from kgtransfer.nn.reader import ReaderNetwork
    from kgtransfer.train.reader import Marked

log = logging.getLogger(__name__)
Scores = npt.NDArray[np.float64]
Say = Callable[[str], None]

NEAR = 0.5
"""The F1 that one of the reader's three best spans must have for a question to be kept."""
MOST_TEST = 200
FEWEST_TEST = 40
REFUSED = 0.3
"""Of so many real questions there is a second one, asked of another page."""
ENOUGH = 400
"""So many questions are kept, however long it takes to find them."""
MOST_LOST = 0.01
"""What the score on real questions may fall by."""
PARTS = 5
"""So often the state is looked at while training; the best is kept."""


@dataclass(frozen=True, slots=True)
class AdaptConfig:
    """How to adapt. `seconds` is what training may take; making and testing take as long again."""

    seconds: float = 300.0
    rank: int = 8
    rate: float = 1e-4
    head_rate: float = 2e-5
    batch: int = 16
    most: int = 2400
    """So many questions at most."""
    real: float = 0.5
    """The share of real questions in a batch."""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Measured:
    """One set's score before and after (F1 of the best span, in per cent), and the difference."""

    questions: int
    before: float
    after: float
    gain: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AdaptReport:
    """What was learnt, and whether it is kept."""

    kept: bool
    why: str
    own: Measured | None
    general: Measured | None
    by_kind: dict[str, Measured] = field(default_factory=dict)
    questions: dict[str, int] = field(default_factory=dict)
    steps: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Material:
    train: list[ReadingExample]
    real: list[ReadingExample]
    tune: list[ReadingExample]
    test: list[OwnQuestion]
    general: list[ReadingExample]


def adapt(
    workspace: Workspace,
    config: AdaptConfig | None = None,
    *,
    real: Path | None = None,
    say: Say = lambda text: None,
) -> AdaptReport:
    """Adapt the reader; the workspace holds the adapter where the report says that it is kept.

    Stopped while it trains (KeyboardInterrupt), it tests what was best until then. Until an
    adapter is kept, the workspace stays as it was.

    Args:
        workspace: is locked for the time.
        config: how.
        real: a file of real questions (SQuAD's format) beside those that ship.
        say: is told how far it is.

    Raises:
        WorkspaceError: the facts give too few questions.
        ModelError: the reader can't be loaded.
    """
    chosen = config or AdaptConfig()
    with workspace.writing():
        start = time.perf_counter()
        folder = reader_folder(workspace.settings.reader)
        base = TextReader.load(folder)
        material, counts = _gather(workspace, base, chosen, real, say)
        gathered = time.perf_counter()
        network, steps = _train(base, material, chosen, say)
        trained = time.perf_counter()
        tuned = TextReader(network, base.cutter, base.settings)
        report = _judged(base, tuned, material, counts, steps, say)
        seconds = {"questions": gathered - start, "training": trained - gathered,
                   "test": time.perf_counter() - trained}  # fmt: skip
        rounded = {name: round(value, 1) for name, value in seconds.items()}
        report = AdaptReport(**{**_fields(report), "seconds": rounded})
        if report.kept:
            _store(workspace, network, folder, report)
    return report


def _fields(report: AdaptReport) -> dict[str, Any]:
    return {name: getattr(report, name) for name in AdaptReport.__dataclass_fields__}


# -- questions -------------------------------------------------------------------------------------


def _gather(
    workspace: Workspace, base: TextReader, config: AdaptConfig, real: Path | None, say: Say
) -> tuple[_Material, dict[str, int]]:
    """The questions: filtered, and parted by document into those to learn from and to test by."""
    rng = random.Random(config.seed)
    sample = shipped("samples", "reading.json")
    mixed = list(squad_article(sample, "train", rng))
    if real is not None:
        mixed += list(squad_article(real, "", rng))
    # Without pages that do not answer, real questions would teach it to answer anything.
    mixed += list(refuse([("", example) for example in mixed], rng, REFUSED))
    own = own_questions(workspace.open_index(), most=config.most, seed=config.seed)
    say(f"{len(own)} questions made")
    until = time.perf_counter() + config.seconds / 2
    kept: list[OwnQuestion] = []
    seen = 0
    for part in _parts(own, 32):
        readings = _read(base, [question.example for question in part])
        kept += [q for q, reading in zip(part, readings, strict=True) if _near(q.example, reading)]
        seen += len(part)
        if time.perf_counter() > until and len(kept) >= ENOUGH:
            break
    held_out = [question for question in kept if question.held_out]
    tune, test = held_out[::4], [q for at, q in enumerate(held_out) if at % 4][:MOST_TEST]
    train = [question.example for question in kept if not question.held_out]
    if len(test) < FEWEST_TEST or len(train) < 2 * FEWEST_TEST:
        raise WorkspaceError(
            f"the facts give {len(train)} questions to learn from and {len(test)} to test by; "
            f"{2 * FEWEST_TEST} and {FEWEST_TEST} are needed",
            hint="Ingest more documents; the shipped reader works as it is.",
        )
    say(f"{len(kept)} of {seen} kept: the reader is near their answers")
    counts = {"made": len(own), "read": seen, "kept": len(kept), "learnt from": len(train),
              "real": len(mixed), **Counter(q.kind for q in kept)}  # fmt: skip
    general = list(squad_article(sample, "check", rng))
    material = _Material(train, mixed, [q.example for q in tune][:60], test, general)
    return material, counts


def _near(example: ReadingExample, reading: PageReading) -> bool:
    """Whether the reader as it is comes near: what it finds absurd is likely a wrong question."""
    if example.label == "span":
        return any(_span_score(example, span.text) >= NEAR for span in reading.spans)
    return math.exp({"yes": reading.yes, "no": reading.no, "none": reading.none}[example.label]) > (
        0.2 if example.label == "none" else 0.1
    )


def _read(reader: TextReader, examples: Sequence[ReadingExample]) -> list[PageReading]:
    return reader.ask(
        [(e.question, Passage("", e.title, str(n), 0.0, e.text, 0)) for n, e in enumerate(examples)]
    )


def _span_score(example: ReadingExample, said: str) -> float:
    return f1_score(said, [example.text[a:b] for a, b in example.spans])


def scores(reader: TextReader, examples: Sequence[ReadingExample]) -> Scores:
    """Of each example the F1 of the best span; of one without, whether its class is right."""
    found = []
    for part in _parts(examples, 32):
        for example, reading in zip(part, _read(reader, part), strict=True):
            if example.label == "span":
                said = reading.spans[0].text if reading.spans else ""
                found.append(_span_score(example, said))
            elif example.label == "none":
                found.append(float(math.exp(reading.none) > 0.5))
            else:
                yes = reading.yes > reading.no
                found.append(float(yes == (example.label == "yes")))
    return np.asarray(found, np.float64)


def _parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


# -- training --------------------------------------------------------------------------------------


def _train(
    base: TextReader, material: _Material, config: AdaptConfig, say: Say
) -> tuple[ReaderNetwork, int]:
    """A copy of the reader with trained adapters, in its best state, and the steps it took."""
    import torch

    from kgtransfer.train.adapters import add_adapters
    from kgtransfer.train.loop import seed_everything
    from kgtransfer.train.reader import batch_loss

    seed_everything(config.seed)
    network = copy.deepcopy(base.network)
    network.requires_grad_(False)
    add_adapters(network.encoder, config.rank)
    heads = [*network.class_head.parameters(), *network.span_head.parameters()]
    for parameter in heads:
        parameter.requires_grad_(True)
    low = [p for p in network.encoder.parameters() if p.requires_grad]
    optimiser = torch.optim.AdamW(
        [{"params": low, "lr": config.rate}, {"params": heads, "lr": config.head_rate}],
        weight_decay=0.01,
    )
    rates = (config.rate, config.head_rate)
    reader = TextReader(network, base.cutter, base.settings)
    watched = [*material.tune, *material.real[:20]]
    best, best_score = _state(network), float(scores(base, watched).mean())
    say(f"as it is: {100 * best_score:.1f} on {len(watched)} questions that are watched")
    begun, spent, steps, part = time.perf_counter(), 0.0, 0, 1
    try:
        network.train()
        for rows in _batches(base, material, config):
            # The rate falls with the time that is left; looking at the state does not count.
            left = max(0.0, 1.0 - spent / config.seconds) * min(1.0, (steps + 1) / 20)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * left
            optimiser.zero_grad(set_to_none=True)
            batch_loss(network, base.cutter, rows).backward()
            torch.nn.utils.clip_grad_norm_([*low, *heads], 1.0)
            optimiser.step()
            steps += 1
            spent = time.perf_counter() - begun
            if spent >= part * config.seconds / PARTS:
                score = float(scores(_evaluated(reader), watched).mean())
                say(f"{steps} steps, {spent:.0f} s: {100 * score:.1f}")
                if score > best_score:
                    best, best_score = _state(network), score
                network.train()
                part = int(PARTS * spent / config.seconds) + 1
                begun = time.perf_counter() - spent
            if spent >= config.seconds:
                break
    except KeyboardInterrupt:
        say("stopped: testing what was best until now")
    network.load_state_dict(best, strict=False)
    network.eval()
    return network, steps


def _evaluated(reader: TextReader) -> TextReader:
    reader.network.eval()
    return reader


def _state(network: ReaderNetwork) -> dict[str, Tensor]:
    return {n: p.detach().clone() for n, p in network.named_parameters() if p.requires_grad}


def _batches(base: TextReader, material: _Material, config: AdaptConfig) -> Iterator[list[Marked]]:
    """Batches without end, each of own and of real questions."""
    from kgtransfer.train.reader import mark

    rng = random.Random(config.seed)
    real = round(config.batch * config.real)

    def rows(examples: Sequence[ReadingExample]) -> Iterator[Marked]:
        while True:
            order = list(examples)
            rng.shuffle(order)
            for part in _parts(order, 200):
                yield from mark(base.cutter, [crop(e, rng, 240, 520) for e in part], rng)

    own, others = rows(material.train), rows(material.real)
    while True:
        yield [next(others) if n < real else next(own) for n in range(config.batch)]


# -- judging and keeping ---------------------------------------------------------------------------


def _judged(
    base: TextReader,
    tuned: TextReader,
    material: _Material,
    counts: dict[str, int],
    steps: int,
    say: Say,
) -> AdaptReport:
    """Test both readers on the same questions."""
    say("testing")
    examples = [question.example for question in material.test]
    before, after = scores(base, examples), scores(tuned, examples)
    own = _test(before, after)
    general = _test(scores(base, material.general), scores(tuned, material.general))
    kinds = np.asarray([question.kind for question in material.test])
    by_kind = {
        str(kind): _test(before[kinds == kind], after[kinds == kind]) for kind in np.unique(kinds)
    }
    kept, why = verdict(own, general)
    return AdaptReport(kept, why, own, general, by_kind, counts, steps)


def _test(before: Scores, after: Scores) -> Measured:
    gain = bootstrap([after - before], resamples=4000)
    figures = (before.mean(), after.mean(), gain.mean, gain.low, gain.high)
    return Measured(len(before), *(round(100 * float(figure), 1) for figure in figures))


def verdict(own: Measured, general: Measured) -> tuple[bool, str]:
    """Whether to keep: better on own questions beyond chance, and no worse on real ones."""
    if own.low <= 0:
        return False, "questions of held-out documents are not read better beyond chance"
    if general.gain < -100 * MOST_LOST:
        return False, "real questions are read worse: it has forgotten"
    return True, "questions of held-out documents are read better, and real ones no worse"


def _store(workspace: Workspace, network: ReaderNetwork, base: Path, report: AdaptReport) -> None:
    """Write the adapter beside the workspace's other parts, whole or not at all."""
    from safetensors.torch import save_file

    from kgtransfer.train.adapters import adapter_deltas

    draft = workspace.adapter_folder.with_name(".adapter.new")
    draft.mkdir(exist_ok=True)
    tensors = {f"encoder.{n}": t for n, t in adapter_deltas(network.encoder).items()}
    for name, value in network.state_dict().items():
        if name.startswith(("class_head.", "span_head.")):
            tensors[name] = value.half().contiguous()
    save_file(tensors, draft / WEIGHTS)
    record = {"base": digest_of(base), "report": asdict(report)}
    (draft / RECORD).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    store(draft, workspace.adapter_folder)
    workspace.__dict__.pop("reader", None)
