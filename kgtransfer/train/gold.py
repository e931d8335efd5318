"""Annotated documents as texts, to hold an extraction against, and the confidences fitted on them.

A cluster stands for the gold entity that most of its names name; a value for the one at its place.
Strict asks for equal spans, lenient for spans that overlap.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from kgtransfer.extract.encode import shared_model
from kgtransfer.extract.extractor import load_extractor
from kgtransfer.extract.labels import TAG_TYPES
from kgtransfer.extract.schema import Schema, load_schema
from kgtransfer.records import Extraction, Span, Statement
from kgtransfer.train.extraction_data import LabelledText

UNCALIBRATED = {"slope": 1.0, "shift": 0.0, "entity": 0.0, "apart": 0.0, "threshold": 0.05}


@dataclass(frozen=True, slots=True)
class GoldDocument:
    """A document's text and what it holds.

    `mentions` gives the entity and type of each span, `triples` (subject, predicate, object) by
    the entities' numbers, `stated` those whose evidence is marked.
    """

    title: str
    text: str
    mentions: dict[Span, tuple[int, str]]
    triples: frozenset[tuple[int, str, int]]
    stated: frozenset[tuple[int, str, int]]


def gold_document(labelled: LabelledText, schema: Schema) -> GoldDocument:
    """Words joined by spaces, spans as offsets into the joined text."""
    places: list[Span] = []
    at = 0
    for word in labelled.words:
        places.append((at, at + len(word)))
        at += len(word) + 1
    names = ["", *schema.predicates]
    mentions = {
        (places[a][0], places[b - 1][1]): (entity, TAG_TYPES[labelled.types[entity]])
        for a, b, entity in labelled.mentions
    }
    return GoldDocument(
        labelled.title,
        " ".join(labelled.words),
        mentions,
        frozenset((s, names[p], o) for s, o, p in labelled.positive),
        frozenset((s, names[p], o) for s, o, p in labelled.evidence),
    )


def matched_statements(
    gold: GoldDocument, extraction: Extraction, lenient: bool
) -> Iterator[tuple[Statement, tuple[int, str, int] | None]]:
    """Each statement with the gold triple that it says, None where an end or the whole is wrong."""
    votes: dict[int, Counter[int]] = {}
    for mention in extraction.mentions:
        if mention.named:
            found = _entity_at(gold, (mention.start, mention.end), lenient)
            if found is not None:
                votes.setdefault(mention.cluster, Counter())[found] += 1
    stands_for = {c: min(v, key=lambda e: (-v[e], e)) for c, v in votes.items()}
    for statement in extraction.statements:
        subject = stands_for.get(extraction.mentions[statement.subject].cluster)
        if statement.object_is_value:
            value = extraction.values[statement.object]
            target = _entity_at(gold, (value.start, value.end), lenient=True)
        else:
            target = stands_for.get(extraction.mentions[statement.object].cluster)
        triple = None
        if subject is not None and target is not None:
            triple = (subject, statement.predicate, target)
        yield statement, triple if triple in gold.triples else None


def _entity_at(gold: GoldDocument, span: Span, lenient: bool) -> int | None:
    exact = gold.mentions.get(span)
    if exact is not None or not lenient:
        return None if exact is None else exact[0]
    overlaps = [
        (min(end, span[1]) - max(start, span[0]), -start, entity)
        for (start, end), (entity, _) in gold.mentions.items()
        if start < span[1] and span[0] < end
    ]
    return max(overlaps)[2] if overlaps else None


def calibrate(folder: Path, held_out: Sequence[LabelledText], precision: float) -> dict[str, float]:
    """Fit confidences on the mentions that the extractor itself finds, and choose a threshold.

    A logistic regression on the margin over the adaptive threshold, the log probability of both
    ends, and whether they never share a sentence. The threshold is the lowest confidence at which
    the share `precision` of all surer statements is right (lenient spans).
    """
    from kgtransfer.extract.relations import RelationFinder

    schema = load_schema()
    extractor = load_extractor(str(folder))
    finder: RelationFinder = extractor.nlp.get_pipe("kgtransfer_relations")  # type: ignore[attr-defined]
    finder.record = []
    rows: list[list[float]] = []
    right: list[float] = []
    for labelled in held_out:
        gold = gold_document(labelled, schema)
        finder.record.clear()
        extraction = extractor.extract(gold.text, "en")
        seen = {(r.subject, r.predicate, r.target): r for r in finder.record}
        for statement, triple in matched_statements(gold, extraction, lenient=True):
            subject = extraction.mentions[statement.subject].cluster
            target = statement.object
            target = (
                -1 - target if statement.object_is_value else extraction.mentions[target].cluster
            )
            scored = seen.get((subject, statement.predicate, target))
            if scored is not None:
                rows.append([scored.margin, *scored.features, 1.0])
                right.append(float(triple is not None))
    finder.record = None
    shared_model.cache_clear()
    weights = _logistic(torch.tensor(rows), torch.tensor(right))
    confidence = (torch.tensor(rows) @ weights).sigmoid()
    slope, entity, apart, shift = (round(float(w), 4) for w in weights)
    return {
        "slope": slope,
        "shift": shift,
        "entity": entity,
        "apart": apart,
        "threshold": _threshold(confidence, torch.tensor(right), precision),
    }


def _logistic(rows: Tensor, right: Tensor, steps: int = 30) -> Tensor:
    """Newton's method with a little ridge."""
    weights = torch.zeros(rows.shape[1])
    ridge = 1e-2 * torch.eye(rows.shape[1])
    for _ in range(steps):
        p = (rows @ weights).sigmoid()
        gradient = rows.T @ (p - right) + ridge @ weights
        hessian = rows.T @ (rows * (p * (1 - p))[:, None]) + ridge
        weights = weights - torch.linalg.solve(hessian, gradient)
    return weights


def _threshold(confidence: Tensor, right: Tensor, precision: float) -> float:
    order = confidence.argsort(descending=True)
    hits = right[order].cumsum(0) / torch.arange(1, len(order) + 1)
    good = (hits >= precision).nonzero()
    lowest = confidence[order[int(good[-1])]] if len(good) else torch.tensor(0.9)
    return math.floor(float(lowest) * 1000) / 1000
