"""Documents into the graph: interrupted, changed, removed, refused; never half, never doubled."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from neo4j import GraphDatabase

from kgtransfer.corpus.sources import read_sources
from kgtransfer.errors import UsageError, WorkspaceBusy
from kgtransfer.pipeline import rebuild_graph, remove_documents
from kgtransfer.plan import plan
from tests.conftest import Engine
from tests.workspaces import canonical_export, fake_workspace, ingest

SAMPLES = Path(__file__).parents[2] / "data" / "samples"


@pytest.fixture
def corpora(tmp_path: Path) -> tuple[Path, Path]:
    """Two folders of documents that name the same people and things."""
    pages = json.loads((SAMPLES / "corpus.json").read_text(encoding="utf-8"))[:60]
    folders = tmp_path / "first", tmp_path / "second"
    for folder in folders:
        folder.mkdir()
    for number, page in enumerate(pages):
        file = folders[number % 2] / f"page{number:02}.json"
        file.write_text(json.dumps([page]), encoding="utf-8")
    return folders


@pytest.fixture(params=["local", pytest.param("neo4j", marks=pytest.mark.neo4j)])
def store_settings(request: pytest.FixtureRequest) -> Iterator[dict[str, Any]]:
    """A workspace's settings for an empty store: its own bundled server, or a real Neo4j."""
    settings: dict[str, Any] = {}
    if request.param == "neo4j":
        engine: Engine = request.getfixturevalue("neo4j_engine")
        settings = {"store": engine.store, "store_user": engine.user}
        settings["store_password"] = engine.password
    yield empty(settings)
    empty(settings)


def empty(settings: dict[str, Any]) -> dict[str, Any]:
    """The same settings once the database is empty: one database holds one workspace."""
    if settings:
        user, password = settings["store_user"], settings["store_password"]
        with GraphDatabase.driver(settings["store"], auth=(user, password)) as driver:
            driver.execute_query("MATCH (n) DETACH DELETE n")
    return settings


def fresh(folder: Path, *paths: Path, **settings: Any) -> bytes:
    with fake_workspace(folder, **settings) as workspace:
        ingest(workspace, paths)
        return canonical_export(workspace, folder.with_suffix(".jsonl"))


@pytest.mark.slow
def test_removing_documents_leaves_what_the_others_alone_make(
    tmp_path: Path, corpora: tuple[Path, Path], store_settings: dict[str, Any]
) -> None:
    first, second = corpora
    with fake_workspace(tmp_path / "both", **empty(store_settings)) as workspace:
        ingest(workspace, [first])
        ingest(workspace, [second])
        ids = [d.document.id for d in workspace.ledger.documents() if "first" in d.document.uri]
        report = remove_documents(workspace, ids)
        assert (report.removed, report.documents) == (30, 30)
        left = canonical_export(workspace, tmp_path / "left.jsonl")
        with pytest.raises(UsageError, match="no document"):
            remove_documents(workspace, ["nothing.md"])
        rebuild_graph(workspace)
        assert canonical_export(workspace, tmp_path / "again.jsonl") == left
    assert left == fresh(tmp_path / "alone", second, **empty(store_settings))


@pytest.mark.slow
def test_only_what_changed_is_done_again(tmp_path: Path, corpora: tuple[Path, Path]) -> None:
    first, second = corpora
    with fake_workspace(tmp_path / "w") as workspace:
        assert plan(workspace, read_sources([first])).new == 30
        assert ingest(workspace, [first, second]).added == 60
        again = ingest(workspace, [first, second])
        assert (again.unchanged, again.added, again.revision) == (60, 0, 1)
        (first / "page00.json").write_text(json.dumps([{"title": "Kes", "text": "Kes flew."}]))
        changed = ingest(workspace, [first])
        assert (changed.changed, changed.unchanged, changed.documents) == (1, 29, 60)
        changed_export = canonical_export(workspace, tmp_path / "changed.jsonl")
    assert changed_export == fresh(tmp_path / "fresh", first, second)


@pytest.mark.slow
def test_killed_anywhere_the_same_command_goes_on(
    tmp_path: Path, corpora: tuple[Path, Path]
) -> None:
    chance = random.Random(7)
    expected = fresh(tmp_path / "uninterrupted", *corpora)
    command = [sys.executable, "-m", "tests.workspaces", str(tmp_path / "w"), "0.05"]
    command += [str(folder) for folder in corpora]
    for _ in range(5):
        process = subprocess.Popen(command, cwd=Path(__file__).parents[2])
        time.sleep(chance.uniform(0.5, 6.0))
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command, cwd=Path(__file__).parents[2], check=True)
    with fake_workspace(tmp_path / "w") as workspace:
        assert canonical_export(workspace, tmp_path / "killed.jsonl") == expected


@pytest.mark.slow
def test_what_cannot_be_read_is_named_and_the_rest_goes_on(
    tmp_path: Path, corpora: tuple[Path, Path]
) -> None:
    (corpora[0] / "empty.txt").touch()
    (corpora[0] / "picture.txt").write_bytes(bytes(range(256)) * 10)
    with fake_workspace(tmp_path / "w") as workspace:
        report = ingest(workspace, [corpora[0], tmp_path / "missing.md"])
        assert report.added == 30
        named = {problem.uri.rpartition("/")[2] for problem in report.problems}
        assert named == {"empty.txt", "picture.txt", "missing.md"}
        other = fake_workspace(tmp_path / "w")
        with workspace.writing(), pytest.raises(WorkspaceBusy, match="another process"):
            ingest(other, [corpora[1]])


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_very_large_text_fits_into_memory(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    command = [sys.executable, str(root / "experiments" / "large_text.py")]
    command += [str(SAMPLES / "corpus.json"), "--extractor", "sparse", "--folder", str(tmp_path)]
    environment = os.environ | {"JDK_JAVA_OPTIONS": ""}  # the memory of the server as it is shipped
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, env=environment)
    assert done.returncode == 0, done.stderr[-2000:]
    report = json.loads(done.stdout)
    assert report["peak_mb"] < 4000
    assert report["peak_mb_by_process"]["java"] > 0
    text = (tmp_path / "large.txt").read_text(encoding="utf-8")
    assert len(text.encode()) >= 50_000_000
    with fake_workspace(tmp_path / "workspace") as workspace:
        (stored,) = workspace.ledger.documents()
        assert workspace.ledger.document_text(stored.document.id) == text
        assert workspace.store.stats().nodes["Entity"] == report["entities"] > 1000
