"""The spaCy pipeline with parts swapped, added and brought along."""

from __future__ import annotations

from pathlib import Path

import pytest
import spacy
from spacy.language import Language

from kgtransfer.config import shipped
from kgtransfer.errors import ModelError
from kgtransfer.extract.extractor import load_extractor
from kgtransfer.extract.pipeline import SpacyExtractor, build_pipeline
from kgtransfer.extract.reading import reading_of

pytestmark = pytest.mark.slow
TEXT = "Zorblax Quarn was born in Paris in 1950."


def test_another_pipelines_entities_take_the_place_of_ours(tmp_path: Path) -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "GPE", "pattern": "Quarn"}])
    nlp.to_disk(tmp_path)
    extraction = load_extractor(str(tmp_path)).extract(TEXT, "en")
    assert [(TEXT[m.start : m.end], m.type) for m in extraction.mentions] == [("Quarn", "Location")]


def test_a_component_of_ones_own_runs_between_ours() -> None:
    @Language.component("no_values")
    def drop_values(doc: object) -> object:
        reading_of(doc).values.clear()
        return doc

    nlp = build_pipeline(shipped("models", "extractor"))
    plain = SpacyExtractor(nlp, "weights")
    before = plain.fingerprint
    assert plain.extract(TEXT, "en").values
    nlp.add_pipe("no_values", after="kgtransfer_values")
    changed = SpacyExtractor(nlp, "weights")
    assert changed.extract(TEXT, "en").values == ()
    assert changed.fingerprint != before


def test_plain_facts_are_what_a_sentence_states_of_its_own() -> None:
    text = (
        "Ann Lee is an American film director. She never married Bob Ray. Lee met Tom Cruise in "
        "Rome. Lee may have moved to Paris in 1970. Max Hill said that Lee visited Berlin. Dark "
        "River was later bought by Paramount Pictures. In the last match, Sweden faced South "
        "Korea at the Nizhny Novgorod Stadium."
    )
    extraction = load_extractor().extract(text, "en")
    plain: set[tuple[str, str, str]] = set()
    other: set[tuple[str, str, str]] = set()
    for s in extraction.statements:
        if not s.object_is_value:
            ends = [extraction.mentions[i] for i in (s.subject, s.object)]
            names = [text[m.start : m.end] for m in ends]
            kept = s.sentence and not s.hedge and not s.negated
            (plain if kept else other).add((names[0], s.predicate, names[1]))
    assert {
        ("Ann Lee", "country_of_citizenship", "American"),
        ("Lee", "meet", "Tom Cruise"),
        ("Paramount Pictures", "buy", "Dark River"),
        ("Sweden", "face", "South Korea"),
    } <= plain
    assert {("Lee", "visit", "Berlin"), ("She", "spouse", "Bob Ray")} <= other
    assert not [t for t in plain if t[0].startswith("Nizhny") and t[2] in ("Sweden", "South Korea")]


def test_an_unknown_extractor_is_named() -> None:
    with pytest.raises(ModelError, match="no_such_pipeline"):
        load_extractor("no_such_pipeline")
