"""Component `kgtransfer_relations`: schema relations between a text's entities and values.

The model judges every pair of clusters of a window at once. Where a sentence mentions both ends,
by name, pronoun or definite noun, that sentence states the relation (if several do, the one that
the judgement's context came from); a relation that no sentence states is kept with none.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import torch
from spacy.language import Language
from torch import Tensor

from kgtransfer.errors import ModelError
from kgtransfer.extract.coreference import main_names
from kgtransfer.extract.encode import shared_model
from kgtransfer.extract.labels import TAG_TYPES, relation_type
from kgtransfer.extract.pairs import distance_buckets
from kgtransfer.extract.reading import EncodedWindow, Reading, reading_of
from kgtransfer.extract.schema import Schema, load_schema
from kgtransfer.extract.weights import TrainedExtractor
from kgtransfer.nn.extraction import Groups
from kgtransfer.records import Span, Statement
from kgtransfer.relative_dates import is_relative

_BLOCK = 512
"""Pairs that are judged in one step: a bound on memory."""


@dataclass(frozen=True, slots=True)
class End:
    """What a relation can join in a window: a cluster of names, or a value.

    `key` is the cluster, or the value's index counted down from -1; `words` are its mentions'
    first and last-plus-one word, `sentences` where it is mentioned by name or otherwise.
    """

    key: int
    type: str
    confidence: float
    words: tuple[Span, ...]
    sentences: frozenset[int]

    @property
    def is_value(self) -> bool:
        """Whether this is a value and no entity."""
        return self.key < 0


@dataclass(frozen=True, slots=True)
class Judgement:
    """The parts of a statement's confidence, for calibration."""

    subject: int
    predicate: str
    target: int
    margin: float
    features: tuple[float, float]


@Language.factory(
    "kgtransfer_relations", default_config={"folder": "", "threshold": None, "inferred": True}
)
def create_relations(
    nlp: Language, name: str, folder: str, threshold: float | None, inferred: bool
) -> RelationFinder:
    """Make the component.

    `threshold` is the lowest confidence that is kept (the trained model's own by default);
    `inferred` says whether relations without a stating sentence are kept.
    """
    return RelationFinder(shared_model(folder), load_schema(), threshold, inferred)


class RelationFinder:
    """Judges pairs and turns the confident ones into statements."""

    def __init__(
        self,
        trained: TrainedExtractor,
        schema: Schema,
        threshold: float | None = None,
        inferred: bool = True,
    ) -> None:
        self.trained, self.inferred = trained, inferred
        self.threshold = trained.calibration["threshold"] if threshold is None else threshold
        known = {p.id: p for p in trained.taught} | schema.by_id
        missing = [i for i in trained.predicates if i not in known]
        if missing:
            raise ModelError(
                f"the schema lacks the predicate {missing[0]} that the extractor was trained for",
                where="extractor",
                hint="Put it back into data/schema/default.yaml, or train an extractor anew.",
            )
        self.predicates = [known[i] for i in trained.predicates]
        self.record: list[Judgement] | None = None
        """Where judgements are noted, if anywhere."""
        kinds = set(schema.value_kinds)
        self.takes_value = torch.tensor([bool(set(p.range) & kinds) for p in self.predicates])

    @torch.inference_mode()
    def __call__(self, doc: Any) -> Any:
        """Add statements to the reading."""
        reading = reading_of(doc)
        best: dict[tuple[int, str, int], Statement] = {}
        for window in reading.windows:
            for key, statement in self._judge(reading, window):
                known = best.get(key)
                if known is None or known.confidence < statement.confidence:
                    best[key] = statement
        reading.statements.extend(self._one_object(best))
        return doc

    def _one_object(self, found: dict[tuple[int, str, int], Statement]) -> Iterator[Statement]:
        """Of a functional predicate only a subject's surest object stays."""
        functional = {p.name for p in self.predicates if p.functional}
        top: dict[tuple[int, str], float] = {}
        for (subject, name, _), statement in found.items():
            top[subject, name] = max(top.get((subject, name), 0.0), statement.confidence)
        for (subject, name, _), statement in sorted(found.items(), key=lambda item: item[0]):
            if name not in functional:
                yield statement
            elif statement.confidence == top.get((subject, name)):
                del top[subject, name]  # of equals the first
                yield statement

    def _judge(
        self, reading: Reading, window: EncodedWindow
    ) -> Iterator[tuple[tuple[int, str, int], Statement]]:
        ends = list(window_ends(reading, window))
        pairs = [
            (s, o)
            for s, subject in enumerate(ends)
            for o, target in enumerate(ends)
            if s != o and not subject.is_value and _is_new(window, subject, target)
        ]
        for i in range(0, len(pairs), _BLOCK):
            block = pairs[i : i + _BLOCK]
            groups = window_groups(window, ends, block, self.trained.types)
            logits, context = self.trained.model.relations(window.states, window.attention, groups)
            confidence = self.confidences(logits, ends, block)
            rows, columns = (confidence >= self.threshold).nonzero(as_tuple=True)
            if not len(rows):
                continue
            mass = sentence_mass(reading, window, context)
            for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
                subject, target = (ends[i] for i in block[row])
                sentence = _stating(subject, target, mass[row])
                if sentence is None and not self.inferred:
                    continue
                name = self.predicates[column].name
                score = round(float(confidence[row, column]), 3)
                statement = _statement(reading, subject, name, target, score, sentence)
                if self.record is not None:
                    margin = float(logits[row, column + 1] - logits[row, 0])
                    parts = features(subject, target)
                    self.record.append(Judgement(subject.key, name, target.key, margin, parts))
                yield (subject.key, name, target.key), statement

    def confidences(self, logits: Tensor, ends: list[End], pairs: list[tuple[int, int]]) -> Tensor:
        """Calibrated probabilities (p, r) from the logits' margins over the threshold."""
        fit = self.trained.calibration
        margin = logits[:, 1:] - logits[:, :1]
        both = torch.tensor([features(ends[s], ends[o]) for s, o in pairs])  # (p, 2)
        weights = torch.tensor([fit.get("entity", 1.0), fit.get("apart", 0.0)])
        score = fit["slope"] * margin + fit["shift"] + (both @ weights)[:, None]
        value = torch.tensor([ends[o].is_value for _, o in pairs])
        fits = self.takes_value[None, :] == value[:, None]
        return score.sigmoid() * fits


def features(subject: End, target: End) -> tuple[float, float]:
    """What else a confidence depends on: log probability of both ends, and standing apart."""
    sure = math.log(max(1e-3, subject.confidence) * max(1e-3, target.confidence))
    return sure, float(not subject.sentences & target.sentences)


def window_ends(reading: Reading, window: EncodedWindow) -> Iterator[End]:
    """The clusters and values that the window names."""
    anywhere: dict[int, set[int]] = {}
    for mention in reading.mentions:
        anywhere.setdefault(mention.cluster, set()).add(reading.sentence_at(mention.start))
    for cluster, mentions in sorted(main_names(reading).items()):
        words = [words_of(reading, m.start, m.end) for m in mentions]
        inside = [(w, m) for w, m in zip(words, mentions, strict=True) if _within(window, w)]
        if inside:
            yield End(
                cluster,
                inside[0][1].type,
                max(m.confidence for _, m in inside),
                tuple(w for w, _ in inside),
                frozenset(anywhere[cluster]),
            )
    for index, value in enumerate(reading.values):
        if is_relative(value):
            continue  # the model has learnt from dates that are written out
        place = words_of(reading, value.start, value.end)
        if _within(window, place):
            kind = "date" if value.kind == "date" else "number"
            sentence = reading.sentence_at(value.start)
            yield End(-1 - index, kind, 1.0, (place,), frozenset({sentence}))


def window_groups(
    window: EncodedWindow,
    ends: list[End],
    pairs: list[tuple[int, int]],
    types: tuple[str, ...] = TAG_TYPES,
) -> Groups:
    """The relation head's input."""
    at = window.context
    spans = [
        (window.starts[a - at], max(window.ends[b - 1 - at], window.starts[a - at] + 1))
        for end in ends
        for a, b in end.words
    ]
    owner = [i for i, end in enumerate(ends) for _ in end.words]
    return Groups(
        torch.tensor(spans),
        torch.tensor(owner),
        torch.tensor([relation_type(types, end.type) for end in ends]),
        torch.tensor(pairs),
        torch.tensor(distance_buckets([end.sentences for end in ends], pairs)),
    )


def sentence_mass(
    reading: Reading, window: EncodedWindow, context: Tensor
) -> list[dict[int, float]]:
    """For each pair, how much of its context lies in each sentence."""
    numbers = reading.sentence_of[window.context : window.last]
    first = numbers[0]
    owner = torch.zeros(context.shape[1], dtype=torch.long)
    for start, number in zip(window.starts, numbers, strict=True):
        owner[start:] = number - first
    mass = context.new_zeros(context.shape[0], numbers[-1] - first + 1)
    rows = mass.index_add(1, owner, context).tolist()
    return [{first + i: share for i, share in enumerate(row)} for row in rows]


def words_of(reading: Reading, start: int, end: int) -> Span:
    """First and last-plus-one word of a span of characters."""
    first = bisect_right(reading.words, (start, 1 << 62)) - 1
    last = bisect_left(reading.words, (end, -1))
    return max(0, first), max(last, first + 1)


def _within(window: EncodedWindow, words: Span) -> bool:
    return window.context <= words[0] and words[1] <= window.last


def _is_new(window: EncodedWindow, subject: End, target: End) -> bool:
    """Pairs that stand wholly in the context were judged in the window before."""
    return max(w[1] for w in (*subject.words, *target.words)) > window.first


def _stating(subject: End, target: End, mass: dict[int, float]) -> int | None:
    shared = subject.sentences & target.sentences
    return max(shared, key=lambda s: (round(mass.get(s, 0.0), 4), -s)) if shared else None


def _statement(
    reading: Reading, subject: End, name: str, target: End, score: float, sentence: int | None
) -> Statement:
    return Statement(
        _mention_in(reading, subject.key, sentence),
        name,
        -1 - target.key if target.is_value else _mention_in(reading, target.key, sentence),
        target.is_value,
        score,
        None if sentence is None else reading.sentences[sentence],
    )


def _mention_in(reading: Reading, cluster: int, sentence: int | None) -> int:
    """The cluster's mention in a sentence, a name before a pronoun; else its first name."""
    places = [
        (m.pronoun, i)
        for i, m in enumerate(reading.mentions)
        if m.cluster == cluster and (sentence is None or reading.sentence_at(m.start) == sentence)
    ]
    return min(places)[1]
