"""Component `kgtransfer_kin`: parents and spouses, where the text names them in set phrases.

"Ann Lee, daughter of Bob Ray and Eve Ray", "He was born in Rome to Bob and Eve Ray", "Her mother
was the actress Eve Ray", "the wife of Bob Ray", "she married the actor Bob Ray". Which parent is
the mother is told by titles, else by the given names; the father is mostly named first. A parent
read so wins over what the model says of the same person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Set
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.names.given import given_names
from kgtransfer.records import EntityMention, Span, Statement

_CHILD_OF = re.compile(
    r"\b(?:son|daughter|child)\s+of\b|\bborn\b"
    r"(?:(?!\b(?:s?he|they|who|when|and|but)\b)[^.;()]){0,60}?\bto\b(?!\s+(?:be|the\s+care)\b)"
)
_OWN = re.compile(
    r"\b[Hh](?:is|er)\s+(?:(?:late|own|first|second|third|future|then)\s+)?"
    r"(?:(?P<parent>father|mother)|wife|husband)\b"
)
_SPOUSE_OF = re.compile(r"\b(?:wife|husband|widow|widower|consort|spouse)\s+of\b")
_MARRIED = re.compile(r"\b(?:(?:was|were|is|got)\s+)?married(?:\s+to)?\b")
_LEAD_IN = re.compile(r"(?:\s+(?!(?:and|with|by|who)\b)[\w'’-]+){0,10}\s*")
_BRIDE = re.compile(r"(?:\s+(?!(?:and|with|by|who|to|in|at|on|for)\b)[\w'’-]+){0,4},?\s*")
_SHORTLY = re.compile(r"(?:,[^,.;]{1,40},)?\s*(?:(?:later|then|first|also|had|has|secondly)\s+)*")
_SECOND = re.compile(
    r"(?:\s(?:the|of)\s[^,.;()]{2,30}?)?(?:\s*\([^()]*\))?(?:,\s[^,.;()]{3,50})?,?\s+"
    r"(?:and|by|with)\s+(?:(?:his|her|the|of|first|second|third)\s+)*"
    r"(?:(?!(?:nephew|niece|brother|sister|cousin|uncle|aunt|grand\w+|friend|pupil)\b)[a-z]+,?\s+){0,4}"
)
_APPOSITION = re.compile(r"(?:\s*\([^()]*\))*,?\s*(?:(?:the|a|an|is|was)\s+)?(?:[\w-]+\s+){0,4}")
_NAMING = re.compile(
    r",?(?:\s+(?!(?:and|but|or|to|with|who|whose|her|his|in|at|of|from|by|uncle|aunt|brother|sister)\b)"
    r"[a-z]+){0,5},?\s*"
)
_COMMA = re.compile(r",\s+")
_FEMALE = re.compile(
    r"(?i)\b(?:mrs|miss|lady|queen|princess|duchess|countess|empress|baroness|actress|wife|mother"
    r"|singer-actress|heiress)\b"
)
_BOTH, _ONE = 0.8, 0.7
_FATHER_FIRST = 0.8
"""How often a first or only parent is the father, where nothing else is known."""


@Language.component("kgtransfer_kin")
def add_kin(doc: Any) -> Any:
    """Add father, mother and spouse to the reading's statements."""
    reading = reading_of(doc)
    text = doc.text
    found: dict[tuple[int, str], Statement] = {}
    for span in reading.sentences:
        people = reading.named_in(span, "Person")
        if len(people) > 1:
            for statement in _stated(text, span, people, reading.unclear):
                cluster = reading.mentions[statement.subject].cluster
                if cluster != reading.mentions[statement.object].cluster:
                    found.setdefault((cluster, statement.predicate), statement)
    _replace(reading, found)
    return doc


def _stated(
    text: str,
    span: Span,
    people: list[tuple[int, EntityMention]],
    unclear: Set[int] = frozenset(),
) -> Iterator[Statement]:
    for match in _CHILD_OF.finditer(text, *span):
        parents = _parents_after(text, match.end(), people)
        child = _person_before(text, match.start(), people)
        if child is None and parents:  # "The son of Bob Ray, Max Ray was a poet"
            last = max(i for i, _ in parents)
            child = _next(text, dict(people)[last].end, people, _COMMA)
        if child is None or not parents:
            continue
        score = _BOTH if len(parents) > 1 else _ONE
        for index, predicate in parents:
            yield Statement(child, predicate, index, False, score, span)
    for match in _SPOUSE_OF.finditer(text, *span):
        person = _person_before(text, match.start(), people)
        spouse = _next(text, match.end(), people, _LEAD_IN)
        if person is not None and spouse is not None:
            yield Statement(person, "spouse", spouse, False, _BOTH, span)
    for match in _MARRIED.finditer(text, *span):
        before = [(i, m.end) for i, m in people if m.end <= match.start()]
        person = next(
            (i for i, end in reversed(before) if _SHORTLY.fullmatch(text, end, match.start())), None
        )
        spouse = _next(text, match.end(), people, _BRIDE)
        if person is not None and spouse is not None:
            yield Statement(person, "spouse", spouse, False, _BOTH, span)
    for match in _OWN.finditer(text, *span):
        owner = next(
            (i for i, m in people if m.start == match.start() and m.cluster not in unclear), None
        )
        named = _next(text, match.end(), people, _NAMING)
        if owner is not None and named is not None:
            predicate = match["parent"] or "spouse"
            yield Statement(owner, predicate, named, False, _BOTH, span)


def _parents_after(
    text: str, start: int, people: list[tuple[int, EntityMention]]
) -> list[tuple[int, str]]:
    """The parents named after "son of", each as father or mother."""
    first = _next(text, start, people, _LEAD_IN)
    if first is None:
        return []
    second = _next(text, dict(people)[first].end, people, _SECOND)
    other = None if second is None else dict(people)[second]
    if _is_mother(text, start, dict(people)[first], other):
        named = ("mother", "father")
    else:
        named = ("father", "mother")
    return [(i, p) for i, p in zip((first, second), named, strict=True) if i is not None]


def _is_mother(text: str, start: int, first: EntityMention, second: EntityMention | None) -> bool:
    """Whether the first of one or two parents, who are named from `start` on, is the mother."""
    if _FEMALE.search(text, start, first.end):
        return True
    odds = (1 - _FATHER_FIRST) / _FATHER_FIRST * _odds_of_woman(text[first.start : first.end])
    if second is not None:
        odds /= _odds_of_woman(text[second.start : second.end])
    return odds > 1


def _odds_of_woman(name: str) -> float:
    female = given_names().female(name)
    return female / (1 - female)


def _next(
    text: str, start: int, people: list[tuple[int, EntityMention]], between: re.Pattern[str]
) -> int | None:
    """The name that follows, with only such words between."""
    after = [(m.start, i) for i, m in people if m.start >= start and not m.pronoun]
    if not after or not between.fullmatch(text, start, min(after)[0]):
        return None
    return min(after)[1]


def _person_before(text: str, start: int, people: list[tuple[int, EntityMention]]) -> int | None:
    """Who is the son or the wife: the name in apposition, else the sentence's first person."""
    before = [(i, m) for i, m in people if m.end <= start]
    if not before:
        return None
    index, nearest = before[-1]
    if _APPOSITION.fullmatch(text, nearest.end, start):
        return index
    return before[0][0]


def _replace(reading: Reading, found: dict[tuple[int, str], Statement]) -> None:
    """Of parents the found ones stay alone; of spouses there may be several."""
    ends = {
        (c, p, reading.mentions[s.object].cluster): s for (c, p), s in found.items()
    }  # fmt: skip
    kept = []
    for s in reading.statements:
        subject = reading.mentions[s.subject].cluster
        if s.predicate in ("father", "mother") and (subject, s.predicate) in found:
            continue
        same = not s.object_is_value and (
            (subject, s.predicate, reading.mentions[s.object].cluster) in ends
        )
        if not same:
            kept.append(s)
    reading.statements = [*kept, *found.values()]
