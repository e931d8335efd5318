"""Sentences: where they end, and that nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.corpus.sentences import paragraph_spans, sentence_spans


def sentences(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentence_spans(text, language)]


@pytest.mark.parametrize(
    "text",
    [
        "J. R. R. Tolkien met C. S. Lewis in 1926 in St. Maurice's Abbey.",
        "Teutberga died 11 Nov. 875 in Metz.",
        "It weighs 3.14 kg (approx. 6.9 lb) at p. 12 of vol. 3 by Dr. A. Smith.",
        "The firm Foo Inc. Holdings sued Mr. Jones vs. the U.S. Navy at 5 p.m. Monday.",
        "She wrote e.g. Dune and see www.example.org/a.b for more.",
        "Yahoo! was founded in 1994.",
        '"Born in the U.S.A." (1984) is a song by Elwyn "E. B." White.',
        "The paper (Fig. 3 of Doe et al. 2019) says No. 5 was first.",
        "Louis Jr. Armstrong played with the Allman Bros. Band.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    "parts",
    [
        ["He was born in 1962.", "She was not."],
        ['He said "Stop!"', "Then he left.", "(Nobody saw it.)", "The end."],
        ["It ended at 5 p.m.", "He worked for Foo Inc.", "The firm failed."],
        ["It died.[1]", "Then [2] it lived. [3]", "Who knows?"],
        ["Is it over?", "1962 was over…", "Next!"],
        ["他出生于北京。", "后来他去了上海！", "“真的吗？”", "是的。"],
        ["वह आया।", "वह गया।"],
    ],
)
def test_sentences_part(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


def test_a_missing_space_after_a_stop_still_parts() -> None:
    assert sentences("This is the end.The next one starts here.") == [
        "This is the end.",
        "The next one starts here.",
    ]


def test_headings_lists_and_rows_part_without_stops() -> None:
    text = "Early life\n\nHe was born.\nWorks:\n- Dune\n- Emma by Jane\n1. One thing. And more"
    assert sentences(text) == [
        "Early life",
        "He was born.",
        "Works:",
        "- Dune",
        "- Emma by Jane",
        "1. One thing.",
        "And more",
    ]


def test_list_items_as_long_as_wrapped_lines_are_not_joined() -> None:
    items = [f"{n}. the first of the reasons that were given for it at that time" for n in (1, 2)]
    assert sentences("\n".join(items)) == items


def test_lines_wrapped_by_hand_are_joined() -> None:
    text = (
        "Teutberga was a queen of Lotharingia by marriage to Lothair. She was the\n"
        "daughter of Bosonid Boso the Elder and sister of Hucbert, the abbot of Saint\n"
        "Maurice's Abbey. Their marriage had no issue."
    )
    assert len(sentences(text)) == 3
    assert sentences(text)[1].startswith("She was the\ndaughter")


def test_german_ordinals_are_kept_whole_in_german_only() -> None:
    text = "Am 3. Oktober kam er. Er blieb."
    assert sentences(text, "de") == ["Am 3. Oktober kam er.", "Er blieb."]


@given(st.text(alphabet=st.sampled_from("aB.c!? \n\t\"')(。1-é[]“…\u3000"), max_size=200))
def test_spans_are_ordered_trimmed_and_cover_all_that_is_not_space(text: str) -> None:
    for spans in (sentence_spans(text), paragraph_spans(text)):
        position = 0
        for start, end in spans:
            assert text[position:start].strip() == ""
            assert start < end
            assert text[start:end] == text[start:end].strip()
            position = end
        assert text[position:].strip() == ""
