from __future__ import annotations

import pytest

from kgtransfer.read.hops import split


def parts(question: str, name: str) -> tuple[str, str] | None:
    start = question.index(name)
    nested = split(question, start, start + len(name))
    return (nested.inner, nested.fill("Ann Lee")) if nested else None


@pytest.mark.parametrize(
    ("question", "name", "inner", "outer"),
    [
        (
            "Where was the director of film Kes born?",
            "Kes",
            "Who is the director of film Kes?",
            "Where was Ann Lee born?",
        ),
        (
            "What is the date of birth of the director of film Kes?",
            "Kes",
            "Who is the director of film Kes?",
            "What is the date of birth of Ann Lee?",
        ),
        (
            "Where is the capital of France?",
            "France",
            "What is the capital of France?",
            "Where is Ann Lee?",
        ),
        (
            "When did Ken Wiwa's father die?",
            "Ken Wiwa",
            "Who is the father of Ken Wiwa?",
            "When did Ann Lee die?",
        ),
        (
            "In what county is the city where Harris Fawell was born?",
            "Harris Fawell",
            "What is the city where Harris Fawell was born?",
            "In what county is Ann Lee?",
        ),
        (
            "Who is the maternal grandfather of Jo Roe?",
            "Jo Roe",
            "Who is the mother of Jo Roe?",
            "Who is the father of Ann Lee?",
        ),
        (
            "Who founded the company that published Moulin Rouge (Magazine)?",
            "Moulin Rouge (Magazine)",
            "What is the company that published Moulin Rouge (Magazine)?",
            "Who founded Ann Lee?",
        ),
        (
            "Which country is Ben Cheney Jr.'s wife from?",
            "Ben Cheney Jr",
            "Who is the wife of Ben Cheney Jr.?",
            "Which country is Ann Lee from?",
        ),
        (
            "When is the director of film Mad Dog 's birthday?",
            "Mad Dog",
            "Who is the director of film Mad Dog?",
            "When is Ann Lee 's birthday?",
        ),
    ],
)
def test_a_nested_question_falls_into_two(question: str, name: str, inner: str, outer: str) -> None:
    assert parts(question, name) == (inner, outer)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("Who directed Kes?", "Kes"),
        ("Who is the director of Kes?", "Kes"),
        ("Who is Kes's director?", "Kes"),
        ("When was Jo Roe born?", "Jo Roe"),
        ("When is Jo Roe's birthday?", "Jo Roe"),
        ("What is the date of birth of Jo Roe?", "Jo Roe"),
        ("Where was the place of death of Jo Roe?", "Jo Roe"),
    ],
)
def test_a_plain_question_stays_whole(question: str, name: str) -> None:
    assert parts(question, name) is None
