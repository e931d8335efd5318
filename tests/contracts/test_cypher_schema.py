"""Constraints, indexes, SHOW, EXPLAIN, PROFILE and explicit transactions, on both engines."""

from __future__ import annotations

from collections.abc import Iterator

import neo4j
import pytest

from graph_store.errors import QueryError
from graph_store.store import GraphStore
from tests.cypher_cases import ask

MADE = {
    "constraint": ("CONSTRAINT", "FOR (n:Key) REQUIRE n.k IS UNIQUE"),
    "constraint-of-two": ("CONSTRAINT", "FOR (n:Key) REQUIRE (n.k, n.m) IS UNIQUE"),
    "constraint-of-relationships": ("CONSTRAINT", "FOR ()-[r:KEYED]-() REQUIRE r.k IS UNIQUE"),
    "index": ("INDEX", "FOR (n:Found) ON (n.k)"),
    "range-index-of-two": ("RANGE INDEX", "FOR (n:Found) ON (n.k, n.m)"),
    "index-of-relationships": ("INDEX", "FOR ()-[r:FOUND_BY]-() ON (r.k)"),
}
SHOW = {
    "CONSTRAINT": "SHOW CONSTRAINTS YIELD name, labelsOrTypes, properties "
    "WHERE name = 'cypher_test'",
    "INDEX": "SHOW INDEXES YIELD name, labelsOrTypes, properties WHERE name = 'cypher_test'",
}


@pytest.fixture
def clean(store: GraphStore) -> Iterator[GraphStore]:
    """A store without the schema that a test makes."""
    yield store
    for kind in SHOW:
        ask(store, f"DROP {kind} cypher_test IF EXISTS", write=True)


@pytest.mark.parametrize(("kind", "what"), MADE.values(), ids=MADE)
def test_schema_is_made_shown_and_dropped(clean: GraphStore, kind: str, what: str) -> None:
    shown = SHOW[kind.split()[-1]]
    for _ in range(2):
        ask(clean, f"CREATE {kind} cypher_test IF NOT EXISTS {what}", write=True)
        ((name, labels, properties),) = ask(clean, shown, write=True)
        assert name == "cypher_test"
        assert f":{labels[0]}" in what
        assert all(f".{each}" in what for each in properties)
    for _ in range(2):
        ask(clean, f"DROP {kind.split()[-1]} cypher_test IF EXISTS", write=True)
    assert ask(clean, shown, write=True) == ()
    with pytest.raises(QueryError):
        ask(clean, f"DROP {kind.split()[-1]} cypher_test", write=True)


def test_a_constraint_holds(clean: GraphStore) -> None:
    constraint = "CREATE CONSTRAINT cypher_test IF NOT EXISTS FOR (n:Key) REQUIRE n.k IS UNIQUE"
    ask(clean, constraint, write=True)
    ask(clean, "CREATE (:Key {k: 1})", write=True)
    for second in ("CREATE (:Key {k: 2}), (:Key {k: 1})", "CREATE (n:Key {k: 3}) SET n.k = 1"):
        with pytest.raises(QueryError):
            ask(clean, second, write=True)
    ask(clean, "MERGE (n:Key {k: 1}) SET n.seen = true", write=True)
    assert ask(clean, "MATCH (n:Key) RETURN n.k, n.seen", write=False) == ((1, True),)


def test_an_index_changes_no_answer(clean: GraphStore) -> None:
    look = "MATCH (n:Found) WHERE n.k >= $from AND n.k < 8 RETURN n.k ORDER BY n.k"
    ask(clean, "UNWIND range(1, 20) AS i CREATE (:Found {k: i})", write=True)
    before = ask(clean, look, {"from": 5}, write=False)
    ask(clean, "CREATE INDEX cypher_test FOR (n:Found) ON (n.k)", write=True)
    assert ask(clean, look, {"from": 5}, write=False) == before == ((5,), (6,), (7,))


def test_explain_runs_nothing_and_profile_runs(people: GraphStore) -> None:
    look = "MATCH (n:Work) RETURN n.name ORDER BY n.name"
    assert ask(people, f"EXPLAIN {look}", write=False) == ()
    assert ask(people, f"PROFILE {look}", write=False) == (("Kes",), ("Raid",))


@pytest.fixture
def driver(store: GraphStore) -> Iterator[neo4j.Driver]:
    """The official driver, as a program of one's own would use it."""
    address = store.address
    auth = (address.user, address.password)
    with neo4j.GraphDatabase.driver(address.url, auth=auth) as driver:
        yield driver


@pytest.mark.parametrize("committed", [True, False])
def test_a_transaction_is_seen_when_it_is_committed(
    store: GraphStore, driver: neo4j.Driver, committed: bool
) -> None:
    count = "MATCH (n:P) RETURN count(n)"
    with driver.session(database=store.address.database or None) as session:
        transaction = session.begin_transaction()
        transaction.run("CREATE (:P)").consume()
        transaction.run("CREATE (:P)").consume()
        inside = transaction.run(count).single(strict=True).value()
        outside = ask(store, count, write=False)
        (transaction.commit if committed else transaction.rollback)()
    assert (inside, outside) == (2, ((0,),))
    assert ask(store, count, write=False) == ((2 if committed else 0,),)


def test_a_transaction_that_fails_leaves_nothing(store: GraphStore, driver: neo4j.Driver) -> None:
    with driver.session(database=store.address.database or None) as session:
        transaction = session.begin_transaction()
        transaction.run("CREATE (:P)").consume()
        with pytest.raises(neo4j.exceptions.ClientError):
            transaction.run("MATCH (n:P) SET n.a = 1 / 0").consume()
        transaction.close()
    assert ask(store, "MATCH (n:P) RETURN count(n)", write=False) == ((0,),)
