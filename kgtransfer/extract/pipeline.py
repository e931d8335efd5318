"""The spaCy pipeline: components in a row, each in its own file, any of which can be swapped."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import spacy
import torch

# Importing a component's module registers its factory.
from kgtransfer.extract import (
    coreference,
    credits,
    encode,
    entities,
    find_values,
    kin,
    life_dates,
    life_places,
    relations,
    sentences,
)
from kgtransfer.extract.extractor import Extractor, load_extractor
from kgtransfer.extract.reading import reading_of
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Extraction

__all__ = ["SpacyExtractor", "build_pipeline"]

RULES_VERSION = 9
"""Raised whenever a component's rules change what is extracted."""

_MAX_CHARACTERS = 1 << 31
_COMPONENTS = (
    sentences,
    encode,
    entities,
    find_values,
    coreference,
    credits,
    relations,
    kin,
    life_dates,
    life_places,
)


def build_pipeline(folder: Path, language: str = "en", entities_from: str = "") -> Any:
    """A spaCy `Language` with all components.

    Args:
        folder: the trained extractor.
        language: of spaCy's tokenizer.
        entities_from: an installed spaCy pipeline with an entity recogniser, used in place of the
            trained one.
    """
    nlp = spacy.load(entities_from) if entities_from else spacy.blank(language)
    trained = {"folder": str(folder)}
    nlp.add_pipe("kgtransfer_sentences", first=True)
    nlp.add_pipe("kgtransfer_encoder", config=trained)
    if not entities_from:
        nlp.add_pipe("kgtransfer_entities", config=trained)
    nlp.add_pipe("kgtransfer_values")
    nlp.add_pipe("kgtransfer_coreference")
    nlp.add_pipe("kgtransfer_relations", config=trained)
    nlp.add_pipe("kgtransfer_credits")
    nlp.add_pipe("kgtransfer_kin")
    nlp.add_pipe("kgtransfer_life_places")
    nlp.add_pipe("kgtransfer_life_dates")
    nlp.max_length = _MAX_CHARACTERS
    return nlp


@lru_cache(maxsize=2)
def shared_extractor(name: str) -> Extractor:
    """The extractor of a name, loaded once in a process."""
    return load_extractor(name)


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
        name: what `load_extractor` makes it from; without it, it can't be sent to a process.
    """

    def __init__(self, nlp: Any, weights: str, name: str = "") -> None:
        self.nlp, self.name = nlp, name
        parts = [weights, load_schema().fingerprint, f"rules {RULES_VERSION}", spacy.__version__]
        parts += [f"{name} {nlp.get_pipe_meta(name).factory}" for name in nlp.pipe_names]
        parts += [nlp.meta["lang"], nlp.meta["name"], nlp.meta["version"]]
        self._fingerprint = hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """Names weights, schema, rules and components."""
        return self._fingerprint

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        """Another process loads it anew, by its name."""
        if not self.name:
            raise TypeError("an extractor with components of one's own stays in its process")
        return shared_extractor, (self.name,)

    def extract(self, text: str, language: str) -> Extraction:
        """Read one chunk; the language chooses nothing yet but is part of the seam."""
        if not text.strip():
            return Extraction()
        with _one_thread():
            reading = reading_of(self.nlp(text))
        return Extraction(
            tuple(reading.sentences),
            tuple(reading.mentions),
            tuple(reading.values),
            tuple(reading.statements),
        )
