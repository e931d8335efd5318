"""What is refused on the bundled engine, and what only looks like it."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from neo4j.spatial import CartesianPoint, WGS84Point

from graph_store import refusals
from graph_store.dialect import ARCADEDB, NEO4J
from graph_store.errors import QueryError
from graph_store.parameters import prepared

REFUSED = {
    "label": "MATCH (n:$($label)) RETURN n",
    "label-spaces": "MATCH ( n : $ ( $label )) RETURN n",
    "label-any": "MATCH (:$any($labels)) RETURN 1",
    "label-second": "CREATE (n:A:$($label) {x: 1})",
    "label-or": "MATCH (n:A|$($label)) RETURN n",
    "label-is": "MATCH (n IS $($label)) RETURN n",
    "type": "MATCH ()-[r:$($type)]->() RETURN r",
    "type-comment": "MATCH ()-[/* any */ :$($type)]->() RETURN 1",
    "star": "MATCH (n) RETURN *, 1 AS one",
    "star-lines": "MATCH (n)\nreturn distinct\n*\n, 1 AS one",
    "functions": "SHOW FUNCTIONS",
    "procedures": " // all\n show procedures YIELD name",
    "property-keys": "CALL db.propertyKeys() YIELD propertyKey RETURN propertyKey",
    "shortest-variable": "MATCH p = shortestPath((a)-[r:R*]->(b)) RETURN p",
    "shortest-where": "MATCH p = shortestPath((a)-[:R*]->(b)) WHERE length(p) > 2 RETURN p",
    "shortest-quoted": "MATCH `a b` = allShortestPaths((a)-[*]-(b)) "
    "WHERE length(`a b`) > 2 RETURN 1",
    "shortest-starts": "MATCH p = shortestPath((a)-[*]-(b)) WHERE a.x STARTS WITH 'y' "
    "AND length(p) > 2 RETURN 1",
}
ALLOWED = {
    "string": "RETURN '(n:$($label)) RETURN *, 1' AS x, \"it's [:$(t)]\" AS y",
    "comment": "RETURN 1 // RETURN *, 2\n/* MATCH (n:$($l))\n SHOW FUNCTIONS */ AS x",
    "name": "MATCH (n:`$(x)`) RETURN n AS `RETURN *, (n:$($x))`",
    "escapes": r"RETURN 'it\'s RETURN *, 1' AS x, `a``RETURN *, 1` AS y",
    "set": "MATCH (n) SET n:$($label)",
    "set-foreach": "MATCH (n) FOREACH (x IN $l | SET n:$(x))",
    "remove": "MATCH (n) REMOVE n:$($label)",
    "parameter": "MATCH (n:A {x: $x}) WHERE n.y IN [$x] RETURN (n.x + $y) * (2)",
    "product": "RETURN 2 *, 3",
    "star": "MATCH (n) WITH *, 1 AS one RETURN *",
    "count": "MATCH (n) RETURN count(*), 1",
    "key": "RETURN {return: 2}.return * 3 AS x",
    "show": "SHOW INDEXES",
    "shortest": "MATCH p = shortestPath((a)-[:R*]->(b)) WHERE a.x = 1 RETURN length(p)",
    "shortest-with": "MATCH p = shortestPath((a)-[:R*]->(b)) WITH p WHERE length(p) > 2 RETURN p",
    "shortest-of-another": "MATCH p = shortestPath((a)-[*]->(b)) WHERE a.p = $p RETURN p",
    "no-end": "MATCH p = shortestPath((a)-[*]->(b",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused(text: str) -> None:
    with pytest.raises(QueryError, match="bundled server"):
        refusals.check(text)


@pytest.mark.parametrize("text", ALLOWED.values(), ids=ALLOWED)
def test_allowed(text: str) -> None:
    refusals.check(text)


def test_long_texts_are_looked_through_quickly() -> None:
    for part in ("shortestPath(", "p = shortestPath((a)-->(b)) ", "x", "(n:", "[", "'", "/*", "`"):
        refusals.check("RETURN 1 " + part * (100_000 // len(part)))


PARIS = datetime.datetime(2020, 6, 2, 3, 4, 5, 6, tzinfo=ZoneInfo("Europe/Paris"))
FOLDED = datetime.datetime(2020, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"), fold=1)


@pytest.mark.parametrize("moment", [PARIS, FOLDED])
def test_a_named_zone_travels_as_one_that_the_driver_reads_rightly(moment: Any) -> None:
    sent = prepared({"d": [{"x": moment}]}, NEO4J, write=True)["d"][0]["x"]
    assert (sent.timestamp(), sent.utcoffset()) == (moment.timestamp(), moment.utcoffset())
    assert sent.tzinfo.zone == "Europe/Paris"  # pytz's


def test_a_time_of_day_with_a_zone_can_be_sent() -> None:
    sent = prepared({"t": datetime.time(3, 4, tzinfo=datetime.UTC)}, NEO4J, write=False)["t"]
    assert sent == datetime.time(3, 4, tzinfo=datetime.UTC)
    assert sent.tzinfo.utcoffset(sent) == datetime.timedelta(0)
    with pytest.raises(QueryError, match="offset"):
        prepared({"t": datetime.time(3, tzinfo=ZoneInfo("Europe/Paris"))}, NEO4J, write=False)


@pytest.mark.parametrize("odd", [object(), {1, 2}, Decimal("1.5"), {1: 2}, [{"a": {3}}]])
def test_what_is_no_value_of_cypher_is_refused(odd: Any) -> None:
    with pytest.raises(QueryError, match="parameter"):
        prepared({"x": odd}, NEO4J, write=False)


def test_what_the_bundled_server_would_change_is_refused() -> None:
    moment = datetime.datetime(2020, 1, 2, tzinfo=datetime.UTC)
    with pytest.raises(QueryError, match="zone"):
        prepared({"rows": [{"d": moment}]}, ARCADEDB, write=True)
    with pytest.raises(QueryError, match="longitude"):
        prepared({"p": WGS84Point((1, 2))}, ARCADEDB, write=False)
    fine = {"d": moment, "p": CartesianPoint((1, 2)), "n": datetime.datetime(2020, 1, 2)}
    assert prepared(fine, ARCADEDB, write=False) == fine
    fine |= {"p": WGS84Point((1, 2))}
    assert prepared(fine, NEO4J, write=True) == fine
