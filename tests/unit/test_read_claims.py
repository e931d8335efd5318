from __future__ import annotations

import pytest

from kgtransfer.read.claims import Claim, decide, parse
from kgtransfer.read.follow import Candidate
from kgtransfer.read.kinds import is_unsaid
from kgtransfer.read.pages import Evidence, Page, PageNames
from kgtransfer.records import Passage


def page(title: str) -> Page:
    passage = Passage(f"d{title}", title, f"c{title}", 1.0, f"{title} is a film.", 0)
    return Page(f"d{title}", title, (passage,), (0.0,))


NAMES = PageNames([page("Home in Indiana"), page("C-Man (film)")])


@pytest.mark.parametrize(
    ("question", "asked", "object_"),
    [
        ("Was Max Ray born in Rome?", "Where was Max Ray born?", "Rome"),
        ("Did Max Ray die on 5 May 1920?", "When did Max Ray die?", "5 May 1920"),
        ("Was Kes directed by Ken Loach?", "Who was Kes directed by?", "Ken Loach"),
        ("Is Ann Lee South Korean?", "What nationality is Ann Lee?", "South Korean"),
        ("Is Ann Lee from Canada?", "What nationality is Ann Lee?", "Canada"),
        ("Is Bob Ray the father of Ann Lee?", "Who is the father of Ann Lee?", "Bob Ray"),
        ("Is Rome the birthplace of Bob Ray?", "Where is the birthplace of Bob Ray?", "Rome"),
        ("Was Ann Lee a child of Bob Ray?", "Who was Ann Lee a child of?", "Bob Ray"),
        ("Did Bob Ray direct Home in Indiana?", "Who did direct Home in Indiana?", "Bob Ray"),
        ("Did Bob Ray direct C-Man (film)?", "Who did direct C-Man?", "Bob Ray"),
        (
            "Was Bob, Duke of Ray born in Newport, Wales?",
            "Where was Bob, Duke of Ray born?",
            "Newport, Wales",
        ),
    ],
)
def test_a_claim_is_asked_as_what_it_claims(question: str, asked: str, object_: str) -> None:
    claim = parse(question, NAMES)
    assert claim is not None
    assert (claim.question, claim.object) == (asked, object_)


@pytest.mark.parametrize(
    "question",
    [
        "Who directed Kes?",
        "Does aspirin help?",
        "Is Kes or Ran older?",
        "Are both from Rome?",
        "Was Max Ray not born in Rome?",
        "Wasn't Max Ray born in Rome?",
    ],
)
def test_other_questions_are_no_claims(question: str) -> None:
    assert parse(question, NAMES) is None


def read(text: str, *answers: tuple[str, float]) -> list[Candidate]:
    passage = Passage("d", "Max Ray", "c", 1.0, text, 0)
    return [
        Candidate(a, s, s, (Evidence(passage, text.index(a), text.index(a) + len(a)),), 1)
        for a, s in answers
    ]


@pytest.mark.parametrize(
    ("object_", "answers", "verdict"),
    [
        ("Starnberg", [("Starnberg", -0.1)], "yes"),
        ("Rome", [("Starnberg", -0.1)], "no"),
        ("Bavaria", [("Starnberg", -0.1)], "yes"),  # beside it in the sentence
        ("Germany", [("Starnberg", -0.1)], None),  # where Starnberg is, nothing says
        ("Munich", [("Starnberg", -0.1), ("Munich", -1.0)], "yes"),
        ("Munich", [("Starnberg", -0.1), ("Munich", -5.0)], "no"),
    ],
)
def test_a_claim_holds_where_the_same_is_read(
    object_: str, answers: list[tuple[str, float]], verdict: str | None
) -> None:
    found = read("Max was born in Starnberg, Bavaria. He lived in Munich.", *answers)
    decided = decide(Claim("Where was Max Ray born?", object_, place=True), found)
    assert (decided.text if decided else None) == verdict


def test_what_a_page_lacks_is_no_ground_for_a_yes() -> None:
    assert is_unsaid("Does Kes tell of Billy Casper?", "Kes is a film about a boy.")
    assert not is_unsaid("Does Kes tell of Billy?", "Kes is a film about Billy.")
    assert not is_unsaid("Does aspirin help?", "It does not.")
