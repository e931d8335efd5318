"""`kgtransfer evaluate extraction`: entities and relations against documents in Re-DocRED's format.

Relations are counted at document level: a statement is right if its two ends stand for the two
gold entities of an annotated triple. Re-DocRED marks evidence for less than half of its triples,
so recall is also given over those with marked evidence, and precision apart for plain statements
and for the rest (inferred, hedged, negated). Open relations are counted and not scored.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgtransfer.evaluate.scores import Score
from kgtransfer.extract.extractor import Extractor
from kgtransfer.extract.labels import ENTITY_TYPES, MISC_TYPES
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Extraction
from kgtransfer.train.extraction_data import read_redocred
from kgtransfer.train.gold import GoldDocument, gold_document, matched_statements


def evaluate_extraction(
    extractor: Extractor, path: Path, *, first: int = 0, last: int | None = None
) -> dict[str, Any]:
    """Score an extractor on documents `first` to `last` of a file.

    Args:
        extractor: what is to be measured, as users run it: from text to statements.
        path: a JSON file in Re-DocRED's format.
        first: the first document (those before it may have been trained on).
        last: one past the last document; None for all.

    Raises:
        InputError: the file is missing.
    """
    schema = load_schema()
    gold = [gold_document(text, schema) for text in read_redocred(path, schema)[first:last]]
    extractions = [extractor.extract(document.text, "en") for document in gold]
    return {
        "documents": len(gold),
        "words": sum(len(document.text.split()) for document in gold),
        "extractor": extractor.fingerprint,
        "entities": {
            "typed": asdict(_entities(gold, extractions, typed=True)),
            "coarse": asdict(_entities(gold, extractions, typed=True, coarse=True)),
            "untyped": asdict(_entities(gold, extractions, typed=False)),
        },
        "relations": {
            kind: _relations(gold, extractions, lenient=kind == "lenient")
            for kind in ("strict", "lenient")
        },
    }


def _entities(
    gold: Sequence[GoldDocument],
    extractions: Sequence[Extraction],
    *,
    typed: bool,
    coarse: bool = False,
) -> Score:
    """Mentions of names with equal spans; `coarse` takes works, events and products as one."""
    right = found = total = 0
    for document, extraction in zip(gold, extractions, strict=True):
        known = {
            (start, end, _kind(kind, typed, coarse))
            for (start, end), (_, kind) in document.mentions.items()
            if kind in ENTITY_TYPES
        }
        named = {
            (m.start, m.end, _kind(m.type, typed, coarse)) for m in extraction.mentions if m.named
        }
        right += len(known & named)
        found += len(named)
        total += len(known)
    return Score.of(right, found, total)


def _kind(kind: str, typed: bool, coarse: bool) -> str:
    if not typed:
        return ""
    return "Misc" if coarse and kind in MISC_TYPES else kind


def _relations(
    gold: Sequence[GoldDocument], extractions: Sequence[Extraction], *, lenient: bool
) -> dict[str, Any]:
    counts: Counter[str] = Counter()
    known = load_schema().names  # gold says nothing of open relations
    by_predicate: dict[str, Counter[str]] = {}
    for document, extraction in zip(gold, extractions, strict=True):
        counts["gold"] += len(document.triples)
        counts["gold_marked"] += len(document.stated)
        hit: set[tuple[int, str, int]] = set()
        for statement, triple in matched_statements(document, extraction, lenient):
            if statement.predicate not in known:
                counts["found_open"] += 1
                continue
            plain = statement.sentence is not None and not statement.hedge
            kind = "stated" if plain and not statement.negated else "inferred"
            own = by_predicate.setdefault(statement.predicate, Counter())
            counts["found"] += 1
            counts[f"found_{kind}"] += 1
            own["found"] += 1
            if triple is not None:
                counts["right"] += 1
                counts[f"right_{kind}"] += 1
                own["right"] += 1
                hit.add(triple)
        counts["hits"] += len(hit)
        counts["hits_marked"] += len(hit & document.stated)
        for _, predicate, _ in document.triples:
            by_predicate.setdefault(predicate, Counter())["gold"] += 1
    return {
        "all": asdict(Score.of(counts["right"], counts["found"], counts["gold"], counts["hits"])),
        "precision_stated": _share(counts["right_stated"], counts["found_stated"]),
        "precision_inferred": _share(counts["right_inferred"], counts["found_inferred"]),
        "found_stated": counts["found_stated"],
        "found_open": counts["found_open"],
        "found_inferred": counts["found_inferred"],
        "recall_of_marked": _share(counts["hits_marked"], counts["gold_marked"]),
        "by_predicate": {name: dict(c) for name, c in sorted(by_predicate.items())},
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
