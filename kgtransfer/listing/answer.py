"""Lists and counts in place of the one span that reading finds, where they are asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace

from kgtransfer.listing.asked import asks_for_several, asks_how_many, is_plural, plainly
from kgtransfer.listing.items import Several, each_once, stated
from kgtransfer.listing.missing import Missing
from kgtransfer.names import fold
from kgtransfer.names.fold import words_of
from kgtransfer.read.pages import distinct
from kgtransfer.reason.report import MOST_SHOWN, listed
from kgtransfer.records import Answer, CypherQuery, FactAnswer
from kgtransfer.retrieve.inferred import cited
from kgtransfer.text2cypher.graph_schema import GraphSchema
from kgtransfer.text2cypher.pattern import Pattern
from kgtransfer.text2cypher.write import translate
from kgtransfer.workspace import Workspace

COMPLETE = 0.8
"""How probable it is that a count misses nothing, where all that it counts is right."""
_NUMBERS = words_of(
    "no none zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty "
    "ninety hundred thousand million dozen"
)


def of_several(
    workspace: Workspace, found: Answer, documents: Collection[str] | None = None
) -> Answer:
    """A list or a count of what the corpus states, where the question asks for one.

    An answer that was read stays where it is surer: a number that a text states, or a name that no
    fact gives. Every other question keeps its answer, too.

    Args:
        workspace: its index has the facts, its reader looks for what they lack.
        found: what was read.
        documents: ids of those whose statements count; all where it is None.
    """
    if workspace.settings.mapping or not asks_for_several(found.question):
        return found
    schema = workspace.graph_schema
    translation = translate(plainly(found.question), schema, guess=False)
    pattern = translation.pattern
    if pattern is None or not _is_for_several(pattern, found.question):
        return found
    several = stated(pattern, schema, documents)
    read = []
    if len(schema.index):
        known = {*several.items, *several.left_out}
        reading = Missing(pattern, schema, workspace.reader.text_reader, documents)
        read = reading.read(known, found.passages)
    items = each_once([*several.items.values(), *read])
    if not items:
        return found
    counts = asks_how_many(found.question)
    confidence = sum(item.confidence for item in items) / len(items) * (COMPLETE if counts else 1)
    same = not counts and any(_same(found.text or "", item.text) for item in items)
    if same:
        confidence = max(confidence, found.confidence)
    surer = found.confidence > confidence and (not counts or _is_number(found.text))
    if surer or confidence < workspace.settings.answer_threshold:
        return found
    count = len(items)
    return replace(
        found,
        text=f"{count} in this corpus" if counts else listed([item.text for item in items]),
        abstained=False,
        confidence=confidence,
        citations=distinct(c for item in items for c in item.citations[:1]),
        facts=_facts(several, schema),
        query=_query(pattern, several),
        items=tuple(items),
        count=count if counts else None,
    )


def _is_for_several(pattern: Pattern, question: str) -> bool:
    if pattern.mode == "count":
        return True
    return pattern.mode == "list" and is_plural(pattern.noun)


def _is_number(text: str | None) -> bool:
    return bool(text) and bool(
        re.search(r"\d", text or "") or set(fold(text or "").split()) & _NUMBERS
    )


def _same(one: str, other: str) -> bool:
    one, other = fold(one), fold(other)
    return bool(one and other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


def _facts(several: Several, schema: GraphSchema) -> tuple[FactAnswer, ...]:
    """The facts that lead to the first items, each once."""
    shown: list[FactAnswer] = []
    chains: Sequence[tuple[int, ...]] = [several.facts[id_] for id_ in several.items]
    for number in dict.fromkeys(n for chain in chains[:MOST_SHOWN] for n in chain):
        fact = schema.index.fact(number)
        ends = [schema.index.name_of(id_) for id_ in (fact.subject, fact.object)]
        quotes = tuple(cited(schema.index, fact))
        shown.append(FactAnswer(ends[0], fact.predicate, ends[1], fact.confidence, quotes))
    return tuple(shown)


def _query(pattern: Pattern, several: Several) -> CypherQuery | None:
    """Lists the things, also behind a count: each can be checked."""
    if not several.items:
        return None
    return replace(pattern, mode="list", left_out=several.left_out).cypher()
