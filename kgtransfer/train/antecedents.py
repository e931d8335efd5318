"""`kgtransfer train antecedents CONFIG`: which name a pronoun stands for.

Trained on GAP (Webster et al. 2018, "Mind the GAP"): a pronoun, two names, and which of them it
stands for, if either. The encoder stays as it is, so the features are made once.
"""

from __future__ import annotations

import csv
import logging
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from pydantic import BaseModel, ConfigDict
from torch import Tensor

from kgtransfer.errors import InputError
from kgtransfer.extract.antecedents import features
from kgtransfer.extract.encode import shared_model
from kgtransfer.extract.extractor import Extractor, load_extractor
from kgtransfer.extract.pipeline import build_pipeline
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.extract.weights import ANTECEDENTS, save_antecedents
from kgtransfer.nn.coreference import AntecedentScorer
from kgtransfer.records import EntityMention, Span

log = logging.getLogger(__name__)
NEITHER = 2


class AntecedentConfig(BaseModel):
    """A run that trains a scorer of antecedents (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder that `train` and `test` lie in."""
    output: Path = Path("data/models/extractor")
    """The extractor whose encoder is used; the scorer is written into it."""
    train: Path = Path("extraction/gap/gap-development.tsv")
    test: Path = Path("extraction/gap/gap-validation.tsv")
    steps: int = 300
    batch: int = 256
    rate: float = 3e-3
    weight_decay: float = 1e-2
    hidden: int = 32
    folds: int = 5
    """Parts of `train` that judge each other, before the scorer that stays is trained on all."""
    seeds: int = 3
    """Runs that are measured; the first one's scorer stays."""


@dataclass(frozen=True, slots=True)
class Case:
    """A line of GAP: the pronoun, two names, and 0, 1 or `NEITHER`."""

    text: str
    pronoun: Span
    names: tuple[Span, Span]
    right: int


def read_gap(path: Path) -> list[Case]:
    """Read a file of GAP.

    Raises:
        InputError: it can't be read, or is none.
    """
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [_case(row) for row in csv.DictReader(file, delimiter="\t")]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(f"no file of GAP ({error})", where=str(path)) from error


def _case(row: dict[str, str]) -> Case:
    def span(key: str) -> Span:
        start = int(row[f"{key}-offset"])
        return start, start + len(row[key])

    right = 0 if row["A-coref"] == "TRUE" else 1 if row["B-coref"] == "TRUE" else NEITHER
    return Case(row["Text"], span("Pronoun"), (span("A"), span("B")), right)


class Reader:
    """Reads texts with an extractor's encoder alone."""

    def __init__(self, folder: Path) -> None:
        self.nlp = build_pipeline(folder)
        self.before = ["kgtransfer_sentences", "kgtransfer_encoder"]

    def read(self, text: str) -> Reading:
        """The words, sentences and windows of a text."""
        with self.nlp.select_pipes(enable=self.before), torch.inference_mode():
            return reading_of(self.nlp(text))


def train_antecedents(config: AntecedentConfig) -> dict[str, Any]:
    """Train, write the scorer into the extractor's folder, and measure it with names given.

    Raises:
        InputError: the data can't be read.
        ModelError: the extractor can't.
    """
    torch.set_num_threads(1)
    reader = Reader(config.output)
    cases = {name: read_gap(config.data / getattr(config, name)) for name in ("train", "test")}
    readings = {name: [reader.read(case.text) for case in cases[name]] for name in cases}
    log.info("read %d and %d texts", len(cases["train"]), len(cases["test"]))
    train = _tensors(cases["train"], readings["train"])
    test = _tensors(cases["test"], readings["test"])
    runs = []
    scorers = [_fit(*train, config, seed) for seed in range(config.seeds)]
    for seed, scorer in enumerate(scorers):
        folds = _across_folds(*train, config, seed)
        chosen = scorer(test[0]).argmax(-1)
        runs.append({"folds": folds, "test": _f1(chosen.tolist(), test[1].tolist())})
    (config.output / ANTECEDENTS).unlink(missing_ok=True)
    shared_model.cache_clear()
    by_rules = _end_to_end(cases["test"], load_extractor(str(config.output)))
    save_antecedents(config.output, scorers[0])
    shared_model.cache_clear()
    return {
        "train": len(train[1]),
        "test": len(test[1]),
        "runs": runs,
        "names found": _end_to_end(cases["test"], load_extractor(str(config.output))),
        "names found, by rules": by_rules,
        "settings": config.model_dump(mode="json"),
    }


def _tensors(cases: Sequence[Case], readings: Sequence[Reading]) -> tuple[Tensor, Tensor]:
    """Features (cases, 2, f) and the right column, of the cases that one window holds."""
    rows, right = [], []
    for case, reading in zip(cases, readings, strict=True):
        pair = [features(case.text, reading, case.pronoun, name) for name in case.names]
        if pair[0] is not None and pair[1] is not None:
            rows.append(torch.stack([pair[0], pair[1]]))
            right.append(case.right)
    return torch.stack(rows), torch.tensor(right)


def _fit(x: Tensor, y: Tensor, config: AntecedentConfig, seed: int) -> AntecedentScorer:
    torch.manual_seed(seed)
    scorer = AntecedentScorer(x.shape[-1], config.hidden)
    flat = x.reshape(-1, x.shape[-1])
    scorer.mean.copy_(flat.mean(0))
    scorer.scale.copy_(flat.std(0) + 1e-6)
    optimizer = torch.optim.AdamW(
        scorer.parameters(), lr=config.rate, weight_decay=config.weight_decay
    )
    for _ in range(config.steps):
        drawn = torch.randperm(len(y))[: config.batch]
        loss = F.cross_entropy(scorer(x[drawn]), y[drawn])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return scorer.eval().requires_grad_(False)


def _across_folds(x: Tensor, y: Tensor, config: AntecedentConfig, seed: int) -> float:
    order = list(range(len(y)))
    random.Random(seed).shuffle(order)
    chosen = torch.empty_like(y)
    for fold in range(config.folds):
        held = torch.tensor(order[fold :: config.folds])
        others = torch.ones(len(y), dtype=torch.bool)
        others[held] = False
        chosen[held] = _fit(x[others], y[others], config, seed)(x[held]).argmax(-1)
    return _f1(chosen.tolist(), y.tolist())


def _f1(chosen: Sequence[int], right: Sequence[int]) -> float:
    """F1, in per cent, over both names of all cases: GAP's measure."""
    counts = Counter[str]()
    for found, gold in zip(chosen, right, strict=True):
        counts["found"] += found != NEITHER
        counts["gold"] += gold != NEITHER
        counts["hit"] += found == gold != NEITHER
    both = counts["found"] + counts["gold"]
    return round(200 * counts["hit"] / both, 1) if both else 0.0


def _end_to_end(cases: Sequence[Case], extractor: Extractor) -> float:
    """F1 of the whole pipeline: a name counts as chosen where the pronoun's cluster holds it."""
    chosen = []
    for case in cases:
        mentions = extractor.extract(case.text, "en").mentions
        clusters = {m.cluster for m in mentions if (m.start, m.end) == case.pronoun}
        chosen.append(next(_named(mentions, case, clusters), NEITHER))
    return _f1(chosen, [case.right for case in cases])


def _named(mentions: Sequence[EntityMention], case: Case, clusters: set[int]) -> Iterator[int]:
    for number, (start, end) in enumerate(case.names):
        if any(m.cluster in clusters and m.start < end and start < m.end for m in mentions):
            yield number
