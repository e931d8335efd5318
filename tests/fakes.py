"""Small real implementations of the seams, for tests that need no model."""

from __future__ import annotations

import itertools
import re
import zlib
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from kgtransfer.language_models.encoder import PassageVectors
from kgtransfer.records import (
    EntityMention,
    Extraction,
    FloatArray,
    Span,
    Statement,
    ValueMention,
)

_WORD = r"[A-ZÀ-ÖØ-Þ][\w'’-]*"
_NAME = re.compile(rf"{_WORD}(?:(?: |, Jr\.? )(?:(?:of|the|de|van|von) )?{_WORD})*")
_PRONOUNS = {"He", "She", "he", "she"}
_PRONOUN = re.compile(r"\b(?:He|She|he|she)\b")
_NO_NAME = {
    *("A", "An", "And", "As", "At", "But", "For", "From", "He", "Her", "His", "I", "In", "It"),
    *("Its", "On", "She", "That", "The", "Their", "There", "They", "This", "To", "Was", "When"),
    *("Which", "While", "Who", "With"),
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
}
_MONTH_NAMES = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_DATE = re.compile(rf"\b(?:(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)}) )?(\d{{4}})\b", re.IGNORECASE)
_NUMBER = re.compile(r"\b\d+(?:\.\d+)?\b")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-ZÀ-ÖØ-Þ])|\n\n+")
_ORGANIZATION = re.compile(r"\b(?:University|Company|Inc|Studios|Records|Institute|Band)\b")
_WORK = re.compile(r"\b(?:film|song|album|novel|book|painting)\W{1,2}$")
_PLACE = re.compile(r"\b(?:in|at|near|from)\s$")
_EVENT = re.compile(r"\b(?:War|Battle|Festival|Cup|Games)\b")

# What stands between two names, the predicate, and whether the second name is the subject.
_RULES = [
    (re.compile(r"(?:is|was) (?:the )?(?:director of|directing)|directed"), "director", True),
    (re.compile(r"(?:is|was) (?:a film )?directed by"), "director", False),
    (re.compile(r"(?:is|was) the author of|wrote"), "author", True),
    (re.compile(r"was born in"), "place_of_birth", False),
    (re.compile(r"died in"), "place_of_death", False),
    (re.compile(r"married|is married to|is the (?:wife|husband) of"), "spouse", False),
    (re.compile(r"is the (?:father|mother) of"), "child", False),
    (re.compile(r"(?:is|lies) in"), "located_in", False),
    (re.compile(r"met|admired|played for"), "", False),  # the phrase itself: an open relation
]
_VALUE_RULES = [
    (re.compile(r"was born (?:on|in)"), "date_of_birth"),
    (re.compile(r"died (?:on|in)"), "date_of_death"),
    (re.compile(r"(?:was released|was published) (?:on|in)"), "publication_date"),
]


class CapitalisedExtractor:
    """An extractor by rules alone: runs of capitalised words are names, a few phrases are facts.

    It understands: "X directed Y", "X is the director of Y", "Y was directed by X", "X wrote Y",
    "X was born in Y", "X was born on 3 May 1950", "X died in 1999", "X married Y", "X is the
    father of Y", "X lies in Y", "X met Y" (an open relation) and the pronouns he and she. The type
    is read off the name and the word before it: Organization, Work, Event, Location, Person (two
    or more words), else Misc.
    """

    def __init__(self, version: str = "1") -> None:
        self.fingerprint = f"capitalised-{version}"
        self.calls = 0
        """How often `extract` ran: a test can see that nothing is extracted twice."""

    def extract(self, text: str, language: str) -> Extraction:
        """Extract names, values and statements; a pure function of `text`."""
        self.calls += 1
        sentences = tuple(_sentences(text))
        mentions = tuple(_mentions(text, sentences))
        values = tuple(_values(text))
        statements = tuple(_statements(text, sentences, mentions, values))
        return Extraction(sentences, mentions, values, statements)


def _sentences(text: str) -> Iterator[Span]:
    start = 0
    for gap in _SENTENCE_END.finditer(text):
        yield start, gap.start()
        start = gap.end()
    if text[start:].strip():
        yield start, len(text.rstrip())


def _mentions(text: str, sentences: tuple[Span, ...]) -> Iterator[EntityMention]:
    clusters: dict[str, int] = {}
    person: int | None = None
    for first, last in sentences:
        for start, end, pronoun in _names(text, first, last):
            if pronoun:
                if person is not None:
                    yield EntityMention(start, end, "Person", 0.8, person, pronoun=True)
                continue
            name = text[start:end]
            cluster = clusters.setdefault(name.casefold(), len(clusters))
            kind = _type(text, start, name)
            if kind == "Person":
                person = cluster
            yield EntityMention(start, end, kind, 0.9, cluster)


def _names(text: str, first: int, last: int) -> list[tuple[int, int, bool]]:
    found = [(m.start(), m.end(), True) for m in _PRONOUN.finditer(text, first, last)]
    for match in _NAME.finditer(text, first, last):
        start, end = match.span()
        while start < end and (word := text[start:end].split(" ", 1))[0] in _NO_NAME:
            start = start + len(word[0]) + 1 if len(word) > 1 else end
        if text[start:end].endswith(("'s", "’s")):
            end -= 2
        if end - start > 1 and text[start:end] not in _PRONOUNS:
            found.append((start, end, False))
    return sorted(found)


def _type(text: str, start: int, name: str) -> str:
    before = text[max(0, start - 12) : start]
    if _ORGANIZATION.search(name):
        return "Organization"
    if _EVENT.search(name):
        return "Event"
    if _WORK.search(before):
        return "Work"
    if _PLACE.search(before):
        return "Location"
    return "Person" if " " in name else "Misc"


def _values(text: str) -> Iterator[ValueMention]:
    taken = 0
    dates = list(_DATE.finditer(text))
    for match in dates:
        day, month, year = match.groups()
        value = year
        if month:
            value += f"-{_MONTHS[month.lower()]:02d}"
        if month and day:
            value += f"-{int(day):02d}"
        yield ValueMention(match.start(), match.end(), "date", value)
    for match in _NUMBER.finditer(text):
        while taken < len(dates) and dates[taken].end() <= match.start():
            taken += 1
        if taken == len(dates) or match.end() <= dates[taken].start():
            yield ValueMention(match.start(), match.end(), "number", float(match.group()))


def _statements(
    text: str,
    sentences: tuple[Span, ...],
    mentions: tuple[EntityMention, ...],
    values: tuple[ValueMention, ...],
) -> Iterator[Statement]:
    for sentence in sentences:
        inside = [i for i, m in enumerate(mentions) if sentence[0] <= m.start < sentence[1]]
        for left, right in itertools.pairwise(inside):
            gap = text[mentions[left].end : mentions[right].start].strip()
            gap = gap.removesuffix(" the film").removesuffix(" the novel")
            for pattern, predicate, swap in _RULES:
                if pattern.fullmatch(gap):
                    subject, other = (right, left) if swap else (left, right)
                    yield Statement(subject, predicate or gap, other, False, 0.9, sentence)
        for index, value in enumerate(values):
            before = [i for i in inside if mentions[i].end <= value.start < sentence[1]]
            if not before:
                continue
            gap = text[mentions[before[-1]].end : value.start].strip()
            for pattern, predicate in _VALUE_RULES:
                if pattern.fullmatch(gap):
                    yield Statement(before[-1], predicate, index, True, 0.9, sentence)


class HashingEncoder:
    """An encoder without a model: a bag of hashed words, so that shared words mean closeness."""

    def __init__(self, dimension: int = 64) -> None:
        self.dimension = dimension
        self.encoded = 0
        """How many texts were encoded: a test can see that nothing is encoded twice."""

    @property
    def fingerprint(self) -> str:
        """Tells dimensions apart."""
        return f"hashing-{self.dimension}"

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One vector for each text: (n, d)."""
        self.encoded += len(texts)
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def encode_passage(self, text: str, spans: Sequence[Span]) -> PassageVectors:
        """The passage's vector and one for each span; an empty span gets the passage's."""
        passage = self.encode([text])[0]
        rows = [
            self._vector(text[start:end]) if text[start:end].strip() else passage
            for start, end in spans
        ]
        pooled = np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)
        return PassageVectors(passage, pooled)

    def encode_passages(
        self, passages: Iterable[tuple[str, Sequence[Span]]]
    ) -> Iterator[PassageVectors]:
        """`encode_passage` of each, in order."""
        for text, spans in passages:
            yield self.encode_passage(text, spans)

    def _vector(self, text: str) -> FloatArray:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for word in re.findall(r"\w+", text.casefold()):
            code = zlib.crc32(word.encode())
            vector[code % self.dimension] += 1 if code >> 16 & 1 else -1
        return (vector / np.linalg.norm(vector)).astype(np.float32)
