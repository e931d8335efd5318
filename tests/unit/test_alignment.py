"""Quotes are found although they were copied with small changes, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.extract.alignment import Claim, Quotable, align
from kgtransfer.extract.schema import load_schema

TEXT = "“Dark  River” – Ann O’Neil’s first film – was shot in Rome. O’Neil was born in Straße 5."


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("Ann O'Neil", "Ann O’Neil"),
        ("dark river", "Dark  River"),
        ('"Dark River" - Ann', "“Dark  River” – Ann"),
        ("STRASSE", "Straße"),
        ("Rom", None),
        ("", None),
        ("...", None),
    ],
)
def test_a_quote_is_found_where_it_stands(quote: str, found: str | None) -> None:
    places = [TEXT[a:b] for a, b in Quotable(TEXT).find(quote)]
    assert places[:1] == ([found] if found else [])


@given(st.text(max_size=60), st.data())
def test_every_whole_word_quote_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    words = text.split()
    if words:
        first = data.draw(st.integers(0, len(words) - 1))
        quote = " ".join(words[first : first + 3])
        places = list(Quotable(text).find(quote))
        assert bool(places) == any(c.isalnum() for c in quote.casefold())
        assert all(0 <= a < b <= len(text) for a, b in places)


def test_a_pronoun_names_nothing_and_a_value_is_a_value() -> None:
    text = "Ann Lee was born in 1950. She met Bob Ray."
    claims = [
        Claim("Ann Lee", "date of birth", "1950"),
        Claim("She", "met", "Bob Ray"),
        Claim("Ann Lee", "met", "Bob Ray", quote="She met Bob Ray."),
    ]
    found, refused = align(text, "en", [], claims, load_schema())
    assert [(s.predicate, s.object_is_value) for s in found.statements] == [
        ("date_of_birth", True),
        ("met", False),
    ]
    assert refused == 1
    assert {m.type for m in found.mentions} == {"Person", "Misc"}


def test_chinese_names_are_found_inside_words() -> None:
    text = "张艺谋是中国导演。他出生于西安。"
    found, refused = align(
        text, "zh", [("张艺谋", "Person"), ("西安", "Location")],
        [Claim("张艺谋", "place_of_birth", "西安", quote="他出生于西安")], load_schema(),
    )  # fmt: skip
    assert refused == 0
    assert [s.predicate for s in found.statements] == ["place_of_birth"]
