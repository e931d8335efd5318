"""A reader's confidence is fitted so that it means how often the reader is right."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kgtransfer.read.compare import Comparison, Side, Verdict
from kgtransfer.read.confidence import (
    COMPARED,
    READ,
    Confidence,
    is_titled,
    signs_of_comparison,
    signs_of_reading,
)
from kgtransfer.read.follow import Candidate
from kgtransfer.read.pages import Evidence, Page
from kgtransfer.records import Passage, Subgraph
from kgtransfer.train.calibration import (
    Judged,
    by_folds,
    coverage,
    fit,
    logistic,
    nonnegative,
    shares,
    threshold_for,
)
from kgtransfer.train.confidence import (
    Case,
    ConfidenceConfig,
    one_hop,
    single_pages,
    without_answer,
)
from tests.fakes import HashingEncoder


def case(question: str, *golds: str) -> Case:
    texts = ("Kes was directed by Ken Loach.", "Ran was directed by Akira Kurosawa.")
    passages = tuple(Passage(f"d{i}", "", f"c{i}", 1.0, t, 0) for i, t in enumerate(texts))
    return Case(question, Subgraph(question, passages), golds)


def candidate(text: str, score: float = -0.1, title: str = "Kes (film)") -> Candidate:
    passage = Passage("d", title, "c", 1.0, "Kes was directed by Ken Loach in 1969.", 0)
    evidence = Evidence(passage, 20, 29)
    return Candidate(text, score, score, (evidence,), 1, about=True)


def judged(seed: int = 0, cases: int = 400) -> list[Judged]:
    """Surer readings are right more often; "about" says the contrary, by chance."""
    rng = random.Random(seed)
    found = []
    for number in range(cases):
        reading = -rng.random() * 8
        right = rng.random() < 1 / (1 + np.exp(-(reading + 4)))
        signs = dict.fromkeys(READ, 0.0) | {"reading": reading, "about": float(not right)}
        found.append(Judged("a", number, signs, False, right))
    compared = dict.fromkeys(COMPARED, 1.0)
    found += [Judged("a", n, compared, True, n % 10 > 0) for n in range(50)]
    return [*found, Judged("a", 0, None, False, False)]


def test_the_confidence_means_how_often_it_is_right() -> None:
    found = fit(judged())
    assert found.read["reading"] > 0.5
    assert found.read["about"] == 0.0  # more of a sign never makes less sure
    sure, right = by_folds(judged(1))
    told = np.asarray(sure)
    for low, high in ((0.2, 0.5), (0.5, 0.8)):
        within = (told >= low) & (told < high)
        assert np.asarray(right)[within].mean() == pytest.approx(told[within].mean(), abs=0.12)
    assert sure[-1] == 0.0  # nothing was read
    assert found.probability(dict.fromkeys(COMPARED, 1.0), compared=True) > 0.8


def test_each_set_counts_the_same_but_a_few_cases_for_four_times_themselves() -> None:
    few = [Judged("few", n, dict.fromkeys(COMPARED, 1.0), True, False) for n in range(20)]
    many = [Judged("many", n, dict.fromkeys(COMPARED, 1.0), True, True) for n in range(80)]
    assert shares([*few, *many]).tolist() == pytest.approx([2.5] * 20 + [100 / 160] * 80)
    sure = fit([*few, *many]).probability(dict.fromkeys(COMPARED, 1.0), compared=True)
    assert sure == pytest.approx(0.5, abs=0.01)
    assert shares([*few[:5], *many]).tolist() == pytest.approx([4.0] * 5 + [85 / 160] * 80)


def test_the_threshold_is_the_least_that_is_precise_enough() -> None:
    sure, right = [0.9, 0.8, 0.7, 0.6], [True, True, False, True]
    same = np.ones(4, np.float32)
    assert threshold_for(0.9, sure, right, same) == pytest.approx(0.71)
    assert threshold_for(0.7, sure, right, same) == pytest.approx(0.01)
    first = np.array([9, 9, 1, 1], np.float32)
    assert threshold_for(0.9, sure, right, first) == pytest.approx(0.01)
    assert threshold_for(0.9, sure, [False] * 4, same) == 0.99
    rows = coverage(sure, right, (0.5, 0.75))
    assert rows[0] == {"threshold": 0.5, "coverage": 1.0, "precision": 0.75}
    assert rows[1] == {"threshold": 0.75, "coverage": 0.5, "precision": 1.0}


def test_a_folder_keeps_what_was_fitted_and_an_older_one_is_unfitted() -> None:
    stored = {"read": {"bias": 2.0}, "compared": {"bias": 1.0}, "precise": 0.7}
    assert Confidence.of(stored).precise == 0.7
    assert Confidence.of(stored).probability({"reading": -3.0}, compared=False) > 0.85
    assert Confidence.of({"weights": [1.0], "compared": [0.9, 0.5]}) == Confidence()


def test_signs_say_what_was_read_and_how() -> None:
    question = "Who directed Kes in 1969?"
    signs = signs_of_reading(question, [candidate("Ken Loach"), candidate("Loach", -2.1)])
    assert set(signs) == set(READ)
    assert signs["lead"] == pytest.approx(2.0)
    assert (signs["titled"], signs["names"], signs["kind"]) == (1.0, 1.0, 1.0)
    other = candidate("in 1970", title="Ran")
    signs = signs_of_reading("Who directed Raining Stones?", [other])
    assert (signs["titled"], signs["names"], signs["kind"]) == (0.0, 0.0, -1.0)
    guessed = signs_of_reading(question, [replace(other, guessed=True, link=-20.0)])
    assert (guessed["followed"], guessed["link"]) == (0.0, -8.0)


def test_a_side_that_only_resembles_its_page_is_less_sure() -> None:
    def page(title: str) -> Page:
        return Page("d", title, (candidate("x").evidence[0].passage,), (0.0,))

    def signs(*titles: str) -> dict[str, float]:
        said = ("Essa Obaid (bodybuilder)", "Ken Loach")
        sides = tuple(Side(name, page(title)) for name, title in zip(said, titles, strict=True))
        comparison = Comparison("choice", sides, "birth")  # type: ignore[arg-type]
        return signs_of_comparison(comparison, Verdict("Ken Loach", (), True))

    assert signs("Essa Obaid (bodybuilder)", "Ken Loach")["titled"] == 1.0
    assert signs("Essa Obaid (footballer)", "Ken Loach")["titled"] == 0.0
    assert set(signs("Essa Obaid", "Ken Loach")) == set(COMPARED)
    assert is_titled("Who wrote Kes?", "Kes (film)")
    assert not is_titled("Who wrote Keswick?", "Kes (film)")


def test_an_unanswerable_case_has_no_passage_with_the_answer() -> None:
    asked = without_answer(case("Who?", "ken loach"))
    assert [p.chunk for p in asked.subgraph.passages] == ["c1"]
    assert asked.golds == ()


def test_one_step_of_a_question_is_asked_by_itself() -> None:
    rng = random.Random(0)
    assert one_hop({"evidence": [["Kes", "director", "Ken Loach"]]}, rng) is not None
    musique = {
        "question_decomposition": [
            {"question": "Kes >> director", "answer": "Ken Loach", "paragraph_support_idx": 0}
        ],
        "paragraphs": [{}],
    }
    found = one_hop(musique, rng)
    assert found is not None
    assert "Kes" in found[0]
    assert found[1] == "Ken Loach"
    assert one_hop({"supporting_facts": []}, rng) is None


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
        data=tmp_path, output=tmp_path, workspace=tmp_path, questions=(file,), single_pages=3
    )
    cases = list(single_pages(file, config, 3, HashingEncoder()))
    assert [c.question for c in cases] == ["2?", "3?", "4?"]
    for each in cases:
        assert any(each.golds[0] in p.text for p in each.subgraph.passages)


def test_logistic_regression_finds_the_boundary() -> None:
    rows = [(1.0, x / 10) for x in range(-20, 21)]
    right = [float(x > 0.5) for _, x in rows]
    weights = logistic(rows, right, ridge=1e-3)
    assert -weights[0] / weights[1] == pytest.approx(0.55, abs=0.1)
    same = np.ones(len(rows), np.float32)
    assert nonnegative([(1.0, -x) for _, x in rows], right, 1.0, same)[1] == 0.0
