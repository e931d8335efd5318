"""A small graph and the way in which the tests of Cypher write down what they expect."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from graph_store.store import GraphStore
from graph_store.values import Node, Path, Relationship

SECONDS = 120.0  # a busy machine is no failure

PEOPLE = """
CREATE (ann:Person {name: 'Ann', age: 30}), (bob:Person:Director {name: 'Bob', age: 41}),
  (cyd:Person {name: 'Cyd', age: 25}), (dan:Person {name: 'Dan'}),
  (kes:Work {name: 'Kes', year: 1969}), (raid:Work {name: 'Raid', year: 1984}),
  (ann)-[:KNOWS {since: 2001}]->(bob), (bob)-[:KNOWS {since: 2005}]->(cyd),
  (ann)-[:KNOWS {since: 2010}]->(cyd), (cyd)-[:KNOWS {since: 2020}]->(dan),
  (bob)-[:DIRECTED]->(kes), (bob)-[:DIRECTED]->(raid), (ann)-[:WATCHED {stars: 4}]->(kes)
"""

NODES = "MATCH (n) RETURN labels(n), properties(n) ORDER BY n.a"
EDGES = "MATCH (n)-[r]->(m) RETURN n.a, type(r), properties(r), m.a ORDER BY n.a, m.a, type(r)"

NAN = float("nan")
ODD = "a\x00b \U0001f600 \u2028 é e\u0301 \U0010ffff 'quote' \"double\" \\ `tick` \n end"


def case(name: str, query: str, /, *rows: tuple[Any, ...], **parameters: Any) -> Any:
    """One line of a table: its id, the query, the rows, and the query's parameters."""
    return pytest.param(query, parameters, rows, id=name)


def wrote(name: str, query: str, look: str, /, *rows: tuple[Any, ...], **parameters: Any) -> Any:
    """One line of a table of writes: its id, the query, and what `look` returns after it."""
    return pytest.param(query, parameters, look, rows, id=name)


def ask(
    store: GraphStore, query: str, parameters: Mapping[str, Any] | None = None, *, write: bool
) -> Any:
    """The rows of a query."""
    return store.query(query, parameters or {}, write=write, seconds=SECONDS).rows


def assert_same(found: Iterable[Any], expected: Iterable[Any]) -> None:
    """Equal values of equal types: 1 is not 1.0, and NaN is NaN."""
    assert exact(tuple(found)) == exact(tuple(expected))


def exact(value: Any) -> Any:
    """The value with the type of each part, in a form that == compares."""
    match value:
        case Node():
            return ("node", value.labels, exact(value.properties))
        case Relationship():
            return ("relationship", value.type, exact(value.properties))
        case Path():
            return ("path", exact(value.nodes), exact(value.relationships))
        case list() | tuple():
            return (type(value), [exact(each) for each in value])
        case dict():
            return (dict, {key: exact(each) for key, each in value.items()})
        case float() if math.isnan(value):
            return "NaN"
        case _ if hasattr(value, "utcoffset"):
            return (type(value), value.replace(tzinfo=None), value.utcoffset())
        case _:
            return (type(value), value)
