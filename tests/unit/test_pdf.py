"""The lines of PDF pages as text, and where citations say that it stands."""

from __future__ import annotations

import json

from kgtransfer.corpus.readers.pdf_layout import Line, join_pages
from kgtransfer.places import load, place_at, within
from tests.unit.test_sources import one, pdf


def page(*texts: str, size: float = 10) -> list[Line]:
    """Lines 12 points apart; an empty text is a gap."""
    lines = [Line(text, 700.0 - 12 * at, 690.0 - 12 * at, size) for at, text in enumerate(texts)]
    return [line for line in lines if line.text]


def test_lines_are_joined_to_paragraphs_and_divided_words_to_words() -> None:
    pages = [
        page("Kes is a ﬁlm of a falc-", "oner. It was", "", "shot in Barns\x02ley by", "Loach.")
    ]
    assert (
        join_pages(pages)[0] == "Kes is a film of a falconer. It was\n\nshot in Barnsley by\nLoach."
    )


def test_a_heading_in_a_larger_font_is_a_paragraph() -> None:
    lines = [*page("1 Birds", size=16), *[Line("Kes flies.", 688, 678, 10)]]
    assert join_pages([lines])[0] == "1 Birds\n\nKes flies."


def test_running_heads_and_tables_of_contents_are_left_out() -> None:
    bodies = ["A kestrel is small.", "It hovers over", "the fields of England."]
    pages = [page("Chapter 1. Birds", body, f"Page {at}") for at, body in enumerate(bodies)]
    contents = page("1.1 Kestrels . . . . . . . . . . 12", "1.2 Hawks.......... iv")
    text, starts = join_pages([contents, *pages])
    assert text == "A kestrel is small.\n\nIt hovers over\nthe fields of England."
    assert [(number, text[at : at + 5]) for number, at in starts] == [
        (1, "A kes"),
        (2, "It ho"),
        (3, "the f"),
    ]


def test_lines_that_repeat_within_pages_stay() -> None:
    body = ["one", "two", "Thanks.", "three", "four"]
    text, _ = join_pages([page(*(f"{line} {at}." for line in body)) for at in "abc"])
    assert text.count("Thanks.") == 3


def test_a_citation_can_name_the_page_or_the_heading() -> None:
    file = one("a.pdf", pdf("Kes is a film."))
    assert json.loads(file.metadata["places"]) == [[0, "p. 1"]]
    manual = one("a.md", b"Begin.\n\n# Getting *started*\n\nInstall it.\n\n## Options\n\nNone.")
    places = load(json.dumps(manual.metadata))
    assert [place_at(places, manual.text.index(w)) for w in ("Begin", "Install", "None")] == [
        "",
        "Getting started",
        "Options",
    ]
    html = one("a.html", b"<h1>Kes</h1><p>A film.<h2>Cast</h2><p>David Bradley.")
    assert place_at(load(json.dumps(html.metadata)), html.text.index("David")) == "Cast"


def test_places_of_a_stretch_begin_with_the_one_it_begins_in() -> None:
    places = ((0, "p. 1"), (100, "p. 2"), (200, "p. 3"))
    assert within(places, 150, 210) == places[1:]
    assert within(places, 0, 100) == places[:1]
    assert load("{}") == load('{"places": "of birth"}') == ()
