from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.values import date_key, dates_in, find_values, split_range


def read(text: str) -> list[tuple[str, str, str | float, str]]:
    return [(text[v.start : v.end], v.kind, v.value, v.unit) for v in find_values(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5 May 1950", "1950-05-05"),
        ("May 5, 1950", "1950-05-05"),
        ("March 5 , 1950", "1950-03-05"),
        ("the 21st of June 1801", "1801-06-21"),
        ("1999-03-04", "1999-03-04"),
        ("Sept. 1939", "1939-09"),
        ("in 1950", "1950"),
        ("the 1960s", "196X"),
        ("the 19th century", "18XX"),
        ("1901–1970", "1901/1970"),
        ("1914-18", "1914/1918"),
        ("44 BC", "-0043"),
        ("10,000 BC", "-9999"),
        ("AD 79", "0079"),
        ("15 March 44 BC", "-0043-03-15"),
        ("11 November 875", "0875-11-11"),
        ("March 925", "0925-03"),
        ("522–485 BC", "-0521/-0484"),
        ("between 1914 and 1918", "1914/1918"),
        ("c.1607/8–1664", "1607/1664"),
        ("( c. 854-895)", "0854/0895"),
        ("died 957)", "0957"),
        ("(1907- unknown)", "1907"),
    ],
)
def test_dates_are_as_precise_as_stated(text: str, value: str) -> None:
    [found] = find_values(text)
    assert (found.kind, found.value) == ("date", value)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,200,500 people", ("1,200,500", "number", 1200500.0, "")),
        ("1500 people", ("1500", "number", 1500.0, "")),
        ("US$3.5 million", ("US$3.5 million", "money", 3.5e6, "USD")),
        ("20 euros", ("20 euros", "money", 20.0, "EUR")),
        ("30 per cent", ("30 per cent", "percent", 30.0, "%")),
        ("a 12 km² park", ("12 km²", "quantity", 12e6, "m²")),
        ("-5 °C", ("-5 °C", "quantity", 268.15, "K")),
        ("2.5 million copies", ("2.5 million", "number", 2.5e6, "")),
    ],
)
def test_amounts_are_normalised(text: str, found: tuple[str, str, float, str]) -> None:
    assert read(text) == [found]


@pytest.mark.parametrize("text", ["MP3", "12:30", "on 25 March", "No. 1950-A", "3.14.15", "B-52"])
def test_what_is_no_value_is_left_alone(text: str) -> None:
    assert read(text) == []


def test_an_impossible_day_is_no_date_of_that_day() -> None:
    assert "2000-02-31" not in [value for _, _, value, _ in read("31 February 2000")]


def test_a_life_span_gives_both_years() -> None:
    text = "John Doe (1901–1970)"
    [span] = find_values(text)
    ends = list(split_range(span, text))
    assert [(text[a:b], value) for (a, b), value in ends] == [("1901", "1901"), ("1970", "1970")]


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("from 1914 to 1918", ["1914", "1918"]),
        ("in 1914 and 1918", ["1914", "1918"]),
        ("27 July 188225 May 1974", ["1882-07-27", "1974-05-25"]),  # a dash was lost
        ("(452 – 516 AD)", ["0452", "0516"]),
        ("the 1960s, the 19th century, May 300 men, 12 km", []),
    ],
)
def test_dates_to_compare_are_single_ones(text: str, dates: list[str]) -> None:
    assert [date.value for date in dates_in(text)] == dates


def test_dates_compare_in_the_order_of_time() -> None:
    written = ["-0043-03-15", "-0042", "0079", "1962", "1962-08", "1962-08-10", "1963"]
    assert sorted(written, key=date_key) == written


@given(st.text(alphabet="0123456789 -–.,/:%$€kmMay BCs²\n", max_size=60))
def test_values_lie_in_the_text_and_never_overlap(text: str) -> None:
    end = 0
    for value in find_values(text):
        assert end <= value.start < value.end <= len(text)
        end = value.end
