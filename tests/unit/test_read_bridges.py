"""Which page the answer of an inner question leads to."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from kgtransfer.read.bridges import bridges
from kgtransfer.read.network import Found, PageReading
from kgtransfer.read.pages import Evidence, Page, PageNames
from kgtransfer.records import Passage


def page(title: str, text: str) -> Page:
    passage = Passage(title, title, title, 1.0, text, 0)
    return Page(title, title, (passage,), (0.0,))


def titles(asked: Page, answer: str, *others: Page, there: str = "") -> list[str]:
    """Where an answer on the asked page leads; on the others `there` is read."""

    def ask(questions: Sequence[tuple[str, Passage]]) -> list[PageReading]:
        return [reading(p, answer if p.document == asked.document else there) for _, p in questions]

    def reading(passage: Passage, read: str) -> PageReading:
        at = passage.text.find(read) if read else -1
        spans = (Found(Evidence(passage, at, at + len(read)), -0.5),) if at >= 0 else ()
        return PageReading(passage, spans, -9.0, -9.0, -1.0)

    names = PageNames([asked, *others])
    found = bridges("Who is it?", [asked], (), names, ask)
    return [bridge.page.title for bridge in found if bridge.score == -0.5]


HELENA = page("Helena of Nassau", "She was a daughter of William, Duke of Nassau, a consort.")
OTHER_WILLIAM = page("William, Duke of Cleves", "William, Duke of Cleves was born in Düsseldorf.")


def test_part_of_a_name_leads_where_the_whole_name_does() -> None:
    nassau = page("William, Duke of Nassau", "William, Duke of Nassau was born in Kirchheim.")
    assert titles(HELENA, "William", OTHER_WILLIAM, nassau) == ["William, Duke of Nassau"]


def test_a_name_that_another_belongs_to_leads_nowhere() -> None:
    edwin = page("Edwin of Northumbria", "Edwin, also known as Northumbria, was a king.")
    osthryth = page("Osthryth", "She was a daughter of King Oswiu of Northumbria.")
    oswiu = page("Oswiu", "Oswiu was a king who was buried at Whitby.")
    assert titles(osthryth, "King Oswiu of Northumbria", edwin) == []
    assert titles(osthryth, "King Oswiu of Northumbria", edwin, oswiu) == ["Oswiu"]


@pytest.mark.parametrize(
    ("written", "title", "leads"),
    [
        ("Husayn Bayqarah", "Sultan Husayn Bayqara", True),
        ("William E. Bell", "William Edwin Bell", True),
        ("Frederick VII Smith", "Frederick VIII Smith", False),
        ("Frederick I", "Frederick II", False),
        ("Anna Bell", "William Edwin Bell", False),
    ],
)
def test_a_name_may_differ_in_a_letter_or_be_an_initial(
    written: str, title: str, leads: bool
) -> None:
    asked = page("Badi", f"He was the son of {written}, a ruler.")
    assert titles(asked, written, page(title, "A page.")) == ([title] if leads else [])


def test_a_page_may_name_the_one_whom_the_question_names() -> None:
    atang = page("Atang Rama", "Atang Rama was a singer. She was born in Pandacan.")
    amado = page("Amado Hernandez", "Amado Hernandez married Atang Rama in 1932.")
    stranger = page("Xu Dong", "Xu Dong was an actor.")
    assert titles(atang, "", amado, stranger, there="Amado Hernandez") == ["Amado Hernandez"]
    assert titles(atang, "", amado, stranger, there="1932") == []
