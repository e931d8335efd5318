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
