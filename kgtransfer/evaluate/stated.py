"""Facts that are read off passages of which some properties were annotated in full."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from kgtransfer.evaluate.gold.knowledgenet import GoldPassage
from kgtransfer.evaluate.scores import Score
from kgtransfer.names.fold import words_of
from kgtransfer.records import Extraction, Statement
from kgtransfer.train.gold import matched_statements

_PRONOUNS = words_of(
    "i me my we us our you your he him his himself she her hers herself it its they them their who "
    "whom whose which that where"
)
_TURNED = {"father": "child", "mother": "child", "subsidiary": "parent_organization"}


def score_statements(
    passages: Sequence[GoldPassage], extractions: Sequence[Extraction]
) -> dict[str, Any]:
    """Statements of the annotated predicates against the passage's facts (overlapping spans).

    `plain` counts those alone that a sentence states. `named` is the recall of the facts whose both
    ends the passage names; of the others one end is a pronoun whose name stands elsewhere.
    """
    report = {}
    for kind in ("all", "plain"):
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for passage, extraction in zip(passages, extractions, strict=True):
            _count(counts, passage, extraction, plain=kind == "plain")
        total = Counter[str]()
        for each in counts.values():
            total.update(each)
        report[kind] = {
            **asdict(_score(total)),
            "named": {
                "gold": total["named"],
                "recall": round(total["named_hits"] / max(1, total["named"]), 4),
            },
            "by_predicate": {name: asdict(_score(c)) for name, c in sorted(counts.items())},
        }
    return report


def _score(counts: Counter[str]) -> Score:
    return Score.of(counts["right"], counts["found"], counts["gold"], counts["hits"])


def _count(
    counts: dict[str, Counter[str]], passage: GoldPassage, extraction: Extraction, *, plain: bool
) -> None:
    kept = tuple(
        turned
        for statement in extraction.statements
        if (turned := _turned(extraction, statement)).predicate in passage.asked
        and not (plain and (statement.sentence is None or statement.hedge or statement.negated))
    )
    hit = set()
    seen = set()
    for statement, triple in matched_statements(
        passage.document, replace(extraction, statements=kept), lenient=True
    ):
        ends = (statement.subject, statement.object, statement.object_is_value)
        if (statement.predicate, *ends) in seen:
            continue  # the child of a father was already said to be one
        seen.add((statement.predicate, *ends))
        counts[statement.predicate]["found"] += 1
        counts[statement.predicate]["right"] += triple is not None
        if triple is not None:
            hit.add(triple)
    text = passage.document.text
    named = {
        entity
        for (start, end), (entity, _) in passage.document.mentions.items()
        if text[start:end].lower() not in _PRONOUNS
    }
    for triple in passage.document.triples:
        counts[triple[1]]["gold"] += 1
        counts[triple[1]]["hits"] += triple in hit
        if named >= {triple[0], triple[2]}:
            counts[triple[1]]["named"] += 1
            counts[triple[1]]["named_hits"] += triple in hit


def _turned(extraction: Extraction, statement: Statement) -> Statement:
    """ "A's father is B" as "B's child is A"."""
    name = _TURNED.get(statement.predicate)
    if name is None or statement.object_is_value:
        return statement
    return replace(statement, predicate=name, subject=statement.object, object=statement.subject)
