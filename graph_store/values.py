"""What a query returns, as plain Python: the same types from both engines."""

from __future__ import annotations

import base64
import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Node:
    """A node: its labels, sorted, and its properties."""

    labels: tuple[str, ...]
    properties: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship: its type, its properties, and its ends (whose properties may be missing)."""

    type: str
    properties: dict[str, Any]
    start: Node | None = None
    end: Node | None = None


@dataclass(frozen=True, slots=True)
class Path:
    """A path: n + 1 nodes and the n relationships between them."""

    nodes: tuple[Node, ...]
    relationships: tuple[Relationship, ...]


@dataclass(frozen=True, slots=True)
class QueryResult:
    """The rows of a query.

    `truncated` says that there was more, in rows or in bytes, than is handed over; `seconds` is the
    time it took.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool
    seconds: float

    def to_json(self) -> dict[str, Any]:
        """The same with values that the json module can write."""
        return {
            "columns": list(self.columns),
            "rows": [[to_json(value) for value in row] for row in self.rows],
            "truncated": self.truncated,
            "seconds": round(self.seconds, 4),
        }


def plain(value: Any) -> Any:
    """A driver's value as a plain one: nodes, relationships and paths as the records above.

    Dates and times become those of the standard library (Python keeps microseconds), durations
    and points ISO 8601 text and `{srid, coordinates}`.
    """
    from neo4j import graph, spatial, time

    match value:
        case graph.Node():
            return _node(value)
        case graph.Relationship():
            start, end = value.nodes if value.nodes else (None, None)
            return Relationship(value.type, _properties(value), _end(start), _end(end))
        case graph.Path():
            relationships = tuple(plain(each) for each in value.relationships)
            return Path(tuple(_node(each) for each in value.nodes), relationships)
        case time.DateTime() | time.Date() | time.Time():
            return value.to_native()
        case time.Duration():
            return value.iso_format()
        case spatial.Point():
            return {"srid": value.srid, "coordinates": [float(part) for part in value]}
        case list() | tuple():
            return [plain(each) for each in value]
        case dict():
            return {str(key): plain(each) for key, each in value.items()}
        case bytearray():
            return bytes(value)
        case _:
            return value


def weight(value: Any) -> int:
    """About how many bytes a plain value takes."""
    match value:
        case Node() | Relationship():
            return 64 + weight(value.properties)
        case Path():
            return weight(value.nodes) + weight(value.relationships)
        case list() | tuple():
            return 8 + sum(map(weight, value))
        case dict():
            return 8 + sum(len(key) + weight(each) for key, each in value.items())
        case str() | bytes():
            return len(value)
        case _:
            return 8


def _node(node: Any) -> Node:
    return Node(tuple(sorted(node.labels)), _properties(node))


def _end(node: Any) -> Node | None:
    return _node(node) if node is not None else None


def _properties(entity: Any) -> dict[str, Any]:
    return {key: plain(entity[key]) for key in sorted(entity.keys())}


def to_json(value: Any) -> Any:
    """A plain value as JSON types. NaN and the infinities become text, bytes base64."""
    match value:
        case Node():
            return {"labels": list(value.labels), "properties": to_json(value.properties)}
        case Relationship():
            return {
                "type": value.type,
                "properties": to_json(value.properties),
                "start": to_json(value.start),
                "end": to_json(value.end),
            }
        case Path():
            return {"nodes": to_json(value.nodes), "relationships": to_json(value.relationships)}
        case list() | tuple():
            return [to_json(each) for each in value]
        case dict():
            return {key: to_json(each) for key, each in value.items()}
        case float():
            return value if math.isfinite(value) else str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case None | bool() | int() | str():
            return value
        case _:
            return value.isoformat() if hasattr(value, "isoformat") else str(value)
