"""What the words between two names say of them, in which form, and what they do not say."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from kgtransfer.extract.assertion import hedge_of, quotations
from kgtransfer.extract.definitions import defined_type
from kgtransfer.extract.open_relations import open_statements
from kgtransfer.extract.phrases import _PHRASES, PhraseTable
from kgtransfer.extract.predicates import normalised
from kgtransfer.extract.reading import Reading
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.verbs import lemma
from kgtransfer.records import EntityMention
from kgtransfer.values import find_values

NAMES = {
    "Ann Lee": "Person", "Bob Ray": "Person", "Dark River": "Work", "Kes": "Work",
    "Rome": "Location", "Italy": "Location", "Irish": "Location", "Acme": "Organization",
}  # fmt: skip
PARTS = {
    "NOUN": "film painter member director board team village friend president",
    "VERB": "met moved played won released founded admired live believe said told grant",
    "AUX": "is was has not_aux did can",
    "DET": "a an the The any",
    "ADP": "of to for in on with by",
    "PART": "not n't 's",
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
        ("Ann Lee met Bob Ray.", [("Ann Lee", "meet", "Bob Ray", None)]),
        ("Ann Lee did not play for Acme.", []),
        ("Ann Lee later moved to Rome.", [("Ann Lee", "move to", "Rome", None)]),
        ("Ann Lee was a member of Acme.", [("Ann Lee", "be member of", "Acme", None)]),
        (
            "Ann Lee met Bob Ray and moved to Rome.",
            [("Ann Lee", "meet", "Bob Ray", None), ("Ann Lee", "move to", "Rome", None)],
        ),
        (
            "Ann Lee, who moved to Rome and Italy.",
            [("Ann Lee", "move to", "Rome", None), ("Ann Lee", "move to", "Italy", None)],
        ),
        ("Ann Lee has not met Bob Ray.", [("Ann Lee", "meet", "Bob Ray", True)]),
        ("Kes was released on 5 May 1990.", [("Kes", "be released on", "5 May 1990", None)]),
        ("Bob Ray was admired by Ann Lee.", [("Ann Lee", "admire", "Bob Ray", None)]),
        ("Ann Lee admired Bob Ray's team.", []),
        ("The director, Ann Lee, won Kes.", [("Ann Lee", "win", "Kes", None)]),
        ("Ann Lee moved to Rome; Italy, and Acme.", [("Ann Lee", "move to", "Rome", None)]),
        ("Ann Lee believe Bob Ray moved to Rome.", [("Bob Ray", "move to", "Rome", None)]),
        ("The director of Dark River moved to Rome.", []),
        ("Ann Lee admired the Irish team.", []),
        ("Ann Lee is Bob Ray.", []),
        ("Ann Lee met Bob Ray, Dark River won.", [("Ann Lee", "meet", "Bob Ray", None)]),
        ("Ann Lee told Bob Ray.", [("Ann Lee", "tell", "Bob Ray", None)]),
        ("Ann Lee told Bob Ray that Kes won.", []),
        ("Ann Lee can grant Bob Ray.", [("Ann Lee", "can grant", "Bob Ray", None)]),
        ("Ann Lee can grant Bob Ray any village.", []),
    ],
)
def test_phrases_between_names(text: str, found: list[object]) -> None:
    assert said(text) == found


@pytest.mark.parametrize(
    ("text", "hedge"),
    [
        ("Ann Lee moved to Rome.", ""),
        ("If Ann Lee moved to Rome, it won.", "possible"),
        ("Perhaps Ann Lee moved to Rome.", "possible"),
        ("Did Ann Lee move to Rome?", "possible"),
        ("Bob Ray said that Ann Lee moved to Rome.", "reported"),
        ("According to Bob Ray, Ann Lee moved to Rome.", "reported"),
        ("“Long before the war Ann Lee moved to Rome,” it was said.", "reported"),
    ],
)
def test_what_is_supposed_or_reported_is_marked(text: str, hedge: str) -> None:
    start, end = text.index("Ann Lee"), text.index("Rome")
    ends = ((start, start + 7), (end, end + 4))
    assert hedge_of(text, (0, len(text)), ends, quotations(text)) == hedge


@pytest.mark.parametrize(
    ("words", "letters", "predicate", "swapped"),
    [
        ("has also moved to", "ARVP", "move to", False),
        ("was later donated by the", "ARVPD", "donate", True),
        ("was set up by", "AVPP", "set up", True),
        ("was sent to", "AVP", "be sent to", False),
        ("can read", "AV", "can read", False),
        ("was going to dine at", "AVTVP", "go to dine at", False),
        ("is the capital of", "ADNP", "be capital of", False),
        ("is mainly", "AR", None, False),
    ],
)
def test_tense_and_voice_make_no_difference(
    words: str, letters: str, predicate: str | None, swapped: bool
) -> None:
    phrase = normalised(words.split(), letters, target_acts=True)
    assert (phrase and phrase.predicate, bool(phrase and phrase.swapped)) == (predicate, swapped)


def test_base_forms_of_verbs() -> None:
    forms = "named owned studied carries running written dying refused travelled used settled fell "
    forms += "glazes buzzes waltzes"
    bases = "name own study carry run write die refuse travel use settle fall glaze buzz waltz"
    assert [lemma(form) for form in forms.split()] == bases.split()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Lee played for Acme.", {("Ann Lee", "member_of_sports_team", "Acme")}),
        ("Ann Lee founded Acme.", {("Acme", "founded_by", "Ann Lee")}),
        ("Ann Lee founded Rome.", {("Ann Lee", "found", "Rome")}),
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
