from __future__ import annotations

import pytest

from kgtransfer.evaluate.abstention import abstention, made_unanswerable
from kgtransfer.evaluate.qa import evaluate_qa
from kgtransfer.records import Answer, Citation

TEXTS = {"d1": "Kes was directed by Ken Loach. He was born in Nuneaton."}
QUESTIONS = [
    {"question": "Who directed Kes?", "answer": "Ken Loach", "question_type": "one"},
    {"question": "Where was he born?", "answer": "the Nuneaton", "question_type": "one"},
    {"question": "Who wrote it?", "answer": "Barry Hines", "type": "two"},
]


def answer(question: str) -> Answer:
    quote = Citation("d1", "Kes", "c1", 0, 30, TEXTS["d1"][:30])
    if question.startswith("Who directed"):
        return Answer(question, "Ken Loach", False, 0.9, (quote,))
    if question.startswith("Where"):
        wrong = Citation("d1", "Kes", "c1", 31, 40, "not there")
        return Answer(question, "Nuneaton.", False, 0.8, (wrong,))
    return Answer(question, None, True, 0.1)


def test_an_abstention_counts_zero_and_lowers_coverage_but_not_precision() -> None:
    report = evaluate_qa(answer, QUESTIONS)
    assert (report.all.exact_match, report.all.coverage, report.all.precision) == (66.7, 0.667, 1.0)
    assert report.by_type["one"].exact_match == 100.0
    assert report.by_type["two"].f1 == 0.0


def test_a_quote_that_is_not_the_documents_text_is_counted() -> None:
    report = evaluate_qa(answer, QUESTIONS, text_of=TEXTS.__getitem__)
    assert (report.quotes, report.wrong_quotes) == (2, 1)


def test_risk_and_coverage_follow_the_confidence() -> None:
    figures = abstention([0.9, 0.8, 0.7, 0.1], [True, True, False, True])
    # risk at each coverage: 0, 0, 1/3, 1/4; with the wrong one last: 0, 0, 0, 1/4
    assert figures.aurc == pytest.approx((1 / 3 + 1 / 4) / 4, abs=1e-4)
    assert figures.best_aurc == pytest.approx(1 / 16, abs=1e-4)
    assert (figures.coverage_at_precision_90, figures.threshold_90) == (0.5, 0.8)
    assert figures.curve[-1].coverage == 1.0
    assert figures.curve[-1].risk == 0.25


def test_answers_of_one_confidence_are_not_parted() -> None:
    figures = abstention([0.5] * 4, [True, True, True, False])
    assert figures.coverage_at_precision_90 == 0.0
    assert {point.coverage for point in figures.curve} == {1.0}
    assert abstention([], []).curve == ()


def test_a_question_without_its_gold_pages_has_no_right_answer() -> None:
    question = {"question": "Who directed Kes?", "answer": "Ken Loach"}
    asked = made_unanswerable([question | {"evidence": [["Kes", "director", "Ken Loach"]]}], 1.0)
    given: list[object] = []

    def stubborn(question: str, without: object = None) -> Answer:
        given.append(without)
        return answer(question)

    report = evaluate_qa(stubborn, asked)
    assert given == [frozenset({"kes"})]
    assert (report.unanswerable, report.all.exact_match) == (1, 0.0)
    assert made_unanswerable([question], 1.0) == [question]  # it does not say where its answer is
    assert made_unanswerable(asked, 0.0) == asked
