from __future__ import annotations

from kgtransfer.extract.words import caseless


def _caseless(*sentences: str) -> set[str]:
    words = [word for sentence in sentences for word in sentence.split()]
    numbers = [i for i, sentence in enumerate(sentences) for _ in sentence.split()]
    return {words[i] for i in caseless(words, numbers)}


def test_a_heading_in_capitals_tells_nothing_by_them() -> None:
    heading = "ORAL ARGUMENT OF ANN B. LEE , 1990"
    assert _caseless(heading, "Ann Lee of NASA spoke .") == set(heading.split()) - {",", "1990"}
    assert _caseless("IBM UK", "NASA and ESA met .", "He said : NO WAY AT ALL !") == set()


def test_a_text_without_any_capital_tells_nothing_by_that() -> None:
    text = "ann lee was born in paris and lives in rome ."
    assert _caseless(text, "she left .") == {*text.split(), "she", "left"} - {"."}
    assert _caseless(text, "She left .") == set()
    assert _caseless("and so on") == set()
