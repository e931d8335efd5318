"""Where the two engines differ, one line for each row of the table in docs/reference/cypher.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from neo4j.spatial import WGS84Point

from graph_store.errors import QueryError
from graph_store.store import GraphStore
from tests.conftest import Engine
from tests.cypher_cases import ask, assert_same

PAGE = Path(__file__).parent.parent.parent / "docs" / "reference" / "cypher.md"

MOMENT = datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)
REFUSED_HERE = "bundled server"  # by this program, not by the engine
ANN = "(a:Person {name: 'Ann'})"
DAN = "(b:Person {name: 'Dan'})"


def differs(name: str, query: str, /, *, bundled: Any, neo4j: Any, **parameters: Any) -> Any:
    """A query and what each engine does: its rows, or what the text of its refusal contains."""
    return pytest.param(query, parameters, {"local": bundled, "neo4j": neo4j}, id=name)


READS = [
    differs(
        "computed-label",
        "MATCH (n:$($l)) RETURN n.name",
        bundled=REFUSED_HERE,
        neo4j=[("Bob",)],
        l="Director",
    ),
    differs(
        "computed-type",
        "MATCH ()-[r:$($t)]->() RETURN count(r)",
        bundled=REFUSED_HERE,
        neo4j=[(2,)],
        t="DIRECTED",
    ),
    differs(
        "return-star-and",
        "MATCH (a:Director) WITH a.name AS n RETURN *, 1 AS one",
        bundled=REFUSED_HERE,
        neo4j=[("Bob", 1)],
    ),
    differs(
        "show-functions",
        "SHOW FUNCTIONS YIELD name WHERE name = 'abs'",
        bundled=REFUSED_HERE,
        neo4j=[("abs",)],
    ),
    differs(
        "property-keys",
        "CALL db.propertyKeys() YIELD propertyKey AS key WITH key WHERE key = 'age' RETURN key",
        bundled=REFUSED_HERE,
        neo4j=[("age",)],
    ),
    differs(
        "shortest-path-variable",
        f"MATCH shortestPath({ANN}-[r:KNOWS*]->{DAN}) RETURN size(r)",
        bundled=REFUSED_HERE,
        neo4j=[(2,)],
    ),
    differs(
        "shortest-path-where",
        f"MATCH p = shortestPath({ANN}-[:KNOWS*]->{DAN}) WHERE length(p) > 2 RETURN length(p)",
        bundled=REFUSED_HERE,
        neo4j=[(3,)],
    ),
    differs(
        "point-parameter",
        "RETURN $p.longitude",
        bundled=REFUSED_HERE,
        neo4j=[(1.0,)],
        p=WGS84Point((1, 2)),
    ),
    differs(
        "shortest-k",
        f"MATCH p = SHORTEST 2 {ANN}-[:KNOWS]->+{DAN} RETURN length(p) AS l ORDER BY l",
        bundled="SHORTEST 2 path search prefix is not supported",
        neo4j=[(2,), (3,)],
    ),
    differs(
        "shortest-to-itself",
        "MATCH p = shortestPath((a:Director)-[:KNOWS*]-(b:Director)) RETURN length(p)",
        bundled=[(0,)],
        neo4j="start and end nodes are the same",
    ),
    differs(
        "number-with-underscore", "RETURN 1_000", bundled="Invalid number literal", neo4j=[(1000,)]
    ),
    differs("nan-literal", "RETURN Infinity", bundled="Infinity", neo4j=[(float("inf"),)]),
    differs(
        "sum-of-durations",
        "UNWIND [duration('P1D'), duration('PT2H')] AS x RETURN sum(x)",
        bundled="requires numeric input",
        neo4j=[("P1DT2H",)],
    ),
    differs(
        "split-at-several",
        "RETURN split('a-b_c', ['-', '_'])",
        bundled="expects a STRING argument",
        neo4j=[(["a", "b", "c"],)],
    ),
    differs(
        "datetime-of-parameter",
        "RETURN datetime($d)",
        bundled="datetime",
        neo4j=[(MOMENT,)],
        d=MOMENT,
    ),
    differs("prefix", "CYPHER 5 RETURN 1", bundled="CYPHER", neo4j=[(1,)]),
    differs(
        "show-settings",
        "SHOW SETTINGS YIELD name WHERE name = 'none'",
        bundled="supported",
        neo4j=[],
    ),
    differs(
        "predicate-of-text", "MATCH (n:Work) WHERE n.name RETURN n", bundled=[], neo4j="predicate"
    ),
    differs("text-plus-boolean", "RETURN 'a' + true", bundled=[("atrue",)], neo4j="Type mismatch"),
    differs(
        "exists-property",
        "MATCH (n:Work) WHERE exists(n.year) RETURN count(n)",
        bundled=[(2,)],
        neo4j="IS NOT NULL",
    ),
    differs("newer-clauses", "LET x = 1 RETURN x", bundled=[(1,)], neo4j="Invalid input"),
    differs(
        "more-functions",
        "RETURN round(sinh(0)), coll.sort([2, 1])",
        bundled=[(0.0, [1, 2])],
        neo4j="Unknown function",
    ),
    differs(
        "large-text-to-integer",
        "RETURN toInteger('9223372036854775808')",
        bundled=[(None,)],
        neo4j="too large",
    ),
    differs(
        "abs-of-smallest",
        "RETURN abs(-9223372036854775808)",
        bundled="overflow",
        neo4j=[(-(2**63),)],
    ),
    differs(
        "long-escape", r"RETURN '\U0001F600'", bundled=[("\U0001f600",)], neo4j=[(r"\U0001F600",)]
    ),
    differs(
        "value-type-of-list",
        "RETURN valueType([1, 'a'])",
        bundled=[("LIST<ANY> NOT NULL",)],
        neo4j=[("LIST<STRING NOT NULL | INTEGER NOT NULL> NOT NULL",)],
    ),
    differs(
        "stdev-of-nothing", "UNWIND [] AS x RETURN stDev(x)", bundled=[(None,)], neo4j=[(0.0,)]
    ),
    differs(
        "localtime-as-text",
        "RETURN toString(localtime('03:04'))",
        bundled=[("03:04",)],
        neo4j=[("03:04:00",)],
    ),
    differs(
        "localdatetime-without-month",
        "RETURN localdatetime({year: 2020, hour: 5})",
        bundled=[(datetime(2020, 1, 1, 5),)],
        neo4j="month must be specified",
    ),
    differs("empty-duration", "RETURN duration({})", bundled=[("PT0S",)], neo4j="temporal unit"),
    differs(
        "distance-on-earth",
        "RETURN round(point.distance(point({longitude: 12.5, latitude: 55.7}), "
        "point({longitude: 13, latitude: 55.7})))",
        bundled=[(31331.0,)],
        neo4j=[(31366.0,)],
    ),
    differs(
        "name-of-coordinates",
        "RETURN point({longitude: 1, latitude: 2}).crs",
        bundled=[("WGS-84",)],
        neo4j=[("wgs-84",)],
    ),
    differs(
        "latitude-above-90",
        "RETURN point({longitude: 0, latitude: 91})",
        bundled=[({"srid": 4326, "coordinates": [0.0, 91.0]},)],
        neo4j="invalid coordinate",
    ),
]

WRITES = [
    differs(
        "stored-parameter-time",
        "CREATE (n {a: $d}) RETURN n.a",
        bundled=REFUSED_HERE,
        neo4j=[(MOMENT,)],
        d=MOMENT,
    ),
    differs(
        "create-computed-label",
        "CREATE (n:$($l)) RETURN labels(n)",
        bundled=REFUSED_HERE,
        neo4j=[(["Zq"],)],
        l="Zq",
    ),
    differs(
        "label-like-a-type",
        "CREATE (:Za)-[:SHARED]->(:Zb) CREATE (n:SHARED) RETURN labels(n)",
        bundled="can't be the same word",
        neo4j=[(["SHARED"],)],
    ),
    differs(
        "tilde-in-label",
        "CREATE (n:`a~b`) RETURN labels(n)",
        bundled="reserved",
        neo4j=[(["a~b"],)],
    ),
    differs(
        "property-with-at-sign",
        "CREATE (n {`@rid`: 1}) RETURN n.`@rid`",
        bundled="Error executing",
        neo4j=[(1,)],
    ),
    differs(
        "set-at-once",
        "CREATE (a {x: 1}), (b {x: 2}) SET a.x = b.x, b.x = a.x RETURN a.x, b.x",
        bundled=[(2, 1)],
        neo4j=[(2, 2)],
    ),
    differs(
        "deleted-relationship",
        "CREATE ()-[r:R]->() DELETE r RETURN type(r)",
        bundled=[("R",)],
        neo4j="deleted",
    ),
    differs(
        "list-of-numbers",
        "CREATE (n {a: [1, 2.5]}) RETURN n.a",
        bundled=[([1, 2.5],)],
        neo4j=[([1.0, 2.5],)],
    ),
    differs(
        "list-of-anything",
        "CREATE (n {a: [1, 'x', null, [2]]}) RETURN n.a",
        bundled=[([1, "x", None, [2]],)],
        neo4j="propert",
    ),
    differs(
        "fulltext-index",
        "CREATE FULLTEXT INDEX cypher_full FOR (n:Zf) ON EACH [n.f]",
        bundled="Only standard, RANGE and TEXT",
        neo4j=[],
    ),
    differs(
        "exists-constraint",
        "CREATE CONSTRAINT cypher_some FOR (n:Zn) REQUIRE n.k IS NOT NULL",
        bundled=[],
        neo4j="Enterprise",
    ),
]


@pytest.mark.parametrize(("query", "parameters", "expected"), READS)
def test_reads(
    people: GraphStore, engine: Engine, query: str, parameters: Any, expected: Any
) -> None:
    check(people, engine, query, parameters, expected, write=query.startswith(("SHOW", "CALL")))


@pytest.mark.parametrize(("query", "parameters", "expected"), WRITES)
def test_writes(
    store: GraphStore, engine: Engine, query: str, parameters: Any, expected: Any
) -> None:
    try:
        check(store, engine, query, parameters, expected, write=True)
    finally:
        ask(store, "DROP INDEX cypher_full IF EXISTS", write=True)
        ask(store, "DROP CONSTRAINT cypher_some IF EXISTS", write=True)


def check(
    store: GraphStore, engine: Engine, query: str, parameters: Any, expected: Any, *, write: bool
) -> None:
    wanted = expected[engine.name]
    if isinstance(wanted, str):
        with pytest.raises(QueryError) as caught:
            ask(store, query, parameters, write=write)
        assert wanted in str(caught.value)
    else:
        assert_same(ask(store, query, parameters, write=write), wanted)


def test_index_of_constraint(store: GraphStore, engine: Engine) -> None:
    """The index behind a constraint has the constraint's name on Neo4j only."""
    made = "CREATE CONSTRAINT cypher_owned IF NOT EXISTS FOR (n:Zo) REQUIRE n.k IS UNIQUE"
    ask(store, made, write=True)
    look = "SHOW INDEXES YIELD name, owningConstraint WHERE owningConstraint = 'cypher_owned'"
    names = [name for name, _ in ask(store, look, write=True)]
    ask(store, "DROP CONSTRAINT cypher_owned", write=True)
    assert names == [{"local": "Zo[k]", "neo4j": "cypher_owned"}[engine.name]]


def test_labels_that_are_not_used(store: GraphStore, engine: Engine) -> None:
    """Labels whose nodes are gone are still listed by the bundled server."""
    ask(store, "CREATE (:Zgone)", write=True)
    ask(store, "MATCH (n:Zgone) DELETE n", write=True)
    look = "CALL db.labels() YIELD label WITH label WHERE label = 'Zgone' RETURN label"
    listed = ask(store, look, write=False)
    assert listed == {"local": (("Zgone",),), "neo4j": ()}[engine.name]


def test_every_difference_is_documented() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for line in READS + WRITES:
        assert f"`{line.id}`" in page, line.id
