"""The samples: questions that their passages answer, pages that the readers read."""

from __future__ import annotations

import json

from kgtransfer.config import shipped
from kgtransfer.corpus.sources import read_sources
from kgtransfer.records import SourceDocument

SAMPLES = shipped("samples")


def test_every_question_has_its_passages_and_needs_two() -> None:
    texts = {
        p["title"]: p["text"] for p in json.loads((SAMPLES / "corpus.json").read_text("utf-8"))
    }
    questions = json.loads((SAMPLES / "questions.json").read_text("utf-8"))
    assert (len(texts), len(questions)) == (150, 30)
    for question in questions:
        needed = {subject for subject, _, _ in question["evidence"]}
        assert len(needed) >= 2
        assert needed <= set(texts)
        if question["question_type"] in ("compositional", "inference"):
            assert question["answer"] in texts[question["evidence"][-1][0]]


def test_the_longer_pages_are_read_with_their_titles() -> None:
    pages = [SAMPLES / name for name in ("goopy-and-bagha.md", "carolingians.html")]
    documents = [d for d in read_sources(pages) if isinstance(d, SourceDocument)]
    assert [(d.title, d.language) for d in documents] == [
        ("Goopy and Bagha", "en"),
        ("The Carolingians", "en"),
    ]
    for document, absent in zip(documents, ("](", "CC BY-SA"), strict=True):
        assert absent not in document.text
        assert len(document.text.split()) > 700
