"""A graph pattern with what is asked of it, and the Cypher that both engines run for it.

Everything that comes from a question or from the graph's names travels as a parameter; types and
labels are those of the graph, quoted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from graph_store.cypher import name as quoted
from kgtransfer.records import CypherQuery

Mode = Literal["list", "count", "exists", "extreme", "most", "more"]


@dataclass(frozen=True, slots=True)
class Relation:
    """A predicate as the graph has it: its relationship type, and the phrase of an open one."""

    predicate: str
    type: str

    @property
    def is_open(self) -> bool:
        """Whether the phrase is a property of the relationship."""
        return self.type != self.predicate.upper()


@dataclass(slots=True)
class Node:
    """A variable: any node of a type, the named ones, or a value."""

    key: str
    label: str = ""
    ids: tuple[str, ...] = ()
    said: str = ""
    """A name as it was asked for."""
    bearers: list[tuple[str, dict[str, str], frozenset[str]]] = field(default_factory=list)
    """For each name: as asked, names of its bearers by id, and those called exactly so."""
    is_date: bool = False
    low: str = ""
    high: str = ""
    """Bounds of a date: low <= value < high."""


@dataclass(frozen=True, slots=True)
class Edge:
    """subject -[one of the relations]-> object, or either way, or the other way by `turned`."""

    subject: Node
    relations: tuple[Relation, ...]
    object: Node
    either: bool = False
    turned: tuple[Relation, ...] = ()
    """Relations that say the same from the object to the subject: a father, beside a child."""


@dataclass(slots=True)
class Pattern:
    """What was understood."""

    target: Node | None = None
    noun: str = ""
    """What the target is called in the question: "films", "children"."""
    edges: list[Edge] = field(default_factory=list)
    mode: Mode = "list"
    counted: Node | None = None
    """For "most" and "more": what is counted for each target."""
    than: int = 0
    by: Node | None = None
    """For "extreme": the date that decides."""
    latest: bool = False
    left_out: tuple[str, ...] = ()
    """Ids of things that the target is not."""

    def cypher(self) -> CypherQuery:
        """The query, its parameters apart."""
        return _Writer(self).query()

    def nodes(self) -> list[Node]:
        """All variables, named ones first."""
        found: dict[str, Node] = {}
        for edge in self.edges:
            for node in (edge.subject, edge.object):
                found[node.key] = node
        if self.target is not None:
            found[self.target.key] = self.target
        return sorted(found.values(), key=lambda node: not node.ids)


class _Writer:
    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.parameters: dict[str, Any] = {}

    def query(self) -> CypherQuery:
        lines, tests = [], []
        for node in self.pattern.nodes():
            if node.ids:
                self.parameters[node.key] = list(node.ids)
                lines.append(f"MATCH ({node.key}:Entity) WHERE {node.key}.id IN ${node.key}")
        for at, edge in enumerate(self.pattern.edges):
            lines.append(f"MATCH {self._edge(at, edge)}")
            tests.append(f"f{at}.stated AND NOT coalesce(f{at}.negated, false)")
            if edge.turned:
                tests.append(self._ways(at, edge))
                continue
            phrases = [r.predicate for r in edge.relations if r.is_open]
            if phrases:
                self.parameters[f"p{at}"] = phrases
                closed = [r.predicate for r in edge.relations if not r.is_open]
                self.parameters[f"p{at}"] = phrases + closed
                tests.append(f"f{at}.predicate IN $p{at}")
        for node in self.pattern.nodes():
            for bound, sign in ((node.low, ">="), (node.high, "<")):
                if bound:
                    name = f"{node.key}_{'from' if sign == '>=' else 'before'}"
                    self.parameters[name] = bound
                    tests.append(f"{node.key}.value {sign} ${name}")
        if self.pattern.left_out and self.pattern.target is not None:
            self.parameters["left_out"] = list(self.pattern.left_out)
            tests.append(f"NOT {self.pattern.target.key}.id IN $left_out")
        if not self.pattern.edges and self.pattern.target is not None:
            target = self.pattern.target
            lines.append(f"MATCH ({target.key}:{quoted(target.label or 'Entity')})")
        if tests:
            lines.append("WHERE " + "\n  AND ".join(tests))
        return CypherQuery("\n".join([*lines, *self._returned()]), self.parameters)

    def _edge(self, at: int, edge: Edge) -> str:
        relations = (*edge.relations, *edge.turned)
        types = "|".join(dict.fromkeys(quoted(r.type) for r in relations))
        arrow = "-" if edge.either or edge.turned else "->"
        return f"{self._node(edge.subject)}-[f{at}:{types}]{arrow}{self._node(edge.object)}"

    def _ways(self, at: int, edge: Edge) -> str:
        """Which predicates are to be read from which end."""
        ways = []
        for name, end, relations in (
            ("p", edge.subject, edge.relations),
            ("q", edge.object, edge.turned),
        ):
            self.parameters[f"{name}{at}"] = [r.predicate for r in relations]
            ways.append(f"(startNode(f{at}) = {end.key} AND f{at}.predicate IN ${name}{at})")
        return f"({' OR '.join(ways)})"

    def _node(self, node: Node) -> str:
        if node.ids:
            return f"({node.key})"
        label = "Value" if node.is_date else node.label
        return f"({node.key}:{quoted(label)})" if label else f"({node.key})"

    def _returned(self) -> list[str]:
        pattern, target = self.pattern, self.pattern.target
        if pattern.mode == "exists" or target is None:
            return ["RETURN count(*) > 0 AS answer"]
        called = f"coalesce({target.key}.name, {target.key}.text)"
        if pattern.mode == "count":
            return [f"RETURN count(DISTINCT {target.key}) AS count"]
        if pattern.mode == "extreme" and pattern.by is not None:
            by = pattern.by.key
            best = "max" if pattern.latest else "min"
            row = f"{{answer: {called}, date: {by}.text, value: {by}.value}}"
            return [
                f"WITH collect(DISTINCT {row}) AS rows, {best}({by}.value) AS best",
                "UNWIND rows AS row",
                "WITH row, best WHERE row.value = best",
                "RETURN row.answer AS answer, row.date AS date ORDER BY answer",
            ]
        if pattern.mode in ("most", "more") and pattern.counted is not None:
            counts = f"WITH {target.key}, count(DISTINCT {pattern.counted.key}) AS n"
            if pattern.mode == "more":
                self.parameters["than"] = pattern.than
                return [
                    counts,
                    "WHERE n > $than",
                    f"RETURN {called} AS answer, n AS count ORDER BY count DESC, answer",
                ]
            return [
                counts,
                f"WITH collect({{answer: {called}, n: n}}) AS rows, max(n) AS most",
                "UNWIND rows AS row",
                "WITH row, most WHERE row.n = most",
                "RETURN row.answer AS answer, row.n AS count ORDER BY answer",
            ]
        return [f"RETURN DISTINCT {called} AS answer ORDER BY answer"]
