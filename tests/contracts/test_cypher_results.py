"""What Cypher returns has the same types on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from graph_store.store import GraphStore
from graph_store.values import Node, Path, Relationship
from tests.cypher_cases import NAN, ODD, ask, assert_same, case

BIG = 2**63 - 1
INF = float("inf")

RESULTS = [
    case(
        "node",
        "MATCH (a:Director) RETURN a",
        (Node(("Director", "Person"), {"age": 41, "name": "Bob"}),),
    ),
    case(
        "relationship",
        "MATCH ()-[r:WATCHED]->() RETURN r",
        (Relationship("WATCHED", {"stars": 4}),),
    ),
    case(
        "path",
        "MATCH p = (:Person {name: 'Ann'})-[:WATCHED]->(w) RETURN p",
        (
            Path(
                (
                    Node(("Person",), {"age": 30, "name": "Ann"}),
                    Node(("Work",), {"name": "Kes", "year": 1969}),
                ),
                (Relationship("WATCHED", {"stars": 4}),),
            ),
        ),
    ),
    case(
        "path-backwards",
        "MATCH p = (:Work {name: 'Raid'})<-[:DIRECTED]-(b) RETURN p",
        (
            Path(
                (
                    Node(("Work",), {"name": "Raid", "year": 1984}),
                    Node(("Director", "Person"), {"age": 41, "name": "Bob"}),
                ),
                (Relationship("DIRECTED", {}),),
            ),
        ),
    ),
    case(
        "path-of-two",
        "MATCH p = (:Person {name: 'Ann'})-[:KNOWS*2]->({name: 'Dan'}) RETURN p",
        (
            Path(
                (
                    Node(("Person",), {"age": 30, "name": "Ann"}),
                    Node(("Person",), {"age": 25, "name": "Cyd"}),
                    Node(("Person",), {"name": "Dan"}),
                ),
                (Relationship("KNOWS", {"since": 2010}), Relationship("KNOWS", {"since": 2020})),
            ),
        ),
    ),
    case(
        "path-of-one-node",
        "MATCH p = (:Work {name: 'Kes'}) RETURN p, length(p)",
        (Path((Node(("Work",), {"name": "Kes", "year": 1969}),), ()), 0),
    ),
    case(
        "nodes-of-path",
        "MATCH p = (:Person {name: 'Ann'})-[:WATCHED]->(w) RETURN nodes(p), relationships(p)",
        (
            [
                Node(("Person",), {"age": 30, "name": "Ann"}),
                Node(("Work",), {"name": "Kes", "year": 1969}),
            ],
            [Relationship("WATCHED", {"stars": 4})],
        ),
    ),
    case(
        "in-lists-and-maps",
        "MATCH (w:Work {name: 'Kes'}) RETURN [w] AS l, {w: w} AS m, collect(w) AS c",
        (
            [Node(("Work",), {"name": "Kes", "year": 1969})],
            {"w": Node(("Work",), {"name": "Kes", "year": 1969})},
            [Node(("Work",), {"name": "Kes", "year": 1969})],
        ),
    ),
    case(
        "functions",
        "MATCH (a:Work {name: 'Kes'})<-[r:WATCHED]-() RETURN labels(a), type(r), "
        "properties(r), properties(a), size(keys(a))",
        (["Work"], "WATCHED", {"stars": 4}, {"name": "Kes", "year": 1969}, 2),
    ),
    case(
        "id",
        "MATCH (a:Director) WITH elementId(a) AS e, id(a) AS i MATCH (b) WHERE "
        "elementId(b) = e AND id(b) = i RETURN b.name",
        ("Bob",),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), RESULTS)
def test_results(people: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(people, query, parameters, write=False), rows)


VALUES = [
    case(
        "literals",
        "RETURN 1, -1, 1.5, 'x', true, null, [1, 'a', null], {k: 1, l: [true]}",
        (1, -1, 1.5, "x", True, None, [1, "a", None], {"k": 1, "l": [True]}),
    ),
    case(
        "64-bits",
        "RETURN 9223372036854775807, -9223372036854775808, $big",
        (9223372036854775807, -9223372036854775808, 9223372036854775807),
        big=BIG,
    ),
    case(
        "unicode",
        "RETURN $odd AS t, size($odd) AS s, '😀' AS e, '\\u00e9' AS u",
        ("a\x00b 😀 \u2028 é é \U0010ffff 'quote' \"double\" \\ `tick` \n end", 46, "😀", "é"),
        odd=ODD,
    ),
    case(
        "escapes",
        "RETURN 'It\\'s', \"q\\\"\", 'tab\\tnl\\n', 'x\\\\y'",
        ("It's", 'q"', "tab\tnl\n", "x\\y"),
    ),
    case(
        "nan-and-infinity",
        "RETURN 0.0 / 0.0, 1.0 / 0.0, -1.0 / 0.0, isNaN(0.0 / 0.0)",
        (NAN, INF, -INF, True),
    ),
    case(
        "nan-compared",
        "RETURN 0.0 / 0.0 = 0.0 / 0.0, 0.0 / 0.0 > 1, 0.0 / 0.0 <> 1",
        (False, False, True),
    ),
    case(
        "parameters",
        "RETURN $p AS p",
        (
            {
                "a": [1, 2.5, None, "x", True, {"b": []}],
                "big": -9223372036854775808,
                "by": b"\x00\x01",
                "i": INF,
                "n": NAN,
            },
        ),
        p={
            "a": [1, 2.5, None, "x", True, {"b": []}],
            "big": -9223372036854775808,
            "by": b"\x00\x01",
            "i": INF,
            "n": NAN,
        },
    ),
    case(
        "parts-of-parameters", "RETURN $m.a, $m['b'], $l[0]", (1, 2, 7), m={"a": 1, "b": 2}, l=[7]
    ),
    case("other-bases", "RETURN 0x1F, 0o17, 1e3, .5", (31, 15, 1000.0, 0.5)),
    case("quoted-columns", "RETURN 1 AS `odd name`, 2 AS `a``b`", (1, 2)),
    case(
        "equality",
        "RETURN 1 = 1.0, 1 = '1', [1, 2] = [1, 2], {a: 1} = {a: 1.0}, null = null, [1, "
        "null] = [1, null]",
        (True, False, True, True, None, None),
    ),
    case(
        "logic",
        "RETURN null AND false, null OR true, NOT null, true XOR true, null XOR true",
        (False, True, None, False, None),
    ),
    case(
        "comparison",
        "RETURN 1 < 2 < 3, 3 > 2 > 2, 1 <= 1, 'a' < 'b', 1 < 'a', 'a' < 'B', 'é' > 'z'",
        (True, False, True, True, None, False, True),
    ),
    case(
        "in",
        "RETURN 1 IN [1, 2], 3 IN [1, null], null IN [], [1] IN [[1]]",
        (True, None, False, True),
    ),
    case(
        "plus",
        "RETURN 'a' || 'b', 'a' + 1, 'a' + 1.5, [1] + [2], [1] + 2, 0 + [1], [1] || [2], "
        "'a' + null, 1 + null",
        ("ab", "a1", "a1.5", [1, 2], [1, 2], [0, 1], [1, 2], None, None),
    ),
    case("null-tests", "RETURN 1 IS NULL, null IS NOT NULL", (False, False)),
    case(
        "types",
        "RETURN 1 IS :: INTEGER, 'a' IS TYPED STRING, 1.5 IS NOT :: INTEGER, [1] IS :: "
        "LIST<INTEGER>, valueType(1), valueType('a')",
        (True, True, True, True, "INTEGER NOT NULL", "STRING NOT NULL"),
    ),
    case(
        "normalised",
        "RETURN 'é' = 'e\\u0301', normalize('e\\u0301') = 'é', 'é' IS NORMALIZED",
        (False, True, True),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), VALUES)
def test_values(session_store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(session_store, query, parameters, write=False), rows)
