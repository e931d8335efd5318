"""Component `kgtransfer_open_relations`: what the words between two names say of them.

After ReVerb (Fader et al. 2011): a relation phrase is a verb with its auxiliaries and particles, or
a verb with a noun phrase, up to a preposition ("moved to", "is the capital of", "was promoted to
the rank of"). It is read off parts of speech, between the nearest name before it and the name or
value after it; further names of a list get the same phrase, and a verb after "and" keeps the
subject of the one before. The phrase becomes a predicate in one form (see `predicates`): the verb's
base form, the passive with an agent turned round, negation noted. Needs `Reading.parts`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from spacy.language import Language

from kgtransfer.extract.assertion import hedge_of, quotations
from kgtransfer.extract.predicates import Phrase, normalised, takes_time
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.records import Span, Statement

_CONFIDENCE = 0.7
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
    rf"(?:\([^()]*\))?(?:,[^,AV]{{1,12}},|,)?(?:W(?=[AVR])|R)*{_PHRASE}"
)
_AGAIN = re.compile(rf",?CR?{_PHRASE}")
_LIST = re.compile(r"(?:,C?|C)D?")
_VERB = re.compile(r"[AV]")
_RELATIVE = re.compile(r",W[RAV]")
_RELATIVES = frozenset({"who", "which", "that"})
_STOPS = frozenset(";:.!?—–")
"""Where no phrase or list goes on."""
_CODE = re.compile(r"[=<>{}()\[\]#@$`;|\\_]")
"""What no name in prose holds."""
_OBLIQUE = re.compile(r"P[DJNMR]{0,3}$")
_INFINITE = re.compile(r"to\b|\w+ing\b")
_TELLING = frozenset(
    {
        "say", "state", "claim", "think", "believe", "suppose", "argue", "explain", "insist",
        "note", "report", "announce", "know", "feel", "hope", "mean", "suggest", "imagine", "reply",
        "answer", "remark", "exclaim", "cry",
    }
)  # fmt: skip
"""Verbs of which a clause, not a name, is the object."""
_NAMING = re.compile(
    r"(?:\b|^)(?:such as|including|like|as well as|call|name|be (?:call|nam)ed|^know as"
    r"|^(?!be ).* than)$"
)
_LOOSE = frozenset({"they", "them", "their", "his", "her", "its", "him", "hers"})
"""Pronouns that name no subject, or one that is seldom found."""
_SURE = 0.5
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
    sure: float = 1.0


@Language.component("kgtransfer_open_relations")
def add_open_relations(doc: Any) -> Any:
    """Add statements whose predicate is a phrase of the text."""
    reading = reading_of(doc)
    if reading.parts:
        taken: set[
            tuple[tuple[int, int], Span | None]
        ] = {  # of these the schema has a name for what the sentence says
            (_ends(reading, s), s.sentence) for s in reading.statements if s.sentence
        }
        for statement in open_statements(doc.text, reading):
            one, other = _ends(reading, statement)
            where = statement.sentence
            if ((one, other), where) not in taken and ((other, one), where) not in taken:
                taken.add(((one, other), where))
                reading.statements.append(statement)
    return doc


def _ends(reading: Reading, statement: Statement) -> tuple[int, int]:
    clusters = reading.mentions
    if statement.object_is_value:
        return clusters[statement.subject].cluster, -1 - statement.object
    return clusters[statement.subject].cluster, clusters[statement.object].cluster


def open_statements(text: str, reading: Reading) -> Iterator[Statement]:
    """The statements of every sentence, in order."""
    letters, quoted = _letters(text, reading), quotations(text)
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
            found = None
            if _can_act(text, reading, letters, left, between):
                found = _BETWEEN.fullmatch(between)
            if found:
                subject = left
            elif subject is not None:
                found = _AGAIN.fullmatch(between)
            if found:
                phrase = (start + found.start(1), start + found.end(1))
                kind = right.kind
            elif letters[right.last : right.last + 1] in ("V", "A") or not (
                subject and phrase and right.kind == kind and _LIST.fullmatch(between)
            ):
                phrase = None  # the list ends here
                if _VERB.search(between):
                    subject = None
                continue
            if subject and phrase and subject.cluster != right.cluster:
                if not _is_object(text, reading, letters, right, phrase):
                    phrase = None
                    continue
                statement = _statement(text, reading, letters, (subject, phrase, right), number)
                if statement is not None:
                    places = (_extent(reading, subject), _extent(reading, right))
                    sentence = reading.sentences[number]
                    hedge = hedge_of(text, sentence, places, quoted, free=True)
                    yield replace(statement, hedge=hedge)


def _can_act(text: str, reading: Reading, letters: str, end: _End, after: str) -> bool:
    """Whether a verb after this end can be its own: not in "the director of Dark River moved"."""
    if end.is_value or end.sure < _SURE or _is_part(text, reading, end):
        return False
    if after[:1] == "T" and text[reading.words[end.last][0]] in "'’":  # "Ann's alleged tomb at"
        return False
    if end.pronoun:
        said = text[slice(*_extent(reading, end))].lower()
        if said in _LOOSE or (said == "it" and not _is_topic(reading, end)):
            return False
    relative = _RELATIVE.match(after)
    if relative and end.last + 1 < len(reading.words):
        pronoun = text[slice(*reading.words[end.last + after.index("W")])].lower()
        if pronoun == ("which" if end.kind == "Person" else "who"):
            return False
    oblique = _OBLIQUE.search(letters[max(0, end.first - 4) : end.first])
    return not oblique or bool(end.kind == "Person" and relative)


def _is_topic(reading: Reading, end: _End) -> bool:
    """Whether the text opens with what this stands for, as an article of an encyclopaedia does."""
    first = reading.mentions[0]
    return end.cluster == first.cluster and first.start <= reading.words[min(2, end.first)][0]


def _is_object(text: str, reading: Reading, letters: str, end: _End, phrase: Span) -> bool:
    """Whether the phrase is about what this end names, not about the words that follow."""
    if end.pronoun or end.sure < _SURE or _is_part(text, reading, end):
        return False
    after = letters[end.last : end.last + 1]
    if after in ("N", "X"):  # "the Italian team"
        return False
    if after == "T" and text[reading.words[end.last][0]] in "'’":  # "Ann's name"
        return False
    if end.is_value and not _is_own_value(text, reading, letters, end, phrase):
        return False
    ends_open = letters[phrase[1] - 1] != "P"
    return not (ends_open and after in ("V", "A"))  # "said Ann left"


def _is_own_value(text: str, reading: Reading, letters: str, end: _End, phrase: Span) -> bool:
    """Not a part of a longer phrase: "2,000 year old", "to this area 5,000 years ago"."""
    if end.kind == "number" or "N" in letters[phrase[1] : end.first]:
        return False
    follows = reading.words[end.last] if end.last < len(reading.words) else (0, 0)
    return letters[end.last : end.last + 1] not in ("J", "M") and (
        text[slice(*follows)] not in ("ago", "later", "earlier", "before", "after")
    )


def _is_part(text: str, reading: Reading, end: _End) -> bool:
    """Whether a name is a piece of a longer word ("Oslo-based", "US$"), or code."""
    start, stop = _extent(reading, end)
    return text[stop : stop + 1] in ("-", "–", "$", "/", "@") or bool(
        not end.is_value and _CODE.search(text, start, stop)
    )


def _extent(reading: Reading, end: _End) -> Span:
    return reading.words[end.first][0], reading.words[end.last - 1][1]


def _statement(
    text: str, reading: Reading, letters: str, parts: tuple[_End, Span, _End], number: int
) -> Statement | None:
    subject, place, target = parts
    words = [text[slice(*reading.words[i])].lower() for i in range(*place)]
    if not words or _INFINITE.match(words[0]):
        return None
    reduced = letters[subject.last : place[0]] == ","
    phrase = normalised(words, letters[slice(*place)], not target.is_value, reduced)
    if phrase is None or not _says_something(text, reading, phrase, subject, target):
        return None
    if phrase.swapped:
        subject, target = target, subject
    return Statement(
        subject.number,
        phrase.predicate,
        target.number,
        target.is_value,
        _CONFIDENCE,
        reading.sentences[number],
        True if phrase.negated else None,
    )


def _says_something(
    text: str, reading: Reading, phrase: Phrase, subject: _End, target: _End
) -> bool:
    """Whether the phrase ties its ends: no clause, list or empty "it" stands in the way."""
    if phrase.verb in _TELLING and " " not in phrase.predicate:
        return False
    if _NAMING.search(phrase.predicate):
        return False
    if target.is_value and target.kind == "date" and not takes_time(phrase.predicate):
        return False
    empty = text[slice(*_extent(reading, subject))].lower() == "it" and phrase.verb == "be"
    return not (empty and phrase.predicate.endswith((" for", " that", " to")))


def _letters(text: str, reading: Reading) -> str:
    """One letter for each word; brackets and commas for themselves, W for relative pronouns."""
    found = []
    for (start, end), part in zip(reading.words, reading.parts, strict=True):
        mark = text[start] if end - start == 1 else ""
        if mark in _STOPS:
            found.append("#")
            continue
        if part == "PRON" and text[start:end].lower() in _RELATIVES:
            found.append("W")
            continue
        found.append(mark if mark in ("(", ")", ",") and mark else _LETTER.get(part, "#"))
    return "".join(found)


def _ends_of(reading: Reading) -> list[_End]:
    starts = [start for start, _ in reading.words]
    found = []
    for i, m in enumerate(reading.mentions):
        first, last = bisect_left(starts, m.start), bisect_left(starts, m.end)
        if first < last:
            found.append(_End(first, last, i, False, m.cluster, m.type, m.pronoun, m.confidence))
    for i, v in enumerate(reading.values):
        first, last = bisect_left(starts, v.start), bisect_left(starts, v.end)
        if first < last:
            found.append(_End(first, last, i, True, -1 - i, v.kind))
    return sorted(found, key=lambda e: (e.first, e.last))
