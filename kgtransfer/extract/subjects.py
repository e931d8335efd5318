"""Whether a name or a noun phrase can be the subject of the verb after it."""

from __future__ import annotations

import re

from kgtransfer.extract.ends import RELATIVES, End, extent
from kgtransfer.extract.objects import PARTLY, SURE, is_part
from kgtransfer.extract.reading import Reading
from kgtransfer.extract.verbs import is_participle
from kgtransfer.records import Span

_RELATIVE = re.compile(r",W[RAV]")
_OBLIQUE = re.compile(r"P[DJNMRO]{0,3}$")
_ALSO_OBLIQUE = re.compile(r"[NVX]P[DJNMRX]{1,6}C[DJ]{0,2}$")  # "credit to the authors and"
_LOOSE = frozenset({"they", "them", "their", "his", "her", "its", "him", "hers"})
"""Pronouns that name no subject, or one that is seldom found."""
_SUPPOSING = frozenset(
    {"when", "whenever", "once", "until", "where", "wherever", "while", "that", "so", "as", "than"}
)
"""After these a clause about a kind of thing is no plain assertion."""
_IS_A = re.compile(r"[\"”’']?(?:\s*\([^()]{0,200}\))?(?:,[^,.]{0,80},)*,?\s+(?:is|was|are|were)\b")
"""What follows the name of what an article is about."""
_LEAD = 3
"""Sentences in which an article says what it is about."""


def can_act(text: str, reading: Reading, letters: str, end: End, after: str) -> bool:
    """Whether a verb after this end can be its own: not in "the director of Dark River moved"."""
    if end.is_value or end.sure < SURE or is_part(text, reading, end):
        return False
    if end.term is not None and not _opens_clause(text, reading, letters, end, after):
        return False
    previous = text[slice(*reading.words[end.first - 1])].lower() if end.first else ""
    if previous in PARTLY or (previous.endswith("ing") and letters[end.first - 1] == "V"):
        return False  # "most Parisians", "an exception entering Rust"
    if after[:1] == "T" and text[reading.words[end.last][0]] in "'’":  # "Ann's alleged tomb at"
        return False
    if end.pronoun:
        if letters[max(0, end.first - 1) : end.first] in ("N", "X"):
            return False  # "a seat he held until"
        said = text[slice(*extent(reading, end))].lower()
        if said in _LOOSE or end.cluster in reading.unclear:
            return False
        if end.kind == "Person" and not _is_clear(text, reading, end):
            return False
        if end.kind != "Person" and not _is_topic(text, reading, end):
            return False
    relative = _RELATIVE.match(after)
    if relative and end.last + 1 < len(reading.words):
        pronoun = text[slice(*reading.words[end.last + after.index("W")])].lower()
        if pronoun == ("which" if end.kind == "Person" else "who"):
            return False
    before = letters[max(0, end.first - 9) : end.first]
    if before.endswith("W") or (
        before[-2:-1] in ("N", "X")
        and text[slice(*reading.words[end.first - 1])].lower() in RELATIVES
    ):  # "the library that Cargo uses"
        return False
    if _ALSO_OBLIQUE.search(before):
        return False
    return not _OBLIQUE.search(before[-4:]) or bool(end.kind == "Person" and relative)


def _opens_clause(text: str, reading: Reading, letters: str, end: End, after: str) -> bool:
    """Whether a noun phrase is the subject of a clause that is asserted, for all of its kind.

    Not "when the lexer reads", "the file the server reads", "a process that writes".
    """
    following = {text[slice(*span)].lower() for span in reading.words[end.last : end.last + 2]}
    if "W" in after[:2] or following & {"that", "which", "who", "whose"}:
        return False
    before = letters[: end.first].rstrip("DJMR")
    inside = (
        len(before) > 0 and reading.sentence_of[len(before) - 1] == reading.sentence_of[end.first]
    )
    if inside and (
        before[-1] not in ",C#)S" or text[slice(*reading.words[len(before) - 1])] == "for"
    ):
        return False
    started = reading.sentences[reading.sentence_of[end.first]][0]
    near = [text[slice(*span)].lower() for span in reading.words[max(0, end.first - 3) : end.first]
            if span[0] >= started]  # fmt: skip
    return not _SUPPOSING & set(near)


def _is_topic(text: str, reading: Reading, end: End) -> bool:
    """Whether the text opens with what this stands for, as an article of an encyclopaedia does."""
    first = reading.mentions[0]
    if end.cluster != first.cluster or first.start > reading.words[min(2, end.first)][0]:
        return False
    lead = reading.sentences[min(_LEAD, len(reading.sentences)) - 1][1]
    starts = {text.find(text[a:b].lstrip(" \"“‘'"), a) for a, b in reading.sentences[:_LEAD]}
    return any(
        m.cluster == end.cluster and m.start in starts and _IS_A.match(text, m.end)
        for m in reading.mentions
        if m.end < lead
    )


def _is_clear(text: str, reading: Reading, end: End) -> bool:
    """Whether "he" can be nobody else: the text's topic, the only person named so far, or the
    only one named of late and a sentence's subject."""
    if _is_topic(text, reading, end):
        return True
    at, number = reading.words[end.first][0], reading.sentence_of[end.first]
    since = reading.sentences[max(0, number - 1)][0]
    people = [m for m in reading.mentions if m.type == "Person" and not m.pronoun and m.start < at]
    if {m.cluster for m in people} == {end.cluster}:
        return True
    near = [m for m in people if m.start >= since]
    starts = {start for start, _ in reading.sentences[max(0, number - 1) : number + 1]}
    return {m.cluster for m in near} == {end.cluster} and any(m.start in starts for m in near)


def is_bare(text: str, reading: Reading, letters: str, phrase: Span) -> bool:
    """Whether a phrase is a participle without an auxiliary, and names no agent."""
    words = [text[slice(*reading.words[i])].lower() for i in range(*phrase)]
    first = next((i for i, x in enumerate(letters[slice(*phrase)]) if x not in "RT"), 0)
    return letters[phrase[0] + first] == "V" and is_participle(words[first]) and "by" not in words
