"""How a store is reached: routing, encryption, a database by name, bookmarks, several threads."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph_store.errors import StoreError, StoreUnavailable
from graph_store.records import GraphDelta
from graph_store.store import GraphStore
from tests.conftest import Engine
from tests.contracts.test_graph_store import content


def by_url(store: GraphStore, scheme: str = "bolt", database: str | None = None) -> Engine:
    """The engine of a store as somebody reaches it who knows an address and a password."""
    at = store.address
    url = at.url.replace("bolt", scheme, 1)
    name = at.database if database is None else database
    return Engine("url", url, Path("unused"), at.user, at.password, name)


@pytest.mark.parametrize("scheme", ["bolt", "neo4j"])
def test_a_store_is_reached_directly_and_by_routing(store: GraphStore, scheme: str) -> None:
    with by_url(store, scheme).open() as reached:
        reached.apply(GraphDelta(1, content()))
        assert reached.arrays() == store.arrays() == content()
        assert reached.query("MATCH (n:Document) RETURN count(n)").rows == ((2,),)


def test_a_database_has_a_name(store: GraphStore) -> None:
    name = "neo4j" if store.dialect.name == "Neo4j" else "kgtransfer"
    store.apply(GraphDelta(3))
    with by_url(store, database=name).open() as reached:
        assert reached.revision() == 3
    with pytest.raises(StoreError, match=r"nosuch.*KGTRANSFER_STORE_DATABASE"):
        by_url(store, database="nosuch").open()


def test_a_reader_waits_for_what_was_written(
    store: GraphStore, caplog: pytest.LogCaptureFixture
) -> None:
    """On a cluster another server may answer; the bookmark tells it what it must have seen."""
    store.apply(GraphDelta(1, content()))
    with caplog.at_level(logging.DEBUG, logger="neo4j.io"):
        store.query("MATCH (n:Entity) RETURN count(n) AS entities")
    sent = [line for line in caplog.messages if "RUN" in line and "AS entities" in line]
    assert sent
    assert all("'bookmarks': ['" in line for line in sent)


def test_threads_share_a_store(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))

    def read(number: int) -> tuple[int, int]:
        rows = store.query("MATCH (n:Entity) RETURN count(n), $number", {"number": number}).rows
        return rows[0][0], rows[0][1]

    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(read, range(100)))
    assert found == [(3, number) for number in range(100)]


def test_an_encrypted_address_of_a_server_without_encryption(local_engine: Engine) -> None:
    with (
        local_engine.open() as store,
        pytest.raises(StoreUnavailable, match=r"\+ssc does without"),
    ):
        by_url(store, "bolt+ssc").open()


@pytest.mark.neo4j
class TestNeo4jEncryption:
    """A real Neo4j with a certificate of an authority of its own."""

    @pytest.fixture
    def authority(self, neo4j_engine: Engine) -> str:
        if not neo4j_engine.authority:
            pytest.skip("the server at NEO4J_URI has a certificate that the tests do not know")
        return neo4j_engine.authority

    def at(self, engine: Engine, scheme: str) -> Engine:
        url = engine.store.replace("bolt", scheme, 1)
        return Engine("url", url, engine.folder, engine.user, engine.password)

    @pytest.mark.parametrize(
        ("scheme", "why"),
        [("bolt+s", r"not trusted.*SSL_CERT_FILE"), ("neo4j+s", "bolt in place of neo4j")],
    )
    def test_a_certificate_is_checked(
        self,
        neo4j_engine: Engine,
        authority: str,
        scheme: str,
        why: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        engine = self.at(neo4j_engine, scheme)
        with pytest.raises(StoreUnavailable, match=why):
            engine.open()
        monkeypatch.setenv("SSL_CERT_FILE", authority)
        with engine.open() as store:
            assert store.query("RETURN 1 AS one").rows == ((1,),)

    @pytest.mark.parametrize("scheme", ["bolt+ssc", "neo4j+ssc"])
    def test_encryption_without_asking_whose_it_is(
        self, neo4j_engine: Engine, authority: str, scheme: str
    ) -> None:
        with self.at(neo4j_engine, scheme).open() as store:
            assert store.query("RETURN 1 AS one").rows == ((1,),)
