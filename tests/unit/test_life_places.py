"""Places of birth and death that prose states in set phrases."""

from __future__ import annotations

import pytest
import spacy

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.life_places import add_life_places
from kgtransfer.extract.reading import reading_of
from kgtransfer.records import EntityMention, Statement

PLACES = ("Athens", "New York", "Paris", "Rome", "Naples", "Florida", "Tondo", "Hagonoy", "Italy")
PEOPLE = ("Ann Lee", "Bob Ray", "She")


def places_of(text: str, *before: Statement) -> dict[tuple[str, str], str]:
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences = sentence_spans(text)
    named = [(name, "Location") for name in PLACES] + [(name, "Person") for name in PEOPLE]
    reading.mentions = [
        EntityMention(text.index(name), text.index(name) + len(name), kind, 0.9, cluster)
        for cluster, (name, kind) in enumerate(named)
        if name in text
    ]
    reading.statements = list(before)
    add_life_places(doc)

    def name(mention: int) -> str:
        return text[reading.mentions[mention].start : reading.mentions[mention].end]

    return {(name(s.subject), s.predicate): name(s.object) for s in reading.statements}


BORN, DIED = "place_of_birth", "place_of_death"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Lee was born in Athens, New York.", {("Ann Lee", BORN): "Athens"}),
        ("She was born in 1950 in Rome.", {("She", BORN): "Rome"}),
        (
            "She was born in Rome, Italy, and died in Paris.",
            {("She", BORN): "Rome", ("She", DIED): "Paris"},
        ),
        ("Born in the city of Rome, Ann Lee wrote.", {("Ann Lee", BORN): "Rome"}),
        (
            "Ann Lee died on May 17, 2012, from cancer, at her home in Naples, Florida.",
            {("Ann Lee", DIED): "Naples"},
        ),
        ("Born in Rome, Italy, Bob Ray, a poet, met Ann Lee.", {}),
        ("Born in Rome, Italy, Ann Lee met Bob Ray.", {("Ann Lee", BORN): "Rome"}),
        ("She was born in Tondo, to parents from Hagonoy.", {("She", BORN): "Tondo"}),
        ("Ann Lee, a poet, was born near Paris.", {("Ann Lee", BORN): "Paris"}),
        ("Ann Lee was born in 1950, when Bob Ray lived in Rome.", {}),
        ("Ann Lee met Bob Ray, whose son was born in Rome.", {}),
        ("Ann Lee died in 1950. Bob Ray was in Rome.", {}),
    ],
)
def test_places_of_birth_and_death(text: str, found: dict[tuple[str, str], str]) -> None:
    assert places_of(text) == found


def test_a_sentence_without_a_word_of_death_says_nothing_of_it() -> None:
    text = "Ann Lee won in Paris. She was killed at home in Rome."
    place = {name: i for i, name in enumerate(n for n in (*PLACES, *PEOPLE) if n in text)}
    first, second = sentence_spans(text)
    model = [
        Statement(place["Ann Lee"], DIED, place["Paris"], False, 0.6, first),
        Statement(place["She"], DIED, place["Rome"], False, 0.6, second),
    ]
    assert places_of(text, *model) == {("She", DIED): "Rome"}


def test_what_is_read_so_wins_over_the_model() -> None:
    text = "Ann Lee was born in Athens, New York."
    wrong = Statement(2, BORN, 1, False, 0.6, (0, len(text)))
    assert places_of(text, wrong) == {("Ann Lee", BORN): "Athens"}
