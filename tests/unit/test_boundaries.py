"""Names whose ends a tagger got wrong."""

from __future__ import annotations

import pytest

from kgtransfer.extract.boundaries import repair, without_office


@pytest.mark.parametrize(
    ("text", "found", "meant"),
    [
        ("He met Elizabeth of York there.", "Elizabeth of", "Elizabeth of York"),
        ("the 2nd Regiment of the Line was", "2nd Regiment of", "2nd Regiment of the Line"),
        ("the Prize for Best Album in 2001", "Prize for", "Prize for Best Album"),
        ("film Interview with a Hitman", "Interview with a", "Interview with a Hitman"),
        ("won a BAFTA Award for it", "BAFTA Award for", "BAFTA Award"),
        ("Security and defence", "Security and", "Security"),
        ("St Peter and Paul", "St Peter and", "St Peter"),
        ("Qara Yusuf ibn Mohammed ruled", "Qara Yusuf ibn", "Qara Yusuf ibn Mohammed"),
        ("a fan of the Beatles", "the Beatles", "Beatles"),
        ("They saw The Who.", "The Who", "The Who"),
        ('She (née" Zaharia") sang', 'née" Zaharia', "Zaharia"),
        ("Kes (1969) is", "Kes (", "Kes"),
        ("Kes (film) is", "Kes (film)", "Kes (film)"),
        ("by the King of Spain", "King", None),
        ("Queen Anne died", "Queen", None),
        ("the Duke left", "Duke", None),
        ("a song by Queen, from 1975", "Queen", "Queen"),
        ("and the of", "the", None),
        ("The Hague", "The Hague", "The Hague"),
        ("O'Brien went", "O'Brien", "O'Brien"),
        ("by de Sade", "de Sade", "de Sade"),
    ],
)  # fmt: skip
def test_a_name_is_taken_whole_or_not_at_all(text: str, found: str, meant: str | None) -> None:
    start = text.index(found)
    span = repair(text, start, start + len(found))
    assert (None if span is None else text[slice(*span)]) == meant


def test_a_name_never_goes_on_in_another_paragraph() -> None:
    text = "Isabel Ruiz of\n\nGeneral questions"
    assert repair(text, 0, len("Isabel Ruiz of")) == (0, len("Isabel Ruiz"))
    wrapped = "Elizabeth of\nYork"
    assert repair(wrapped, 0, len("Elizabeth of")) == (0, len(wrapped))


@pytest.mark.parametrize("word", ["ann.lee@acme.com", "report.pdf", "www.acme.com", "US$"])
def test_addresses_files_and_currencies_are_no_names(word: str) -> None:
    assert repair(f"see {word} now", 4, 4 + len(word)) is None


def test_an_office_is_no_part_of_a_person() -> None:
    for text, name in (
        ("President Lincoln", "Lincoln"),
        ("Justice Antonin Scalia", "Antonin Scalia"),
        ("Mr. Bennet", "Mr. Bennet"),
        ("President", "President"),
    ):
        start, end = without_office(text, 0, len(text))
        assert text[start:end] == name
    assert repair("GEN. ANN LEE", 0, 4) is None
    assert repair("Professor Lee", 0, 9) is None
