"""Label expressions and clauses of Cypher that read, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from graph_store.store import GraphStore
from tests.cypher_cases import ask, assert_same, case

LABELS = [
    case("and", "MATCH (n:Person&Director) RETURN n.name", ("Bob",)),
    case(
        "or",
        "MATCH (n:Person|Work) RETURN n.name ORDER BY n.name",
        ("Ann",),
        ("Bob",),
        ("Cyd",),
        ("Dan",),
        ("Kes",),
        ("Raid",),
    ),
    case("not", "MATCH (n:!Person) RETURN n.name ORDER BY n.name", ("Kes",), ("Raid",)),
    case(
        "and-not",
        "MATCH (n:Person&!Director) RETURN n.name ORDER BY n.name",
        ("Ann",),
        ("Cyd",),
        ("Dan",),
    ),
    case("brackets", "MATCH (n:(Person|Work)&!Director) RETURN count(n)", (5,)),
    case("any", "MATCH (n:%) RETURN count(n)", (6,)),
    case("none", "MATCH (n:!%) RETURN count(n)", (0,)),
    case("colons", "MATCH (n:Person:Director) RETURN n.name", ("Bob",)),
    case("is", "MATCH (n IS Director) RETURN n.name", ("Bob",)),
    case("where", "MATCH (n) WHERE n:Person|Work AND NOT n:Director RETURN count(n)", (5,)),
    case(
        "returned",
        "MATCH (n:Person) RETURN n.name, n:Director AS d ORDER BY n.name",
        ("Ann", False),
        ("Bob", True),
        ("Cyd", False),
        ("Dan", False),
    ),
    case("unknown", "MATCH (n:Nobody) RETURN n"),
    case("case-counts", "MATCH (n:person) RETURN n"),
    case("type-or", "MATCH ()-[r:KNOWS|DIRECTED]->() RETURN count(r)", (6,)),
    case(
        "type-not",
        "MATCH ()-[r:!KNOWS]->() RETURN type(r) ORDER BY type(r)",
        ("DIRECTED",),
        ("DIRECTED",),
        ("WATCHED",),
    ),
    case("type-brackets", "MATCH ()-[r:(KNOWS|WATCHED)&!WATCHED]->() RETURN count(r)", (4,)),
    case("type-where", "MATCH ()-[r]->() WHERE r:KNOWS RETURN count(r)", (4,)),
    case(
        "label-of-a-parameter",
        "MATCH (n:Person) WHERE $label IN labels(n) RETURN n.name",
        ("Bob",),
        label="Director",
    ),
    case(
        "where-in-node",
        "MATCH (n:Person WHERE n.age > 28) RETURN n.name ORDER BY n.name",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "where-in-relationship",
        "MATCH (a)-[r:KNOWS WHERE r.since > 2005]->(b) RETURN a.name, b.name ORDER BY a.name",
        ("Ann", "Cyd"),
        ("Cyd", "Dan"),
    ),
    case(
        "where-in-both",
        "MATCH (a:Person WHERE a.name = 'Ann')-[r:KNOWS WHERE r.since < 2005]->(b WHERE "
        "b.age > 1) RETURN b.name",
        ("Bob",),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), LABELS)
def test_labels(people: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(people, query, parameters, write=False), rows)


CLAUSES = [
    case(
        "optional",
        "MATCH (a:Person) OPTIONAL MATCH (a)-[:DIRECTED]->(w) RETURN a.name, w.name ORDER "
        "BY a.name, w.name",
        ("Ann", None),
        ("Bob", "Kes"),
        ("Bob", "Raid"),
        ("Cyd", None),
        ("Dan", None),
    ),
    case(
        "optional-where",
        "MATCH (a:Person) OPTIONAL MATCH (a)-[:DIRECTED]->(w) WHERE w.year > 1980 RETURN "
        "a.name, w.name ORDER BY a.name",
        ("Ann", None),
        ("Bob", "Raid"),
        ("Cyd", None),
        ("Dan", None),
    ),
    case(
        "optional-null",
        "OPTIONAL MATCH (a:Nobody) RETURN a, a.name, labels(a), a IS NULL",
        (None, None, None, True),
    ),
    case(
        "with-limit",
        "MATCH (a:Person) WITH a ORDER BY a.name LIMIT 2 RETURN a.name",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "with-where",
        "MATCH (a:Person) WITH a.name AS n, a.age AS g WHERE g > 25 RETURN n ORDER BY n",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "with-group",
        "MATCH (a:Person)-[:KNOWS]->(b) WITH a, count(b) AS c WHERE c > 1 RETURN a.name, c",
        ("Ann", 2),
    ),
    case(
        "with-distinct",
        "MATCH (a:Person) WITH DISTINCT a.age > 26 AS old RETURN old ORDER BY old",
        (False,),
        (True,),
        (None,),
    ),
    case(
        "with-star",
        "MATCH (a:Person) WITH *, size(a.name) AS l RETURN a.name, l ORDER BY a.name LIMIT 1",
        ("Ann", 3),
    ),
    case(
        "return-star",
        "MATCH (a:Work) WITH a.name AS n, a.year AS y RETURN * ORDER BY y",
        ("Kes", 1969),
        ("Raid", 1984),
    ),
    case(
        "return-distinct",
        "MATCH (a:Person) RETURN DISTINCT a.age IS NULL AS x ORDER BY x",
        (False,),
        (True,),
    ),
    case("union", "RETURN 1 AS x UNION RETURN 1 AS x", (1,)),
    case("union-all", "RETURN 1 AS x UNION ALL RETURN 1 AS x", (1,), (1,)),
    case("union-distinct", "RETURN 1 AS x UNION DISTINCT RETURN 1 AS x", (1,)),
    case(
        "order-null-last",
        "MATCH (a:Person) RETURN a.name, a.age ORDER BY a.age",
        ("Cyd", 25),
        ("Ann", 30),
        ("Bob", 41),
        ("Dan", None),
    ),
    case(
        "order-desc",
        "MATCH (a:Person) RETURN a.name ORDER BY a.age DESC, a.name ASCENDING",
        ("Dan",),
        ("Bob",),
        ("Ann",),
        ("Cyd",),
    ),
    case(
        "order-expression",
        "MATCH (a:Person) RETURN a.name AS n ORDER BY -a.age, n",
        ("Bob",),
        ("Ann",),
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "order-types",
        "UNWIND [3, 1, null, 'b', 'a', true, 2.5, [1], {a: 1}] AS x RETURN x ORDER BY x",
        ({"a": 1},),
        ([1],),
        ("a",),
        ("b",),
        (True,),
        (1,),
        (2.5,),
        (3,),
        (None,),
    ),
    case(
        "skip-limit-parameters",
        "MATCH (a:Person) RETURN a.name ORDER BY a.name SKIP $s LIMIT $l",
        ("Bob",),
        ("Cyd",),
        s=1,
        l=2,
    ),
    case("offset", "MATCH (a:Person) RETURN a.name ORDER BY a.name OFFSET 3", ("Dan",)),
    case("limit-zero", "MATCH (a:Person) RETURN a.name LIMIT 0"),
    case(
        "limit-expression",
        "MATCH (a:Person) RETURN a.name ORDER BY a.name LIMIT 1 + toInteger('1')",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "order-clause", "MATCH (a:Person) ORDER BY a.name LIMIT 2 RETURN a.name", ("Ann",), ("Bob",)
    ),
    case("unwind-null", "UNWIND null AS x RETURN x"),
    case("unwind-value", "UNWIND 5 AS x RETURN x", (5,)),
    case(
        "using-scan",
        "MATCH (n:Person) USING SCAN n:Person WHERE n.name = 'Ann' RETURN n.age",
        (30,),
    ),
    case("any-case", "match (n:Person) return COUNT(n) as C", (4,)),
    case("comments", "MATCH (n:Person) // a line\nRETURN /* inside */ count(n)", (4,)),
    case("semicolon", "RETURN 1; ", (1,)),
    case(
        "case",
        "MATCH (a:Person) RETURN CASE WHEN a.age > 40 THEN 'old' WHEN a.age > 28 THEN "
        "'mid' ELSE 'x' END AS c ORDER BY a.name",
        ("mid",),
        ("old",),
        ("x",),
        ("x",),
    ),
    case(
        "case-value",
        "MATCH (a:Person) RETURN CASE a.name WHEN 'Ann' THEN 1 WHEN 'Bob' THEN 2 END AS c "
        "ORDER BY a.name",
        (1,),
        (2,),
        (None,),
        (None,),
    ),
    case(
        "case-comparison",
        "UNWIND [1, 5, 9, null] AS x RETURN CASE x WHEN < 3 THEN 'lo' WHEN > 7 THEN 'hi' "
        "WHEN IS NULL THEN 'no' ELSE 'mid' END AS c",
        ("lo",),
        ("mid",),
        ("hi",),
        ("no",),
    ),
    case(
        "case-values",
        "UNWIND [1, 2, 3] AS x RETURN CASE x WHEN 1, 2 THEN 'a' ELSE 'b' END AS c",
        ("a",),
        ("a",),
        ("b",),
    ),
    case("case-null", "RETURN CASE null WHEN null THEN 1 ELSE 2 END", (2,)),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), CLAUSES)
def test_clauses(people: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(people, query, parameters, write=False), rows)
