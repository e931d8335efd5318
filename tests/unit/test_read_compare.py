from __future__ import annotations

from collections.abc import Sequence

import pytest

from kgtransfer.read.compare import Verdict, decide, parse
from kgtransfer.read.network import Found
from kgtransfer.read.pages import Evidence, Page, PageNames, pages_of
from kgtransfer.records import Passage, Subgraph

PAGES = {
    "Kes (film)": "Kes is a 1969 British film directed by Ken Loach about a boy.",
    "Ran": "Ran is a 1985 Japanese film by Akira Kurosawa. It runs for 162 minutes.",
    "Ken Loach": "Kenneth Loach (born 17 June 1936) is an English film director.",
    "Akira Kurosawa": "Akira Kurosawa (23 March 1910 – 6 September 1998) was a Japanese director.",
    "Mike Leigh": "Mike Leigh (born 20 February 1943) is an English writer and film director.",
    "Ganda": "Ganda is a village in East Azerbaijan Province, Iran.",
    "Shur": "Shur is a village in Kerman Province, Iran.",
}


def names() -> PageNames:
    passages = tuple(Passage(t, t, t, 1.0, text, 0) for t, text in PAGES.items())
    return PageNames(pages_of(Subgraph("", passages)))


def ask(question: str, page: Page) -> Sequence[Found]:
    """A reader that knows directors."""
    for director in ("Ken Loach", "Akira Kurosawa"):
        at = page.lead.text.find(director)
        if "director" in question and at > 0:
            return [Found(Evidence(page.lead, at, at + len(director)), -0.1)]
    return []


def verdict(question: str) -> Verdict | None:
    comparison = parse(question, names())
    return decide(comparison, names(), ask) if comparison else None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Which film came out first, Kes or Ran?", "Kes"),
        ("Which film was released more recently, Kes (Film) or Ran?", "Ran"),
        ("Who was born first, Ken Loach or Akira Kurosawa?", "Akira Kurosawa"),
        ("Who is younger, Ken Loach or Mike Leigh?", "Mike Leigh"),
        ("Was Mike Leigh or Ken Loach born first?", "Ken Loach"),
        ("Which film has the director who was born later, Kes or Ran?", "Kes"),
        ("Which film whose director is older, Kes or Ran?", "Ran"),
        ("Are Ken Loach and Mike Leigh of the same nationality?", "yes"),
        ("Does Ken Loach have the same nationality as Akira Kurosawa?", "no"),
        ("Do both films Kes and Ran have the directors from the same country?", "no"),
        ("Are both villages, Ganda and Shur, located in the same country?", "yes"),
        ("Are Ken Loach and Mike Leigh both film directors?", "yes"),
        ("Are Ken Loach and Akira Kurosawa both writers?", "no"),
    ],
)
def test_two_things_are_compared(question: str, answer: str) -> None:
    found = verdict(question)
    assert found is not None
    assert found.text == answer
    assert found.evidence


def test_a_followed_link_is_part_of_the_evidence() -> None:
    found = verdict("Which film has the director born first, Kes or Ran?")
    assert found is not None
    assert [e.text for e in found.evidence] == [
        "Ken Loach", "Akira Kurosawa", "17 June 1936", "23 March 1910",
    ]  # fmt: skip


@pytest.mark.parametrize("question", ["Who directed Kes?", "Is Ken Loach English?", ""])
def test_other_questions_are_no_comparison(question: str) -> None:
    assert parse(question, names()) is None


def test_who_has_not_died_died_later() -> None:
    found = verdict("Who died later, Ken Loach or Akira Kurosawa?")
    assert found is not None
    assert (found.text, found.certain) == ("Ken Loach", False)
