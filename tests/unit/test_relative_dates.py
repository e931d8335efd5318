from __future__ import annotations

from datetime import date

import pytest

from kgtransfer.records import Chunk, EntityMention, Extraction, Statement
from kgtransfer.relative_dates import dated, document_date, resolve, with_dates, with_relative
from kgtransfer.values import find_values

WRITTEN = date(2016, 9, 9)  # a Friday


def known(text: str) -> dict[str, object]:
    found = with_relative(text, find_values(text))
    extraction = dated(Extraction(values=tuple(found)), WRITTEN)
    return {text[v.start : v.end]: v.value for v in extraction.values if v.kind == "date"}


@pytest.mark.parametrize(
    ("text", "said", "value"),
    [
        ("It was held on Sunday.", "Sunday", "2016-09-04"),
        ("It was held last Friday.", "last Friday", "2016-09-02"),
        ("It begins next Friday.", "next Friday", "2016-09-16"),
        ("They met yesterday.", "yesterday", "2016-09-08"),
        ("They met this morning.", "this morning", "2016-09-09"),
        ("They met two years ago.", "two years ago", "2014"),
        ("They met 10 months ago.", "10 months ago", "2015-11"),
        ("They met last week.", "last week", "2016-08-29/2016-09-04"),
        ("It grew last year.", "last year", "2015"),
        ("It opened last December.", "last December", "2015-12"),
        ("It opens on January 23.", "January 23", "2017-01-23"),
        ("It opened on 24 August.", "24 August", "2016-08-24"),
    ],
)
def test_a_relative_date_is_told_from_the_documents(text: str, said: str, value: str) -> None:
    assert known(text)[said] == value


def test_a_story_of_another_year_is_not_dated_by_the_document() -> None:
    found = with_relative(text := "In 1832 he fell on 30 May.", find_values(text))
    assert [resolve(str(v.value), WRITTEN) for v in found if v.start > 5] == [None]
    assert known("On 3 May 2016 it closed, and opened on 30 May.")["30 May"] == "2016-05-30"


def test_a_full_date_and_a_habit_are_not_relative() -> None:
    assert known("On Sunday, 4 September 2016 it rained.") == {"4 September 2016": "2016-09-04"}
    assert known("On Sundays today's shops close.") == {}


@pytest.mark.parametrize(
    ("text", "metadata", "found"),
    [
        ("Text.", {"Date": "2016-09-09T10:00:00"}, WRITTEN),
        ("A title\n\nFriday, September 9, 2016\n\nText.", {}, WRITTEN),
        ("LONDON, 9 September 2016 — Shops closed.", {}, WRITTEN),
        ("Ann Lee (born 9 September 2016) is a poet.", {}, None),
        ("9 September 2016 was a Friday.", {}, None),
        ("Text.", {"created": "in May"}, None),
    ],
)
def test_the_documents_date(text: str, metadata: dict[str, str], found: date | None) -> None:
    assert document_date(text, metadata) == found


def test_what_is_said_of_an_unknown_day_is_left_out() -> None:
    text = "Ann left on Sunday."
    values = tuple(with_relative(text, find_values(text)))
    mention = EntityMention(0, 3, "Person", 0.9, 0)
    stated = Statement(0, "leave on", 0, True, 0.7, (0, len(text)))
    extraction = Extraction(((0, len(text)),), (mention,), values, (stated,))
    chunk = Chunk("c", "d", text, 0, len(text), 0)
    ((_, without),) = with_dates([(chunk, extraction)], {})
    assert not without.statements
    ((_, told),) = with_dates([(chunk, extraction)], {"date": "2016-09-09"})
    assert told.statements
    assert told.values[0].value == "2016-09-04"
