from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.errors import InputError
from kgtransfer.train.questions import (
    ReadingExample,
    crop,
    elsewhere,
    occurrences,
    refuse,
    two_wiki,
)

LONG = "Ken Loach was born in Nuneaton. " + "He made many films. " * 30

QUESTION = {
    "type": "compositional",
    "question": "Where was the director of Kes born?",
    "answer": "Nuneaton",
    "supporting_facts": [["Kes (film)", 0], ["Ken Loach", 0]],
    "evidences": [
        ["Kes", "director", "Ken Loach"],
        ["Ken Loach", "place of birth", "Nuneaton"],
    ],
    "context": [
        ["Kes (film)", ["Kes was directed by Ken Loach."]],
        ["Ken Loach", ["Ken Loach was born in Nuneaton.", "He is English."]],
        ["Ran", ["Ran is a film."]],
    ],
}


def test_evidence_becomes_one_hop_questions_and_the_question_is_read_page_by_page(
    tmp_path: Path,
) -> None:
    path = tmp_path / "questions.json"
    path.write_text(json.dumps([QUESTION]))
    found = list(two_wiki(path, random.Random(0)))
    hops = {r: (e.title, e.text[slice(*e.spans[0])]) for r, e in found if r != "multihop"}
    assert hops == {
        "director": ("Kes (film)", "Ken Loach"),
        "place of birth": ("Ken Loach", "Nuneaton"),
    }
    whole = {e.title: e.label for r, e in found if r == "multihop"}
    assert whole == {"Kes (film)": "none", "Ken Loach": "span", "Ran": "none"}


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such data file"):
        list(two_wiki(tmp_path / "none.json", random.Random(0)))


@given(st.integers(0, 10_000), st.integers(30, 120))
def test_a_crop_keeps_a_gold_span_and_its_text(seed: int, low: int) -> None:
    spans = occurrences("Nuneaton", LONG)
    example = ReadingExample("Where was he born?", "", LONG, spans, "span")
    cut = crop(example, random.Random(seed), low, low + 100)
    assert cut.spans
    assert all(cut.text[a:b] == "Nuneaton" for a, b in cut.spans)


def test_stretches_and_strangers_without_the_answer_are_unanswerable() -> None:
    spans = occurrences("Nuneaton", LONG)
    one = ReadingExample("Where was Ken Loach born?", "Ken Loach", LONG, spans, "span")
    other = ReadingExample("Where was Jo born?", "Jo", "Jo was born in Ulm.", ((15, 18),), "span")
    none = [*elsewhere([("born", one)])]
    none += refuse([("born", one), ("born", other)], random.Random(1), 1.0)
    assert none
    assert all(
        e.label == "none" and "Nuneaton" not in e.text for e in none if "Loach" in e.question
    )
