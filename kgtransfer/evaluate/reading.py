"""`kgtransfer evaluate reading`: is a question answered rightly where its page is given.

Nothing is searched for: each question is read from its own text by the whole reader.
"""

from __future__ import annotations

from collections.abc import Iterable

from kgtransfer.evaluate.qa import QaReport, evaluate_qa
from kgtransfer.read.answer import Reader
from kgtransfer.records import Answer, Passage, Subgraph
from kgtransfer.train.page_questions import PageQuestion


def evaluate_reading(
    reader: Reader, questions: Iterable[PageQuestion], *, threshold: float = 0.0
) -> QaReport:
    """Read each question's text and score the answer; below `threshold` it is withheld."""
    asked = list(questions)
    subgraphs = iter([_page(number, one) for number, one in enumerate(asked)])

    def answer(question: str) -> Answer:
        return reader.read(question, next(subgraphs), threshold=threshold)

    return evaluate_qa(
        answer,
        (
            {
                "question": one.question,
                "answer": one.golds[0] if one.golds else None,
                "answer_aliases": one.golds[1:],
                "type": one.kind,
            }
            for one in asked
        ),
    )


def _page(number: int, asked: PageQuestion) -> Subgraph:
    passage = Passage(f"d{number}", asked.title, f"c{number}", 1.0, asked.text, 0)
    return Subgraph(asked.question, (passage,))
