"""The quality report names what a reader would complain about, from the ledger alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from kgtransfer.cli.app import app
from kgtransfer.errors import InputError
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.quality import Judgements, QualityReport, Verdict, quality_report, wilson
from kgtransfer.quality.judge import draw
from kgtransfer.records import Fact, SourceDocument
from kgtransfer.train.corpora import graph_of
from kgtransfer.workspace import Workspace
from tests.fakes import CapitalisedExtractor

TEXTS = {
    "born": "Ann Lee was born on 3 May 1950. It rained all day.",
    "born again": "Ann Lee was born on 4 June 1980. Ann Lee met Bob Ray.",
    "film": "Ann M Lee directed Dark River. Bob Ray admired [bold]Eva Orr[/red].",
    "films": "Anna Lee was here. Ann Lee directed Dark River. Bob Ray, then Eva Orr.",
    "nothing": "It rained and rained.",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a ledger and nothing else: no index, no store."""
    folder = tmp_path_factory.mktemp("quality") / "w"
    Workspace.open(folder, create=True).close()
    documents = [SourceDocument(f"t/{name}", "", text, "en") for name, text in TEXTS.items()]
    graph_of(documents, CapitalisedExtractor(), folder / "ledger.sqlite")
    return folder


@pytest.fixture(scope="module")
def report(folder: Path) -> QualityReport:
    ledger = Ledger.open(folder / "ledger.sqlite")
    try:
        return quality_report(ledger, sample=4, seed=1)
    finally:
        ledger.close()


def test_what_a_graph_holds_is_counted(report: QualityReport) -> None:
    assert report.facts_per_document.documents == 5
    assert report.facts_per_document.without_examples == ("t/nothing",)
    assert report.sentences.sentences == 10
    assert report.sentences.without == 5
    assert set(report.sentences.examples) == {
        "Bob Ray admired [bold]Eva Orr[/red].", "Bob Ray, then Eva Orr.",
    }  # fmt: skip
    assert (report.open_relations.predicates, report.open_relations.facts) == (1, 1)
    by_name = {p.predicate: p for p in report.predicates}
    assert by_name["met"].in_schema is False
    [said] = by_name["met"].examples
    assert (said.subject, said.object, said.sentence) == (
        "Ann Lee", "Bob Ray", "Ann Lee met Bob Ray.",
    )  # fmt: skip
    text = TEXTS["born again"]
    assert text[said.start : said.end] == said.sentence


def test_one_node_with_two_birth_dates_is_suspicious(report: QualityReport) -> None:
    [merge] = report.merges
    assert merge.names == ("Ann Lee",)
    assert merge.kind == "several date_of_birth"
    assert "1950" in merge.why
    assert "1980" in merge.why


def test_two_nodes_an_initial_apart_that_share_a_neighbour_are_suspicious(
    report: QualityReport,
) -> None:
    [split] = report.splits
    assert set(split.names) == {"Ann Lee", "Ann M Lee"}
    assert split.why == "share Dark River"


def fact(number: int) -> Fact:
    return Fact(f"f{number}", "e1", "met", "RELATES_TO", "e2", 0.9, 1, ("c1",), ("0:5",))


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    facts = [fact(n) for n in range(50)]
    assert draw(facts, 5, 3) == draw(list(reversed(facts)), 20, 3)[:5]
    assert draw(facts, 5, 3) != draw(facts, 5, 4)


def test_wilsons_interval_agrees_with_published_values() -> None:
    # Brown, Cai and DasGupta (2001) and Newcombe (1998): 81 of 263, 15 of 148, 0 of 20.
    for right, judged, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605),
                                     (0, 20, 0.0, 0.1611)):  # fmt: skip
        assert wilson(right, judged) == pytest.approx((low, high), abs=1e-4)


def run(folder: Path, *arguments: str, stdin: str = "") -> Any:
    return CliRunner().invoke(app, ["quality", "-w", str(folder), *arguments], input=stdin)


def test_judging_stops_goes_on_and_gives_a_precision(folder: Path) -> None:
    first = run(folder, "--judge", "--sample", "4", stdin="what?\ny\nn\n")
    assert first.exit_code == 0, first.output
    assert "2 of 4 judged" in first.output
    assert not (folder / "server").exists()
    second = run(folder, "--judge", "--sample", "4", "--json", stdin="y\ns\nn\n")
    found = json.loads(second.stdout)["judgements"]
    assert found["sample"]["right"] == 2
    assert found["sample"]["wrong"] == 1
    assert found["sample"]["skipped"] == 1
    assert found["sample"]["low"] == pytest.approx(wilson(2, 3)[0], abs=1e-4)
    assert sum(p["right"] + p["wrong"] + p["skipped"] for p in found["by_predicate"].values()) == 4
    assert len((folder / "judgements.jsonl").read_text(encoding="utf-8").splitlines()) == 4


def test_the_command_shows_text_with_brackets_as_it_stands(folder: Path) -> None:
    shown = run(folder, "--sample", "9")
    assert shown.exit_code == 0, shown.output
    assert "Bob Ray admired [bold]Eva Orr[/red]." in shown.output


def test_a_damaged_line_of_judgements_is_named(tmp_path: Path) -> None:
    path = tmp_path / "judgements.jsonl"
    path.write_text('{"subject": "a"}\n', encoding="utf-8")
    with pytest.raises(InputError, match="line 1 is no judgement"):
        Judgements(path)
    assert Verdict("right") is Verdict.RIGHT
