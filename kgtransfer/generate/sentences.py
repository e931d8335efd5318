"""A stream of text as sentences with the numbers of the passages that they cite."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from kgtransfer.corpus.sentences import sentence_spans

MOST_SENTENCES = 20
_NUMBERS = r"\d{1,3}(?:\s*[,;–-]\s*\d{1,3})*"
_CITATION = re.compile(rf"\s*[\[【](?:passages?\s+|\^)?({_NUMBERS})[\]】]", re.IGNORECASE)
_TRAILING = re.compile(rf"(?:{_CITATION.pattern})+", re.IGNORECASE)
_MAY_GO_ON = re.compile(r"\s*(?:[\[【][^\]】]{0,30})?$")
_THOUGHT = re.compile(r"\s*<think>.*?(?:</think>\s*|$)", re.DOTALL)
_DECORATION = re.compile(r"\*\*|__|^(?:[-*•]|#+|\d{1,2}[.)])\s+")


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence without its marks, and the passages' numbers that it cites, in order."""

    text: str
    numbers: tuple[int, ...]


def sentences(pieces: Iterable[str]) -> Iterator[Written]:
    """The sentences of a stream, each as soon as it is whole.

    Marks of citation after a full stop belong to the sentence before. What a model says to itself
    in `<think>` is left out, and so are control characters and marks of formatting.
    """
    text, count = "", 0
    for piece in pieces:
        text += "".join(c for c in piece if c.isprintable() or c in "\n\t ")
        if "<think>" in text[:20]:
            if "</think>" not in text:
                continue
            text = _THOUGHT.sub("", text, count=1)
        *whole, text = _split(text)
        for sentence in whole:
            yield from _written(sentence)
            count += 1
        if count >= MOST_SENTENCES:
            return
    yield from _written(_THOUGHT.sub("", text))


def _split(text: str) -> list[str]:
    """Whole sentences with their marks, then what may still go on."""
    parts: list[str] = []
    at = 0
    spans = sentence_spans(text)
    for (_, end), (following, _) in pairwise(spans):
        marks = _TRAILING.match(text, end)
        end = marks.end() if marks else end
        if end <= at or (end > following and not text[end:].strip()):
            continue
        if _MAY_GO_ON.fullmatch(text, end):
            break
        parts.append(text[at:end])
        at = end
    return [*parts, text[at:]]


def _written(sentence: str) -> Iterator[Written]:
    numbers = [
        number for found in _CITATION.finditer(sentence) for number in _numbers(found.group(1))
    ]
    text = _CITATION.sub("", sentence).strip()
    text = _DECORATION.sub("", " ".join(text.split())).strip()
    if any(c.isalnum() for c in text):
        yield Written(text, tuple(dict.fromkeys(numbers)))


def _numbers(marks: str) -> Iterator[int]:
    """The numbers of "1, 3" and of "2-4"."""
    for part in re.split(r"[,;]", marks):
        first, *rest = (int(n) for n in re.findall(r"\d+", part))
        last = rest[-1] if rest else first
        yield from range(first, min(last, first + 20) + 1) if last >= first else (first, last)
