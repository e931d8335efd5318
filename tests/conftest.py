"""Fixtures that several suites share: a graph store on each engine."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from graph_store.connect import open_store
from graph_store.store import GraphStore
from tests import neo4j_server, workers
from tests.cypher_cases import PEOPLE

WORKSPACE = "test"

settings.register_profile("untimed", deadline=None)  # a busy machine is no failure
settings.load_profile("untimed")

# Most servers of the tests live for seconds: they start in two thirds of the time without the
# optimising compiler and the parallel collector.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def pytest_configure(config: pytest.Config) -> None:
    workers.share_cores(config)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    return None if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else workers.count()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    return workers.scheduler(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if hasattr(config, "workerinput"):  # in a worker of pytest-xdist
        workers.arrange(items)


@dataclass(frozen=True)
class Engine:
    """One of the two engines, running: how to open a store on it.

    `authority` is the file of the authority that signed its certificate, where it speaks TLS.
    """

    name: str
    store: str
    folder: Path
    user: str = ""
    password: str = ""
    database: str = ""
    authority: str = ""

    def open(self, workspace: str = WORKSPACE, metadata_keys: tuple[str, ...] = ()) -> GraphStore:
        return open_store(
            self.store,
            self.folder,
            self.user,
            self.password,
            self.database,
            workspace=workspace,
            metadata_keys=metadata_keys,
        )


@pytest.fixture(scope="session")
def local_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """The bundled server, on a folder of its own."""
    from graph_store.local_server import LocalServer

    folder = tmp_path_factory.mktemp("engine") / "store"
    yield Engine("local", "local:", folder)
    LocalServer(folder).stop()


@pytest.fixture(scope="session")
def neo4j_engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A real Neo4j: that of NEO4J_URI or `make neo4j-up`, or one started for these tests."""
    folder = tmp_path_factory.mktemp("neo4j")
    started = None
    try:
        server = neo4j_server.from_environment() or neo4j_server.running()
        if server is None:
            server = started = neo4j_server.start_java(folder / "home", own=True)
    except neo4j_server.NoNeo4j as error:
        reason = f"no real Neo4j for the tests: {error} (see make neo4j-up, or set NEO4J_URI)"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(reason)
        pytest.skip(reason)
    user, password = server.user, server.password
    yield Engine("neo4j", server.url, folder, user, password, authority=server.authority)
    if started is not None:
        neo4j_server.stop(started, drop=True)


@pytest.fixture(scope="session", params=["local", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each engine in turn."""
    found: Engine = request.getfixturevalue(f"{request.param}_engine")
    return found


@pytest.fixture(scope="session")
def session_store(engine: Engine) -> Iterator[GraphStore]:
    """A connection that the tests of an engine share; take `store` instead."""
    with engine.open(metadata_keys=("date",)) as store:
        yield store


@pytest.fixture
def store(session_store: GraphStore) -> GraphStore:
    """A store on an empty database, on each engine in turn."""
    session_store.query("MATCH (n) DETACH DELETE n", write=True, seconds=60)
    return session_store


@pytest.fixture(scope="module")
def people(session_store: GraphStore) -> GraphStore:
    """A store that holds the graph `PEOPLE` and nothing else, for tests that only read."""
    session_store.query("MATCH (n) DETACH DELETE n", write=True, seconds=60)
    session_store.query(PEOPLE, write=True, seconds=60)
    return session_store
