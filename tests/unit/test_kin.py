from __future__ import annotations

import pytest
import spacy

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.kin import add_kin
from kgtransfer.extract.reading import reading_of
from kgtransfer.records import EntityMention


def kin_of(text: str, *names: str) -> set[tuple[str, str, str]]:
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences = sentence_spans(text)
    at = 0
    for cluster, name in enumerate(names):
        start = text.index(name, at)
        at = start + len(name)
        pronoun = name in ("He", "She", "Her", "his")
        reading.mentions.append(EntityMention(start, at, "Person", 0.9, cluster, pronoun))
    add_kin(doc)
    shown = [text[m.start : m.end] for m in reading.mentions]
    return {(shown[s.subject], s.predicate, shown[s.object]) for s in reading.statements}


@pytest.mark.parametrize(
    ("text", "names", "found"),
    [
        (
            "Ann Lee was a poet, the daughter of Bob Ray and his wife Eve Ray.",
            ("Ann Lee", "Bob Ray", "Eve Ray"),
            {
                ("Ann Lee", "father", "Bob Ray"),
                ("Ann Lee", "mother", "Eve Ray"),
                ("Bob Ray", "spouse", "Eve Ray"),
            },
        ),
        (
            "He married Ann Lee, the eldest daughter of Bob Ray.",
            ("He", "Ann Lee", "Bob Ray"),
            {("Ann Lee", "father", "Bob Ray"), ("He", "spouse", "Ann Lee")},
        ),
        (
            "In 1932 He later married the dancer Ann Lee.",
            ("He", "Ann Lee"),
            {("He", "spouse", "Ann Lee")},
        ),
        (
            "Ann Lee married her first cousin, Bob Ray.",
            ("Ann Lee", "Bob Ray"),
            {("Ann Lee", "spouse", "Bob Ray")},
        ),
        ("Ann Lee was married in Rome by Bob Ray.", ("Ann Lee", "Bob Ray"), set()),
        (
            "Ann Lee was the son of Bob the Unready and Eve Ray.",
            ("Ann Lee", "Bob", "Eve Ray"),
            {("Ann Lee", "father", "Bob"), ("Ann Lee", "mother", "Eve Ray")},
        ),
        (
            "He was born in Rome, to Bob Ray and Eve Ray.",
            ("He", "Bob Ray", "Eve Ray"),
            {("He", "father", "Bob Ray"), ("He", "mother", "Eve Ray")},
        ),
        (
            "Ann Lee is the son of Queen Eve.",
            ("Ann Lee", "Queen Eve"),
            {("Ann Lee", "mother", "Queen Eve")},
        ),
        (
            "Max Lee was born in Rome to Gisela Ray and Klaus Ray.",
            ("Max Lee", "Gisela Ray", "Klaus Ray"),
            {("Max Lee", "mother", "Gisela Ray"), ("Max Lee", "father", "Klaus Ray")},
        ),
        (
            "Max Lee is the son of Nancy Ray.",
            ("Max Lee", "Nancy Ray"),
            {("Max Lee", "mother", "Nancy Ray")},
        ),
        ("Her mother was the actress Eve Ray.", ("Her", "Eve Ray"), {("Her", "mother", "Eve Ray")}),
        (
            "Ann Lee was the son of Bob, Duke of Ray, and of his wife Eve Ray.",
            ("Ann Lee", "Bob", "Eve Ray"),
            {("Ann Lee", "father", "Bob"), ("Ann Lee", "mother", "Eve Ray")},
        ),
        (
            "The son of Bob Ray, Max Ray was a poet.",
            ("Bob Ray", "Max Ray"),
            {("Max Ray", "father", "Bob Ray")},
        ),
        (
            "Ann Lee was the wife of King Bob.",
            ("Ann Lee", "King Bob"),
            {("Ann Lee", "spouse", "King Bob")},
        ),
        ("Ann Lee met Bob Ray.", ("Ann Lee", "Bob Ray"), set()),
        (  # of kin of kin, each is said of the name beside it
            "Ann Lee was the wife of Eve Ray, the child of Bob Ray, Duke of Max Stead, "
            "third son of Queen Sue.",
            ("Ann Lee", "Eve Ray", "Bob Ray", "Max Stead", "Queen Sue"),
            {
                ("Ann Lee", "spouse", "Eve Ray"),
                ("Eve Ray", "father", "Bob Ray"),
                ("Bob Ray", "mother", "Queen Sue"),
            },
        ),
        (
            "Ann Lee was the younger brother of Max Ray and the son of Bob Ray.",
            ("Ann Lee", "Max Ray", "Bob Ray"),
            {("Ann Lee", "father", "Bob Ray")},
        ),
        (
            "Ann Lee was a half-brother of Eve Ray (the first wife of Bob Ray).",
            ("Ann Lee", "Eve Ray", "Bob Ray"),
            {("Eve Ray", "spouse", "Bob Ray")},
        ),
        (
            "He was the son of Bob Ray, Duke of Lee, by his wife Sue, daughter of Max Ray.",
            ("He", "Bob Ray", "his", "Sue", "Max Ray"),
            {
                ("He", "father", "Bob Ray"),
                ("He", "mother", "Sue"),
                ("Bob Ray", "spouse", "Sue"),
                ("Sue", "father", "Max Ray"),
            },
        ),
        (
            "Ann Lee was a daughter of Bob, Duke of Lee, and consort of Max Ray.",
            ("Ann Lee", "Bob", "Max Ray"),
            {("Ann Lee", "father", "Bob"), ("Ann Lee", "spouse", "Max Ray")},
        ),
        (
            "He met Ann Lee, the daughter of the Elector Bob, the guardianship ended, "
            "and Max Ray left.",
            ("He", "Ann Lee", "Bob", "Max Ray"),
            {("Ann Lee", "father", "Bob")},
        ),
        (  # which of the two is the mother is not said
            "Ann Lee was the son of Max Ray and the only child of Bob Ray.",
            ("Ann Lee", "Max Ray", "Bob Ray"),
            {("Max Ray", "child", "Ann Lee"), ("Bob Ray", "child", "Ann Lee")},
        ),
        (
            "Ann Lee met Bob Ray while the king, a son of Max Ray, was away.",
            ("Ann Lee", "Bob Ray", "Max Ray"),
            set(),
        ),
    ],
)
def test_set_phrases_name_the_kin(
    text: str, names: tuple[str, ...], found: set[tuple[str, str, str]]
) -> None:
    assert kin_of(text, *names) == found
