from __future__ import annotations

import pytest
import spacy

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.life_dates import add_life_dates
from kgtransfer.extract.reading import reading_of
from kgtransfer.records import EntityMention
from kgtransfer.values import find_values


def life_of(text: str, name: str) -> dict[str, str]:
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences = sentence_spans(text)
    reading.values = find_values(text)
    start = text.index(name)
    reading.mentions = [EntityMention(start, start + len(name), "Person", 0.9, 0)]
    add_life_dates(doc)
    return {s.predicate: str(reading.values[s.object].value) for s in reading.statements}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ann Lee (born 5 May 1950) is a poet.", {"date_of_birth": "1950-05-05"}),
        ("Ann Lee( born 1950) is a poet.", {"date_of_birth": "1950"}),
        (
            "Ann Lee ( 3 May 1901 – 4 June 1970) was a poet.",
            {"date_of_birth": "1901-05-03", "date_of_death": "1970-06-04"},
        ),
        (
            "Ann Lee, OBE (1901–1970) was a poet.",
            {"date_of_birth": "1901", "date_of_death": "1970"},
        ),
        (
            "Ann Lee (née Ray; May 3, 1901 in Rome – June 4, 1970) was a poet.",
            {"date_of_birth": "1901-05-03", "date_of_death": "1970-06-04"},
        ),
        ("Ann Lee (died 1970) was a poet.", {"date_of_death": "1970"}),
        ("Ann Lee (reigned 1901–1970) was a queen.", {}),
        ("Ann Lee (r. 1901–1970) was a queen.", {}),
        (
            "Ann Lee (1901–1970, r. 1930–1960) was a queen.",
            {"date_of_birth": "1901", "date_of_death": "1970"},
        ),
        ("Ann Lee (1990–1995) played the drums.", {}),
        ("Ann Lee wrote it (in 1950).", {}),
    ],
)
def test_dates_in_brackets_after_a_name(text: str, found: dict[str, str]) -> None:
    assert life_of(text, "Ann Lee") == found


def test_places_stand_on_their_side_of_the_dash() -> None:
    text = "Ann Lee (3 May 1901, Rome – 4 June 1970 in Paris, France) was a poet."
    doc = spacy.blank("en")(text)
    reading = reading_of(doc)
    reading.sentences, reading.values = sentence_spans(text), find_values(text)
    reading.mentions = [
        EntityMention(text.index(name), text.index(name) + len(name), kind, 0.9, cluster)
        for cluster, (name, kind) in enumerate(
            [("Ann Lee", "Person"), ("Rome", "Location"), ("Paris", "Location"),
             ("France", "Location")]
        )
    ]  # fmt: skip
    add_life_dates(doc)
    places = {
        s.predicate: text[reading.mentions[s.object].start : reading.mentions[s.object].end]
        for s in reading.statements
        if not s.object_is_value
    }
    assert places == {"place_of_birth": "Rome", "place_of_death": "Paris"}
