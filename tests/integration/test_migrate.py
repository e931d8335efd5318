"""A workspace's schema through its life on an engine: written, previewed, applied, undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgtransfer import history
from kgtransfer.check import check
from kgtransfer.cli.app import app
from kgtransfer.errors import ConfigError, UsageError
from kgtransfer.migrate import Difference, migrate, preview
from kgtransfer.pipeline import rebuild_graph
from kgtransfer.quarantine import quarantine
from kgtransfer.schema import SCHEMA_FILE, template
from kgtransfer.storage import MOST_PREDICATES
from kgtransfer.workspace import Workspace
from tests.integration.test_build import empty, store_settings  # noqa: F401  a fixture
from tests.workspaces import canonical_export, fake_workspace, ingest

PAGES = {
    "river.md": "# Dark River\n\nThe film Dark River was directed by Edgar Romero in Manila. "
    "The film Dark River won. The film Dark River ended.",
    "lee.md": "# Ann Lee\n\nAnn Lee was directed by Edgar Romero. Ann Lee met Edgar Romero.",
    "sea.md": "# Notes\n\nEdgar Romero was born in Manila. Edgar Romero was born on 3 May 1950.",
}
STRICT = """
types: [Person, Work, Location, Misc]
value_kinds: [date]
predicates:
  directed_by: {domain: [Work], range: [Person], synonyms: [director]}
  acquaintance: {domain: [Person], range: [Person], synonyms: [met], inverse: acquaintance}
  date_of_birth: {range: [date], functional: true}
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, text in PAGES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def relationships(w: Workspace) -> dict[str, int]:
    facts = {"PART_OF", "ABOUT", "MENTIONS", "MAY_MENTION"}
    return {k: n for k, n in w.store.stats().relationships.items() if n and k not in facts}


def write(w: Workspace, text: str) -> None:
    (w.folder / SCHEMA_FILE).write_text(text, encoding="utf-8")


@pytest.mark.slow
def test_a_schema_is_previewed_applied_and_undone(
    tmp_path: Path,
    pages: Path,
    store_settings: dict[str, Any],  # noqa: F811
) -> None:
    with fake_workspace(tmp_path / "w", **empty(store_settings)) as w:
        ingest(w, [pages])
        before = canonical_export(w, tmp_path / "before.jsonl")
        write(w, STRICT)
        assert w.schema_pending()
        expected = preview(w)
        assert canonical_export(w, tmp_path / "previewed.jsonl") == before
        assert expected.predicates["directed_by"] == Difference(added=1)
        assert expected.predicates["director"] == Difference(removed=2)
        assert expected.reasons == {"domain": 1, "predicate": 1}
        assert expected.held_examples[0].quote == "Ann Lee was directed by Edgar Romero."
        calls = w.extractor.calls  # type: ignore[attr-defined]
        migrate(w)
        assert w.extractor.calls == calls  # type: ignore[attr-defined]
        found = history.diff(w, str(w.ledger.revision - 1))
        facts = [c.how for c in found if c.what == "facts"]
        assert expected.facts == Difference(facts.count("added"), facts.count("changed"),
                                            facts.count("removed"))  # fmt: skip
        assert relationships(w) == {"DIRECTED_BY": 1, "ACQUAINTANCE": 1, "DATE_OF_BIRTH": 1}
        assert quarantine(w.ledger).statements == expected.held
        assert all(finding.ok for finding in check(w))
        strict = canonical_export(w, tmp_path / "strict.jsonl")
        rebuild_graph(w)
        assert canonical_export(w, tmp_path / "rebuilt.jsonl") == strict
        with pytest.raises(UsageError, match="directed_by is said of Work, not of Person"):
            history.assert_fact(w, "Ann Lee", "director", "Edgar Romero")
        history.assert_fact(w, "Ann Lee", "met", "Edgar Romero")
        history.undo(w)
        history.restore(w, "1")
        assert canonical_export(w, tmp_path / "restored.jsonl") == before
        history.undo(w)
        assert canonical_export(w, tmp_path / "again.jsonl") == strict
    # The same documents under the schema from the first on, in another order.
    with fake_workspace(tmp_path / "fresh", **empty(store_settings)) as w:
        write(w, STRICT)
        for name in ("sea.md", "lee.md", "river.md"):
            ingest(w, [pages / name])
        content = w.ledger.content()
        assert not w.schema_pending()
    with fake_workspace(tmp_path / "other", **empty(store_settings)) as w:
        for name in ("river.md", "lee.md", "sea.md"):
            ingest(w, [pages / name])
        write(w, STRICT)
        migrate(w)
        assert w.ledger.content() == content


def test_more_predicates_than_the_bundled_server_keeps_are_refused(tmp_path: Path) -> None:
    many = "".join(f"  p{number}:\n" for number in range(MOST_PREDICATES + 1))
    text = f"types: [Person]\nvalue_kinds: []\npredicates:\n{many}"
    with fake_workspace(tmp_path / "local") as w:
        write(w, text)
        with pytest.raises(ConfigError, match="151 predicates; the bundled server takes 150"):
            ingest(w, [])
    with fake_workspace(tmp_path / "neo4j", store="bolt://localhost:1") as w:
        write(w, text)
        assert w.own_schema() == text


@pytest.mark.slow
def test_the_command_line_leads_through_it(tmp_path: Path, pages: Path) -> None:
    folder = tmp_path / "w"
    with fake_workspace(folder) as w:
        ingest(w, [pages])

    def run(*arguments: str, code: int = 0) -> Any:
        result = CliRunner().invoke(app, [*arguments, "--workspace", str(folder)])
        assert result.exit_code == code, result.output
        return result

    assert "there is no schema.yaml" in run("migrate").stdout
    assert run("schema", "show").stdout == template()
    run("schema", "init")
    assert "there is a schema.yaml already" in run("schema", "init", code=2).stderr
    file = folder / SCHEMA_FILE
    assert file.read_text(encoding="utf-8") == template()
    file.write_text("types: [Person]", encoding="utf-8")
    assert "the schema lacks 'value_kinds'" in run("migrate", code=2).stderr
    assert "stays what it was" in run("stats").stderr
    file.write_text(STRICT, encoding="utf-8")
    assert "not applied yet" in run("stats").stderr
    assert "not applied yet" in run("check").stdout
    shown = run("migrate").stdout
    assert "quarantine: 2 statements in (1 domain, 1 predicate), 0 out" in shown
    assert "“Ann Lee was directed by Edgar Romero.”" in shown
    assert "2 statements in quarantine" in run("migrate", "--yes").stdout
    assert run("stats").stderr == ""
    listed = json.loads(run("quarantine", "--predicate", "directed_by", "--json").stdout)
    assert (listed["statements"], listed["reasons"]) == (1, {"domain": 1})
    assert listed["held"][0]["document"] == "pages/lee.md"
    assert "and 1 more" in run("quarantine", "--limit", "1").stdout
    assert "1 statements" in run("quarantine", "--document", "pages/sea.md").stdout
    assert "there is no reason" in run("quarantine", "--reason", "mood", code=2).stderr
    assert "0 subjects" in run("quarantine", "--conflicts").stdout
    assert "nothing to migrate" in run("migrate").stdout
    assert run("schema", "show").stdout == STRICT
    file.unlink()
    assert "quarantine: 0 statements in (none), 2 out" in run("migrate").stdout
