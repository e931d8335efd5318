"""What the words between two names say of them, and what they do not say."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from kgtransfer.extract.definitions import defined_type
from kgtransfer.extract.open_relations import open_statements
from kgtransfer.extract.phrases import _PHRASES, PhraseTable
from kgtransfer.extract.reading import Reading
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import EntityMention
from kgtransfer.values import find_values

NAMES = {
    "Ann Lee": "Person", "Bob Ray": "Person", "Dark River": "Work", "Kes": "Work",
    "Rome": "Location", "Italy": "Location", "Irish": "Location", "Acme": "Organization",
}  # fmt: skip
PARTS = {
    "NOUN": "film painter member director board team village friend president",
    "VERB": "met moved played won released founded admired live believe",
    "AUX": "is was has not_aux did",
    "DET": "a an the The",
    "ADP": "of to for in on with",
    "PART": "not n't",
    "ADV": "later also",
    "ADJ": "British former 1990",
    "PRON": "who She it",
    "CCONJ": "and",
    "SCONJ": "If that",
}
PART_OF = {word: part for part, words in PARTS.items() for word in words.split()}


@cache
def _blank() -> Any:
    import spacy

    return spacy.blank("en")


def read(text: str) -> Reading:
    """A reading with known names and parts of speech, as a perfect tagger would give it."""
    doc = _blank()(text)
    reading = Reading(sentences=[(0, len(text))])
    reading.words = [(t.idx, t.idx + len(t)) for t in doc]
    reading.sentence_of = [0] * len(doc)
    reading.parts = [
        PART_OF.get(t.text, "PUNCT" if t.is_punct else "NUM" if t.like_num else "PROPN")
        for t in doc
    ]
    found = sorted((text.find(n), n) for n in NAMES if n in text)
    reading.mentions = [
        EntityMention(at, at + len(n), NAMES[n], 0.9, i) for i, (at, n) in enumerate(found)
    ]
    reading.values = find_values(text)
    return reading


def said(text: str) -> list[tuple[str, str, str, bool | None]]:
    reading = read(text)
    found = []
    for s in open_statements(text, reading):
        subject = reading.mentions[s.subject]
        ends: Any = reading.values if s.object_is_value else reading.mentions
        target = ends[s.object]
        found.append(
            (text[subject.start : subject.end], s.predicate, text[target.start : target.end],
             s.negated)
        )  # fmt: skip
    return found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Lee met Bob Ray.", [("Ann Lee", "met", "Bob Ray", None)]),
        ("Ann Lee did not play for Acme.", []),
        ("Ann Lee later moved to Rome.", [("Ann Lee", "moved to", "Rome", None)]),
        ("Ann Lee was a member of Acme.", [("Ann Lee", "was member of", "Acme", None)]),
        (
            "Ann Lee met Bob Ray and moved to Rome.",
            [("Ann Lee", "met", "Bob Ray", None), ("Ann Lee", "moved to", "Rome", None)],
        ),
        (
            "Ann Lee, who moved to Rome and Italy.",
            [("Ann Lee", "moved to", "Rome", None), ("Ann Lee", "moved to", "Italy", None)],
        ),
        ("Ann Lee has not met Bob Ray.", [("Ann Lee", "has met", "Bob Ray", True)]),
        ("Kes was released on 5 May 1990.", [("Kes", "was released on", "5 May 1990", None)]),
        ("If Ann Lee met Bob Ray, it won.", []),
        ("The director of Dark River moved to Rome.", []),
        ("Ann Lee admired the Irish team.", []),
        ("Ann Lee is Bob Ray.", []),
        ("Ann Lee met Bob Ray, Dark River won.", [("Ann Lee", "met", "Bob Ray", None)]),
    ],
)
def test_phrases_between_names(text: str, found: list[object]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Lee played for Acme.", {("Ann Lee", "member_of_sports_team", "Acme")}),
        ("Ann Lee founded Acme.", {("Acme", "founded_by", "Ann Lee")}),
        ("Ann Lee founded Rome.", {("Ann Lee", "founded", "Rome")}),
        ("Rome is a village in Italy.", {("Rome", "located_in", "Italy")}),
        (
            "Kes is a 1990 Irish film.",
            {("Kes", "publication_date", "1990"), ("Kes", "country_of_origin", "Irish")},
        ),
        ("Ann Lee is an Irish painter.", {("Ann Lee", "country_of_citizenship", "Irish")}),
    ],
)
def test_plain_phrases_become_predicates(text: str, found: set[object]) -> None:
    reading = read(text)
    table = PhraseTable(load_schema())
    stated = [table.renamed(s, reading) for s in open_statements(text, reading)]
    stated += table.defined(text, reading)
    triples = set()
    for s in stated:
        ends: Any = reading.values if s.object_is_value else reading.mentions
        subject, target = reading.mentions[s.subject], ends[s.object]
        triples.add(
            (text[subject.start : subject.end], s.predicate, text[target.start : target.end])
        )
    assert triples == found


def test_the_table_speaks_the_schema() -> None:
    assert {name for _, name, _ in _PHRASES} <= load_schema().names


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Dark River is a 1990 British drama film.", "Work"),
        ("Dark River (also Rio) was an American rock band.", "Organization"),
        ("Dark River is the director of it.", "Person"),
        ("Dark River is a film director.", "Person"),
        ("Dark River (born 1950) sings.", "Person"),
        ("Dark River runs.", ""),
    ],
)
def test_a_definition_gives_the_type(text: str, kind: str) -> None:
    assert defined_type(text, len("Dark River")) == kind
