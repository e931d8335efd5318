"""Which texts an extractor can read: an English one makes nothing but mistakes of Russian."""

from __future__ import annotations

from collections.abc import Iterator

from kgtransfer.corpus.language import detect_language
from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.records import Extraction, Span

ANY = frozenset[str]()
"""The languages of an extractor that reads all of them."""
_OTHER_SCRIPTS = frozenset(
    ["ru", "uk", "bg", "sr", "el", "ar", "he", "fa", "hi", "bn", "ta", "th", "zh", "ja", "ko"]
)


def readable(text: str, language: str, languages: frozenset[str]) -> str:
    """The text with spaces for the sentences that can't be read; empty where none can.

    Args:
        text: a chunk.
        language: its document's, empty where unknown; a document may hold passages in others.
        languages: those of the extractor, as ISO 639-1 codes, or `ANY`.
    """
    if languages == ANY:
        return text
    if not text.isascii() and not languages & _OTHER_SCRIPTS:
        for start, end in list(_foreign(text, language)):
            blank = "".join("\n" if c == "\n" else " " for c in text[start:end])
            text = text[:start] + blank + text[end:]
    if language in ("", *languages) or detect_language(text) in languages:
        return text if text.strip() else ""
    return ""


def with_unread(extraction: Extraction, text: str, language: str) -> Extraction:
    """The extraction of a text's readable part, with all of the text's sentences, for quoting."""
    known = extraction.sentences
    others = [s for s in sentence_spans(text, language or "en") if not _meets(s, known)]
    return Extraction(
        tuple(sorted([*known, *others])),
        extraction.mentions,
        extraction.values,
        extraction.statements,
    )


def _meets(span: Span, others: tuple[Span, ...]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _foreign(text: str, language: str) -> Iterator[Span]:
    """The sentences most of whose letters are not Latin ones."""
    for start, end in sentence_spans(text, language or "en"):
        letters = [c for c in text[start:end] if c.isalpha()]
        latin = sum(c <= "\u024f" or "\u1e00" <= c <= "\u1eff" for c in letters)
        if 2 * latin < len(letters):
            yield start, end
