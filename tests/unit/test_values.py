from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.values import date_key, parse_values


def read(text: str) -> list[tuple[str, str, str | float, str]]:
    return [(text[v.start : v.end], v.kind, v.value, v.unit) for v in parse_values(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12 May 1920", "1920-05-12"),
        ("May 12, 1920", "1920-05-12"),
        ("May 12th 1920", "1920-05-12"),
        ("May 1920", "1920-05"),
        ("1920-05-12", "1920-05-12"),
        ("1920", "1920"),
        ("11 November 875", "0875-11-11"),
        ("44 BC", "-0044"),
        ("1990s", "1990"),
        ("19th century", "1801"),
    ],
)
def test_a_date_is_iso_text_as_precise_as_stated(text: str, value: str) -> None:
    (found,) = parse_values(f"It was {text}.")
    assert (found.kind, found.value) == ("date", value)
    assert f"It was {text}."[found.start : found.end] == text


def test_both_dates_of_a_life_are_found() -> None:
    assert [v.value for v in parse_values("Jo Roe (3 March 1901 – 4 May 1990) was")] == [
        "1901-03-03",
        "1990-05-04",
    ]


def test_numbers_and_quantities_are_comparable() -> None:
    assert read("1,200 people, $3 million, 12 km, three sons, 5.5%") == [
        ("1,200", "number", 1200.0, ""),
        ("$3 million", "quantity", 3e6, "USD"),
        ("12 km", "quantity", 12000.0, "m"),
        ("three", "number", 3.0, ""),
        ("5.5%", "quantity", 5.5, "%"),
    ]


def test_a_length_is_not_a_year() -> None:
    assert read("1500 km")[0][1:] == ("quantity", 1.5e6, "m")


def test_a_less_precise_date_sorts_before_those_within_it() -> None:
    assert date_key("-0044") < date_key("1962") < date_key("1962-08") < date_key("1962-08-10")


@given(st.text(alphabet="0123456789 ,.-–()MayJune$%kmBC", max_size=60))
def test_values_never_overlap_and_stay_inside(text: str) -> None:
    end = 0
    for value in parse_values(text):
        assert end <= value.start < value.end <= len(text)
        end = value.end
