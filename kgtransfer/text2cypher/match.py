"""What fits a pattern in the facts of an index, each thing with the facts that say so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kgtransfer.text2cypher.graph_schema import VALUE, GraphSchema
from kgtransfer.text2cypher.pattern import Edge, Node, Pattern
from kgtransfer.values import find_values

MOST = 100_000
"""So many ways to fit a part of the pattern are followed."""


@dataclass(frozen=True, slots=True)
class Match:
    """A thing that fits, by its id, and the numbers of the facts of one way to fit."""

    id: str
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Way:
    nodes: dict[str, str]
    facts: tuple[int, ...] = ()


def matches(pattern: Pattern, schema: GraphSchema) -> list[Match]:
    """All that the pattern's target may be, in the order of the facts; each thing's ways in a row.

    Args:
        pattern: a list or a count, with a named node to begin from; else nothing is found.
        schema: of the graph.
    """
    target = pattern.target
    if target is None or target.ids or pattern.mode not in ("list", "count"):
        return []
    ways: list[_Way] | None = None
    edges = list(pattern.edges)
    while edges:
        bound = ways[0].nodes if ways else {}
        edge = next((e for e in edges if _begins(e, bound)), None)
        if edge is None:
            return []
        edges.remove(edge)
        ways = [longer for way in (ways or [_Way({})]) for longer in _onwards(way, edge, schema)][
            :MOST
        ]
        if not ways:
            return []
    found = [Match(way.nodes[target.key], way.facts) for way in ways or ()]
    first: dict[str, int] = {}
    for at, match in enumerate(found):
        first.setdefault(match.id, at)
    return sorted(found, key=lambda match: first[match.id])


def _begins(edge: Edge, bound: dict[str, str]) -> bool:
    return any(node.ids or node.key in bound for node in (edge.subject, edge.object))


def _onwards(way: _Way, edge: Edge, schema: GraphSchema) -> Iterator[_Way]:
    """The way with each fact that fits the edge, from the end that is known."""
    known = edge.subject if _known(way, edge.subject) else edge.object
    other = edge.object if known is edge.subject else edge.subject
    senses = [(relation.predicate, known is edge.subject) for relation in edge.relations]
    senses += [(relation.predicate, known is edge.object) for relation in edge.turned]
    if edge.either:
        senses += [(predicate, not starts) for predicate, starts in senses]
    for one in _known(way, known):
        for predicate, starts in dict.fromkeys(senses):
            for fact in schema.held.get((one, predicate), ()):
                if fact.starts == starts and _fits(fact.other, other, way, schema):
                    nodes = way.nodes | {known.key: one, other.key: fact.other}
                    yield _Way(nodes, (*way.facts, fact.fact))


def _known(way: _Way, node: Node) -> tuple[str, ...]:
    if node.key in way.nodes:
        return (way.nodes[node.key],)
    return node.ids


def _fits(id_: str, node: Node, way: _Way, schema: GraphSchema) -> bool:
    known = _known(way, node)
    if known:
        return id_ in known
    number = schema.index.entity_number.get(id_)
    kind = VALUE if number is None else schema.index.entity_types[number]
    if node.is_date:
        return kind == VALUE and _within(schema.index.name_of(id_), node)
    return node.label in ("", kind)


def _within(text: str, node: Node) -> bool:
    """Whether a date as its text says it lies between the node's bounds."""
    if not (node.low or node.high):
        return True
    said = next((v.value for v in find_values(text) if v.kind == "date"), None)
    if not isinstance(said, str):
        return False
    return (not node.low or said >= node.low) and (not node.high or said < node.high)
