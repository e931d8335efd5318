"""The things that fit a pattern, each once, with what states them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from kgtransfer.listing.nouns import another_kind
from kgtransfer.names import fold, split_bracket
from kgtransfer.read.pages import distinct
from kgtransfer.records import AnswerItem, Citation
from kgtransfer.retrieve.inferred import cited
from kgtransfer.text2cypher.graph_schema import GraphSchema
from kgtransfer.text2cypher.match import matches
from kgtransfer.text2cypher.pattern import Pattern

MOST_QUOTES = 3
"""So many sentences are quoted for one thing."""


@dataclass(frozen=True, slots=True)
class Several:
    """What fits: items by the ids of their things; `left_out` are ids of another kind."""

    items: dict[str, AnswerItem]
    facts: dict[str, tuple[int, ...]]
    """For each item the facts of its surest way to fit."""
    left_out: tuple[str, ...] = ()


def stated(pattern: Pattern, schema: GraphSchema, documents: Collection[str] | None) -> Several:
    """What the graph's facts say to fit a pattern, in their order.

    Args:
        pattern: a list or a count.
        schema: of the graph.
        documents: ids of those whose statements count; all where it is None.
    """
    index = schema.index
    items: dict[str, AnswerItem] = {}
    chains: dict[str, tuple[int, ...]] = {}
    for match in matches(pattern, schema):
        confidence, quotes = 1.0, []
        for number in match.facts:
            fact = index.fact(number)
            own = [c for c in cited(index, fact) if documents is None or c.document in documents]
            if documents is not None and not own:
                break
            confidence *= fact.confidence
            quotes += own
        else:
            item = AnswerItem(index.name_of(match.id), confidence, tuple(quotes))
            before = items.get(match.id)
            if before is None or confidence > before.confidence:
                chains[match.id] = match.facts
            items[match.id] = _both(before, item) if before else item
    kinds = [
        id_
        for id_, item in items.items()
        if another_kind(pattern.noun, item.text, (c.quote for c in item.citations))
    ]
    kept = {id_: _short(item) for id_, item in items.items() if id_ not in kinds}
    return Several(kept, chains, tuple(kinds))


def each_once(items: Iterable[AnswerItem]) -> list[AnswerItem]:
    """Items of one name as one; "Bertha" is "Bertha, daughter of Lothair II", too."""
    found: dict[str, AnswerItem] = {}
    for item in items:
        name = fold(split_bracket(item.text)[0])
        short = fold(item.text.split(",")[0])
        key = next(
            (
                known
                for known in found
                if known in (name, short) or fold(found[known].text.split(",")[0]) == name
            ),
            name,
        )
        found[key] = _both(found[key], item) if key in found else item
    return [_short(item) for item in found.values()]


def _both(one: AnswerItem, other: AnswerItem) -> AnswerItem:
    named = max(one, other, key=lambda item: len(item.text))
    return replace(
        named,
        confidence=max(one.confidence, other.confidence),
        citations=distinct((*one.citations, *other.citations)),
        read=one.read and other.read,
    )


def _short(item: AnswerItem) -> AnswerItem:
    quotes: tuple[Citation, ...] = distinct(item.citations)[:MOST_QUOTES]
    return replace(item, citations=quotes)
