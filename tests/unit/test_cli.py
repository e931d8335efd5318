"""The command line starts quickly, explains itself, and ends with the right code and one line."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from kgtransfer.cli import app
from tests.workspaces import fake_workspace, ingest

HEAVY = ("torch", "spacy", "transformers", "neo4j", "numpy", "pydantic", "rdflib", "networkx")


def run(*arguments: str, stdin: str | None = None) -> Any:
    return CliRunner().invoke(app, list(arguments), input=stdin)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom typer.testing import CliRunner\nimport kgtransfer.cli as c\n"
        "assert CliRunner().invoke(c.app, ['--help']).exit_code == 0\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def commands(command: Any, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Any]]:
    inner = getattr(command, "commands", None)
    if inner is None:
        return [(path, command)]
    return [pair for name, sub in inner.items() for pair in commands(sub, (*path, name))]


COMMANDS = {" ".join(path): command for path, command in commands(get_command(app))}


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example(name: str) -> None:
    assert f"Example: kgtransfer {name}" in COMMANDS[name].help


@pytest.mark.parametrize(
    "arguments",
    [("ask", "Who?"), ("documents",), ("stats",), ("cypher", "RETURN 1"), ("store", "url")],
)
def test_without_a_workspace_it_says_how_to_make_one(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run(*arguments, "--workspace", str(tmp_path / "none"))
    assert result.exit_code == 2
    assert "there is no workspace here" in result.stderr
    assert "kgtransfer ingest" in result.stderr
    assert not (tmp_path / "none").exists()


def test_a_dry_run_changes_nothing(tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("Kes was directed by Ken Loach in 1969.", encoding="utf-8")
    result = run("ingest", str(note), "--dry-run", "--workspace", str(tmp_path / "none"))
    assert result.exit_code == 0
    assert result.stdout.startswith("1 new, 0 changed, 0 unchanged: 8 words in 1 chunks")
    asked = run("ingest", str(note), "--dry-run", "--json", "--workspace", str(tmp_path / "none"))
    assert json.loads(asked.stdout)["new"] == 1
    assert list(tmp_path.iterdir()) == [note]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_prints_json(name: str) -> None:
    options = {option for parameter in COMMANDS[name].params for option in parameter.opts}
    always = name.split()[0] in ("train", "evaluate")
    assert "--json" in options or always or name in ("annotate", "serve")


def test_names_are_printed_whole_and_as_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = tmp_path / "[bold] a [red] :dog: file with a name that does not fit into a column.txt"
    note.write_text("Kes was directed by Ken Loach in 1969.", encoding="utf-8")
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [note])
        w.ledger.history.snapshot("[/x]")
        id_ = next(w.ledger.documents()).document.id
    here = ("--workspace", str(tmp_path / "w"))
    row = next(line for line in run("documents", *here).stdout.splitlines() if id_ in line)
    assert note.name in row  # not a terminal: one line each
    assert "[/x]" in run("log", *here).stdout
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a terminal
    monkeypatch.setenv("COLUMNS", "40")
    assert "…" not in run("documents", *here).stdout


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path))

    monkeypatch.setattr("kgtransfer.workspace.Workspace.open", full)
    result = run("stats", "--workspace", str(tmp_path))
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: {tmp_path}: the disk is full. Nothing that was kept")


def test_what_may_not_be_written_is_one_line(tmp_path: Path) -> None:
    result = run("schema", "init", "--workspace", "/proc/none")
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    with fake_workspace(tmp_path) as w:
        w.ledger.close()
    (tmp_path / "ledger.sqlite").unlink()
    (tmp_path / "ledger.sqlite").mkdir()
    result = run("documents", "--workspace", str(tmp_path))
    assert "the ledger cannot be used" in result.stderr
    assert "allowed to write" in result.stderr


def test_errors_are_json_where_json_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["kgtransfer", "documents", "--json"])
    result = run("documents", "--json", "--workspace", str(tmp_path / "none"))
    assert json.loads(result.stdout)["error"] == "there is no workspace here"
    monkeypatch.setattr(sys, "argv", ["kgtransfer", "documents", "--json", "--jsom"])
    result = run("documents", "--json", "--jsom")
    assert result.exit_code == 2
    assert "--jsom" in json.loads(result.stdout)["error"]


def test_it_says_its_version() -> None:
    assert run("--version").stdout.startswith("kgtransfer 0.")


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_json_is_whole_on_any_terminal(tmp_path: Path, encoding: str) -> None:
    note = tmp_path / "Zürich 🎉.txt"
    note.write_text("Kes was directed by Ken Loach in 1969.", encoding="utf-8")
    with fake_workspace(tmp_path / "w") as w:
        ingest(w, [note])
    printed = {}
    for options in ([], ["--json"]):
        command = [sys.executable, "-c", "from kgtransfer.cli import main; main()", "documents"]
        done = subprocess.run(
            [*command, "--workspace", str(tmp_path / "w"), *options],
            env=os.environ | {"PYTHONIOENCODING": encoding},
            capture_output=True,
            check=True,
        )
        printed[bool(options)] = done.stdout.decode(encoding)
    assert json.loads(printed[True])[0]["document"]["uri"].endswith("Zürich 🎉.txt")
    assert "rich" in printed[False]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("ask", "Who?", "--fusion", "maybe"), "--fusion is on or off"),
        (("ask", "Who?", "--where", "year"), "not key=value"),
        (("ask", " "), "the question is empty"),
        (("ask", "Who is \udcff?"), "the question: not UTF-8 at character 8"),
        (("ask", "--file", "/no/such/file"), "/no/such/file: no such file or directory"),
        (("remove", "\udcff"), "not UTF-8"),
        (("cypher", "RETURN '\udcff'"), "the query: not UTF-8"),
        (("ask", "Who?", "--retriever", "magic"), "retriever"),
        (("cypher", "RETURN 1", "--param", "x"), "not name=value"),
        (("cypher", "RETURN 1", "--params", "{"), "not JSON"),
        (("cypher", "RETURN 1", "--params", "[]"), "not a JSON object"),
        (("export", "graph.xls"), "xls"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, arguments: tuple[str, ...], message: str) -> None:
    from kgtransfer.workspace import Workspace

    Workspace.open(tmp_path, create=True).close()
    result = run(*arguments, "--workspace", str(tmp_path))
    assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
    assert message in result.stderr


@pytest.fixture
def kes(tmp_path: Path) -> Path:
    """A workspace with an index, without a running server."""
    from kgtransfer.retrieve.build import build_index
    from tests.contracts.test_as_cypher import graph
    from tests.fakes import HashingEncoder

    with fake_workspace(tmp_path / "w") as workspace:
        build_index(graph(), HashingEncoder(), workspace.index_folder, revision=1)
    return tmp_path / "w"


def test_a_question_is_printed_as_cypher_or_refused(kes: Path) -> None:
    asked = ["ask", "--as-cypher", "-w", str(kes)]
    result = run(*asked, "Which films did Ken Loach direct?")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith("MATCH ")
    assert "RETURN" in result.stdout.splitlines()[-1]  # the query alone: it can be piped
    assert "understood: all work" in result.stderr
    record = json.loads(run(*asked, "--json", "How many people were born in Nuneaton?").stdout)
    assert record["query"]["parameters"]
    refused = run(*asked, "Which films did Ken Loach not direct?")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "“not”" in refused.stderr or "not so" in refused.stderr
    several = run(*asked, "-", stdin="Who directed Kes?\nWho directed?\n")
    assert several.exit_code == 0


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--run"], "--as-cypher"),
        (["--explain", "--generator", "endpoint:m"], "--generator"),
        (["--generator", "gpt"], "endpoint:MODEL"),
    ],
)
def test_options_of_ask_that_do_not_go_together(
    kes: Path, options: list[str], message: str
) -> None:
    result = run("ask", "Who?", "-w", str(kes), *options)
    assert result.exit_code == 2
    assert message in result.output
