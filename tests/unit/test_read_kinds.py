from __future__ import annotations

import pytest

from kgtransfer.read.kinds import doubt, fits


@pytest.mark.parametrize(
    ("question", "answer", "right"),
    [
        ("When was Ken Loach born?", "17 June 1936", True),
        ("When was Ken Loach born?", "Nuneaton", False),
        ("When do swallows leave?", "in late September", True),
        ("When was the castle built?", "the Middle Ages", True),
        ("When is the valve opened?", "if the pressure rises", True),
        ("What is the date of birth of Archduke Karl's mother?", "Prince of Tuscany", False),
        ("In what year did it open?", "1958", True),
        ("Are both films from the same country?", "American", False),
        ("Are both films from the same country?", "no", True),
        ("Is Kes or Ran older?", "Kes", True),
        ("Aspirin before surgery: does it help?", "bleeding", False),
        ("Aspirin before surgery: does it help?", "no", True),
        ("Are A. B. Smith and C. Jones both Danes?", "Danish", False),
        ("What was said of aspirin: does it help?", "bleeding", True),
        ("Do you know who directed Kes?", "Ken Loach", True),
        ("Who directed Kes?", "yes", False),
        ("Who directed Kes?", "Ken Loach", True),
        ("Where does the name come from?", "Where", False),
        ("Where was he born?", "1936", True),  # a doubtful one: not certain
    ],
)
def test_only_what_is_surely_of_another_kind_is_refused(
    question: str, answer: str, right: bool
) -> None:
    assert fits(question, answer) is right


@pytest.mark.parametrize(
    ("question", "answer", "doubted"),
    [
        ("Who is the mother of Max Ray?", "Klaus Ray", True),
        ("Who is the mother of Max Ray?", "Gisela Ray", False),
        ("Who was the second wife of Max Ray?", "John", True),
        ("Who is Max Ray's father?", "Nancy Ray", True),
        ("Who is Max Ray's father?", "Prince Qwf", False),
        ("Who is the director of Mother?", "Klaus Ray", False),
        ("Where was Max Ray born?", "American", True),
        ("Where was Max Ray born?", "America", False),
        ("What nationality is Max Ray?", "American", False),
    ],
)
def test_what_is_hardly_of_the_kind_asked_for_is_doubted(
    question: str, answer: str, doubted: bool
) -> None:
    assert (doubt(question, answer) < -0.5) is doubted
