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


def test_an_unknown_extractor_is_named() -> None:
    with pytest.raises(ModelError, match="no_such_pipeline"):
        load_extractor("no_such_pipeline")
