"""What teaching did: scores on annotated texts, and agreement of two extractors on others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from kgtransfer.annotations.record import AnnotatedText
from kgtransfer.extract.extractor import Extractor
from kgtransfer.records import Extraction, Span
from kgtransfer.train.lesson_ends import passages
from kgtransfer.train.lessons import Plan

Named = tuple[int, int, str]


def measure(
    extractor: Extractor, groups: Sequence[tuple[Plan, Sequence[AnnotatedText]]]
) -> dict[str, dict[str, Any]]:
    """Precision, recall and F1 of each annotated type (equal spans) and predicate.

    A relation is right where its predicate is and both ends overlap the annotated ones, or
    another mention of what these stand for. Texts that are not wholly annotated are passed over.

    Args:
        extractor: what is measured.
        groups: texts with the types and predicates (`marked`, `related`) that they speak of.
    """
    types: dict[str, Counter[str]] = {}
    predicates: dict[str, Counter[str]] = {}
    for plan, texts in groups:
        for name in sorted(plan.marked):
            types.setdefault(name, Counter())
        for name in sorted(plan.related):
            predicates.setdefault(name, Counter())
        for text in (part for t in texts if t.complete for part in passages(t)):
            extraction = extractor.extract(text.text, "en")
            found = {n for n in _names(extraction) if n[2] in plan.marked}
            gold = {(m.start, m.end, m.label) for m in text.entities if m.label in plan.marked}
            for kind, spans in (("found", found), ("gold", gold), ("right", found & gold)):
                for _, _, name in spans:
                    types[name][kind] += 1
            _relations(extraction, text, {p: predicates[p] for p in plan.related})
    return {
        "entities": {name: _prf(counts) for name, counts in types.items()},
        "relations": {name: _prf(counts) for name, counts in predicates.items()},
    }


def _relations(
    extraction: Extraction, text: AnnotatedText, predicates: dict[str, Counter[str]]
) -> None:
    gold = [r for r in text.relations if r.predicate in predicates]
    hit: set[int] = set()
    for statement in extraction.statements:
        if statement.predicate not in predicates:
            continue
        subject = _places(extraction, statement.subject, is_value=False)
        object_ = _places(extraction, statement.object, is_value=statement.object_is_value)
        matched = [
            i
            for i, r in enumerate(gold)
            if r.predicate == statement.predicate
            and _overlap(subject, text.entities[r.subject][:2])
            and _overlap(object_, text.entities[r.object][:2])
        ]
        predicates[statement.predicate]["found"] += 1
        predicates[statement.predicate]["right"] += bool(matched)
        hit.update(matched)
    for i, r in enumerate(gold):
        predicates[r.predicate]["gold"] += 1
        predicates[r.predicate]["hit"] += i in hit


def _places(extraction: Extraction, index: int, *, is_value: bool) -> list[Span]:
    if is_value:
        value = extraction.values[index]
        return [(value.start, value.end)]
    cluster = extraction.mentions[index].cluster
    return [(m.start, m.end) for m in extraction.mentions if m.cluster == cluster]


def _overlap(places: Sequence[Span], span: Span) -> bool:
    return any(start < span[1] and span[0] < end for start, end in places)


def agreement(
    before: Extractor, after: Extractor, texts: Sequence[str], types: Collection[str], plan: Plan
) -> dict[str, Any]:
    """How far two extractions of the same texts agree on the old types and predicates."""
    new = {name for name in plan.marked if name not in types}
    predicates = set(plan.predicates) - set(plan.taught)
    names, statements = Counter[str](), Counter[str]()
    for text in texts:
        read = [extractor.extract(text, "en") for extractor in (before, after)]
        _agree(names, *({n for n in _names(e) if n[2] not in new} for e in read))
        _agree(statements, *(_said(e, predicates) for e in read))
    return {"passages": len(texts), "names": _prf(names), "statements": _prf(statements)}


def _agree(counts: Counter[str], old: set[Any], new: set[Any]) -> None:
    counts["gold"] += len(old)
    counts["found"] += len(new)
    counts["right"] += len(old & new)


def _names(extraction: Extraction) -> set[Named]:
    return {(m.start, m.end, m.type) for m in extraction.mentions if not m.pronoun}


def _said(extraction: Extraction, predicates: Collection[str]) -> set[Any]:
    mentions, values = extraction.mentions, extraction.values
    found = set()
    for s in extraction.statements:
        if s.predicate not in predicates:
            continue
        object_ = values[s.object] if s.object_is_value else mentions[s.object]
        subject = mentions[s.subject]
        found.add((subject.start, subject.end, s.predicate, object_.start, object_.end))
    return found


def _prf(counts: Counter[str]) -> dict[str, float | int | None]:
    right, found, gold = counts["right"], counts["found"], counts["gold"]
    hit = counts.get("hit", right)
    precision = right / found if found else None
    recall = hit / gold if gold else None
    both = (precision or 0.0) + (recall or 0.0)
    f1 = 2 * (precision or 0.0) * (recall or 0.0) / both if both else 0.0
    return {
        "precision": None if precision is None else round(precision, 4),
        "recall": None if recall is None else round(recall, 4),
        "f1": round(f1, 4) if gold else None,
        "found": found,
        "gold": gold,
    }
