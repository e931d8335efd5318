"""Who did what for a work, as the words before the names say it."""

from __future__ import annotations

import pytest
import spacy

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.credits import add_credits
from kgtransfer.extract.reading import reading_of
from kgtransfer.records import EntityMention, Statement

NAMES = {
    "Kes": "Work",
    "Ran": "Work",
    "Ann Lee": "Person",
    "Bob Ray": "Person",
    "Eve Ray": "Person",
}


def credits_of(text: str, *model: tuple[str, str, str]) -> set[tuple[str, str, str]]:
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences = sentence_spans(text)
    found = sorted((text.index(name), name) for name in NAMES if name in text)
    place = {name: number for number, (_, name) in enumerate(found)}
    reading.mentions = [
        EntityMention(at, at + len(name), NAMES[name], 0.9, number)
        for number, (at, name) in enumerate(found)
    ]
    reading.statements = [
        Statement(
            place[s], p, place[o], False, 0.6,
            reading.sentences[reading.sentence_at(reading.mentions[place[o]].start)],
        )
        for s, p, o in model
    ]  # fmt: skip
    add_credits(doc)
    names = [name for _, name in found]
    return {(names[s.subject], s.predicate, names[s.object]) for s in reading.statements}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Kes is a film directed by Ann Lee and produced by Bob Ray.",
            {("director", "Ann Lee"), ("producer", "Bob Ray")},
        ),
        (
            "Kes is a film written and directed by Ann Lee, with music composed by Eve Ray.",
            {("screenwriter", "Ann Lee"), ("director", "Ann Lee"), ("composer", "Eve Ray")},
        ),
        (
            "Kes is a film. The film has a musical score by Ann Lee.",
            {("composer", "Ann Lee")},
        ),
        ("Kes is a film. Its score was composed by Eve Ray.", {("composer", "Eve Ray")}),
        ("Kes is a song written by Ann Lee, Bob Ray and Eve Ray.",
         {("composer", "Ann Lee"), ("composer", "Bob Ray"), ("composer", "Eve Ray")}),
        ("Kes is a song by the singer Ann Lee.", {("performer", "Ann Lee")}),
        ("Kes is a song recorded by the singer Ann Lee.", {("performer", "Ann Lee")}),
        ("Kes is a song. The music was released by Ann Lee.", set()),
        ("Kes is a novel written by the poet Ann Lee.", {("author", "Ann Lee")}),
        (
            "Kes is a film directed by Ann Lee and starring Bob Ray and Eve Ray.",
            {("director", "Ann Lee"), ("cast_member", "Bob Ray"), ("cast_member", "Eve Ray")},
        ),
        (
            "Kes is a film from a screenplay by Ann Lee. Its sets were designed by Bob Ray.",
            {("screenwriter", "Ann Lee")},
        ),
        ("Kes is a film. Based on a novel by Ann Lee, it was a success.", set()),
        ("Kes is a film based on a play by Ann Lee.", set()),
        ("Kes is a film directed by Ann Lee with Bob Ray.", {("director", "Ann Lee")}),
        ("Kes was praised by Ann Lee.", set()),
        ("Ann Lee stood by Bob Ray.", set()),
    ],
)  # fmt: skip
def test_the_phrase_before_a_name_says_the_part(text: str, found: set[tuple[str, str]]) -> None:
    assert credits_of(text) == {("Kes", *each) for each in found}


def test_the_model_s_other_parts_of_the_sentence_go() -> None:
    text = "Kes is a film directed by Ann Lee and scored by Eve Ray. Bob Ray wrote it."
    model = [("Kes", "director", "Ann Lee"), ("Kes", "director", "Eve Ray")]
    model.append(("Kes", "screenwriter", "Bob Ray"))
    assert credits_of(text, *model) == {
        ("Kes", "director", "Ann Lee"),
        ("Kes", "composer", "Eve Ray"),
        ("Kes", "screenwriter", "Bob Ray"),
    }


def test_the_author_of_what_a_film_is_based_on_did_not_direct_it() -> None:
    text = "Kes is a film directed by Bob Ray, based on a play by Ann Lee."
    model = [("Kes", "director", "Bob Ray"), ("Kes", "director", "Ann Lee")]
    assert credits_of(text, *model) == {("Kes", "director", "Bob Ray")}


def test_a_credit_is_of_the_work_that_it_stands_beside() -> None:
    found = credits_of(
        "She was the star of Kes (1958), directed by Ann Lee, and Ran (1962), directed by Bob Ray.",
        ("Kes", "director", "Bob Ray"),
    )
    assert ("Kes", "director", "Ann Lee") in found
    assert ("Ran", "director", "Bob Ray") in found
    assert ("Kes", "director", "Bob Ray") not in found


@pytest.mark.parametrize(
    "text",
    [
        "Kes is a film. The cinematography was performed by Ann Lee.",
        "Kes is a film with executive producers Ann Lee.",
        "Kes is a film starring Ann Lee regulars Bob Ray and Eve Ray.",
    ],
)
def test_a_credit_of_something_else_is_none(text: str) -> None:
    found = credits_of(text, ("Kes", "cast_member", "Ann Lee"))
    assert not {who for _, _, who in found} & {"Ann Lee"}
    if "Eve" in text:
        assert ("Kes", "cast_member", "Eve Ray") in found
