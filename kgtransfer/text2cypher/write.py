"""A question to a Cypher query with what was understood, or to the reasons why not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kgtransfer.names.fold import words_of
from kgtransfer.records import CypherQuery
from kgtransfer.text2cypher.cursor import NotUnderstood
from kgtransfer.text2cypher.graph_schema import GraphSchema
from kgtransfer.text2cypher.items import Item, read_items
from kgtransfer.text2cypher.parse import Parser
from kgtransfer.text2cypher.pattern import Edge, Node, Pattern

_SAID = {
    "list": "all {0}",
    "count": "how many {0}",
    "exists": "whether there is any such thing",
    "extreme": "the {1} {0}",
    "most": "the {0} with the most {2}",
    "more": "{0} with more than {3} {2}",
}


@dataclass(frozen=True, slots=True)
class Translation:
    """`query` is None where the question was not understood; then `refusal` says why.

    `understood` is the pattern in words, `unsure` what was assumed on the way.
    """

    question: str
    query: CypherQuery | None
    understood: str = ""
    unsure: tuple[str, ...] = ()
    refusal: str = ""
    pattern: Pattern | None = field(default=None, repr=False)


def translate(question: str, schema: GraphSchema, *, guess: bool = True) -> Translation:
    """Write the query that a question asks for.

    Args:
        question: in English.
        schema: of the graph.
        guess: take a word that nothing knows for the predicate whose name is most like it.
    """
    items = read_items(question, schema.names_in(question), schema.by_words())
    items, taken = _with_likely(items, schema) if guess else (items, [])
    strange = [
        item.text
        for item in items
        if item.kind == "word" and not item.word.isdigit() and set(item.word.split()) - _SMALL
    ]
    if strange:
        words = ", ".join(f"“{word}”" for word in strange)
        return Translation(
            question, None, refusal=f"nothing in the graph's words answers to {words}"
        )
    parser = Parser(items, schema)
    try:
        pattern = parser.parse()
    except NotUnderstood as error:
        return Translation(question, None, refusal=error.why)
    unsure = (*taken, *parser.unsure)
    return Translation(question, pattern.cypher(), say(pattern), unsure, pattern=pattern)


_SMALL = words_of(
    "who whom whose which what when where how many list name show give find me all "
    "and or not before after between since until in on at by of from to for with more "
    "most than the a an is was are were be did does do has have had that first last "
    "oldest youngest latest earliest newest older younger there year date it its "
    "their his her"
    " please can you could tell i want know between older than more over least count number of"
    " different distinct exist graph again each every some any me all be been being has s whose"
    " recent later earlier newer eldest together at never"
)


def _with_likely(items: list[Item], schema: GraphSchema) -> tuple[list[Item], list[str]]:
    """Words that nothing knows, as the predicate whose name is most like them."""
    found, taken = [], []
    for item in items:
        likely = ""
        if item.kind == "word" and set(item.word.split()) - _SMALL and len(item.word) > 3:
            likely = schema.like(item.word)
        if likely:
            taken.append(f"“{item.text}” is taken for {likely.replace('_', ' ')}")
            item = Item("verb", item.text, item.word, (f"{likely}>", f"{likely}<"))
        found.append(item)
    return found, taken


def say(pattern: Pattern) -> str:
    """The pattern in words: "all v0: (v0:Work)-[:DIRECTOR]->(Ken Loach)"."""
    shown = _shown(pattern)
    parts = [_edge(edge, shown) for edge in pattern.edges]
    for node in pattern.nodes():
        if node.low or node.high:
            bounds = [
                f"from {node.low}" if node.low else "",
                f"before {node.high}" * bool(node.high),
            ]
            parts.append(f"{shown[node.key]} {' '.join(filter(None, bounds))}")
    target = shown[pattern.target.key] if pattern.target is not None else ""
    counted = shown[pattern.counted.key] if pattern.counted is not None else ""
    order = "last" if pattern.latest else "first"
    head = _SAID[pattern.mode].format(target, order, counted, pattern.than)
    return f"{head}: {', '.join(parts)}" if parts else head


def _shown(pattern: Pattern) -> Mapping[str, str]:
    shown: dict[str, str] = {}
    used: dict[str, int] = {}
    for node in pattern.nodes():
        name = node.said or ("date" if node.is_date else (node.label or "thing").lower())
        if not node.said:
            used[name] = used.get(name, 0) + 1
            name = f"{name}{used[name]}" if used[name] > 1 else name
        shown[node.key] = name
    return shown


def _edge(edge: Edge, shown: Mapping[str, str]) -> str:
    kinds = "|".join(r.predicate if r.is_open else r.type for r in (*edge.relations, *edge.turned))
    arrow = "-" if edge.either or edge.turned else "->"

    def node(one: Node) -> str:
        label = "" if one.ids or one.is_date or not one.label else f":{one.label}"
        return f"({shown[one.key]}{label})"

    return f"{node(edge.subject)}-[:{kinds}]{arrow}{node(edge.object)}"
