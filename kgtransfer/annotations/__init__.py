"""Texts that people annotated: one record, a reader for each tool's files, and annotating here."""

from __future__ import annotations

from kgtransfer.annotations.read import read_annotations
from kgtransfer.annotations.record import AnnotatedText, Marked, Related

__all__ = ["AnnotatedText", "Marked", "Related", "read_annotations"]
