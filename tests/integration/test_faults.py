"""Killed at any point, or with a server that dies: nothing is lost and nothing is doubled."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from neo4j import GraphDatabase

from graph_store import store as store_module
from graph_store.connect import LOCAL, open_store
from graph_store.local_server import LocalServer
from graph_store.records import GraphContent, GraphDelta
from graph_store.store import GraphStore
from kgtransfer.check import check
from kgtransfer.retrieve.search import Retriever
from tests import full_disk, neo4j_server
from tests.conftest import Engine
from tests.integration.test_build import corpora  # noqa: F401  a fixture
from tests.large_graph import large_graph
from tests.workspaces import canonical_export, fake_workspace, ingest, live

ROOT = Path(__file__).parents[2]
KILLS = 30


@pytest.mark.slow
def test_killed_thirty_times_the_same_commands_go_on(
    tmp_path: Path,
    corpora: tuple[Path, Path],  # noqa: F811
) -> None:
    """Through two ingests, a merge, a removal, a restore, another removal and a migration."""
    command = [sys.executable, "-m", "tests.workspaces", "live"]
    rest = ["0.02", *map(str, corpora)]
    whole = subprocess.run(
        [*command, str(tmp_path / "whole"), *rest], cwd=ROOT, check=True, capture_output=True
    )
    assert whole.stdout.splitlines()[-1] == b"migrated"
    with fake_workspace(tmp_path / "whole") as w:
        expected = canonical_export(w, tmp_path / "whole.jsonl")
    chance = random.Random(11)
    killed = lives = 0
    while killed < KILLS:
        folder = tmp_path / f"life-{lives}"
        process = subprocess.Popen(
            [*command, str(folder), *rest], cwd=ROOT, stdout=subprocess.DEVNULL
        )
        try:
            process.wait(timeout=chance.uniform(0.3, 4.0))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            killed += 1
        if process.wait() == 0:
            assert_whole(folder, expected)
            lives += 1
    folder = tmp_path / f"life-{lives}"
    subprocess.run([*command, str(folder), *rest], cwd=ROOT, check=True)
    assert_whole(folder, expected)


def assert_whole(folder: Path, expected: bytes) -> None:
    with fake_workspace(folder) as w:
        assert canonical_export(w, folder.with_suffix(".jsonl")) == expected
        assert all(finding.ok for finding in check(w))


@pytest.mark.slow
def test_who_asks_during_an_ingest_sees_the_last_whole_revision(
    tmp_path: Path,
    corpora: tuple[Path, Path],  # noqa: F811
) -> None:
    folder = tmp_path / "asked"
    with fake_workspace(folder) as w:
        ingest(w, [corpora[0]])
        documents = len(list(w.ledger.documents()))
    command = [sys.executable, "-m", "tests.workspaces", str(folder), "0.05", str(corpora[1])]
    writer = subprocess.Popen(command, cwd=ROOT)
    seen = []
    while writer.poll() is None:
        with fake_workspace(folder) as w:
            index, graph = w.open_index(), w.store.query("MATCH (d:Document) RETURN count(d)")
            found = Retriever(index, w.encoder).retrieve("Ken Loach", method="bm25", top_k=1)
            assert found.passages
            seen.append((len(index.document_ids), graph.rows[0][0]))
    assert writer.returncode == 0
    with fake_workspace(folder) as w:
        whole = len(w.open_index().document_ids)
    assert documents < whole
    assert seen[0] == (documents, documents)
    assert {count for counts in seen for count in counts} <= {documents, whole}


@pytest.mark.slow
@pytest.mark.skipif(not full_disk.can_mount(), reason="no file system can be mounted here")
def test_a_disk_that_fills_up_costs_nothing(
    tmp_path: Path,
    corpora: tuple[Path, Path],  # noqa: F811
) -> None:
    live(tmp_path / "roomy", 0.0, *map(str, corpora))
    with fake_workspace(tmp_path / "roomy") as w:
        expected = canonical_export(w, tmp_path / "roomy.jsonl")
    (tmp_path / "disk").mkdir()
    command = [sys.executable, "-m", "tests.full_disk", str(tmp_path / "disk")]
    ran = subprocess.run(
        [*command, *map(str, corpora)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    for room in full_disk.ROOMS:
        assert f"{room}: refused: " in ran.stdout
        assert f"{room}: mended: whole" in ran.stdout
        assert (tmp_path / f"room-{room}.jsonl").read_bytes() == expected


def load_while_dying(
    store: GraphStore, kill: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> GraphContent:
    """Load a graph in many transactions while the server is killed again and again."""
    monkeypatch.setattr(store_module, "TRANSACTION_ROWS", 500)
    content = large_graph(0.01)
    done = threading.Event()

    def death() -> None:
        for _ in range(2):
            if done.wait(1.0):
                return
            kill()

    killer = threading.Thread(target=death)
    killer.start()
    try:
        store.apply(GraphDelta(1, content))
        store.apply(GraphDelta(2, GraphContent(), {"facts": (content.facts[0].id,)}))
    finally:
        done.set()
        killer.join()
    return content


def is_loaded(store: GraphStore, content: GraphContent) -> bool:
    held = store.arrays()
    return (
        held.facts == content.facts[1:]
        and held.mentions == content.mentions
        and held.entities == content.entities
        and store.revision() == 2
    )


@pytest.mark.slow
def test_the_bundled_server_may_die_under_a_load(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = LocalServer(tmp_path / "server")
    with open_store(LOCAL, tmp_path / "server") as store:
        content = load_while_dying(store, server.restart, monkeypatch)
        assert is_loaded(store, content)
    server.stop()


@pytest.mark.slow
@pytest.mark.neo4j
def test_neo4j_may_die_under_a_load(
    tmp_path: Path, neo4j_engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = neo4j_server.start_java(tmp_path / "home", own=True)

    def kill() -> None:
        nonlocal running
        neo4j_server.stop(running, drop=True)
        time.sleep(1.0)
        running = neo4j_server.start_again(tmp_path / "home", running)
        with GraphDatabase.driver(running.url, auth=(running.user, running.password)) as driver:
            driver.execute_query("RETURN 1")  # waits until it answers

    try:
        with open_store(running.url, tmp_path, running.user, running.password) as store:
            content = load_while_dying(store, kill, monkeypatch)
            assert is_loaded(store, content)
    finally:
        neo4j_server.stop(running, drop=True)
