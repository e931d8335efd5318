"""The seam between a chunk's text and what was extracted from it."""

from __future__ import annotations

from typing import Protocol

from kgtransfer.records import Extraction


class Extractor(Protocol):
    """Reads one chunk.

    A pure function: the same text and language give the same extraction, whatever was read
    before. Offsets are code points from the start of the text. `fingerprint` changes whenever
    results may (weights, schema, rules), so that extractions can be kept under it.
    """

    @property
    def fingerprint(self) -> str:
        """Names the extractor's version."""
        ...

    def extract(self, text: str, language: str) -> Extraction:
        """Everything found in `text`, which may be of any length, empty included."""
        ...


def load_extractor(name: str = "default", encoder: str = "") -> Extractor:
    """The extractor that a setting names.

    Args:
        name: `default` for the shipped one, the folder of a trained one, or a spaCy pipeline
            (installed, or a folder) whose entities replace the trained ones.
        encoder: unused: a trained extractor names the encoder that it was trained on.

    Raises:
        ModelError: a model is missing or damaged.
    """
    from pathlib import Path

    from kgtransfer.config import shipped
    from kgtransfer.errors import ModelError
    from kgtransfer.extract.encode import shared_model
    from kgtransfer.extract.pipeline import SpacyExtractor, build_pipeline
    from kgtransfer.extract.weights import CONFIG

    own = name == "default" or (Path(name) / CONFIG).is_file()
    folder = Path(name) if own and name != "default" else shipped("models", "extractor")
    weights = shared_model(str(folder)).fingerprint
    try:
        nlp = build_pipeline(folder, entities_from="" if own else name)
    except OSError as error:
        raise ModelError(
            f"there is neither a trained extractor nor a spaCy pipeline {name!r}",
            where="extractor",
            hint="Use `default`, a folder that `kgtransfer train extractor` made, or install one.",
        ) from error
    return SpacyExtractor(nlp, weights, name)
