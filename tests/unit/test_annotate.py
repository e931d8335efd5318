"""Annotating proposes passages worth it, takes corrections by short commands, and goes on later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgtransfer.annotations import AnnotatedText, Marked, Related, read_annotations
from kgtransfer.annotations.draft import Draft
from kgtransfer.annotations.propose import propose
from kgtransfer.cli.app import app
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import SourceDocument
from kgtransfer.train.corpora import graph_of
from kgtransfer.workspace import Workspace
from tests.fakes import CapitalisedExtractor

TEXTS = {
    "bare": "Ann Lee and Bob Ray once sat here.",
    "same": "Ann Lee and Bob Ray once sat there.",
    "said": "Eva Orr directed Dark River. She was born in Manila.",
    "rain": "It rained and rained on that day.",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Workspace.open(tmp_path / "w", create=True).close()
    documents = [SourceDocument(f"t/{name}", name, text, "en") for name, text in TEXTS.items()]
    graph_of(documents, CapitalisedExtractor(), tmp_path / "w" / "ledger.sqlite")
    return tmp_path / "w"


def run(folder: Path, stdin: str, *arguments: str) -> Any:
    output = str(folder.parent / "mine.jsonl")
    command = ["annotate", "-w", str(folder), "-o", output, *arguments]
    return CliRunner().invoke(app, command, input=stdin)


def test_bare_and_unsure_passages_are_proposed_and_near_copies_are_not(folder: Path) -> None:
    ledger = Ledger.open(folder / "ledger.sqlite")
    found = {p.title: p for p in propose(ledger, 10)}
    ledger.close()
    assert len(found) == 2
    assert found.keys() <= {"bare", "same", "said"}
    assert "rain" not in found
    said = found["said"]
    assert "unsure relation" in said.reasons
    text = said.text.text
    names = {text[m.start : m.end]: m.label for m in said.text.entities}
    assert names["Eva Orr"] == "Person"
    assert names.get("She", "pronoun") == "pronoun"


def test_corrections_are_kept_and_the_same_command_goes_on(folder: Path) -> None:
    first = run(folder, "-2; + Bob Ray = Poet; + 1 knows 3\n\nq\n", "--containing", "Ann Lee")
    assert first.exit_code == 0, first.output
    [text] = read_annotations([folder.parent / "mine.jsonl"])
    spelled = [(text.text[m.start : m.end], m.label) for m in text.entities]
    assert spelled == [("Ann Lee", "Person"), ("Bob Ray", "Poet")]
    assert text.relations == (Related(0, "knows", 1),)
    assert [m.label for m in text.wrong_entities] == ["Person"]
    assert text.complete
    again = run(folder, "s\n", "--containing", "Ann Lee")
    assert "1/1" in again.output
    last = run(folder, "", "--containing", "Ann Lee")
    assert "no passage is left" in last.output
    skipped = read_annotations([folder.parent / "mine.jsonl"])[1]
    assert not skipped.complete
    assert not skipped.entities


def draft() -> Draft:
    text = "Ann Lee met Ann Lee and Bob Ray."
    entities = (Marked(0, 7, "Person"), Marked(24, 31, "Person"))
    return Draft(AnnotatedText(text, entities, (Related(0, "met", 1),)))


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("-9", "there is no entity 9"),
        ("-x", "there is no relation x"),
        ("+ Bob = Person", "overlaps entity 2"),
        ("+ Ann Lee#3 = Person", "does not hold 'Ann Lee' 3 times"),
        ("+ 1 likes 1", "joins two entities"),
        ("what", "is no command"),
    ],
)
def test_a_wrong_command_changes_nothing_of_its_line(line: str, said: str) -> None:
    started = draft()
    before = started.finished()
    assert said in started.apply(f"1 Poet; -a; {line}")
    assert started.finished() == before


def test_what_a_rejected_entity_took_part_in_goes_with_it() -> None:
    started = draft()
    assert started.apply("+ Ann Lee#2 = Poet; + 3 likes 1; a knows; -2") == ""
    text = started.finished()
    assert text.entities == (Marked(0, 7, "Person"), Marked(12, 19, "Poet"))
    assert text.relations == (Related(1, "likes", 0),)
    assert text.wrong_entities == (Marked(24, 31, "Person"),)
