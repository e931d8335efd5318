"""Cypher's subqueries, comprehensions and aggregates, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from graph_store.store import GraphStore
from tests.cypher_cases import ask, assert_same, case

SUBQUERIES = [
    case("exists", "MATCH (a:Person) WHERE EXISTS { (a)-[:DIRECTED]->() } RETURN a.name", ("Bob",)),
    case(
        "exists-match",
        "MATCH (a:Person) WHERE EXISTS { MATCH (a)-[:KNOWS]->(b) WHERE b.age > 30 } RETURN a.name",
        ("Ann",),
    ),
    case(
        "exists-not",
        "MATCH (a:Person) WHERE NOT EXISTS { (a)-[:KNOWS]->() } RETURN a.name",
        ("Dan",),
    ),
    case(
        "exists-value",
        "MATCH (a:Person) RETURN a.name, EXISTS { (a)-[:KNOWS]->(:Director) } AS e ORDER BY a.name",
        ("Ann", True),
        ("Bob", False),
        ("Cyd", False),
        ("Dan", False),
    ),
    case(
        "exists-nested",
        "MATCH (a:Person) WHERE EXISTS { MATCH (a)-[:KNOWS]->(b) WHERE EXISTS { "
        "(b)-[:DIRECTED]->() } } RETURN a.name",
        ("Ann",),
    ),
    case(
        "exists-with",
        "MATCH (a:Person) WHERE EXISTS { MATCH (a)-[:KNOWS]->(b) WITH b WHERE b.name = "
        "'Cyd' RETURN b } RETURN a.name ORDER BY a.name",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "exists-union",
        "MATCH (a:Person) WHERE EXISTS { MATCH (a)-[:DIRECTED]->(b) RETURN b UNION MATCH "
        "(a)-[:WATCHED]->(b) RETURN b } RETURN a.name ORDER BY a.name",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "count",
        "MATCH (a:Person) RETURN a.name, COUNT { (a)-[:KNOWS]->() } AS c ORDER BY a.name",
        ("Ann", 2),
        ("Bob", 1),
        ("Cyd", 1),
        ("Dan", 0),
    ),
    case(
        "count-where",
        "MATCH (a:Person) WHERE COUNT { (a)-[:KNOWS]->() } > 1 RETURN a.name",
        ("Ann",),
    ),
    case(
        "count-distinct",
        "MATCH (a:Person) RETURN a.name, COUNT { MATCH (a)-[:KNOWS]->(b) RETURN DISTINCT "
        "b.age > 0 } AS c ORDER BY a.name",
        ("Ann", 1),
        ("Bob", 1),
        ("Cyd", 1),
        ("Dan", 0),
    ),
    case("count-alone", "RETURN COUNT { MATCH (n:Person) } AS c", (4,)),
    case(
        "collect",
        "MATCH (a:Person) RETURN a.name, COLLECT { MATCH (a)-[:KNOWS]->(b) RETURN b.name "
        "ORDER BY b.name DESC } AS l ORDER BY a.name",
        ("Ann", ["Cyd", "Bob"]),
        ("Bob", ["Cyd"]),
        ("Cyd", ["Dan"]),
        ("Dan", []),
    ),
    case(
        "collect-limit",
        "MATCH (a:Person) RETURN COLLECT { MATCH (a)-[:DIRECTED]->(w) RETURN w.name ORDER "
        "BY w.name LIMIT 1 } AS l ORDER BY a.name",
        ([],),
        (["Kes"],),
        ([],),
        ([],),
    ),
    case(
        "collect-where",
        "MATCH (a:Person) WHERE 'Kes' IN COLLECT { MATCH (a)-[:DIRECTED]->(w) RETURN "
        "w.name } RETURN a.name",
        ("Bob",),
    ),
    case(
        "call-with",
        "MATCH (a:Person) CALL { WITH a MATCH (a)-[:KNOWS]->(b) RETURN count(b) AS c } "
        "RETURN a.name, c ORDER BY a.name",
        ("Ann", 2),
        ("Bob", 1),
        ("Cyd", 1),
        ("Dan", 0),
    ),
    case(
        "call-scope",
        "MATCH (a:Person) CALL (a) { MATCH (a)-[:KNOWS]->(b) RETURN count(b) AS c } "
        "RETURN a.name, c ORDER BY a.name",
        ("Ann", 2),
        ("Bob", 1),
        ("Cyd", 1),
        ("Dan", 0),
    ),
    case(
        "call-star",
        "MATCH (a:Work) CALL (*) { RETURN a.year AS y } RETURN y ORDER BY y",
        (1969,),
        (1984,),
    ),
    case(
        "call-limit",
        "MATCH (a:Person) CALL (a) { MATCH (a)-[:KNOWS]->(b) RETURN b.name AS n ORDER BY "
        "n LIMIT 1 } RETURN a.name, n ORDER BY a.name",
        ("Ann", "Bob"),
        ("Bob", "Cyd"),
        ("Cyd", "Dan"),
    ),
    case(
        "call-optional",
        "MATCH (a:Person) OPTIONAL CALL (a) { MATCH (a)-[:DIRECTED]->(b) RETURN b.name AS "
        "n } RETURN a.name, n ORDER BY a.name, n",
        ("Ann", None),
        ("Bob", "Kes"),
        ("Bob", "Raid"),
        ("Cyd", None),
        ("Dan", None),
    ),
    case(
        "call-union",
        "CALL { MATCH (n:Person) RETURN n.name AS x UNION MATCH (n:Work) RETURN n.name AS "
        "x } RETURN count(x)",
        (6,),
    ),
    case(
        "call-empty-scope",
        "CALL () { RETURN 1 AS x UNION ALL RETURN 2 AS x } RETURN sum(x) AS s",
        (3,),
    ),
    case(
        "call-nested",
        "UNWIND [1, 2] AS x CALL (x) { UNWIND [10, 20] AS y CALL (x, y) { RETURN x + y AS "
        "z } RETURN z } RETURN collect(z) AS l",
        ([11, 21, 12, 22],),
    ),
    case(
        "list-comprehension",
        "RETURN [x IN range(1, 5) WHERE x % 2 = 1 | x * x] AS l, [x IN null | x] AS n",
        ([1, 9, 25], None),
    ),
    case(
        "pattern-comprehension",
        "MATCH (a:Person {name: 'Bob'}) RETURN [(a)-[:DIRECTED]->(w) WHERE w.year > 1970 "
        "| w.name] AS l",
        (["Raid"],),
    ),
    case(
        "pattern-comprehension-size",
        "MATCH (a:Person) RETURN a.name, size([(a)-[:KNOWS]->(b) | b]) AS c ORDER BY a.name",
        ("Ann", 2),
        ("Bob", 1),
        ("Cyd", 1),
        ("Dan", 0),
    ),
    case(
        "map-projection",
        "MATCH (a:Person {name: 'Ann'}) RETURN a {.name, older: a.age + 1, .missing} AS m",
        ({"missing": None, "name": "Ann", "older": 31},),
    ),
    case(
        "map-projection-all",
        "MATCH (a:Person {name: 'Ann'}) RETURN a {.*, name: 'Z'} AS m",
        ({"age": 30, "name": "Z"},),
    ),
    case(
        "map-projection-variable",
        "MATCH (a:Person {name: 'Ann'}) WITH a, 5 AS z RETURN a {z} AS m",
        ({"z": 5},),
    ),
    case(
        "reduce",
        "RETURN reduce(s = 0, x IN [1, 2, 3] | s + x) AS s, reduce(t = '', x IN ['a', "
        "'b'] | t + x) AS t",
        (6, "ab"),
    ),
    case(
        "any-all-none-single",
        "RETURN any(x IN [1, 2] WHERE x > 1), all(x IN [1, 2] WHERE x > 0), none(x IN [1, "
        "2] WHERE x > 2), single(x IN [1, 2] WHERE x > 1)",
        (True, True, True, True),
    ),
    case(
        "any-all-of-nothing",
        "RETURN any(x IN [] WHERE x), all(x IN [] WHERE x), none(x IN [] WHERE x), "
        "single(x IN [] WHERE x)",
        (False, True, True, False),
    ),
    case(
        "any-all-with-null",
        "RETURN any(x IN [1, null] WHERE x > 1), all(x IN [1, null] WHERE x > 0), none(x "
        "IN [1, null] WHERE x > 2), single(x IN [1, null] WHERE x > 0)",
        (None, None, None, None),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), SUBQUERIES)
def test_subqueries(people: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(people, query, parameters, write=False), rows)


AGGREGATES = [
    case(
        "usual",
        "MATCH (a:Person) RETURN count(*), count(a.age), sum(a.age), avg(a.age), "
        "min(a.age), max(a.age), min(a.name)",
        (4, 3, 96, 32.0, 25, 41, "Ann"),
    ),
    case(
        "collect",
        "MATCH (a:Person) WITH a ORDER BY a.name RETURN collect(a.name), collect(a.age), "
        "collect(DISTINCT a.age > 28)",
        (["Ann", "Bob", "Cyd", "Dan"], [30, 41, 25], [True, False]),
    ),
    case(
        "distinct",
        "UNWIND [1, 1, 2, null] AS x RETURN count(DISTINCT x), sum(DISTINCT x), "
        "collect(DISTINCT x)",
        (2, 3, [1, 2]),
    ),
    case(
        "percentiles",
        "UNWIND [1, 2, 3, 4] AS x RETURN percentileCont(x, 0.5), percentileDisc(x, 0.5), "
        "percentileCont(x, 0.4), percentileDisc(x, 0.9)",
        (2.5, 2, 2.2, 4),
    ),
    case(
        "stdev",
        "UNWIND [1, 2, 3, 4] AS x RETURN round(stDev(x), 12), round(stDevP(x), 12)",
        (1.290994448736, 1.11803398875),
    ),
    case("stdev-of-one", "UNWIND [1] AS x RETURN stDev(x), stDevP(x)", (0.0, 0.0)),
    case(
        "of-nothing",
        "UNWIND [] AS x RETURN count(x), sum(x), avg(x), min(x), max(x), collect(x), "
        "percentileCont(x, 0.5)",
        (0, 0, None, None, None, [], None),
    ),
    case("mixed-numbers", "UNWIND [1, 2.5] AS x RETURN sum(x), avg(x)", (3.5, 1.75)),
    case("mixed-types", "UNWIND [1, 'a', null, 2] AS x RETURN min(x), max(x)", ("a", 2)),
    case(
        "grouped",
        "MATCH (a:Person)-[:KNOWS]->(b) RETURN a.name, count(*) AS c ORDER BY c DESC, a.name",
        ("Ann", 2),
        ("Bob", 1),
        ("Cyd", 1),
    ),
    case(
        "grouped-expression",
        "UNWIND [1, 2, 3, 4, 5] AS x RETURN x % 2 AS k, sum(x) AS s ORDER BY k",
        (0, 6),
        (1, 9),
    ),
    case("no-group", "MATCH (a:Nobody) RETURN a.name, count(*)"),
    case(
        "in-expression",
        "MATCH (a:Person) RETURN count(a) + 1 AS c, 1.0 * sum(a.age) / count(a.age) AS m",
        (5, 32.0),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), AGGREGATES)
def test_aggregates(people: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(people, query, parameters, write=False), rows)
