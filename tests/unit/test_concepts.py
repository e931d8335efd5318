"""Noun phrases as ends of open relations: which count, how far they reach, what is said of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from kgtransfer.extract.agreement import agrees
from kgtransfer.extract.cues import lacks_word
from kgtransfer.extract.open_relations import open_statements
from kgtransfer.extract.pronouns import unclear_clusters
from kgtransfer.extract.reading import Reading
from kgtransfer.records import EntityMention
from kgtransfer.values import find_values

# A text with each word's part of speech, as a perfect tagger gives it.
PARTS = {"N": "NOUN", "X": "PROPN", "V": "VERB", "A": "AUX", "D": "DET", "P": "ADP", "T": "PART",
         "J": "ADJ", "R": "ADV", "O": "PRON", "C": "CCONJ", "S": "SCONJ", "M": "NUM",
         ".": "PUNCT"}  # fmt: skip
NAMES = {"Nettle": "Product", "Ann": "Person", "Cargo": "Product"}


@cache
def _blank() -> Any:
    import spacy

    return spacy.blank("en")


def read(text: str, parts: str) -> Reading:
    doc = _blank()(text)
    assert len(parts) == len(doc), [t.text for t in doc]
    reading = Reading(sentences=[(0, len(text))])
    reading.words = [(t.idx, t.idx + len(t)) for t in doc]
    reading.sentence_of = [0] * len(doc)
    reading.parts = [PARTS[letter] for letter in parts]
    found = sorted((text.find(n), n) for n in NAMES if n in text)
    reading.mentions = [
        EntityMention(at, at + len(n), NAMES[n], 0.9, i) for i, (at, n) in enumerate(found)
    ]
    reading.values = find_values(text)
    return reading


def said(text: str, parts: str) -> list[str]:
    """Plain statements in words; a denied one begins with "not"."""
    reading, found = read(text, parts), []
    for s in open_statements(text, reading):
        ends: Any = reading.values if s.object_is_value else reading.mentions
        one, other = reading.mentions[s.subject], ends[s.object]
        words = [text[one.start : one.end], s.predicate, text[other.start : other.end]]
        if not s.hedge:
            found.append(" | ".join((["not"] if s.negated else []) + words))
    return found


@pytest.mark.parametrize(
    ("text", "parts", "found"),
    [
        (
            "The scheduler starts a new worker process.", "DNVDJNN.",
            ["scheduler | start | worker process"],
        ),
        ("Nettle fills the dead-letter queue.", "XVDJ.NN.", ["Nettle | fill | dead-letter queue"]),
        ("Nettle reads the Cargo lock file.", "XVDXNN.", ["Nettle | read | Cargo lock file"]),
        (
            "Nettle uses lock files and a build cache.", "XVNNCDNN.",
            ["Nettle | use | lock files", "Nettle | use | build cache"],
        ),
        # not of a kind of thing, or with an empty head
        ("Nettle reads its lock file.", "XVONN.", []),
        ("Nettle reads this lock file.", "XVDNN.", []),
        ("Nettle reads another lock file.", "XVDNN.", []),
        ("Nettle reads the scheduler of it.", "XVDNPO.", []),
        ("Nettle makes a number of scheduler calls.", "XVDNPNN.", []),
        ("Nettle opens the door.", "XVDN.", []),
        # boundaries that the words around show
        ("Nettle uses a lock file (LF) format.", "XVDNN.X.N.", []),
        ("Nettle will by default read files.", "XAPNVN.", []),
        # the verb's form has to fit, and a clause has to be asserted
        ("To list queues with Nettle use the scheduler.", "TVNPXVDN.", []),
        ("The file the scheduler reads has schemas.", "DNDNVVN.", []),
        ("When the scheduler starts the compiler, it waits.", "RDNVDN.OV.", []),
        ("The scheduler that starts compilers is old.", "DNOVNAJ.", []),
        ("Nettle allows schedulers to stop.", "XVNTV.", []),
        ("The scheduler starts the compiler if asked.", "DNVDNSV.", []),
        ("Schedulers written by compilers are old.", "NVPNAJ.", []),
        # what is done by a thing stays as the text has it
        (
            "Schedulers are stopped by compilers.", "NAVPN.",
            ["Schedulers | be stopped by | compilers"],
        ),
        ("Nettle has no scheduler.", "XVDN.", []),
    ],
)  # fmt: skip
def test_terms_as_ends(text: str, parts: str, found: list[str]) -> None:
    assert said(text, parts) == found


@pytest.mark.parametrize(
    ("text", "parts", "found"),
    [
        ("Nettle has no link to Cargo.", "XVDNPX.", ["not | Nettle | have link to | Cargo"]),
        ("Nettle no longer uses Cargo.", "XRRVX.", ["not | Nettle | use | Cargo"]),
        ("Nettle never used Cargo.", "XRVX.", ["not | Nettle | use | Cargo"]),
        ("Nettle needs no Cargo.", "XVDX.", ["not | Nettle | need | Cargo"]),
        ("Nettle runs when Ann calls.", "XVRXV.", []),
        ("Read it with Nettle use Cargo.", "VOPXVX.", []),
        ("The book that Nettle uses for Cargo is old.", "DNOXVPXAJ.", []),
        ("Nettle Used by Cargo.", "XVPX.", []),
        ("Nettle gave Cargo the lock.", "XVXDN.", []),
        ("Nettle was made in Cargo and put in Ann.", "XAVPXCVPX.", ["Nettle | be made in | Cargo"]),
        (
            "Nettle was made in Cargo and used by Ann.",
            "XAVPXCVPX.",
            ["Nettle | be made in | Cargo", "Ann | use | Nettle"],
        ),
        ("Nettle forced all of Cargo.", "XVDPX.", []),
        ("Nettle based Cargo.", "XVX.", []),
    ],
)
def test_what_is_not_said_of_names(text: str, parts: str, found: list[str]) -> None:
    assert said(text, parts) == found


def test_a_pronoun_counts_where_it_can_be_nobody_else() -> None:
    def met(text: str, parts: str) -> list[str]:
        reading = read(text, parts)
        at = text.index(" he ") + 1
        start = text.index(". ") + 2
        reading.sentences = [(0, start - 1), (start, len(text))]
        reading.sentence_of = [int(a >= start) for a, _ in reading.words]
        ann = next(m for m in reading.mentions if text.startswith("Ann", m.start))
        reading.mentions.append(EntityMention(at, at + 2, "Person", 0.7, ann.cluster, True))
        reading.mentions.sort(key=lambda m: m.start)
        return [s.predicate for s in open_statements(text, reading)]

    assert met("Ann sat. Then he used Cargo.", "XV.ROVX.") == ["use"]
    NAMES["Bob"] = "Person"
    assert met("Ann sat near Bob. Then he used Cargo.", "XVPX.ROVX.") == ["sit near"]
    del NAMES["Bob"]


def test_he_and_she_are_not_one_person() -> None:
    text = "Ann sat. He met her."
    ann = EntityMention(0, 3, "Person", 0.9, 0)
    he, her = (EntityMention(a, b, "Person", 0.7, 0, True) for a, b in ((9, 11), (16, 19)))
    assert unclear_clusters(text, [ann, he]) == set()
    assert unclear_clusters(text, [ann, he, her]) == {0}


def test_some_predicates_need_their_words() -> None:
    assert lacks_word("founded_by", "Ann plays for Acme.")
    assert not lacks_word("founded_by", "Ann co-founded Acme.")
    assert not lacks_word("producer", "Ann plays for Acme.")


@pytest.mark.parametrize(
    ("verb", "singular", "plural"),
    [("use", False, True), ("uses", True, False), ("is", True, False), ("have", False, True),
     ("can", True, True), ("used", True, True), ("put", True, True), ("using", False, False)],
)  # fmt: skip
def test_verbs_agree(verb: str, singular: bool, plural: bool) -> None:
    assert (agrees([verb], "V", False), agrees([verb], "V", True)) == (singular, plural)
