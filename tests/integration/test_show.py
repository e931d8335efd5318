"""The facts around an entity: as records, as a tree, and on a page in a real browser."""

from __future__ import annotations

import json
import shutil
import subprocess
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from kgtransfer.cli.app import app
from kgtransfer.history import find_entity
from kgtransfer.show import Neighbourhood, neighbourhood, tree, write_page
from tests.workspaces import fake_workspace, ingest

TEXT = (
    "Dark River was directed by Edgar Romero. Edgar Romero was born in Manila. "
    "Manila lies in Luzon. Ann Lee met </script><b>Edgar Romero."
)
BROWSER = next(filter(None, map(shutil.which, ("chromium", "google-chrome", "chrome"))), None)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("show")
    (folder / "a.txt").write_text(TEXT, encoding="utf-8")
    with fake_workspace(folder / "w") as w:
        ingest(w, [folder / "a.txt"])
    return folder / "w"


def around(folder: Path, name: str, **limits: int) -> Neighbourhood:
    with fake_workspace(folder) as w:
        return neighbourhood(w.open_index(), find_entity(w.ledger, name).id, **limits)


def said(found: Neighbourhood) -> set[tuple[str, str, str]]:
    return {(found.names[e.subject], e.predicate, found.names[e.object]) for e in found.edges}


def test_facts_come_hop_by_hop_with_their_sentences(workspace: Path) -> None:
    near = around(workspace, "Edgar Romero")
    assert ("Edgar Romero", "place_of_birth", "Manila") in said(near)
    assert ("Manila", "located_in", "Luzon") not in said(near)
    assert ("Manila", "located_in", "Luzon") in said(around(workspace, "Edgar Romero", hops=2))
    quotes = [quote for edge in near.edges for quote in edge.quotes]
    assert quotes
    assert all(TEXT[quote.start : quote.end] == quote.text for quote in quotes)
    few = around(workspace, "Edgar Romero", most=1)
    assert (len(few.edges), few.left_out) == (1, len(near.edges) - 1)


def test_the_tree_names_facts_both_ways(workspace: Path) -> None:
    console = Console(width=200, record=True, file=StringIO())
    console.print(tree(around(workspace, "Edgar Romero", hops=2)))
    text = console.export_text()
    assert "<- director" in text
    assert "place_of_birth ->" in text
    assert "“Edgar Romero was born in Manila.”" in text
    assert text.count("located_in") == 1


def test_the_command_prints_json(workspace: Path) -> None:
    result = CliRunner().invoke(app, ["show", "Dark River", "--json", "-w", str(workspace)])
    assert result.exit_code == 0, result.output
    assert {"center", "names", "types", "edges", "left_out"} == json.loads(result.stdout).keys()
    wrong = CliRunner().invoke(app, ["show", "Nobody", "-w", str(workspace)])
    assert wrong.exit_code == 2


@pytest.mark.skipif(BROWSER is None, reason="no Chromium to look at the page with")
def test_a_click_on_an_edge_shows_its_sentence(workspace: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    found = around(workspace, "Edgar Romero", hops=2)
    write_page(found, page)
    born = next(e.id for e in found.edges if e.predicate == "place_of_birth")
    click = f"<script>drawing.getElementById('{born}').emit('tap')</script></body>"
    before, _, after = page.read_text(encoding="utf-8").rpartition("</body>")
    page.write_text(before + click + after, encoding="utf-8")
    seen = subprocess.run(
        [
            str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
            f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000",
            page.as_uri(),
        ],
        capture_output=True, text=True, timeout=120, check=True,
    ).stdout  # fmt: skip
    assert "<blockquote>Edgar Romero was born in Manila.</blockquote>" in seen
    assert "<canvas" in seen
    assert "http://" not in seen.partition('<script type="application/json"')[0]
