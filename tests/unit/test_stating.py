from __future__ import annotations

import pytest
import spacy

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.reading import reading_of
from kgtransfer.extract.stating import doubt_statements
from kgtransfer.records import EntityMention, Statement

Named = tuple[str, str]


def is_doubted(text: str, subject: Named, predicate: str, target: Named) -> bool:
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences = sentence_spans(text)
    reading.sentence_of = [reading.sentence_at(start) for start, _ in reading.words]
    reading.parts = ["NOUN"] * len(reading.words)
    for cluster, (name, kind) in enumerate((subject, target)):
        start = text.index(name)
        reading.mentions.append(EntityMention(start, start + len(name), kind, 0.9, cluster))
    reading.statements = [Statement(0, predicate, 1, False, 0.97, reading.sentences[0])]
    doubt_statements(doc)
    return bool(reading.doubted)


@pytest.mark.parametrize(
    ("text", "subject", "predicate", "target"),
    [
        ("Mrs Lee, England.", ("Mrs Lee", "Person"), "located_in", ("England", "Location")),
        ("Kes starring Bob Ray.", ("Kes", "Work"), "cast_member", ("Ran", "Work")),
        ("Batman Image: Bob Ray.", ("Batman Image", "Work"), "characters", ("Bob Ray", "Person")),
        ("Kes, on Bob Ray's play.", ("Kes", "Work"), "cast_member", ("Bob Ray", "Person")),
        (
            "Ann Lee is a German-born American poet.",
            ("Ann Lee", "Person"), "country_of_citizenship", ("German", "Location"),
        ),
        (
            "Bob Ray sang it in the film Kes.",
            ("Kes", "Work"), "performer", ("Bob Ray", "Person"),
        ),
        (
            "Ann Lee of THE FIRST BOOK walked.",
            ("Ann Lee", "Person"), "present_in_work", ("THE FIRST BOOK", "Work"),
        ),
    ],
)  # fmt: skip
def test_what_only_looks_stated_is_doubted(
    text: str, subject: Named, predicate: str, target: Named
) -> None:
    if target[0] not in text:
        text = text.replace("Bob Ray", target[0])
    assert is_doubted(text, subject, predicate, target)


def test_what_a_sentence_states_is_not_doubted() -> None:
    kes, bob = ("Kes", "Work"), ("Bob Ray", "Person")
    assert not is_doubted("Kes is a film starring Bob Ray.", kes, "cast_member", bob)
    ann, american = ("Ann Lee", "Person"), ("American", "Location")
    text = "Ann Lee is an American poet."
    assert not is_doubted(text, ann, "country_of_citizenship", american)
