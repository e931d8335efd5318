"""An exported graph in a database of somebody else: through neo4j-admin, and through Bolt."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from graph_store.connect import open_store
from graph_store.formats import export
from kgtransfer.cli.app import app
from tests import neo4j_server
from tests.conftest import Engine
from tests.contracts.test_graph_store import content
from tests.integration.test_build import empty


@pytest.mark.slow
@pytest.mark.neo4j
def test_neo4j_admin_takes_the_csv_files(tmp_path: Path, neo4j_engine: Engine) -> None:
    export(content(), tmp_path / "graph.csv")
    neo4j_server.import_csv(tmp_path / "home", tmp_path / "graph.csv")
    server = neo4j_server.start_java(tmp_path / "home", own=True)
    try:
        with open_store(server.url, tmp_path, server.user, server.password) as store:
            assert list(store.arrays()) == list(content())
            counted = "MATCH (:Chunk {id: 'c1'})-[m:MENTIONS]->() RETURN m.count"
            assert store.query(counted).rows == ((2,),)
    finally:
        neo4j_server.stop(server, drop=True)


@pytest.mark.slow
@pytest.mark.neo4j
def test_a_file_goes_into_an_empty_neo4j_only(tmp_path: Path, neo4j_engine: Engine) -> None:
    engine = neo4j_engine
    settings = {"store": engine.store, "store_user": engine.user}
    empty(settings | {"store_password": engine.password})
    export(content(), tmp_path / "graph.jsonl")
    command = ["import", "graph", str(tmp_path / "graph.jsonl"), "--store", engine.store]
    command += ["--user", engine.user, "--password", engine.password]
    for code in (0, 2):  # the second time it is not empty
        assert CliRunner().invoke(app, command).exit_code == code
    with engine.open("file graph.jsonl") as store:
        assert list(store.arrays()) == list(content())
        store.clear()
