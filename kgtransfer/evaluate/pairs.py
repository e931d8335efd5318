"""Relations where the pair is given: the network alone, on types that it gives the ends itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from kgtransfer.evaluate.gold.sentences import OTHER, PairCorpus
from kgtransfer.evaluate.scores import Score, mean
from kgtransfer.extract.labels import STYLES, TAG_TYPES, tags_of
from kgtransfer.extract.schema import Schema
from kgtransfer.extract.weights import TrainedExtractor, load_extractor
from kgtransfer.train.extraction_batches import Example, frozen_states, groups, prepare
from kgtransfer.train.extraction_data import LabelledText

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Judge:
    """An extractor's relation head with the names of its columns."""

    trained: TrainedExtractor
    predicates: tuple[str, ...]

    @classmethod
    def of(cls, folder: Path, schema: Schema) -> Judge:
        """The extractor of a folder."""
        trained = load_extractor(folder, fast=False)
        return cls(trained, tuple(schema.by_id[i].name for i in trained.predicates))

    @torch.inference_mode()
    def __call__(
        self, text: LabelledText, pairs: Sequence[Pair], *, typed: bool = False
    ) -> list[Tensor]:
        """For each pair its predicates' margins (r,) over the threshold that goes with it.

        A pair that stands beyond the encoder's reach has margins of minus infinity. With `typed`
        the text's own types are taken.
        """
        model = self.trained.model
        example = prepare(text, self.trained.tokenizer)
        states, attention = model.states(
            frozen_states(example, model), torch.tensor(example.pieces.shapes)
        )
        if not typed:
            example.text = replace(text, types=self._types(example, states))
        known = [p for p in pairs if set(p) <= set(example.entities)]
        none = torch.full((len(self.predicates),), -torch.inf)
        if not known:
            return [none for _ in pairs]
        logits, _ = model.relations(states, attention, groups(example, known))
        margins = dict(zip(known, logits[:, 1:] - logits[:, :1], strict=True))
        return [margins.get(pair, none) for pair in pairs]

    def _types(self, example: Example, states: Tensor) -> tuple[int, ...]:
        """The type that the entity head finds likeliest for each entity."""
        first = torch.tensor(example.pieces.starts[: example.words])
        shapes = torch.tensor(example.pieces.word_shapes[: example.words])
        style = STYLES.index("redocred")
        log_p = self.trained.model.entities(states[first], shapes, style).log_softmax(-1)
        scores = torch.zeros(len(example.text.types), len(TAG_TYPES))
        for start, end, entity in example.mentions:
            for number, name in enumerate(TAG_TYPES):
                begin, inside = tags_of(name)
                own = log_p[start, begin] + log_p[start + 1 : end, inside].sum()
                scores[entity, number] += own / (end - start)
        return tuple(scores.argmax(1).tolist())


def score_facts(judge: Judge, texts: Sequence[LabelledText], precision: float) -> dict[str, Any]:
    """Facts of texts that say which triples hold and which do not.

    Besides the network's own threshold (margin 0): the recall at the margin from which so many are
    right, and what the extractor's own confidence lets through.
    """
    names = judge.predicates
    margins: list[float] = []
    right: list[bool] = []
    which: list[str] = []
    for text in texts:
        labels = dict.fromkeys(text.positive, True) | dict.fromkeys(text.negative, False)
        pairs = sorted({t[:2] for t in labels})
        found = dict(zip(pairs, judge(text, pairs), strict=True))
        for triple, holds in sorted(labels.items()):
            margins.append(float(found[triple[:2]][triple[2] - 1]))
            right.append(holds)
            which.append(names[triple[2] - 1])
    fit = judge.trained.calibration
    kept = torch.logit(torch.tensor(fit["threshold"])) - fit["shift"]
    surest = _margin_for(precision, margins, right)
    return {
        "texts": len(texts),
        "at_margin_0": asdict(_above(0.0, margins, right)),
        "as_shipped": asdict(_above(float(kept) / fit["slope"], margins, right)),
        f"at_precision_{precision}": asdict(_above(surest, margins, right)),
        "by_predicate": {
            name: asdict(
                _above(
                    0.0,
                    [m for m, n in zip(margins, which, strict=True) if n == name],
                    [r for r, n in zip(right, which, strict=True) if n == name],
                )
            )
            for name in sorted(set(which))
        },
    }


def _above(margin: float, margins: Sequence[float], right: Sequence[bool]) -> Score:
    found = [r for m, r in zip(margins, right, strict=True) if m > margin]
    return Score.of(sum(found), len(found), sum(right))


def _margin_for(precision: float, margins: Sequence[float], right: Sequence[bool]) -> float:
    """The lowest margin above which so many are right."""
    lowest, hits = float("inf"), 0
    order = sorted(zip(margins, right, strict=True), reverse=True)
    for number, (margin, holds) in enumerate(order, 1):
        hits += holds
        if hits >= precision * number:
            lowest = margin - 1e-6
    return lowest


def score_pairs(judge: Judge, corpus: PairCorpus) -> dict[str, Any]:
    """One label for each sentence: of the predicates that mean one the surest, if above its bar.

    Sentences of other relations count where they are given a label; F1 by label and its mean.
    """
    counts: dict[str, Counter[str]] = {name: Counter() for name in corpus.meaning}
    for wanted, given in _labels(judge, corpus):
        if given:
            counts[given]["found"] += 1
            counts[given]["right"] += given == wanted
        if wanted in counts:
            counts[wanted]["gold"] += 1
    scores = {n: Score.of(c["right"], c["found"], c["gold"]) for n, c in counts.items()}
    total = Counter[str]()
    for each in counts.values():
        total.update(each)
    return {
        "corpus": corpus.name,
        "sentences": len(corpus.pairs),
        "of": corpus.whole,
        "without_our_predicate": corpus.left_out,
        "other": sum(pair.label == OTHER for pair in corpus.pairs),
        "micro": asdict(Score.of(total["right"], total["found"], total["gold"])),
        "macro_f1": round(mean(score.f1 for score in scores.values()), 4),
        "by_label": {name: asdict(score) for name, score in sorted(scores.items())},
    }


def _labels(judge: Judge, corpus: PairCorpus) -> Iterator[tuple[str, str]]:
    """(the right label, the one given or nothing) of each sentence."""
    column = {name: i for i, name in enumerate(judge.predicates)}
    for pair in corpus.pairs:
        there, back = judge(pair.text, [(0, 1), (1, 0)])
        scores = {
            label: max(
                float((there if forward else back)[column[name]])
                for name, forward in meaning
                if name in column
            )
            for label, meaning in corpus.meaning.items()
        }
        best = max(scores, key=lambda label: (scores[label], label))
        yield pair.label, best if scores[best] > 0 else ""
