"""What the words between two neighbouring ends say of them: the phrases of open relations.

After ReVerb (Fader et al. 2011): a relation phrase is a verb with its auxiliaries and particles, or
a verb with a noun phrase, up to a preposition ("moved to", "is the capital of", "was promoted to
the rank of"). It is read off parts of speech, between the nearest end before it and the one after
it; further ends of a list get the same phrase, and a verb after "and" keeps the subject of the one
before. An end is a name, a value, or a noun phrase (see `concepts`). The phrase becomes a predicate
in one form (see `predicates`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import NamedTuple

from kgtransfer.extract.clauses import statement_of
from kgtransfer.extract.ends import End
from kgtransfer.extract.objects import is_object
from kgtransfer.extract.reading import Reading
from kgtransfer.extract.subjects import can_act, is_bare
from kgtransfer.records import Span, Statement

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
_PROGRAM = re.compile(
    r"[{}]|\w\*\s|\*\w+[,)]|;\s*$|==|->\s?\w|\w\(\)|\w\(\s*(?:const|char|int|void|self)\b"
)
"""What only stands in code, of which no clause is read."""
_LONGEST = 14
"""Words between two names."""


class Joined(NamedTuple):
    """Two ends and the words that join them."""

    subject: End
    phrase: Span
    target: End
    statement: Statement


def joined(text: str, reading: Reading, letters: str, ends: Iterable[End]) -> Iterator[Joined]:
    """What the words between neighbouring ends say of them, in every sentence, in order."""
    by_sentence: dict[int, list[End]] = {}
    for end in ends:
        by_sentence.setdefault(reading.sentence_of[end.first], []).append(end)
    for number, inside in sorted(by_sentence.items()):
        if _PROGRAM.search(text, *reading.sentences[number]):
            continue
        subject: End | None = None
        phrase: Span | None = None
        kind, passive = "", False  # of what a list goes on with; the voice of the last verb
        for left, right in pairwise(inside):
            if right.first - left.last > _LONGEST or right.first < left.last:
                subject = phrase = None
                continue
            between = letters[left.last : right.first]
            start = left.last
            found = None
            if can_act(text, reading, letters, left, between):
                found = _BETWEEN.fullmatch(between)
            if found:
                subject = left
            elif subject is not None:
                found = _AGAIN.fullmatch(between)
                where = (start + found.start(1), start + found.end(1)) if found else (0, 1)
                if found and passive and is_bare(text, reading, letters, where):
                    found = None  # "was reduced in rank and put under arrest"
            if found:
                passive = "AV" in found.group(1).replace("R", "")
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
                if not is_object(text, reading, letters, right, phrase):
                    phrase = None
                    continue
                statement = statement_of(text, reading, letters, (subject, phrase, right), number)
                if statement is not None:
                    yield Joined(subject, phrase, right, statement)
