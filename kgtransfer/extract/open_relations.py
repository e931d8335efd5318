"""Component `kgtransfer_open_relations`: what the text says of two ends that no schema foresaw.

First between names and values, then with noun phrases that may be terms as well (`concepts`): each
of these that a statement leads from or to becomes a mention of the type Concept. What joins them is
read by `joined`. Needs `Reading.parts`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from spacy.language import Language

from kgtransfer.extract.assertion import hedge_of, quotations
from kgtransfer.extract.concepts import noun_phrases
from kgtransfer.extract.ends import End, ends_of, extent, letters_of
from kgtransfer.extract.joined import Joined, joined
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.names.terms import CONCEPT, term_key
from kgtransfer.records import EntityMention, Span, Statement

_CASE = re.compile(
    r"\W*(?:When|Whenever|Once|In (?:this|that|such|these) (?:case|example)s?|If|Suppose)\b"
)
"""What a sentence about a kind of thing opens with that holds in a case alone."""
_SUPPOSED = re.compile(r"(?i)\b(?:hypothetical|imaginary|supposed|would-be)\s")
_AT_TIMES = re.compile(r"\b(?:when(?:ever)?|in case|as long as)\b")
Ends = tuple[tuple[int, int], Span | None]
"""The things that a statement joins, and its sentence."""


@Language.component("kgtransfer_open_relations")
def add_open_relations(doc: Any) -> Any:
    """Add statements whose predicate is a phrase of the text."""
    reading = reading_of(doc)
    if reading.parts:
        taken: set[Ends] = {  # of these the schema has a name for what the sentence says
            (_things(reading, s), s.sentence) for s in reading.statements if s.sentence
        }
        for statement in open_statements(doc.text, reading):
            one, other = _things(reading, statement)
            where = statement.sentence
            if ((one, other), where) not in taken and ((other, one), where) not in taken:
                taken.add(((one, other), where))
                reading.statements.append(statement)
    return doc


def _things(reading: Reading, statement: Statement) -> tuple[int, int]:
    mentions = reading.mentions
    if statement.object_is_value:
        return mentions[statement.subject].cluster, -1 - statement.object
    return mentions[statement.subject].cluster, mentions[statement.object].cluster


def open_statements(text: str, reading: Reading) -> Iterator[Statement]:
    """The statements of every sentence, in order; mentions of terms are added to the reading."""
    letters, quoted = letters_of(text, reading), quotations(text)
    ends = ends_of(reading)
    for found in joined(text, reading, letters, ends):
        yield _hedged(text, reading, found, quoted)
    numbers: dict[int, int] = {}
    for found in joined(text, reading, letters, _with_terms(text, reading, letters, ends)):
        both = (found.subject, found.target)
        terms = [end for end in both if end.term is not None]
        if not terms:
            continue
        for end in terms:
            if end.number not in numbers:
                numbers[end.number] = len(reading.mentions)
                reading.mentions.append(_mention(reading, end))
        yield replace(
            _hedged(text, reading, found, quoted),
            subject=numbers.get(found.statement.subject, found.statement.subject),
            object=(
                found.statement.object
                if found.statement.object_is_value
                else numbers.get(found.statement.object, found.statement.object)
            ),
        )


def _hedged(text: str, reading: Reading, found: Joined, quoted: list[Span]) -> Statement:
    places = (extent(reading, found.subject), extent(reading, found.target))
    sentence = found.statement.sentence or (0, len(text))
    hedge = hedge_of(text, sentence, places, quoted, free=True)
    if not hedge and any(_SUPPOSED.search(text, *place) for place in places):
        hedge = "possible"
    if not hedge and (found.subject.term or found.target.term):
        later = text[places[1][1] : sentence[1]] if places[0] < places[1] else ""
        hedge = "possible" if _CASE.match(text, sentence[0]) or _AT_TIMES.search(later) else ""
    return replace(found.statement, hedge=hedge)


def _with_terms(text: str, reading: Reading, letters: str, ends: list[End]) -> list[End]:
    """The ends, with the noun phrases between them; a name that a phrase holds is part of it."""
    clusters: dict[str, int] = {}
    free = 1 + max((m.cluster for m in reading.mentions), default=-1)
    phrases = []
    for at, term in enumerate(noun_phrases(text, reading, letters)):
        start, end = reading.words[term.first][0], reading.words[term.last - 1][1]
        cluster = free + clusters.setdefault(term_key(text[start:end]), len(clusters))
        number = -1 - at
        phrases.append(
            End(
                term.first, term.last, number, False, cluster, CONCEPT,
                sure=term.confidence, term=term,
            )
        )  # fmt: skip
    covered = {at for end in phrases for at in range(end.first, end.last)}
    kept = [end for end in ends if end.first not in covered]
    return sorted([*kept, *phrases], key=lambda e: (e.first, e.last))


def _mention(reading: Reading, end: End) -> EntityMention:
    start, stop = extent(reading, end)
    return EntityMention(start, stop, CONCEPT, end.sure, end.cluster, term=True)
