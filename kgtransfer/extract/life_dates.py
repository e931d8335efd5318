"""Component `kgtransfer_life_dates`: dates and places of a life in brackets after a name.

Encyclopaedias open with "Ann Lee (born 5 May 1950)" or "(3 May 1901 in Rome – 4 June 1970, Paris)".
What stands there is read by rule; it wins over what the model says of the same person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.records import EntityMention, Statement, ValueMention
from kgtransfer.values import split_range

_OPENING = re.compile(r"[\s,\"”’]*(?:(?:[A-Z]{2,5}|[JS]r\.?|I{1,3}|IV|V)\b[\s,.]*)*\(")
_NEXT = re.compile(r"\)\s*\(")
_BORN = re.compile(r"(?i)\b(?:born|b\.|née|né)[^;]*$")
_DIED = re.compile(r"(?i)(?:\b(?:died|d\.|death)|†)[^;]*$")
_DASH = re.compile(r"[^;()]{0,40}?\s*[-–—]\s*(?:(?:c\.|ca\.|circa|about)\s*)?(?:in )?\s*$")
_OTHER = re.compile(r"(?i)\b(?:reign\w*|ruled|floruit|active|term|since|served|office)\b")
_REIGNED = re.compile(r"\b(?:r|fl)\.\s*(?=c|\d)")
"""Years of a reign or of work follow; a life may stand before ("1901–1970, r. 1930–1960")."""
_SEAT = re.compile(
    r"\b(?:[Aa]rch)?(?:[Bb]ishop|Abbot|Governor|Mayor|Minister|Duke|Duchess|Earl|Count|Countess|King"
    r"|Queen|Prince|Princess|Lord|Marquess|Baron) of $"
)
"""The years after "Bishop of Rome" are those of the office."""
_OTHER_WORD = re.compile(r"\s*(?:pronunciation|language|:)")
_CONFIDENCE = 0.95
_LIFE = (10, 115)  # years between birth and death


@Language.component("kgtransfer_life_dates")
def add_life_dates(doc: Any) -> Any:
    """Add date_of_birth and date_of_death to the reading's statements."""
    reading, text = reading_of(doc), doc.text
    found: dict[tuple[int, str], tuple[int, ValueMention]] = {}
    places: dict[tuple[int, str], Statement] = {}
    for index, mention in enumerate(reading.mentions):
        if mention.type != "Person" or mention.pronoun:
            continue
        if _SEAT.search(text, max(0, mention.start - 20), mention.start):
            continue
        dates = list(_dates_after(text, mention, reading))
        for predicate, value in dates:
            found.setdefault((mention.cluster, predicate), (index, value))
        for predicate, place in _places(text, reading, dates):
            sentence = reading.sentences[reading.sentence_at(mention.start)]
            said = Statement(index, predicate, place, False, _CONFIDENCE, sentence)
            places.setdefault((mention.cluster, predicate), said)
    _rewrite(reading, found)
    reading.statements = [
        s
        for s in reading.statements
        if (reading.mentions[s.subject].cluster, s.predicate) not in places
    ] + list(places.values())
    return doc


def _places(
    text: str, reading: Reading, dates: list[tuple[str, ValueMention]]
) -> Iterator[tuple[str, int]]:
    """The first place on either side of the dash between two dates, or after a single date."""
    if not dates:
        return
    first, last = dates[0][1], dates[-1][1]
    start, end = text.rfind("(", 0, first.start), text.find(")", last.end)
    dash = max(text.rfind(mark, first.end, last.start) for mark in "-–—")
    if len(dates) == 2 and dash > 0:
        sides = [("place_of_birth", start, dash), ("place_of_death", dash, end)]
    else:
        sides = [(dates[0][0].replace("date", "place"), first.end, end)]
    for predicate, left, right in sides:
        inside = [
            i
            for i, m in enumerate(reading.mentions)
            if m.type == "Location"
            and left < m.start
            and m.end <= right
            and not _OTHER_WORD.match(text, m.end)
        ]
        if inside:
            yield predicate, inside[0]


def _dates_after(
    text: str, mention: EntityMention, reading: Reading
) -> Iterator[tuple[str, ValueMention]]:
    opening = _OPENING.match(text, mention.end)
    for _ in range(3):  # "Ann Lee (OBE) (1901–1970)"
        if opening is None:
            return
        start = opening.end()
        end = text.find(")", start)
        if end < 0 or end - start > 250:
            return
        reigned = _REIGNED.search(text, start, end)
        last = reigned.start() if reigned else end
        dates = [v for v in reading.values if v.kind == "date" and start <= v.start < v.end <= last]
        if dates:
            if not _OTHER.search(text, start, end):
                yield from _read_bracket(text, start, dates)
            return
        opening = _NEXT.match(text, end)


def _read_bracket(
    text: str, start: int, dates: list[ValueMention]
) -> Iterator[tuple[str, ValueMention]]:
    first = dates[0]
    if "/" in str(first.value):
        ends = [ValueMention(*span, "date", iso) for span, iso in split_range(first, text)]
        if len(ends) == 2 and _LIFE[0] <= _year(ends[1]) - _year(ends[0]) <= _LIFE[1]:
            yield "date_of_birth", ends[0]
            yield "date_of_death", ends[1]
        return
    if len(dates) > 1 and _DASH.fullmatch(text, first.end, dates[1].start):
        if 0 <= _year(dates[1]) - _year(first) <= _LIFE[1]:
            yield "date_of_birth", first
            yield "date_of_death", dates[1]
        return
    for value in dates:
        before = text[start : value.start]
        if _DIED.search(before):
            yield "date_of_death", value
        elif _BORN.search(before):
            yield "date_of_birth", value


def _year(value: ValueMention) -> int:
    digits = re.match(r"-?\d+", str(value.value))
    return int(digits[0]) if digits else 0


def _rewrite(reading: Reading, found: dict[tuple[int, str], tuple[int, ValueMention]]) -> None:
    """Put the found dates in place of the model's, and the parts in place of split ranges."""
    if not found:
        return
    parts = {(v.start, v.end): v for _, v in found.values()}
    whole = [
        v
        for v in reading.values
        if not any(a < v.end and v.start < b and (a, b) != (v.start, v.end) for a, b in parts)
    ]
    values = {(v.start, v.end): v for v in whole} | parts
    ordered = sorted(values.values(), key=lambda v: v.start)
    place = {(v.start, v.end): i for i, v in enumerate(ordered)}
    kept = []
    for s in reading.statements:
        if s.object_is_value:
            old = reading.values[s.object]
            moved = place.get((old.start, old.end))
            if moved is None or (reading.mentions[s.subject].cluster, s.predicate) in found:
                continue
            s = Statement(s.subject, s.predicate, moved, True, s.confidence, s.sentence)
        kept.append(s)
    for (_, predicate), (index, value) in sorted(found.items(), key=lambda f: (f[1][0], f[0])):
        sentence = reading.sentences[reading.sentence_at(reading.mentions[index].start)]
        target = place[value.start, value.end]
        kept.append(Statement(index, predicate, target, True, _CONFIDENCE, sentence))
    reading.values, reading.statements = ordered, kept
