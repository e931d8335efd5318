"""`kgtransfer evaluate extraction` on a folder of corpora."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgtransfer.cli import app

_SENTENCE = "{}\tB-person\n{}\tI-person\nwas\tO\nborn\tO\nin\tO\n{}\tB-location\n.\tO\n\n"
_PEOPLE = [("Ann", "Lee", "Paris"), ("Bob", "Smith", "Rome"), ("Carol", "Jones", "Berlin")]


def _run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["evaluate", "extraction", *arguments])


@pytest.fixture
def corpora(tmp_path: Path) -> Path:
    folder = tmp_path / "corpora"
    (folder / "wnut17").mkdir(parents=True)
    text = "".join(_SENTENCE.format(*names) for names in _PEOPLE * 20)  # four texts
    (folder / "wnut17" / "dev.conll").write_text(text, encoding="utf-8")
    (folder / "wnut17" / "train.conll").write_text(text, encoding="utf-8")
    return folder


def test_a_folder_of_corpora_gives_one_table_without_what_was_trained_on(corpora: Path) -> None:
    run, output = corpora.parent / "run.toml", corpora.parent / "result.json"
    run.write_text('data = "d"\noutput = "o"\nepochs = 1\n[shares]\nwnut17 = 0.5\n', "utf-8")
    done = _run(str(corpora), "--tier", "fast", "--trained-by", str(run), "--output", str(output))
    assert done.exit_code == 0, done.output
    assert done.output.startswith("| measured on |")
    report = json.loads(output.read_text("utf-8"))
    assert report["settings"]["trained_by"] == ["run.toml"]
    dev, train = report["names"]
    assert dev["texts"] + train["texts"] == 4 == (dev["of"] + train["of"]) / 2
    row = next(row for row in (dev, train) if row["texts"])
    assert row["typed"]["f1"] > 0.8
    assert {"Person", "Location"} <= row["by_type"].keys()


def test_a_wrong_call_says_what_to_do(corpora: Path) -> None:
    empty = corpora / "empty"
    empty.mkdir()
    assert "none of the corpora is here" in _run(str(empty), "--tier", "fast").output
    assert "no corpus 'conll'" in _run(str(corpora), "--only", "conll").output
    file = corpora / "wnut17" / "dev.conll"
    assert "go with a folder" in _run(str(file), "--only", "uner").output
