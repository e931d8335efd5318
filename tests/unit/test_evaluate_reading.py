"""Questions whose text is given, from files in two formats."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgtransfer.errors import InputError
from kgtransfer.evaluate.reading import evaluate_reading
from kgtransfer.records import Answer, Subgraph
from kgtransfer.train.page_questions import read_questions

SQUAD = {
    "data": [
        {
            "title": "Ken_Loach",
            "paragraphs": [
                {
                    "context": "Kes was directed by Ken Loach.",
                    "qas": [
                        {
                            "question": " Who directed Kes?",
                            "answers": [{"text": "Ken Loach"}, {"text": "Loach"}],
                        },
                        {"question": "Who wrote Kes?", "answers": []},
                    ],
                }
            ],
        }
    ]
}
PUBMED = {
    "1": {"QUESTION": "Does it help?", "CONTEXTS": ["It did.", "Yes."], "final_decision": "yes"}
}


class Echo:
    """Answers with the last word of the text that it is given; withholds "Kes"."""

    def read(self, question: str, subgraph: Subgraph, *, threshold: float) -> Answer:
        if "wrote" in question:
            return Answer(question, None, True, 0.1)
        last = subgraph.passages[0].text.rstrip(".").split()[-1]
        return Answer(question, last, False, 0.9)


def test_each_question_is_read_from_its_own_text(tmp_path: Path) -> None:
    for name, content in (("squad", SQUAD), ("pubmed", PUBMED)):
        (tmp_path / name).write_text(json.dumps(content), encoding="utf-8")
    asked = read_questions(tmp_path / "squad")
    assert (asked[0].title, asked[0].question) == ("Ken Loach", "Who directed Kes?")
    report = evaluate_reading(Echo(), asked)  # type: ignore[arg-type]
    assert (report.all.questions, report.all.exact_match, report.unanswerable) == (2, 50.0, 1)
    assert report.all.precision == 1.0
    report = evaluate_reading(Echo(), read_questions(tmp_path / "pubmed"))  # type: ignore[arg-type]
    assert report.by_type["yes"].exact_match == 100.0


@pytest.mark.parametrize("content", ['{"data": [{"context": "?"}]}', "[1]", "no JSON", '{"a": 1}'])
def test_another_format_is_refused_with_the_known_ones(tmp_path: Path, content: str) -> None:
    file = tmp_path / "questions.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(InputError) as refused:
        read_questions(file)
    assert str(file) in str(refused.value)
