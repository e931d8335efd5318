"""`kgtransfer train extractor CONFIG`: one encoder with an entity and a relation head.

Every epoch reads the exhaustively annotated documents once and a share of each other corpus, so
that types and relations that the documents lack are learnt beside them. What is best on held-out
documents (entity F1 plus relation F1 with gold mentions) is kept and its confidences calibrated
on predicted mentions.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor

from kgtransfer.extract.schema import Schema, load_schema
from kgtransfer.extract.weights import load_extractor, new_model, save_extractor
from kgtransfer.language_models.backbone import PACKAGED, load_backbone
from kgtransfer.nn.extraction import (
    ExtractionModel,
    allowed_label_loss,
    evidence_loss,
    threshold_loss,
)
from kgtransfer.train.averaging import average
from kgtransfer.train.entity_corpora import read_entities
from kgtransfer.train.extraction_batches import (
    Example,
    entity_logits,
    evidence_matrix,
    frozen_states,
    groups,
    label_matrix,
    prepare,
    sentence_mass,
    without_casing,
)
from kgtransfer.train.extraction_data import (
    Item,
    LabelledText,
    read_fewrel,
    read_redocred,
    shuffled,
)
from kgtransfer.train.extraction_score import held_out_score
from kgtransfer.train.gold import UNCALIBRATED, calibrate
from kgtransfer.train.loop import History, LoopConfig, fit
from kgtransfer.train.passage_data import KNOWLEDGENET_FOLDS, read_evidence, read_knowledgenet

log = logging.getLogger(__name__)


class ExtractorConfig(BaseModel):
    """A training run of the extractor (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder with `extraction/`."""
    output: Path
    """The folder of the trained extractor."""
    start: Path | None = None
    """A trained extractor to go on from."""
    average: Path | None = None
    """Another extractor: the mean of its weights and of this run's is kept (Wortsman et al. 2022,
    arXiv:2203.05482). With 0 epochs it is that of `start` and this one."""
    documents: int = 450
    """So many Re-DocRED documents are trained on; the rest are held out."""
    epochs: int = 6
    batch: int = 4
    rate: float = 1e-3
    encoder_rate: float = 2.5e-4
    trained_layers: int = 4
    negatives: float = 0.4
    """The share of the pairs without a relation that is trained on in an epoch."""
    evidence_weight: float = 0.1
    precision: float = 0.7
    """Statements are kept down to the confidence at which so many of them are right."""
    pair_weight: float = 0.05
    """What a text with a few labelled pairs counts beside an exhaustive document."""
    shares: dict[str, float] = {}
    """The share of each further corpus that an epoch reads."""
    hold_out: dict[str, float] = {}
    """The share of a corpus's texts that no epoch reads, to be measured on."""
    hold_out_fold: int | None = None
    """The fold of KnowledgeNet's documents that is not read."""
    averaging: float = 0.0
    """What a running mean of the weights keeps of itself at each step (see `LoopConfig`)."""
    caseless: float = 0.0
    """How often a text is read without its casing, as one in capitals is."""
    bfloat16: bool = False
    threads: int = 1
    seed: int = 0
    limit: int = 0
    """Train and test on so many documents alone (to see that the model can overfit)."""


def train_extractor(config: ExtractorConfig) -> History:
    """Train, and leave the extractor in `config.output`."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    schema = load_schema()
    backbone = load_backbone(PACKAGED)
    model = new_model(backbone, len(schema.predicates), config.trained_layers)
    if config.start is not None:
        started = load_extractor(config.start, fast=False)
        model.load_state_dict(started.model.state_dict())
    documents, held_out, others = read_corpora(config, schema)
    train = [prepare(text, backbone.tokenizer) for text in documents]
    tests = [prepare(text, backbone.tokenizer) for text in held_out]
    extra = {
        name: [prepare(text, backbone.tokenizer) for text in texts]
        for name, texts in others.items()
    }
    losses = Losses(model, config)
    per_epoch = sum(int(len(extra[name]) * share) for name, share in config.shares.items())
    loop = LoopConfig(
        epochs=config.epochs,
        steps_per_epoch=-(-(len(train) + per_epoch) // config.batch),
        log_every=20,
        rate=config.rate,
        encoder_rate=config.encoder_rate,
        schedule="linear",
        seed=config.seed,
        averaging=config.averaging,
    )
    history = fit(
        [model.case, model.entities, model.relations],
        lambda epoch: batches(train, extra, config, epoch),
        losses,
        loop,
        encoder=[model.encoder],
        evaluate=lambda: held_out_score(model, tests),
        checkpoint=config.output / "checkpoint" / "best.safetensors",
    )
    if config.average is not None:
        average(model, dict(load_extractor(config.average, fast=False).model.named_parameters()))
    ids = tuple(schema.by_id)
    save_extractor(config.output, model, ids, UNCALIBRATED)
    calibration = calibrate(config.output, held_out, config.precision)
    save_extractor(config.output, model, ids, calibration)
    log.info("calibration %s", calibration)
    return history


def read_corpora(
    config: ExtractorConfig, schema: Schema
) -> tuple[list[LabelledText], list[LabelledText], dict[str, list[LabelledText]]]:
    """Training documents, held-out documents, and the further corpora by name."""
    root = config.data / "extraction"
    documents = read_redocred(root / "redocred" / "dev.json", schema)
    train, held_out = documents[: config.documents], documents[config.documents :]
    if config.limit:
        train = held_out = documents[: config.limit]
    others: dict[str, list[LabelledText]] = {}
    for name in config.shares:
        if name == "fewrel":
            others[name] = read_fewrel(root / name / "val_wiki.json", schema)
        elif name == "knowledgenet":
            file = root / name / "train.jsonl"
            others[name] = read_knowledgenet(
                file, schema, folds=set(KNOWLEDGENET_FOLDS) - {config.hold_out_fold}
            )
        elif name == "2wiki":
            questions = config.data / "multihop" / "2wiki_train" / "questions.json"
            others[name] = read_evidence(questions, schema)
        else:
            others[name] = read_entities(root / name, name)
        others[name] = kept_and_held_out(others[name], config.hold_out.get(name, 0.0))[0]
    return train, held_out, others


def kept_and_held_out(texts: Sequence[Item], share: float) -> tuple[list[Item], list[Item]]:
    """A corpus without the share that is held out, and that share; the same for every run."""
    order = shuffled(texts, 0)
    kept = len(order) - int(len(order) * share)
    return (order[:kept], order[kept:]) if share else (list(texts), [])


def batches(
    train: Sequence[Example], extra: dict[str, list[Example]], config: ExtractorConfig, epoch: int
) -> Iterator[list[Example]]:
    """An epoch: every document, and each further corpus's next share, mixed."""
    chosen = list(train)
    for name, share in config.shares.items():
        pool = extra[name]
        chosen += [pool[i] for i in drawn(len(pool), share, config.seed, epoch)]
    chosen = shuffled(chosen, config.seed * 1000 + epoch)
    for i in range(0, len(chosen), config.batch):
        yield chosen[i : i + config.batch]


def drawn(size: int, share: float, seed: int, epoch: int) -> list[int]:
    """The numbers of the texts that an epoch reads of a corpus: each epoch the next share."""
    order = shuffled(range(size), seed)
    count = int(size * share)
    start = (epoch * count) % max(1, size)
    return (order + order)[start : start + count]


def texts_read(config: ExtractorConfig, corpus: str, size: int) -> set[int]:
    """The numbers of all texts of a corpus, of which there are so many, that a run reads."""
    share = config.shares.get(corpus, 0.0)
    kept = kept_and_held_out(range(size), config.hold_out.get(corpus, 0.0))[0]
    epochs = (drawn(len(kept), share, config.seed, epoch) for epoch in range(config.epochs))
    return {kept[i] for numbers in epochs for i in numbers}


class Losses:
    """The loss of a batch: tags, pairs and evidence."""

    def __init__(self, model: ExtractionModel, config: ExtractorConfig) -> None:
        self.model, self.config = model, config
        self.chance = random.Random(config.seed)

    def __call__(self, batch: Sequence[Example]) -> Tensor:
        """The mean over the batch's texts."""
        return torch.stack([self.one(example) for example in batch]).mean()

    def one(self, example: Example) -> Tensor:
        """One text's loss."""
        frozen_states(example, self.model)  # they stay with the example, not with a copy
        if self.config.caseless and self.chance.random() < self.config.caseless:
            example = without_casing(example)
        states, attention = self._states(example)
        total = states.sum() * 0
        if example.text.allowed is not None:
            logits = entity_logits(self.model, example, states)
            allowed = torch.from_numpy(example.text.allowed[: example.words])
            total = total + allowed_label_loss(logits, allowed)
        pairs = self._pairs(example)
        if pairs:
            judged = groups(example, pairs, self.chance)
            logits, context = self.model.relations(states, attention, judged)
            labels = label_matrix(example, pairs, logits.shape[1] - 1)
            weight = 1.0 if example.text.exhaustive else self.config.pair_weight
            total = total + weight * threshold_loss(logits, labels)
            if example.text.evidence:
                marked = evidence_matrix(example, pairs)
                mass = sentence_mass(example, context)
                total = total + self.config.evidence_weight * evidence_loss(mass, marked)
        return total

    def _states(self, example: Example) -> tuple[Tensor, Tensor]:
        lower = frozen_states(example, self.model)
        fast = torch.autocast("cpu", torch.bfloat16) if self.config.bfloat16 else nullcontext()
        with fast:
            return self.model.states(lower, torch.tensor(example.pieces.shapes))

    def _pairs(self, example: Example) -> list[tuple[int, int]]:
        keep = self.config.negatives
        return [
            pair for pair in example.pairs if pair in example.labels or self.chance.random() < keep
        ]
