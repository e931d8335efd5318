"""Component `kgtransfer_open_relations`: what the words between two names say of them.

After ReVerb (Fader et al. 2011): a relation phrase is a verb with its auxiliaries and particles, or
a verb with a noun phrase, up to a preposition ("moved to", "is the capital of", "was promoted to
the rank of"). It is read off parts of speech, between the nearest name before it and the name or
value after it; further names of a list get the same phrase, and a verb after "and" keeps the
subject of the one before. The predicate is the phrase without articles and "not", which is noted
on the statement. Needs `Reading.parts`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.records import Span, Statement

_CONFIDENCE = 0.6
_LETTER = {
    "VERB": "V", "AUX": "A", "PART": "T", "ADV": "R", "ADP": "P", "SCONJ": "S", "NOUN": "N",
    "ADJ": "J", "DET": "D", "PRON": "O", "CCONJ": "C", "NUM": "M", "PROPN": "X", "PUNCT": ",",
}  # fmt: skip
# What stands between a subject and an object, one letter a word. Group 1 is the phrase.
_PHRASE = (
    r"((?:[ATR]{0,4}V[TR]?|A[TR]*)"  # "has not moved", "is also"
    r"(?:[DJNR]{0,5}P{1,2}|[TR]?P{0,2}|T[VA]P{0,2}))"  # "... the capital of", "in", "to join"
    r"[DJNMR]{0,4}"  # "the British director" before the name
)
_BETWEEN = re.compile(  # after "(1990)", ", a poet,", ", who"
    rf"(?:\([^()]*\))?(?:,[^,AV]{{1,12}},|,)?(?:O(?=[AV])|R)*{_PHRASE}"
)
_AGAIN = re.compile(rf",?CR?{_PHRASE}")
_DOUBTED = re.compile(
    r"(?i)\b(?:if|whether|unless|believe[sd]?|claim(?:s|ed)?|reportedly|allegedly|says?|said|argue[sd]?"
    r"|suggest(?:s|ed)?|according|rumou?red|supposed(?:ly)?)\b"
)
_LIST = re.compile(r"(?:,C?|C)D?")
_VERB = re.compile(r"[AV]")
_RELATIVE = re.compile(r",?O[RAV]")
_OBLIQUE = re.compile(r"P[DJNMR]{0,3}$")
_ARTICLES = frozenset({"a", "an", "the"})
_SAID = re.compile(r"(?i)^(?:says?|said|claims?|claimed|reported|may|might|could|would|should)\b")
_NOT = frozenset({"not", "n't", "n’t", "never"})
_EMPTY = re.compile(
    r"(?:(?:is|was|are|were|be|been|'s|has|had|have|also|then|later|still|born) ?)+"
)
_INFINITE = re.compile(r"to\b|\w+ing\b")
_LONGEST = 14
"""Words between two names."""


@dataclass(frozen=True, slots=True)
class _End:
    """A mention or value by its words; `number` counts in its own list."""

    first: int
    last: int
    number: int
    is_value: bool
    cluster: int
    kind: str
    pronoun: bool = False


@Language.component("kgtransfer_open_relations")
def add_open_relations(doc: Any) -> Any:
    """Add statements whose predicate is a phrase of the text."""
    reading = reading_of(doc)
    if reading.parts:
        text = doc.text
        taken = {_ends(reading, s) for s in reading.statements}
        for statement in open_statements(text, reading):
            if _ends(reading, statement) not in taken:  # else the schema has a name for it
                taken.add(_ends(reading, statement))
                reading.statements.append(statement)
    return doc


def _ends(reading: Reading, statement: Statement) -> tuple[int, int]:
    clusters = reading.mentions
    if statement.object_is_value:
        return clusters[statement.subject].cluster, -1 - statement.object
    return clusters[statement.subject].cluster, clusters[statement.object].cluster


def open_statements(text: str, reading: Reading) -> Iterator[Statement]:
    """The statements of every sentence, in order."""
    letters = _letters(text, reading)
    by_sentence: dict[int, list[_End]] = {}
    for end in _ends_of(reading):
        by_sentence.setdefault(reading.sentence_of[end.first], []).append(end)
    for number, ends in sorted(by_sentence.items()):
        subject: _End | None = None
        phrase: Span | None = None
        kind = ""  # of what a list goes on with
        for left, right in pairwise(ends):
            if right.first - left.last > _LONGEST or right.first < left.last:
                subject = phrase = None
                continue
            between = letters[left.last : right.first]
            start = left.last
            found = _BETWEEN.fullmatch(between) if _can_act(letters, left, between) else None
            if found:
                subject = left
            elif subject is not None:
                found = _AGAIN.fullmatch(between)
            if found:
                phrase = (start + found.start(1), start + found.end(1))
                kind = right.kind
            elif not (subject and phrase and right.kind == kind and _LIST.fullmatch(between)):
                if _VERB.search(between):
                    subject = phrase = None
                continue
            if letters[right.last : right.last + 1] in ("N", "X"):  # "the Italian team"
                phrase = None
            if subject and phrase and subject.cluster != right.cluster and not right.pronoun:
                statement = _statement(text, reading, subject, right, phrase, number)
                if statement is not None:
                    yield statement


def _can_act(letters: str, end: _End, after: str) -> bool:
    """Whether a verb after this end can be its own: not in "the director of Dark River moved"."""
    if end.is_value:
        return False
    return bool(_RELATIVE.match(after)) or not _OBLIQUE.search(
        letters[max(0, end.first - 4) : end.first]
    )


def _statement(
    text: str, reading: Reading, subject: _End, target: _End, phrase: Span, number: int
) -> Statement | None:
    words = [text[slice(*reading.words[i])].lower() for i in range(*phrase)]
    negated = any(word in _NOT for word in words)
    words = [word for word in words if word not in _ARTICLES and word not in _NOT]
    said = " ".join(words)
    if not said or _SAID.match(said) or _EMPTY.fullmatch(said) or _INFINITE.match(said):
        return None  # reported, possible, of an unclear subject, or only "X is Y"
    sentence = reading.sentences[number]
    if _DOUBTED.search(text, sentence[0], reading.words[phrase[0]][0]):
        return None
    return Statement(
        subject.number,
        said,
        target.number,
        target.is_value,
        _CONFIDENCE,
        sentence,
        True if negated else None,
    )


def _letters(text: str, reading: Reading) -> str:
    """One letter for each word; brackets and commas for themselves."""
    found = []
    for (start, end), part in zip(reading.words, reading.parts, strict=True):
        mark = text[start] if end - start == 1 else ""
        found.append(mark if mark in ("(", ")", ",") and mark else _LETTER.get(part, "#"))
    return "".join(found)


def _ends_of(reading: Reading) -> list[_End]:
    starts = [start for start, _ in reading.words]
    found = []
    for i, m in enumerate(reading.mentions):
        first, last = bisect_left(starts, m.start), bisect_left(starts, m.end)
        if first < last:
            found.append(_End(first, last, i, False, m.cluster, m.type, m.pronoun))
    for i, v in enumerate(reading.values):
        first, last = bisect_left(starts, v.start), bisect_left(starts, v.end)
        if first < last:
            found.append(_End(first, last, i, True, -1 - i, v.kind))
    return sorted(found, key=lambda e: (e.first, e.last))
