"""A question as the network sees it: its words, the topic replaced by a placeholder."""

from __future__ import annotations

import re

from kgtransfer.language_models.encoder import PassageVectors, TextEncoder
from kgtransfer.records import FloatArray, Span

TOPIC = "X"
MOST_WORDS = 64
_WORD = re.compile(r"\w+(?:['’]\w+)*")


def mask_topic(question: str, topic: Span) -> str:
    """The question with its topic replaced: the network must not know what it is about."""
    return f"{question[: topic[0]]}{TOPIC}{question[topic[1] :]}"


def word_spans(text: str) -> list[Span]:
    """Where the words of a masked question stand, up to the longest question."""
    return [match.span() for match in _WORD.finditer(text)][:MOST_WORDS]


def word_vectors(texts: list[str], encoder: TextEncoder) -> list[FloatArray]:
    """Each text's words as unit vectors (t, d), in their context; t is at least 1."""
    spans = [word_spans(text) for text in texts]
    encoded = encoder.encode_passages(zip(texts, spans, strict=True))
    return [_rows(vectors) for vectors in encoded]


def relation_vectors(relations: list[str], encoder: TextEncoder) -> FloatArray:
    """The vectors (r, d) of relations' names: "directed_by" and "directedBy" read as words."""
    return encoder.encode([spoken(name) for name in relations])


def spoken(relation: str) -> str:
    """A predicate as words."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", relation)
    return " ".join(re.split(r"[\s_\-./]+", apart)).strip().lower() or relation


def _rows(vectors: PassageVectors) -> FloatArray:
    return vectors.spans if len(vectors.spans) else vectors.passage[None]
