"""The spaCy pipeline: components in a row, each in its own file, any of which can be swapped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import spacy
import torch

# Importing a component's module registers its factory.
from kgtransfer.config import shipped
from kgtransfer.extract import (
    assertion,
    coreference,
    credits,
    definitions,
    encode,
    entities,
    fast_tagger,
    find_values,
    gliner,
    kin,
    life_dates,
    life_places,
    open_relations,
    ownership,
    phrases,
    relations,
    sentences,
    stating,
    types,
)
from kgtransfer.extract.extractor import shared_extractor
from kgtransfer.extract.languages import ANY, readable, with_unread
from kgtransfer.extract.options import ExtractorOptions
from kgtransfer.extract.reading import reading_of
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Extraction

__all__ = ["SpacyExtractor", "build_fast_pipeline", "build_pipeline"]

RULES_VERSION = 16
"""Raised whenever a component's rules change what is extracted."""

_MAX_CHARACTERS = 1 << 31
_COMPONENTS = (
    sentences,
    encode,
    entities,
    find_values,
    gliner,
    coreference,
    credits,
    relations,
    kin,
    life_dates,
    life_places,
    fast_tagger,
    definitions,
    open_relations,
    ownership,
    phrases,
    stating,
    assertion,
    types,
)


def build_pipeline(
    folder: Path,
    language: str = "en",
    entities_from: str = "",
    labels: Mapping[str, str] = MappingProxyType({}),
    gliner: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """A spaCy `Language` with all components.

    Args:
        folder: the trained extractor.
        language: of spaCy's tokenizer.
        entities_from: an installed spaCy pipeline with an entity recogniser, used in place of the
            trained one.
        labels: our types for its labels, beside those that are known.
        gliner: the configuration of `kgtransfer_gliner`, used in place of the trained one.
    """
    nlp = spacy.load(entities_from) if entities_from else spacy.blank(language)
    trained = {"folder": str(folder)}
    nlp.add_pipe("kgtransfer_sentences", first=True)
    nlp.add_pipe("kgtransfer_encoder", config=trained)
    if gliner:
        nlp.add_pipe("kgtransfer_gliner", config=dict(gliner))
    elif not entities_from:
        nlp.add_pipe("kgtransfer_entities", config=trained)
    else:
        nlp.add_pipe("kgtransfer_types", config={"labels": dict(labels)})
    nlp.add_pipe("kgtransfer_values")
    nlp.add_pipe("kgtransfer_coreference", config=trained)
    if nlp.lang == "en":  # what our tagger was trained on
        nlp.add_pipe("kgtransfer_parts", config={"folder": str(shipped("models", "fast"))})
    nlp.add_pipe("kgtransfer_relations", config=trained)
    nlp.add_pipe("kgtransfer_stating")
    _add_rules(nlp)
    nlp.add_pipe("kgtransfer_open_relations")
    nlp.add_pipe("kgtransfer_phrases", config={"definitions": False})
    return nlp


def build_fast_pipeline(
    folder: Path,
    entities_from: str = "",
    labels: Mapping[str, str] = MappingProxyType({}),
    gliner: Mapping[str, Any] = MappingProxyType({}),
) -> Any:
    """A spaCy `Language` of the components that need no language model.

    Args:
        folder: the trained fast tagger; unused with `entities_from`.
        entities_from: an installed spaCy pipeline that names entities and parts of speech.
        labels: our types for its labels, beside those that are known.
        gliner: the configuration of `kgtransfer_gliner`, used in place of the tagger's names.
    """
    nlp = spacy.load(entities_from) if entities_from else spacy.blank("en")
    nlp.add_pipe("kgtransfer_sentences", first=True)
    if gliner:
        nlp.add_pipe("kgtransfer_gliner", config=dict(gliner))
        nlp.add_pipe("kgtransfer_parts", config={"folder": str(folder)})
    elif entities_from:
        nlp.add_pipe("kgtransfer_types", config={"labels": dict(labels)})
    else:
        nlp.add_pipe("kgtransfer_fast_tagger", config={"folder": str(folder)})
        nlp.add_pipe("kgtransfer_definitions")
    nlp.add_pipe("kgtransfer_values")
    nlp.add_pipe("kgtransfer_coreference")
    _add_rules(nlp)
    nlp.add_pipe("kgtransfer_open_relations")
    nlp.add_pipe("kgtransfer_phrases")
    return nlp


def _add_rules(nlp: Any) -> None:
    nlp.add_pipe("kgtransfer_credits")
    nlp.add_pipe("kgtransfer_kin")
    nlp.add_pipe("kgtransfer_ownership")
    nlp.add_pipe("kgtransfer_life_places")
    nlp.add_pipe("kgtransfer_life_dates")
    nlp.add_pipe("kgtransfer_assertion")
    nlp.max_length = _MAX_CHARACTERS


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums are rounded otherwise with more threads: results must not depend on their number."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class SpacyExtractor:
    """An `Extractor` on a spaCy pipeline that ends with our components.

    Args:
        nlp: from `build_pipeline`, or one's own with components added or replaced.
        weights: the fingerprint of the trained model in it.
        options: what `load_extractor` makes it from; without, it can't be sent to a process.
    """

    def __init__(self, nlp: Any, weights: str, options: ExtractorOptions | None = None) -> None:
        self.nlp, self.options = nlp, options
        parts = [weights, load_schema().fingerprint, f"rules {RULES_VERSION}", spacy.__version__]
        parts += [f"{name} {nlp.get_pipe_meta(name).factory}" for name in nlp.pipe_names]
        parts += [nlp.meta["lang"], nlp.meta["name"], nlp.meta["version"]]
        self._fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def languages(self) -> frozenset[str]:
        """The pipeline's language; none of a multilingual one, which reads all."""
        return ANY if self.nlp.lang in ("xx", "mul") else frozenset({self.nlp.lang})

    @property
    def fingerprint(self) -> str:
        """Names weights, schema, rules and components."""
        return self._fingerprint

    def __reduce__(self) -> tuple[Any, tuple[ExtractorOptions]]:
        """Another process loads it anew."""
        if self.options is None:
            raise TypeError("an extractor with components of one's own stays in its process")
        return shared_extractor, (self.options,)

    def extract(self, text: str, language: str) -> Extraction:
        """Read one chunk; of a text in a language that is not read only its sentences are kept."""
        if not text.strip():
            return Extraction()
        part = readable(text, language, self.languages)
        if not part:
            return with_unread(Extraction(), text, language)
        with _one_thread():
            reading = reading_of(self.nlp(part))
        found = Extraction(
            tuple(reading.sentences),
            tuple(reading.mentions),
            tuple(reading.values),
            tuple(reading.statements),
        )
        return found if part == text else with_unread(found, text, language)
