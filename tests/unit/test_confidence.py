"""A reader's confidence is fitted on half of the questions and judged on the other."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from kgtransfer.read.answer import Trace
from kgtransfer.read.follow import Candidate
from kgtransfer.records import Passage, Subgraph
from kgtransfer.train.confidence import (
    Case,
    ConfidenceConfig,
    calibrate,
    coverage,
    logistic,
    single_pages,
    without_answer,
)


@dataclass
class GivenReader:
    """Says "Ken Loach" to everything, as surely as the number in the question."""

    weights: list[float] = field(default_factory=list)

    def trace(self, question: str, subgraph: Subgraph) -> Trace | None:
        if "nothing" in question:
            return None
        sure = float(question.split()[0])
        certain = True if "both" in question else None
        return Trace(Candidate("Ken Loach", sure, sure, (), 1), (sure, 0, 0, 0, 0), certain)

    def confidence(self, trace: Trace) -> float:
        return trace.candidate.score


def case(question: str, *golds: str) -> Case:
    texts = ("Kes was directed by Ken Loach.", "Ran was directed by Akira Kurosawa.")
    passages = tuple(Passage(f"d{i}", "", f"c{i}", 1.0, t, 0) for i, t in enumerate(texts))
    return Case(question, Subgraph(question, passages), golds)


CASES = [
    *(case(f"{sure} who?", "Ken Loach") for sure in (0.9, 0.8, 0.7)),
    *(case(f"{sure} who?", "Akira Kurosawa") for sure in (0.3, 0.2, 0.1)),
    case("0.5 both?", "Ken Loach"),
    case("nothing?", "Ken Loach"),
]


def test_surer_answers_get_more_confidence() -> None:
    found = calibrate(GivenReader(), CASES, ridge=0.01)  # type: ignore[arg-type]
    assert found["weights"][1] > 1
    assert found["compared"] == [0.667, 0.5]  # one of one right, with one more of each sort


def test_a_higher_threshold_answers_less_and_more_surely() -> None:
    rows = coverage(GivenReader(), CASES)  # type: ignore[arg-type]
    assert [row["coverage"] for row in rows] == sorted((r["coverage"] for r in rows), reverse=True)
    assert rows[0] == {"threshold": 0.1, "coverage": 0.875, "precision": 0.571}
    assert rows[-1] == {"threshold": 0.9, "coverage": 0.125, "precision": 1.0}


def test_an_unanswerable_case_has_no_passage_with_the_answer() -> None:
    asked = without_answer(case("0.9 who?", "ken loach"))
    assert [p.chunk for p in asked.subgraph.passages] == ["c1"]
    assert asked.golds == ()


def test_single_pages_stand_among_others(tmp_path: Path) -> None:
    file = tmp_path / "squad.json"
    paragraphs = [
        {
            "context": f"Page {n} was written by Author {n}.",
            "qas": [
                {"question": f"{n}?", "answers": [{"text": f"Author {n}", "answer_start": 22}]}
            ],
        }
        for n in range(5)
    ]
    file.write_text(json.dumps({"data": [{"paragraphs": paragraphs}]}), encoding="utf-8")
    config = ConfidenceConfig(
        data=tmp_path, output=tmp_path, workspace=tmp_path, questions=file, single_pages=3
    )
    cases = list(single_pages(file, config, 3))
    assert [c.question for c in cases] == ["2?", "3?", "4?"]
    for each in cases:
        assert any(each.golds[0] in p.text for p in each.subgraph.passages)


def test_logistic_regression_finds_the_boundary() -> None:
    rows = [(1.0, x / 10) for x in range(-20, 21)]
    weights = logistic(rows, [float(x > 0.5) for _, x in rows], ridge=1e-3)
    assert -weights[0] / weights[1] == pytest.approx(0.55, abs=0.1)
