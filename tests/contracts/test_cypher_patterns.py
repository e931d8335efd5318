"""Cypher patterns: lengths, quantifiers, shortest paths, on both engines."""

from __future__ import annotations

from typing import Any

import pytest

from graph_store.store import GraphStore
from tests.cypher_cases import ask, assert_same, case

PATTERNS = [
    case(
        "out",
        "MATCH (a:Person)-->(b) RETURN a.name, b.name ORDER BY a.name, b.name",
        ("Ann", "Bob"),
        ("Ann", "Cyd"),
        ("Ann", "Kes"),
        ("Bob", "Cyd"),
        ("Bob", "Kes"),
        ("Bob", "Raid"),
        ("Cyd", "Dan"),
    ),
    case(
        "in",
        "MATCH (a:Person {name: 'Cyd'})<--(b) RETURN b.name ORDER BY b.name",
        ("Ann",),
        ("Bob",),
    ),
    case(
        "both",
        "MATCH ({name: 'Bob'})--(b) RETURN b.name ORDER BY b.name",
        ("Ann",),
        ("Cyd",),
        ("Kes",),
        ("Raid",),
    ),
    case("each-way-once", "MATCH (a)-[r]-(b) RETURN count(*)", (14,)),
    case(
        "two-steps",
        "MATCH (a)-[:KNOWS]->(b)-[:KNOWS]->(c) RETURN a.name, b.name, c.name ORDER BY "
        "a.name, b.name",
        ("Ann", "Bob", "Cyd"),
        ("Ann", "Cyd", "Dan"),
        ("Bob", "Cyd", "Dan"),
    ),
    case(
        "no-relationship-twice", "MATCH (a)-[:KNOWS]->(b), (a)-[:KNOWS]->(c) RETURN count(*)", (2,)
    ),
    case("product", "MATCH (a:Person), (w:Work) RETURN count(*)", (8,)),
    case(
        "predicate",
        "MATCH (a:Person) WHERE (a)-[:KNOWS]->(:Person {name: 'Cyd'}) RETURN a.name ORDER "
        "BY a.name",
        ("Ann",),
        ("Bob",),
    ),
    case("no-predicate", "MATCH (a:Person) WHERE NOT (a)-[:KNOWS]->() RETURN a.name", ("Dan",)),
    case("parameter", "MATCH (a {name: $name}) RETURN a.age", (41,), name="Bob"),
    case(
        "ends",
        "MATCH (a)-[r:DIRECTED]->(b) WHERE startNode(r) = a AND endNode(r) = b RETURN count(*)",
        (2,),
    ),
    case(
        "star",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS*]->(m) RETURN m.name ORDER BY m.name",
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
        ("Dan",),
    ),
    case(
        "star-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS*2]->(m) RETURN m.name ORDER BY m.name",
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "star-1-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS*1..2]->(m) RETURN m.name ORDER BY m.name",
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "star-0",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS*0..1]->(m) RETURN m.name ORDER BY m.name",
        ("Ann",),
        ("Bob",),
        ("Cyd",),
    ),
    case(
        "star-from-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS*2..]->(m) RETURN m.name ORDER BY m.name",
        ("Cyd",),
        ("Dan",),
        ("Dan",),
    ),
    case(
        "star-to-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS*..2]->(m) RETURN m.name ORDER BY m.name",
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "star-both-ways",
        "MATCH (:Person {name: 'Dan'})-[:KNOWS*1..3]-(m) RETURN m.name ORDER BY m.name",
        ("Ann",),
        ("Ann",),
        ("Bob",),
        ("Bob",),
        ("Cyd",),
    ),
    case(
        "star-types",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS|DIRECTED*1..2]->(m) RETURN m.name ORDER BY m.name",
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
        ("Kes",),
        ("Raid",),
    ),
    case(
        "star-properties",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS* {since: 2010}]->(m) RETURN m.name",
        ("Cyd",),
    ),
    case(
        "star-list",
        "MATCH (:Person {name: 'Ann'})-[r:KNOWS*2]->(m) RETURN [x IN r | x.since] AS s, "
        "m.name ORDER BY m.name, s",
        ([2001, 2005], "Cyd"),
        ([2010, 2020], "Dan"),
    ),
    case(
        "star-all",
        "MATCH (:Person {name: 'Ann'})-[rs:KNOWS*]->(m) WHERE all(r IN rs WHERE r.since > "
        "2004) RETURN m.name ORDER BY m.name",
        ("Cyd",),
        ("Dan",),
    ),
    case("star-cycle", "MATCH (a)-[:KNOWS*]->(a) RETURN count(*)", (0,)),
    case(
        "quantified-plus",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS]->+(m) RETURN m.name ORDER BY m.name",
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
        ("Dan",),
    ),
    case(
        "quantified-star",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS]->*(m) RETURN m.name ORDER BY m.name",
        ("Ann",),
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
        ("Dan",),
    ),
    case(
        "quantified-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS]->{2}(m) RETURN m.name ORDER BY m.name",
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "quantified-1-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS]->{1,2}(m) RETURN m.name ORDER BY m.name",
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "quantified-to-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS]->{,2}(m) RETURN m.name ORDER BY m.name",
        ("Ann",),
        ("Bob",),
        ("Cyd",),
        ("Cyd",),
        ("Dan",),
    ),
    case(
        "quantified-from-2",
        "MATCH (:Person {name: 'Ann'})-[:KNOWS]->{2,}(m) RETURN m.name ORDER BY m.name",
        ("Cyd",),
        ("Dan",),
        ("Dan",),
    ),
    case(
        "quantified-list",
        "MATCH (:Person {name: 'Ann'})-[r:KNOWS]->{2}(m) RETURN [x IN r | x.since] AS s ORDER BY s",
        ([2001, 2005],),
        ([2010, 2020],),
    ),
    case(
        "quantified-path",
        "MATCH (a:Person {name: 'Ann'}) ((x)-[r:KNOWS]->(y)){1,2} (m) RETURN [n IN x | "
        "n.name] AS xs, [n IN y | n.name] AS ys ORDER BY ys",
        (["Ann"], ["Bob"]),
        (["Ann", "Bob"], ["Bob", "Cyd"]),
        (["Ann"], ["Cyd"]),
        (["Ann", "Cyd"], ["Cyd", "Dan"]),
    ),
    case(
        "quantified-where",
        "MATCH (a:Person {name: 'Ann'}) ((x)-[r:KNOWS]->(y) WHERE r.since > 2004){1,3} "
        "(m) RETURN [n IN y | n.name] AS ys ORDER BY ys",
        (["Cyd"],),
        (["Cyd", "Dan"],),
    ),
    case(
        "quantified-node-where",
        "MATCH (a:Person {name: 'Ann'}) (()-[:KNOWS]->(z WHERE z.age < 40)){1,3} (m) "
        "RETURN m.name ORDER BY m.name",
        ("Cyd",),
    ),
    case(
        "quantified-then",
        "MATCH (a:Person {name: 'Ann'}) (()-[:KNOWS]->()){1,2} ()-[:DIRECTED]->(m) RETURN "
        "m.name ORDER BY m.name",
        ("Kes",),
        ("Raid",),
    ),
    case(
        "quantified-two",
        "MATCH (a:Person {name: 'Ann'}) (()-[:KNOWS]->()-[:DIRECTED]->()){1} (m) RETURN "
        "m.name ORDER BY m.name",
        ("Kes",),
        ("Raid",),
    ),
    case(
        "quantified-length",
        "MATCH p = (a:Person {name: 'Ann'}) (()-[:KNOWS]->()){2} (m) RETURN length(p), [n "
        "IN nodes(p) | n.name] AS names ORDER BY names",
        (2, ["Ann", "Bob", "Cyd"]),
        (2, ["Ann", "Cyd", "Dan"]),
    ),
    case(
        "shortest",
        "MATCH p = shortestPath((a:Person {name: 'Ann'})-[:KNOWS*]->(b:Person {name: "
        "'Dan'})) RETURN length(p), [n IN nodes(p) | n.name]",
        (2, ["Ann", "Cyd", "Dan"]),
    ),
    case(
        "shortest-bound",
        "MATCH (a:Person {name: 'Ann'}), (b:Person {name: 'Dan'}) MATCH p = "
        "shortestPath((a)-[:KNOWS*..5]-(b)) RETURN length(p)",
        (2,),
    ),
    case(
        "shortest-end-where",
        "MATCH p = shortestPath((a:Person {name: 'Ann'})-[:KNOWS*]->(b:Person)) WHERE "
        "b.name <> 'Ann' RETURN b.name, length(p) ORDER BY b.name",
        ("Bob", 1),
        ("Cyd", 1),
        ("Dan", 2),
    ),
    case(
        "shortest-with-where",
        "MATCH p = shortestPath((a:Person {name: 'Ann'})-[:KNOWS*]->(b:Person {name: "
        "'Dan'})) WITH p WHERE length(p) = 2 RETURN [r IN relationships(p) | r.since]",
        ([2010, 2020],),
    ),
    case(
        "shortest-none",
        "MATCH (a:Person {name: 'Ann'}), (b:Person {name: 'Dan'}) OPTIONAL MATCH p = "
        "shortestPath((b)-[:KNOWS*]->(a)) RETURN p",
        (None,),
    ),
    case(
        "shortest-expression",
        "MATCH (a:Person {name: 'Ann'}), (b:Person {name: 'Dan'}) RETURN "
        "length(shortestPath((a)-[:KNOWS*]->(b)))",
        (2,),
    ),
    case(
        "shortest-by-hand",
        "MATCH p = (a:Person {name: 'Ann'})-[rs:KNOWS*]->(b:Person {name: 'Dan'}) WHERE "
        "all(r IN rs WHERE r.since <> 2010) RETURN length(p) ORDER BY length(p) LIMIT 1",
        (3,),
    ),
    case(
        "all-shortest",
        "MATCH p = allShortestPaths((a:Person {name: 'Ann'})-[*]-(b {name: 'Raid'})) "
        "RETURN length(p)",
        (2,),
    ),
    case(
        "all-shortest-several",
        "MATCH (a {name: 'Cyd'}), (k {name: 'Kes'}), p = allShortestPaths((a)-[*..4]-(k)) "
        "RETURN [n IN nodes(p) | n.name] AS names ORDER BY names",
        (["Cyd", "Ann", "Kes"],),
        (["Cyd", "Bob", "Kes"],),
    ),
]


@pytest.mark.parametrize(("query", "parameters", "rows"), PATTERNS)
def test_patterns(people: GraphStore, query: str, parameters: Any, rows: Any) -> None:
    assert_same(ask(people, query, parameters, write=False), rows)
