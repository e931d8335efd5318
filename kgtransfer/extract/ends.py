"""The ends that a relation may join, by their words, and each word's part of speech as a letter."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass

from kgtransfer.extract.concepts import NounPhrase
from kgtransfer.extract.reading import Reading
from kgtransfer.records import Span

_LETTER = {
    "VERB": "V", "AUX": "A", "PART": "T", "ADV": "R", "ADP": "P", "SCONJ": "S", "NOUN": "N",
    "ADJ": "J", "DET": "D", "PRON": "O", "CCONJ": "C", "NUM": "M", "PROPN": "X", "PUNCT": ",",
}  # fmt: skip
RELATIVES = frozenset({"who", "which", "that"})
_STOPS = frozenset(";:.!?—–")
"""Where no phrase or list goes on."""


@dataclass(frozen=True, slots=True)
class End:
    """A mention or value by its words; `number` counts in its own list."""

    first: int
    last: int
    number: int
    is_value: bool
    cluster: int
    kind: str
    pronoun: bool = False
    sure: float = 1.0
    term: NounPhrase | None = None


def extent(reading: Reading, end: End) -> Span:
    """Where an end stands in the text."""
    return reading.words[end.first][0], reading.words[end.last - 1][1]


def letters_of(text: str, reading: Reading) -> str:
    """One letter for each word; brackets and commas for themselves, W for relative pronouns."""
    found = []
    for (start, end), part in zip(reading.words, reading.parts, strict=True):
        mark = text[start] if end - start == 1 else ""
        if mark in _STOPS:
            found.append("#")
            continue
        if part == "PRON" and text[start:end].lower() in RELATIVES:
            found.append("W")
            continue
        found.append(mark if mark in ("(", ")", ",") and mark else _LETTER.get(part, "#"))
    return "".join(found)


def ends_of(reading: Reading) -> list[End]:
    """The names, pronouns and values of a text by their words, in order."""
    starts = [start for start, _ in reading.words]
    found = []
    for i, m in enumerate(reading.mentions):
        first, last = bisect_left(starts, m.start), bisect_left(starts, m.end)
        if first < last:
            found.append(End(first, last, i, False, m.cluster, m.type, m.pronoun, m.confidence))
    for i, v in enumerate(reading.values):
        first, last = bisect_left(starts, v.start), bisect_left(starts, v.end)
        if first < last:
            found.append(End(first, last, i, True, -1 - i, v.kind))
    return sorted(found, key=lambda e: (e.first, e.last))
