"""Cypher that writes, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from graph_store.errors import QueryError
from graph_store.store import GraphStore
from tests.cypher_cases import EDGES, NODES, ask, assert_same, case, wrote

P, Q = ["P"], ["Q"]

WRITES = [
    wrote("create", "CREATE (:P {a: 1, b: 'x'})", NODES, (P, {"a": 1, "b": "x"})),
    wrote("create-no-label", "CREATE ({a: 1})", NODES, ([], {"a": 1})),
    wrote("create-ampersand", "CREATE (:P&Q {a: 1})", NODES, (["P", "Q"], {"a": 1})),
    wrote("create-is", "CREATE (n IS P {a: 1})", NODES, (P, {"a": 1})),
    wrote("create-map", "CREATE (:P $all)", NODES, (P, {"a": 1, "b": [1]}), all={"a": 1, "b": [1]}),
    wrote("create-null", "CREATE (:P {a: 1, b: null})", NODES, (P, {"a": 1})),
    wrote("insert", "INSERT (:P {a: 1})", NODES, (P, {"a": 1})),
    wrote("finish", "CREATE (:P {a: 1}) FINISH", NODES, (P, {"a": 1})),
    wrote(
        "create-path",
        "CREATE (:P {a: 1})-[:R {w: 1}]->(:P {a: 2})<-[:S]-(:P {a: 3})",
        EDGES,
        (1, "R", {"w": 1}, 2),
        (3, "S", {}, 2),
    ),
    wrote("create-loop", "CREATE (n:P {a: 1})-[:R]->(n)", EDGES, (1, "R", {}, 1)),
    wrote(
        "quoted-names",
        "CREATE (:`日本 1` {`a b`: 1})-[:`odd-type` {`ключ`: 2}]->(:P)",
        "MATCH (n:`日本 1`)-[r:`odd-type`]->() RETURN labels(n), n.`a b`, type(r), r.`ключ`",
        (["日本 1"], 1, "odd-type", 2),
    ),
    wrote(
        "merge-on-create",
        "MERGE (n:P {a: 1}) ON CREATE SET n.new = true ON MATCH SET n.new = false",
        NODES,
        (P, {"a": 1, "new": True}),
    ),
    wrote(
        "merge-on-match",
        "CREATE (:P {a: 1}) MERGE (n:P {a: 1}) ON CREATE SET n.new = 1 ON MATCH SET n.old = 2",
        NODES,
        (P, {"a": 1, "old": 2}),
    ),
    wrote(
        "merge-counts",
        "UNWIND [1, 1, 2] AS i MERGE (n:P {a: i}) ON CREATE SET n.c = 1 ON MATCH SET n.c = n.c + 1",
        NODES,
        (P, {"a": 1, "c": 2}),
        (P, {"a": 2, "c": 1}),
    ),
    wrote(
        "merge-relationship",
        "CREATE (n:P {a: 1}), (m:P {a: 2}) MERGE (n)-[r:R {w: 1}]->(m) ON CREATE SET r.new = true "
        "MERGE (n)-[s:R {w: 1}]->(m) ON MATCH SET s.again = true",
        EDGES,
        (1, "R", {"w": 1, "new": True, "again": True}, 2),
    ),
    wrote(
        "merge-undirected",
        "CREATE (n:P {a: 1}), (m:P {a: 2}) CREATE (m)-[:R]->(n) MERGE (n)-[:R]-(m)",
        EDGES,
        (2, "R", {}, 1),
    ),
    wrote(
        "merge-whole-pattern",
        "CREATE (:P {a: 1}) MERGE (:P {a: 1})-[:R]->(:P {a: 2})",
        NODES,
        (P, {"a": 1}),
        (P, {"a": 1}),
        (P, {"a": 2}),
    ),
    wrote(
        "set",
        "CREATE (n:P {a: 1}) SET n.b = 2, n.c = n.a + 5",
        NODES,
        (P, {"a": 1, "b": 2, "c": 6}),
    ),
    wrote("set-null", "CREATE (n:P {a: 1, b: 2}) SET n.b = null", NODES, (P, {"a": 1})),
    wrote("set-key", "CREATE (n:P {a: 1}) SET n[$k] = 3", NODES, (P, {"a": 1, "b": 3}), k="b"),
    wrote(
        "set-plus",
        "CREATE (n:P {a: 1, b: 2, d: 4}) SET n += {b: 3, c: 4, d: null}",
        NODES,
        (P, {"a": 1, "b": 3, "c": 4}),
    ),
    wrote(
        "set-equals", "CREATE (n:P {a: 1, b: 2}) SET n = $new", NODES, (P, {"a": 7}), new={"a": 7}
    ),
    wrote("set-empty", "CREATE (n:P {a: 1}) SET n = {}", NODES, (P, {})),
    wrote(
        "set-node",
        "CREATE (n:P {a: 1}), (m:P {a: 2, b: 3}) SET m = n",
        NODES,
        (P, {"a": 1}),
        (P, {"a": 1}),
    ),
    wrote(
        "set-relationship",
        "CREATE (n:P {a: 1})-[r:R {w: 1, x: 1}]->(m:Q {a: 2}) SET r += {v: 2}, r.w = 5 "
        "SET r.x = null",
        EDGES,
        (1, "R", {"w": 5, "v": 2}, 2),
    ),
    wrote(
        "set-relationship-equals",
        "CREATE (:P {a: 1})-[r:R {w: 1}]->(:P {a: 2}) SET r = {v: 2}",
        EDGES,
        (1, "R", {"v": 2}, 2),
    ),
    wrote("set-label", "CREATE (n:P {a: 1}) SET n:Q", "MATCH (n:P&Q) RETURN n.a", (1,)),
    wrote("set-labels", "CREATE (n:P {a: 1}) SET n:Q:Q2", "MATCH (n:P&Q&Q2) RETURN n.a", (1,)),
    wrote(
        "set-computed-label",
        "CREATE (n:P {a: 1}) SET n:$($l)",
        "MATCH (n:P&Q) RETURN n.a",
        (1,),
        l="Q",
    ),
    wrote(
        "remove-property",
        "CREATE (n:P {a: 1, b: 2})-[r:R {w: 1}]->(:P {a: 2}) REMOVE n.b, r.w",
        EDGES,
        (1, "R", {}, 2),
    ),
    wrote("remove-label", "CREATE (n:P:Q {a: 1}) REMOVE n:Q", NODES, (P, {"a": 1})),
    wrote("remove-last-label", "CREATE (n:P {a: 1}) REMOVE n:P", NODES, ([], {"a": 1})),
    wrote(
        "remove-computed-label", "CREATE (n:P:Q {a: 1}) REMOVE n:$($l)", NODES, (P, {"a": 1}), l="Q"
    ),
    wrote("delete-node", "CREATE (n:P {a: 1}), (:P {a: 2}) DELETE n", NODES, (P, {"a": 2})),
    wrote("delete-relationship", "CREATE (:P {a: 1})-[r:R]->(:P {a: 2}) DELETE r", EDGES),
    wrote("delete-path", "CREATE p = (:P {a: 1})-[:R]->(:P {a: 2}) DELETE p", NODES),
    wrote("delete-null", "OPTIONAL MATCH (n:P) DELETE n", NODES),
    wrote(
        "detach-delete",
        "CREATE (n:P {a: 1})-[:R]->(:P {a: 2}) DETACH DELETE n",
        NODES,
        (P, {"a": 2}),
    ),
    wrote(
        "delete-some",
        "UNWIND range(1, 4) AS i CREATE (:P {a: i}) WITH count(*) AS c "
        "MATCH (n:P) WITH n ORDER BY n.a SKIP 1 LIMIT 2 DELETE n",
        NODES,
        (P, {"a": 1}),
        (P, {"a": 4}),
    ),
    wrote(
        "unwind-rows",
        "UNWIND $rows AS row CREATE (n:P) SET n = row",
        NODES,
        (P, {"a": 1, "b": "x"}),
        (P, {"a": 2}),
        rows=[{"a": 1, "b": "x"}, {"a": 2}],
    ),
    wrote(
        "unwind-merge",
        "UNWIND $rows AS row MERGE (n:P {a: row.a}) SET n += row",
        NODES,
        (P, {"a": 1, "b": 2, "c": 3}),
        rows=[{"a": 1, "b": 2}, {"a": 1, "c": 3}],
    ),
    wrote(
        "unwind-twice",
        "UNWIND $rows AS row CREATE (n:P {a: row.a}) WITH n, row UNWIND row.to AS t "
        "MERGE (m:P {a: t}) CREATE (n)-[:R]->(m)",
        EDGES,
        (1, "R", {}, 2),
        (1, "R", {}, 3),
        rows=[{"a": 1, "to": [2, 3]}, {"a": 2, "to": []}],
    ),
    wrote("unwind-nothing", "UNWIND $rows AS row CREATE (:P)", NODES, rows=[]),
    wrote(
        "foreach",
        "FOREACH (i IN range(1, 2) | CREATE (:P {a: i}))",
        NODES,
        (P, {"a": 1}),
        (P, {"a": 2}),
    ),
    wrote(
        "foreach-nested",
        "FOREACH (i IN [1, 2] | FOREACH (j IN [1, 10] | MERGE (:P {a: i * j})))",
        "MATCH (n) RETURN n.a ORDER BY n.a",
        (1,),
        (2,),
        (10,),
        (20,),
    ),
    wrote(
        "foreach-if",
        "CREATE (n:P {a: 1}) FOREACH (x IN CASE WHEN n.a = 1 THEN [1] ELSE [] END | SET n.b = x)",
        NODES,
        (P, {"a": 1, "b": 1}),
    ),
    wrote(
        "foreach-path",
        "CREATE p = (:P {a: 1})-[:R]->(:P {a: 2}) FOREACH (n IN nodes(p) | SET n.seen = true)",
        NODES,
        (P, {"a": 1, "seen": True}),
        (P, {"a": 2, "seen": True}),
    ),
    wrote(
        "call-write",
        "UNWIND range(1, 2) AS i CALL (i) { CREATE (:P {a: i}) }",
        NODES,
        (P, {"a": 1}),
        (P, {"a": 2}),
    ),
    wrote(
        "call-with-write",
        "UNWIND range(1, 2) AS i CALL { WITH i CREATE (:P {a: i}) }",
        NODES,
        (P, {"a": 1}),
        (P, {"a": 2}),
    ),
    wrote(
        "call-in-transactions",
        "UNWIND range(1, 3) AS i CALL (i) { CREATE (:P {a: i}) } IN TRANSACTIONS OF 2 ROWS",
        "MATCH (n:P) RETURN count(n)",
        (3,),
    ),
    wrote("explain-does-nothing", "EXPLAIN CREATE (:P)", NODES),
    wrote("profile-does-it", "PROFILE CREATE (:P {a: 1})", NODES, (P, {"a": 1})),
]


@pytest.mark.parametrize(("query", "parameters", "look", "rows"), WRITES)
def test_writes(store: GraphStore, query: str, parameters: Any, look: str, rows: Any) -> None:
    ask(store, query, parameters, write=True)
    assert_same(ask(store, look, write=False), rows)


RETURNED = [
    case("created", "CREATE (n:P {a: 1}) RETURN n.a, labels(n)", (1, P)),
    case("set", "CREATE (n:P {a: 1}) SET n.a = 2 RETURN n.a", (2,)),
    case("removed", "CREATE (n:P {a: 1}) REMOVE n.a RETURN n.a", (None,)),
    case("deleted", "CREATE (n:P {a: 1}) WITH n, n.a AS a DELETE n RETURN a, count(*)", (1, 1)),
    case(
        "matched", "CREATE (:P {a: 1}) WITH 1 AS one MATCH (n:P) SET n.b = 1 RETURN count(n)", (1,)
    ),
    case(
        "union",
        "CREATE (n:P {a: 1}) RETURN n.a AS x UNION CREATE (n:P {a: 2}) RETURN n.a AS x",
        (1,),
        (2,),
    ),
    case(
        "all-are-made",
        "UNWIND range(1, 3) AS i CREATE (n:P {a: i}) RETURN n.a ORDER BY n.a DESC LIMIT 1",
        (3,),
    ),
    case(
        "changed-by-a-later-row",
        "UNWIND [1, 2] AS i MERGE (:P {a: 1})-[r:R]->(:P {a: 2}) "
        "ON CREATE SET r.c = i ON MATCH SET r.m = i RETURN r.c, r.m",
        (1, 2),
        (1, 2),
    ),
    case("call", "CREATE (n:P) WITH n CALL (n) { SET n.a = 5 } RETURN n.a", (5,)),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), RETURNED)
def test_a_write_returns(store: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(store, query, parameters, write=True), rows)


def test_more_rows_than_are_kept_are_written(store: GraphStore) -> None:
    made = store.query(
        "UNWIND range(1, 50) AS i CREATE (n:P {a: i}) RETURN n.a", write=True, rows=10
    )
    assert (len(made.rows), made.truncated) == (10, True)
    assert ask(store, "MATCH (n:P) RETURN count(n)", write=False) == ((50,),)


WRONG = {
    "undirected": "CREATE (:P {a: 1})-[:R]-(:P)",
    "two-types": "CREATE (:P {a: 1})-[:R|S]->(:P)",
    "no-type": "CREATE (:P {a: 1})-[]->(:P)",
    "two-lengths": "CREATE (:P {a: 1})-[:R*2]->(:P)",
    "label-or": "CREATE (:P|Q {a: 1})",
    "twice": "CREATE (n:P {a: 1}) CREATE (n:Q)",
    "merge-null": "MERGE (:P {a: null})",
    "map-as-property": "CREATE (:P {a: {b: 1}})",
    "deleted-node": "CREATE (n:P {a: 1}) DELETE n RETURN n.a",
    "connected-node": "CREATE (n:P {a: 1})-[:R]->(:P) DELETE n",
    "nodetach": "CREATE (n:P {a: 1})-[:R]->(:P) NODETACH DELETE n",
    "by-zero-late": "CREATE (n:P {a: 1}) WITH n UNWIND [1, 0] AS i SET n.b = 1 / i",
    "by-zero-third": "UNWIND [1, 2, 0] AS i CREATE (:P {a: 4 / i})",
}


@pytest.mark.parametrize("query", WRONG.values(), ids=WRONG)
def test_a_write_that_fails_leaves_nothing(store: GraphStore, query: str) -> None:
    ask(store, "CREATE (:P {a: 0})", write=True)
    with pytest.raises(QueryError):
        ask(store, query, write=True)
    assert_same(ask(store, NODES, write=False), [(P, {"a": 0})])
