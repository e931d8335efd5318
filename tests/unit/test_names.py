from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kgtransfer.names import capitalised_spans, document_names, find_names, fold, split_bracket
from kgtransfer.names.given import GivenNames


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("Seeing'S", "seeing"),
        ("Rosemary's Baby", "ROSEMARY’S BABY"),
        ("Rosemary 's Baby", "Rosemarys baby"),
        ("Peut-Être", "peut être"),
        ("J.R. Smith", "J. R. Smith"),
        ("Łódź", "Lodz"),
        ("Hassan Al- Qeed", "Hassan Al-Qeed"),
        ("Dark River (1990 Film)", "dark river 1990 film"),
        ("北京 大学", "北京大学"),
        ("Ｆｕｌｌ", "full"),
    ],
)
def test_spellings_of_one_name_have_one_key(left: str, right: str) -> None:
    assert fold(left) == fold(right) != ""


def test_different_names_keep_different_keys() -> None:
    assert fold("The Blue Bead") != fold("Blue Bead")
    assert fold("Dark River (1990 film)") != fold("Dark River (2017 film)")
    assert fold("हिन्दी") != fold("हन्दु")
    assert fold("...") == ""


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_the_bracket_is_split_off() -> None:
    assert split_bracket("Dark River (1990 film)") == ("Dark River", "1990 film")
    assert split_bracket("(What's the Story) Morning Glory?")[1] == ""


def names(title: str, lead: str = "") -> dict[str, int]:
    return {name.key: name.strength for name in document_names(title, lead)}


def test_names_of_a_title_in_three_strengths() -> None:
    assert names("The Dark River (1990 film)") == {
        "the dark river 1990 film": 3,
        "the dark river": 2,
        "dark river": 1,
    }
    assert names("Charles Sackville-West, 4th Baron Sackville")["charles sackville west"] == 1
    assert names("Joe E. Brown")["joe brown"] == 1
    assert names("Princess Yolanda of Savoy")["yolanda of savoy"] == 1


def test_names_from_the_lead() -> None:
    lead = "Eduardo De Filippo( 24 May 1900 – 1984), also known simply as Dudu was an actor. He"
    assert names("E. De Filippo", lead)["eduardo de filippo"] == 1
    assert names("E. De Filippo", lead)["dudu"] == 1
    assert names("", "Frank Wright Tuttle( August 6, 1892) was a director.") == {
        "frank wright tuttle": 2,
        **dict.fromkeys(("frank tuttle", "frank wright", "wright tuttle"), 1),
        **dict.fromkeys(("frank w tuttle", "f wright tuttle"), 1),
    }
    assert names("Frank Tuttle", "Frank Wright Tuttle( August 6, 1892) was a director.") == {
        "frank tuttle": 2,
        "frank wright tuttle": 1,
    }
    assert names("", "Thomas Clegg, Jr. (born 1934) is a director.")["tom clegg"] == 1
    assert names("", '" Play No Games" is a hit single.') == {"play no games": 2}


def test_nicknames_and_second_names_of_a_person() -> None:
    lead = 'Gerhart Otto" Gerry" Neugebauer or Gerd Neugebauer( born 1932) is an astronomer.'
    assert {"gerhart neugebauer", "gerry neugebauer"} <= set(names("", lead))
    assert names("", "Bayernhof Music Museum shows clocks.") == {"bayernhof music museum": 2}


def test_a_lead_that_names_something_else_gives_no_name() -> None:
    assert names("Chapter 3", "John Smith was walking home.") == {"chapter 3": 2}
    assert names("Notes", "The film is a drama.") == {"notes": 2}
    assert names("", "He was born (born in 1910).") == {}
    assert names("1984 (novel)") == {"1984 novel": 3}


def found(text: str, *known: str, cased: bool = True) -> list[str]:
    keys = {fold(name) for name in known}
    return [text[s:e] for s, e, key in find_names(text, keys.__contains__, cased=cased)]


def test_the_longest_name_wins_and_the_possessive_stays_outside() -> None:
    text = "Who is Rohese Of Monmouth's husband in Dark River (1990 Film)?"
    known = ("Rohese of Monmouth", "Rohese", "Dark River", "Dark River (1990 film)")
    assert found(text, *known) == ["Rohese Of Monmouth", "Dark River (1990 Film"]


def test_names_begin_with_a_capital_unless_told_otherwise() -> None:
    assert found("we saw kes", "Kes") == []
    assert found("we saw kes", "Kes", cased=False) == ["kes"]
    assert found("他在北京大学读书", "北京大学") == ["北京大学"]


def test_a_lone_word_inside_a_longer_name_is_no_name() -> None:
    assert found("The Chicago Tribune of Chicago, Is Chicago big?", "Chicago") == ["Chicago"] * 2


def test_a_function_word_is_a_name_only_inside_a_sentence() -> None:
    assert found("It rained. It was the year of It.", "It") == ["It"]


@given(
    st.lists(
        st.sampled_from(
            ["Kes", "of", "O'Brien", "the", "It", "北", "é", "(", "1", ".", "May", "'s"]
        )
    )
)
@example(["Kes", "'s", "'s"])
def test_found_spans_fold_to_their_keys_and_do_not_overlap(words: list[str]) -> None:
    text = " ".join(words)
    spans = find_names(text, lambda key: len(key) % 3 != 0)
    assert all(fold(text[start:end]) == key for start, end, key in spans)
    assert all(text[start:end][0].isalnum() for start, end in capitalised_spans(text))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


def test_capitalised_spans() -> None:
    text = (
        "In March 1920, the King of the Belgians met J. R. Smith, Maria de la Cruz's aunt. The "
        "Apollo 11 crew and Ann left."
    )
    assert [text[s:e] for s, e in capitalised_spans(text)] == [
        "King of the Belgians",
        "J. R. Smith",
        "Maria de la Cruz",
        "Apollo 11",
        "Ann",
    ]


def test_a_given_name_says_whether_a_woman_bears_it() -> None:
    names = GivenNames({"anna": (0, 9), "hanna": (1, 5), "joanna": (0, 2), "hans": (9, 0)})
    assert names.female("Anna Ray") > names.female("Johanna Ray") > 0.7
    assert names.female("Queen Hans") > 0.9  # a title decides
    assert names.female("Dr. Hans Ray") < 0.3
    assert names.female("") == 0.5
