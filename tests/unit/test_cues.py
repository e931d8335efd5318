"""By which words a sentence states that one thing is in, of or kin to another."""

from __future__ import annotations

import pytest

from kgtransfer.extract.cues import KIND_OF, has_cue
from kgtransfer.extract.schema import load_schema


@pytest.mark.parametrize(
    ("predicate", "between", "forward", "said"),
    [
        ("located_in", ", ", True, True),  # "Bonn, Germany"
        ("located_in", ", Ontario, ", True, True),
        ("located_in", " is a museum in ", True, True),
        ("contains", "'s ", True, True),  # "Italy's Tuscany"
        ("contains", ", ", True, False),
        ("country", " team ", False, False),  # "Belgium team Acme"
        ("located_in", " faced Panama at the ", False, False),
        ("country_of_citizenship", " actor ", False, True),  # "American actor Ann Lee"
        ("country_of_citizenship", " (born 1950) is an ", True, True),
        ("country_of_citizenship", " returned to ", True, False),
        ("award_received", " was nominated for the ", True, False),
        ("award_received", " won the ", True, True),
        ("genre", " and ", True, True),  # of no kind: nothing is asked
    ],
)
def test_what_stands_between_two_names(
    predicate: str, between: str, forward: bool, said: bool
) -> None:
    assert has_cue(predicate, f"A{between}B.", between, forward) is said


def test_kinship_needs_a_word_of_kin() -> None:
    assert has_cue("spouse", "Ann married Bob.", " married ", True)
    assert not has_cue("spouse", "Ann met Bob.", " met ", True)


def test_kinds_are_of_the_schema() -> None:
    assert set(KIND_OF) <= load_schema().names
