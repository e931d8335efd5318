from __future__ import annotations

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
