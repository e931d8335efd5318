"""The past and people's decisions, through a workspace: ledger, graph and index agree."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgtransfer import history, link
from kgtransfer.check import check
from kgtransfer.cli.app import app
from kgtransfer.corpus.chunks import document_id
from kgtransfer.errors import UsageError
from kgtransfer.pipeline import catch_up, remove_documents
from kgtransfer.workspace import Workspace
from tests.integration.test_build import empty, store_settings  # noqa: F401  a fixture
from tests.workspaces import canonical_export, fake_workspace, ingest

PAGES = {
    "river.md": "# Dark River\n\nDark River was directed by Edgar Romero in Manila.",
    "sea.md": "# Dark Sea\n\nDark Sea was directed by Edgar S Romero. Quentin Xanadu plays in it.",
    "court.md": "# Court Notes\n\nThe court heard Edgar Romero on Monday.",
}


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def named(workspace: Workspace, name: str) -> list[str]:
    """The ids of the entities of a name, as the engine has them."""
    cypher = "MATCH (e:Entity) WHERE e.name = $name RETURN e.id ORDER BY e.id"
    return [row[0] for row in workspace.store.query(cypher, {"name": name}).rows]


@pytest.mark.slow
def test_what_was_decided_and_changed_can_be_taken_back(
    tmp_path: Path,
    pages: Path,
    store_settings: dict[str, Any],  # noqa: F811
) -> None:
    with fake_workspace(tmp_path / "w", **empty(store_settings)) as w:
        ingest(w, [pages])
        first = canonical_export(w, tmp_path / "first.jsonl")
        w.ledger.history.snapshot("first")
        history.merge(w, "Edgar Romero", "Edgar S Romero", "same films")
        assert len(named(w, "Edgar Romero")) == 1
        assert not named(w, "Edgar S Romero")
        merged = canonical_export(w, tmp_path / "merged.jsonl")
        history.split(w, "Edgar Romero", ("pages/court.md",), "another man")
        assert len(named(w, "Edgar Romero")) == 2
        history.undo(w)
        assert canonical_export(w, tmp_path / "undone.jsonl") == merged
        history.assert_fact(w, "Edgar Romero", "place of birth", "Manila")
        history.assert_fact(w, "Edgar Romero", "date of birth", "3 May 1950", value=True)
        facts = w.store.query(
            "MATCH (e:Entity)-[r]->(o) WHERE r.statement_count = 1 AND r.chunks = []"
            " RETURN type(r), r.stated ORDER BY type(r)"
        )
        assert facts.rows == (("DATE_OF_BIRTH", True), ("PLACE_OF_BIRTH", True))
        remove_documents(w, ["pages/sea.md"])
        changed = {(c.what, c.how, c.name) for c in history.diff(w, "first")}
        assert ("documents", "removed", "pages/sea.md") in changed
        born = "Edgar Romero (Person) - place_of_birth - Manila (Location)"
        assert ("facts", "added", born) in changed
        history.restore(w, "first")
        assert canonical_export(w, tmp_path / "restored.jsonl") == first
        assert w.open_index().revision == w.ledger.revision
        reasons = [revision.reason for revision in w.ledger.history.revisions()]
        assert reasons[1] == "merge Edgar S Romero into Edgar Romero (same films)"
        assert reasons[-1] == "restore first (1)"


def test_what_cannot_be_decided_is_said(tmp_path: Path, pages: Path) -> None:
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [pages])
        for wrong in (
            lambda: history.merge(w, "Edgar Romero", "Nobody"),
            lambda: history.merge(w, "Edgar Romero", "Edgar Romero"),
            lambda: history.split(w, "Manila"),
            lambda: history.split(w, "Manila", ("none.md",)),
            lambda: history.split(w, "Dark River", ("pages/river.md",)),
            lambda: history.assert_fact(w, "Manila", "is", "not a value", value=True),
            lambda: history.restore(w, "9"),
            lambda: history.purge(w, "none.md"),
        ):
            with pytest.raises(UsageError):
                wrong()
        assert w.ledger.revision == 1


@pytest.mark.slow
def test_a_purged_text_is_in_no_file(tmp_path: Path, pages: Path) -> None:
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [pages])
        (pages / "sea.md").write_text("# Dark Sea\n\nQuentin Xanadu left.", encoding="utf-8")
        ingest(w, [pages])
        history.purge(w, "pages/sea.md")
        assert not named(w, "Quentin Xanadu")
        assert named(w, "Edgar Romero")
        with pytest.raises(UsageError, match="there was no document"):
            history.purge(w, "pages/sea.md")
    holding = [
        file.relative_to(tmp_path)
        for file in (tmp_path / "w").rglob("*")
        if file.is_file() and b"Xanadu" in file.read_bytes()
    ]
    assert not holding


def test_a_graph_older_than_the_history_is_made_anew(tmp_path: Path, pages: Path) -> None:
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [pages])
        for uri in ("pages/sea.md", "pages/court.md"):  # as if stopped before the graph took it
            with w.ledger.change("remove"):
                w.ledger.remove(document_id(uri))
                link.update(w.ledger.links, frozenset())
        history.forget_before(w, "3")
        catch_up(w)
        assert all(finding.ok for finding in check(w))
        assert not named(w, "Quentin Xanadu")


def test_the_commands_say_what_they_did(tmp_path: Path, pages: Path) -> None:
    folder = tmp_path / "w"
    with fake_workspace(folder) as w:
        ingest(w, [pages])

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, [*arguments, "-w", str(folder)])
        assert result.exit_code == 0, result.output
        return result.output

    assert run("snapshot", "start") == "start is revision 1.\n"
    assert run("purge", "--before", "1") == "kept from revision 1 on.\n"
    log = json.loads(run("log", "--json"))
    assert [each["reason"] for each in log["revisions"]] == ["ingest"]
    assert log["snapshots"][0]["name"] == "start"
    assert log["kept_from"] == 1
    assert "start" in run("log")
    assert run("diff", "start") == "nothing differs\n"
