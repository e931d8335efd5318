from __future__ import annotations

import pytest
import spacy

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.ownership import add_ownership
from kgtransfer.extract.reading import reading_of
from kgtransfer.records import EntityMention, Statement

NAMES = ("Acme", "Bolt", "Cog")
Model = tuple[str, str, str, float]


def owners_of(text: str, *model: Model) -> set[tuple[str, str, str]]:
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences = sentence_spans(text)
    names = sorted((name for name in NAMES if name in text), key=text.index)
    for cluster, name in enumerate(names):
        start = text.index(name)
        mention = EntityMention(start, start + len(name), "Organization", 0.9, cluster)
        reading.mentions.append(mention)
    for subject, predicate, target, sure in model:
        ends = names.index(subject), names.index(target)
        reading.statements.append(Statement(ends[0], predicate, ends[1], False, sure, None))
    add_ownership(doc)
    return {(names[s.subject], s.predicate, names[s.object]) for s in reading.statements}


OWNED = {("Acme", "parent_organization", "Bolt")}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Acme is a wholly owned subsidiary of Bolt.", OWNED),
        ("Acme (NYSE: A), the retail division of the German-based Bolt, sells cars.", OWNED),
        ("Bolt's subsidiary Acme sells cars.", OWNED),
        ("Acme, which is owned by Bolt, sells cars.", OWNED),
        ("Bolt is the parent company of Acme.", OWNED),
        ("Acme sued Cog, a subsidiary of Bolt.", {("Cog", "parent_organization", "Bolt")}),
        ("Acme sells cars to a subsidiary of Bolt.", set()),
        ("Acme and Bolt have a subsidiary.", set()),
    ],
)
def test_phrases_say_who_owns_whom(text: str, found: set[tuple[str, str, str]]) -> None:
    assert owners_of(text) == found


def test_what_is_read_wins_over_the_way_back() -> None:
    text = "Acme is a subsidiary of Bolt."
    model = (("Acme", "subsidiary", "Bolt", 0.8), ("Bolt", "subsidiary", "Acme", 0.6))
    assert owners_of(text, *model) == OWNED | {("Bolt", "subsidiary", "Acme")}


def test_of_both_ways_the_surer_stays() -> None:
    model = (("Acme", "subsidiary", "Bolt", 0.5), ("Acme", "parent_organization", "Bolt", 0.8))
    assert owners_of("Acme met Bolt.", *model) == OWNED
