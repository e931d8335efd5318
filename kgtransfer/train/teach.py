"""`kgtransfer train extractor --annotations FILE`: teach an extractor more types and relations.

Or `--triples FILE`: from texts that name both ends of what is known (`kgtransfer.train.distant`).

Every step reads some annotated texts and as many unlabelled ones, on which the extractor is held
to what it said before teaching. What it costs on the old ones is measured on unlabelled texts that
were held out: how far it still agrees with itself.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict, Field

from kgtransfer.annotations import AnnotatedText, read_annotations
from kgtransfer.config import shipped
from kgtransfer.errors import InputError, UsageError
from kgtransfer.extract.encode import shared_model
from kgtransfer.extract.extractor import Extractor
from kgtransfer.extract.extractor import load_extractor as load_pipeline
from kgtransfer.extract.schema import Predicate
from kgtransfer.extract.weights import (
    TrainedExtractor,
    load_extractor,
    save_antecedents,
    save_extractor,
)
from kgtransfer.language_models.backbone import PACKAGED
from kgtransfer.nn.extraction import ExtractionModel
from kgtransfer.train.distant import Examples, Limits, Matched, examples
from kgtransfer.train.grow import grow, rebase
from kgtransfer.train.known import read_known
from kgtransfer.train.labels import named, plan_of, scoped
from kgtransfer.train.lesson_ends import passages
from kgtransfer.train.lesson_losses import LessonLosses
from kgtransfer.train.lessons import Lesson, Plan, Tutor
from kgtransfer.train.loop import LoopConfig, fit
from kgtransfer.train.passages import passages_of
from kgtransfer.train.taught import agreement, measure

log = logging.getLogger(__name__)
RECORD = "taught.json"
"""What a run did, beside the model that it left."""


class TeachConfig(BaseModel):
    """A run that teaches (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    output: Path
    """The folder of the taught extractor."""
    annotations: tuple[Path, ...] = ()
    triples: tuple[Path, ...] = ()
    """What is known (CSV, TSV, RDF), to be found in `texts`."""
    texts: tuple[Path, ...] = ()
    """Files and folders; without any, the passages of `workspace`."""
    per_pair: int = Field(default=3, ge=1)
    """Of the texts that name both ends of a triple, so many are taken at most."""
    least: int = Field(default=10, ge=2)
    """A relation of the triples needs so many texts, or it is left out."""
    common: float = Field(default=0.1, gt=0.0, le=1.0)
    """What the extractor reads of this share of a relation's texts does not speak against it."""
    test: tuple[Path, ...] = ()
    """Annotated texts to measure on; where there are none, `held_out` of the annotations."""
    held_out: float = Field(default=0.2, ge=0.0, lt=1.0)
    start: Path | None = None
    """The extractor to teach, instead of the shipped one."""
    workspace: Path | None = None
    """Its passages are the unlabelled texts, instead of those of the samples that ship."""
    labels: dict[str, str] = {}
    """Labels of the annotations to types and predicates; an empty one leaves a label out."""
    replay: int = Field(default=240, ge=0)
    """So many unlabelled passages at most; a sixth of them is held out."""
    replay_weight: float = 1.0
    relation_weight: float = 3.0
    steps: int = 400
    batch: int = 4
    """Annotated texts in a step, and as many unlabelled ones."""
    pairs: int = 24
    """Of the pairs that nobody says anything of, so many of a text are judged in a step."""
    rate: float = 1e-3
    encoder_rate: float = 1e-4
    train_encoder: bool = False
    """Train the encoder's upper layers as well as the heads: many times slower."""
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Taught:
    """What a run taught and what it cost.

    `before` and `after` measure annotated texts that were not taught on; `agreement` how much of
    what the extractor said of unlabelled texts before it still says, and the other way round, of
    the types and predicates that it had.
    """

    types: tuple[str, ...]
    predicates: tuple[str, ...]
    matched: dict[str, Matched]
    """Of each relation of the triples: how many were found, and used."""
    texts: int
    test_texts: int
    replayed: int
    before: dict[str, Any]
    after: dict[str, Any]
    agreement: dict[str, Any]
    seconds: float
    fingerprint: str


def teach_extractor(config: TeachConfig, teacher: Extractor | None = None) -> Taught:
    """Teach, and leave the extractor in `config.output`.

    Args:
        config: the run.
        teacher: the extractor before teaching (that of `config.start`), where it is at hand.

    Raises:
        InputError: the annotations can't be read, or name a type or relation in a way that can't
            be one.
        UsageError: there is nothing to teach from.
    """
    if not (config.annotations or config.triples):
        raise UsageError(
            "there are no annotations", hint="Name some with --annotations FILE or --triples FILE."
        )
    torch.set_num_threads(config.threads)
    start = config.start or shipped("models", "extractor")
    trained = load_extractor(start, fast=False)
    pipeline = teacher or load_pipeline(str(start))
    parted = [_parted(_texts(path, config), config) for path in config.annotations]
    found = _from_triples(config, pipeline)
    if found is not None:
        parted.append((found.train, found.test))
    train, tests = [group for group, _ in parted], [held for _, held in parted]
    if config.test:
        tests = [_texts(path, config) for path in config.test]
    plan, own = plan_of([text for group in train for text in group], trained)
    tutor = Tutor(trained, pipeline, plan)
    log.info("reading %d annotated texts", sum(map(len, train)))
    lessons = [lesson for group in train for lesson in _lessons(tutor, group)]
    scopes = [(scoped(plan, group), group) for group in tests]
    replay, kept = _replayed(config)
    log.info("reading %d unlabelled passages", len(replay))
    others = [lesson for text in replay if (lesson := tutor.lesson(text))]
    model = grow(trained, len(plan.types), len(plan.predicates))
    model.eval()
    model.encoder.trained.requires_grad_(config.train_encoder)
    model.case.requires_grad_(config.train_encoder)
    history = fit(
        [model.entities, model.relations, *([model.case] if config.train_encoder else [])],
        lambda epoch: _batches(lessons, others, config),
        LessonLosses(
            model, pairs=config.pairs, relation_weight=config.relation_weight,
            keep_states=not config.train_encoder, seed=config.seed,
        ),
        LoopConfig(
            epochs=1, steps_per_epoch=config.steps, rate=config.rate,
            encoder_rate=config.encoder_rate, schedule="linear", seed=config.seed, log_every=20,
        ),
        encoder=[model.encoder] if config.train_encoder else [],
    )  # fmt: skip
    rebase(model, trained)
    _save(config.output, model, trained, plan, own, encoder_changed=config.train_encoder)
    shared_model.cache_clear()
    after = load_pipeline(str(config.output))
    taught = Taught(
        plan.types[len(trained.types) :],
        tuple(p.name for p in own),
        found.matched if found else {},
        sum(map(len, train)),
        sum(map(len, tests)),
        len(others),
        measure(pipeline, scopes),
        measure(after, scopes),
        agreement(pipeline, after, [text.text for text in kept], trained.types, plan),
        round(history.seconds, 1),
        after.fingerprint,
    )
    record = json.dumps(asdict(taught), indent=1, ensure_ascii=False)
    (config.output / RECORD).write_text(record + "\n", encoding="utf-8")
    return taught


def _save(
    folder: Path,
    model: ExtractionModel,
    trained: TrainedExtractor,
    plan: Plan,
    own: tuple[Predicate, ...],
    *,
    encoder_changed: bool,
) -> None:
    ids = (*trained.predicates, *(p.id for p in own))
    save_extractor(
        folder, model.eval(), ids, trained.calibration, PACKAGED, plan.types,
        (*trained.taught, *own),
    )  # fmt: skip
    if trained.antecedents is not None and not encoder_changed:
        save_antecedents(folder, trained.antecedents)


def _from_triples(config: TeachConfig, extractor: Extractor) -> Examples | None:
    """Examples of what the triples say, in the configured texts."""
    if not config.triples:
        return None
    if not (config.texts or config.workspace):
        raise UsageError(
            "which texts are the triples to be found in?",
            hint="Name some with --texts FILE_OR_FOLDER, or an ingested --workspace DIR.",
        )
    known = read_known(config.triples, config.labels)
    texts = passages_of(config.texts, config.workspace)
    held_out = 0.0 if config.test else config.held_out
    limits = Limits(
        config.per_pair, config.least, config.common, held_out=held_out, seed=config.seed
    )
    return examples(known, texts, extractor, limits)


def _texts(path: Path, config: TeachConfig) -> list[AnnotatedText]:
    return named(read_annotations([path]), config.labels)


def _parted(
    texts: list[AnnotatedText], config: TeachConfig
) -> tuple[list[AnnotatedText], list[AnnotatedText]]:
    if config.test:
        return texts, []
    order = list(texts)
    random.Random(config.seed).shuffle(order)
    held = round(len(order) * config.held_out)
    return order[held:], order[:held]


def _lessons(tutor: Tutor, texts: Sequence[AnnotatedText]) -> list[Lesson]:
    parts = [part for text in texts for part in passages(text)]
    scope = scoped(tutor.plan, texts)
    lessons = [lesson for part in parts if (lesson := tutor.lesson(part, scope)) is not None]
    if not lessons:
        raise InputError("the annotated texts have no words")
    return lessons


def _replayed(config: TeachConfig) -> tuple[list[AnnotatedText], list[AnnotatedText]]:
    """Unlabelled passages, and those of them that are held out."""
    samples = () if config.workspace else (shipped("samples", "corpus.json"),)
    found = sorted(set(passages_of(samples, config.workspace)))
    random.Random(config.seed).shuffle(found)
    chosen = [AnnotatedText(text, complete=False) for text in found[: config.replay]]
    held = len(chosen) // 6
    return chosen[held:], chosen[:held]


def _batches(
    lessons: Sequence[Lesson], replay: Sequence[Lesson], config: TeachConfig
) -> Iterator[list[tuple[Lesson, float]]]:
    chance = random.Random(config.seed)
    taught, others = _forever(lessons, chance), _forever(replay, chance)
    for _ in range(config.steps):
        batch = [(next(taught), 1.0) for _ in range(config.batch)]
        if replay:
            batch += [(next(others), config.replay_weight) for _ in range(config.batch)]
        yield batch


def _forever(lessons: Sequence[Lesson], chance: random.Random) -> Iterator[Lesson]:
    order = list(lessons)
    while order:
        chance.shuffle(order)
        yield from order
