"""Component `kgtransfer_life_places`: where a person was born and died, in set phrases of prose.

"He was born in Athens, New York, and died in Paris", "Born at Rome, Ann Lee grew up in ...",
"Ann Lee died on 17 May 2012 at her home in Naples, Florida". Of several places the first
is the nearest. A place read so wins over what the model says of the same person; and what the model
says of a sentence without a word of birth or death is dropped.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import reading_of
from kgtransfer.records import EntityMention, Span, Statement

_CUES = {
    "place_of_birth": re.compile(r"\b[Bb]orn\b"),
    "place_of_death": re.compile(r"\b(?:[Dd]ied|passed away)\b"),
}
_SAID_OF = re.compile(  # between the name and the cue
    r"(?:\s*\([^()]*\))*(?:,[^,.;]{1,60},)?\s*(?:(?:was|were|is|had|later|also|who|and|then|"
    r"suddenly|himself|herself)\s+)*"
)
_AND = re.compile(r".{0,90}?\band\s+(?:later\s+|then\s+)?")  # "was born in Rome and died in Paris"
_PREPOSITION = re.compile(
    r"\b(?:in|at|near)\s+(?:the\s+)?"
    r"(?:(?:city|town|village|hamlet|municipality|parish|suburb|district|county)\s+of\s+)?"
)
_STOP = re.compile(
    r"[.;()]|\b(?:was|were|is|had|has|moved|raised|grew|studied|worked|lived|served|became|buried|"
    r"fought|that|which|who|where|while|when|after|before)\b"
)
_REACH = 90
"""Characters between "died" and the preposition of its place."""
_SAYS = {
    "place_of_birth": re.compile(r"(?i)\b(?:born|birth\w*|native|née?|b\.)|\(|\bfrom\b"),
    "place_of_death": re.compile(
        r"(?i)\b(?:die[ds]?|death\w*|dead|dying|killed|murdered|executed|assassinated|suicide|drowned|"
        r"buried|passed away|fell|shot|hanged|d\.)|†|[-–—]\s*(?:[a-z]+\s)?\d"
    ),
}
"""Without any of these, a sentence says nothing of the kind."""
_CONFIDENCE = 0.9

People = Sequence[tuple[int, EntityMention]]


@Language.component("kgtransfer_life_places")
def add_life_places(doc: Any) -> Any:
    """Add place_of_birth and place_of_death to the reading's statements."""
    reading, text = reading_of(doc), doc.text
    found: dict[tuple[int, str], Statement] = {}
    for span in reading.sentences:
        people, places = reading.named_in(span, "Person"), reading.named_in(span, "Location")
        if people and places:
            for statement in _stated(text, span, people, places):
                cluster = reading.mentions[statement.subject].cluster
                found.setdefault((cluster, statement.predicate), statement)
    kept = (s for s in reading.statements if _is_said(text, s))
    clusters = [mention.cluster for mention in reading.mentions]
    reading.statements = [
        *(s for s in kept if (clusters[s.subject], s.predicate) not in found),
        *found.values(),
    ]
    return doc


def _stated(text: str, span: Span, people: People, places: People) -> Iterator[Statement]:
    subject: int | None = None
    for predicate, cue in _CUES.items():
        for match in cue.finditer(text, *span):
            subject = _subject(text, span, people, match.start(), subject)
            place = _place(text, span, places, match.end())
            if subject is not None and place is not None:
                yield Statement(subject, predicate, place, False, _CONFIDENCE, span)


def _subject(text: str, span: Span, people: People, at: int, before: int | None) -> int | None:
    """The person who was born or died: named just before, or after an opening "Born in"."""
    for index, person in reversed(people):
        if person.end <= at and _SAID_OF.fullmatch(text, person.end, at):
            return index
    if not text[span[0] : at].strip(" \n\"“'"):
        after = (i for i, m in people if text[m.start - 2 : m.start] == ", " != text[m.end :][:2])
        return next(after, None)
    return before if before is not None and _AND.fullmatch(text, span[0], at) else None


def _place(text: str, span: Span, places: People, at: int) -> int | None:
    """The place that the first preposition with one gives, before anything else is said."""
    starts = {place.start: index for index, place in places}
    for lead in _PREPOSITION.finditer(text, at, min(span[1], at + _REACH)):
        if _STOP.search(text, at, lead.start()):
            return None
        if lead.end() in starts:
            return starts[lead.end()]
    return None


def _is_said(text: str, statement: Statement) -> bool:
    """Whether the model's sentence has a word of what it is said to state."""
    cue = _SAYS.get(statement.predicate)
    return cue is None or statement.sentence is None or bool(cue.search(text, *statement.sentence))
