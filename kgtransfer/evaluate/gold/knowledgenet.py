"""KnowledgeNet (Mesquita et al. 2019): passages, their facts, and the properties looked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgtransfer.records import Span
from kgtransfer.train.gold import GoldDocument
from kgtransfer.train.passage_data import (
    KNOWLEDGENET,
    KNOWLEDGENET_FOLDS,
    knowledgenet_passages,
)

_MEANING = {**KNOWLEDGENET, "CHILD_OF": "child"}
"""EMPLOYEE_OR_MEMBER_OF and CEO have no single predicate of ours and are left out."""
_BACK = ("CHILD_OF",)


@dataclass(frozen=True, slots=True)
class GoldPassage:
    """A passage's facts as a document's triples; statements of other predicates say nothing."""

    document: GoldDocument
    asked: frozenset[str]


def read_passages(
    file: Path, folds: Collection[int] = KNOWLEDGENET_FOLDS
) -> tuple[list[GoldPassage], int]:
    """The passages of some folds, and how many facts are left out for their property.

    Raises:
        InputError: the file is missing.
    """
    passages, left_out = [], 0
    for key, rows in knowledgenet_passages(file, folds).items():
        own = [row for row in rows if row["property"] in _MEANING]
        left_out += sum(r["subj_start"] is not None for r in rows if r["property"] not in _MEANING)
        if own:
            passages.append(_passage(key, own))
    return passages, left_out


def _passage(key: tuple[int, int], rows: list[dict[str, Any]]) -> GoldPassage:
    entities: dict[str, int] = {}
    mentions: dict[Span, tuple[int, str]] = {}
    triples = set()
    for row in rows:
        if row["subj_start"] is None:
            continue
        ends = []
        for end in ("subj", "obj"):
            span = (row[f"{end}_start"] - key[1], row[f"{end}_end"] - key[1])
            name = row[f"{end}_qid"] or row["passage"][slice(*span)]
            known = mentions.get(span)
            entity = known[0] if known else entities.setdefault(name, len(entities))
            mentions[span] = entity, ""
            ends.append(entity)
        subject, target = ends[::-1] if row["property"] in _BACK else ends
        triples.add((subject, _MEANING[row["property"]], target))
    title = f"{key[0]} {key[1]}"
    gold = GoldDocument(title, rows[0]["passage"], mentions, frozenset(triples), frozenset(triples))
    return GoldPassage(gold, frozenset(_MEANING[row["property"]] for row in rows))
