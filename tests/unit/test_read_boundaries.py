from __future__ import annotations

import pytest

from kgtransfer.read.boundaries import is_phrase, trimmed


@pytest.mark.parametrize(
    ("text", "read", "answer"),
    [
        ("It was in Paris, then.", "Paris,", "Paris"),
        ("the firm of Smith Jr. here", "Smith Jr.", "Smith Jr."),
        ("it will be in mod.rs there", "rs", "mod.rs"),
        ("in src/lib/diagnostics.rs now", "diagnostics", "src/lib/diagnostics.rs"),
        ("with std::mem::swap it", "mem", "std::mem::swap"),
        ("or the --no-deps option", "no-deps", "--no-deps"),
        ("about 1.5 GB of it", "5 GB", "1.5 GB"),
        ("with bi-weekly meetings", "weekly", "bi-weekly"),
        ("his mother-in-law came", "law", "mother-in-law"),
        ("an African-American man", "American", "American"),
        ("the New York-based firm", "New York", "New York"),
        ("the war of 1939-1945 ended", "1945", "1945"),
        ("was born in Hoboken.Next he", "Hoboken", "Hoboken"),
        ("was born in Paris.2 He", "Paris", "Paris"),
        ("son of Henri, Count of Paris( the", "Henri", "Henri, Count of Paris"),
        ("of Edmund Grey, 1st Earl of Kent and", "Edmund Grey", "Edmund Grey, 1st Earl of Kent"),
        ("of Robert Petre, 7th Baron Petre (1689", "Petre", "Petre, 7th Baron Petre"),
        ("with Albert, Prince Charles and others", "Albert", "Albert"),
        ("in 1956, Duke of Kent", "1956", "1956"),
    ],
)
def test_an_answer_is_whole_words_without_punctuation(text: str, read: str, answer: str) -> None:
    at = text.index(read)
    start, end = trimmed(text, at, at + len(read))
    assert text[start:end] == answer


@pytest.mark.parametrize(
    ("span", "phrase"),
    [
        ("the King of Spain", True),
        ("Mr. Smith", True),
        ("the war. It ended", False),
        ("January 16. It is the oath", False),
        ("one; two", False),
        ("Smith (the elder", False),
    ],
)
def test_a_phrase_stays_within_its_sentence(span: str, phrase: bool) -> None:
    assert is_phrase(span) is phrase
