from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kgtransfer.train.path_questions import PathQuestion, nested
from kgtransfer.train.path_sets import hotpot, musique, two_wiki

TWO_WIKI = {
    "type": "compositional",
    "question": "Where was the director of film Kes born?",
    "answer": "Nuneaton",
    "supporting_facts": [["Kes (film)", 0], ["Ken Loach", 0]],
    "evidences": [["Kes", "director", "Ken Loach"], ["Ken Loach", "place of birth", "Nuneaton"]],
    "context": [
        ["Kes (film)", ["Kes was directed by Ken Loach", "and shown with Ran."]],
        ["Ken Loach", ["Ken Loach was born in Nuneaton."]],
        ["Ran", ["Ran is a film."]],
    ],
}
MUSIQUE: dict[str, Any] = {
    "question": "Who founded the town where Kes was shot?",
    "answer": "Ilbert de Lacy",
    "question_decomposition": [
        {"question": "Kes >> shot in", "answer": "Barnsley", "paragraph_support_idx": 0},
        {"question": "Who founded #1?", "answer": "Ilbert de Lacy", "paragraph_support_idx": 1},
    ],
    "paragraphs": [
        {"title": "Kes", "paragraph_text": "Kes was shot in Barnsley.", "is_supporting": True},
        {"title": "Town", "paragraph_text": "Ilbert de Lacy made it.", "is_supporting": True},
    ],
}
HOTPOT = {
    "type": "bridge",
    "question": "In which county was the director of Kes born?",
    "answer": "Warwickshire",
    "supporting_facts": [["Ken Loach", 0], ["Kes", 0]],
    "context": [
        ["Ken Loach", ["Loach is from Warwickshire."]],
        ["Kes", ["Kes is a film by Ken Loach."]],
    ],
}


def read(
    reader: Callable[[Path, random.Random], Iterator[PathQuestion]], item: Any, folder: Path
) -> list[PathQuestion]:
    path = folder / "questions.json"
    path.write_text(json.dumps([item]))
    return list(reader(path, random.Random(0)))


def way(question: PathQuestion) -> list[tuple[str, str]]:
    return [(s.title, s.text[slice(*s.spans[0])]) for s in question.steps]


@pytest.mark.parametrize(
    ("reader", "item", "expected"),
    [
        (two_wiki, TWO_WIKI, [("Kes (film)", "Ken Loach"), ("Ken Loach", "Nuneaton")]),
        (musique, MUSIQUE, [("Kes", "Barnsley"), ("Town", "Ilbert de Lacy")]),
        (hotpot, HOTPOT, [("Kes", "Ken Loach"), ("Ken Loach", "Warwickshire")]),
    ],
)
def test_a_page_gives_the_name_that_leads_on_and_the_last_one_the_answer(
    reader: Any, item: Any, expected: list[tuple[str, str]], tmp_path: Path
) -> None:
    question = read(reader, item, tmp_path)[0]
    assert way(question) == expected
    assert question.named is not None
    assert question.question[slice(*question.named)] == "Kes"


def test_pages_that_the_first_one_names_too_lie_beside_the_path(tmp_path: Path) -> None:
    question = read(two_wiki, TWO_WIKI, tmp_path)[0]
    assert [(s.title, s.spans) for s, _ in question.beside] == [("Ran", ())]
    assert question.steps[1].linked == ("Kes (film)",)


def test_evidence_that_shares_a_name_becomes_more_questions(tmp_path: Path) -> None:
    made = [q for q in read(two_wiki, TWO_WIKI, tmp_path) if q.source == "2wiki made"]
    assert [way(q) for q in made] == [[("Kes (film)", "Ken Loach"), ("Ken Loach", "Nuneaton")]]
    for question in made:
        asked = ["".join(question.question[a:b] for a, b in s.asked) for s in question.steps]
        assert not set(asked[0].split()) >= {"Where"}
        assert all(asked)


def test_steps_that_do_not_follow_one_another_are_left_out(tmp_path: Path) -> None:
    parts = [
        MUSIQUE["question_decomposition"][0],
        {**MUSIQUE["question_decomposition"][1], "question": "Who founded Leeds?"},
    ]
    assert read(musique, {**MUSIQUE, "question_decomposition": parts}, tmp_path) == []


def test_a_nested_question_says_which_words_ask_for_which_hop() -> None:
    text, asked = nested(("director", "place of birth"), "Kes", random.Random(1))
    parts = [[text[a:b].strip() for a, b in spans] for spans in asked]
    assert "Kes" in text
    assert "Kes" not in " ".join(parts[0] + parts[1])
    assert any("direct" in part for part in parts[0])
    assert any(word in " ".join(parts[1]) for word in ("born", "birth"))
