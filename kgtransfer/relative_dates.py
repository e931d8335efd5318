"""Dates that need the document's own: "yesterday", "last Tuesday", "two years ago", "May 16".

A passage is read without its document, so what is found there is noted as what it is relative to
(`@day-1`, `@tuesday-1`, `@year-2`, `@--05-16`), and becomes ISO 8601 where the document is linked:
a day, a month or a year as precise as it was said, a week from Monday to Sunday as an interval. A
weekday is the last one up to the document's date, a day without a year the nearest one. Both may
as well go on with a story, so the year that the passage names before them is noted too, and unless
it is the document's they stay unknown. The document's date is its metadata's, else a line's that
begins it ("Thursday, May 7, 2015").
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from kgtransfer.records import Chunk, Extraction, ValueMention
from kgtransfer.values import MONTHS, find_values

MARK = "@"
"""What a date that is not known yet begins with."""
DATE_KEYS = ("date", "published", "date_published", "datepublished", "created", "datecreated")
"""Metadata that say when a document was written, the surest first, in lower case without "-"."""
_DAYS = [name.lower() for name in calendar.day_name]
_COUNTED = "one two three four five six seven eight nine ten eleven twelve"
_NUMBERS = {"a": 1, "an": 1} | {word: number for number, word in enumerate(_COUNTED.split(), 1)}
_SHIFT = {"last": -1, "past": -1, "previous": -1, "this": 0, "this past": -1, "next": 1}
_WHICH = r"(?P<which>last|past|previous|this past|this|next)"
_UNIT = r"(?P<unit>day|week|month|year)"
_NAMED = r"(?P<month>(?-i:January|February|March|April|May|June|July|August|September|October"
_NAMED += r"|November|December))"
_WEEKDAY = r"(?P<weekday>(?-i:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday))"
_LATER = rf"(?:[0-3]?\d (?:of )?)?{_NAMED.replace('month', 'later')}"
_NO_YEAR = r"(?!\s*,?\s*\d{3,4}\b)(?![-–/]\d)"
_PATTERNS = (
    rf"\b(?P<count>\d{{1,3}}|{'|'.join(_NUMBERS)}) {_UNIT}s? ago\b",
    r"\b(?P<today>today|tonight|this (?:morning|afternoon|evening))\b(?!['’]s\b)",
    r"\b(?P<yesterday>yesterday|last night)\b(?!['’]s\b)",
    r"\b(?P<tomorrow>tomorrow)\b(?!['’]s\b)",
    rf"\b(?:{_WHICH} )?{_WEEKDAY}\b(?!,? {_LATER})(?!s\b|['’]s\b)",
    rf"\b{_WHICH} (?P<span>week|month|year)\b(?!['’]s\b)",
    rf"\b{_NAMED} (?P<monthday>[0-3]?\d)(?:st|nd|rd|th)?\b{_NO_YEAR}",
    rf"\b(?P<monthday>[0-3]?\d)(?:st|nd|rd|th)? (?:of )?{_NAMED}\b{_NO_YEAR}",
    rf"\b{_WHICH} {_NAMED}\b{_NO_YEAR}",
)
_RULES = [re.compile(pattern, re.IGNORECASE) for pattern in _PATTERNS]
_LINES = 3
"""Paragraphs in which a document says when it was written."""
_BEFORE_DATE = re.compile(r"(?:(?:\w+day|[A-Z][A-Z .,'’]+|Published|Posted|Date)[,:]?\s+)?")
_AFTER_DATE = re.compile(r"\s*(?:$|[—–:|(.-]|[A-Z])")


def with_relative(text: str, stated: Sequence[ValueMention]) -> list[ValueMention]:
    """The values of a passage with its relative dates, of which a number may be a part."""
    found = find_relative(text, [value for value in stated if value.kind == "date"])
    kept = [v for v in stated if not any(v.start < f.end and f.start < v.end for f in found)]
    return sorted([*kept, *found], key=lambda value: value.start)


def find_relative(text: str, known: Sequence[ValueMention]) -> list[ValueMention]:
    """The relative dates of a passage, outside of the dates that it states in full."""
    years = [(v.end, year) for v in known if (year := _year_of(v))]
    taken = [(v.start, v.end) for v in known]
    found: list[ValueMention] = []
    for rule in _RULES:
        for match in rule.finditer(text):
            start, end = match.span()
            if any(a < end and start < b for a, b in taken):
                continue
            value, loose = _written(match.groupdict())
            if value:
                before = [year for place, year in years if place <= start] if loose else []
                taken.append((start, end))
                noted = f"{MARK}{value}" + (f";{before[-1]}" if before else "")
                found.append(ValueMention(start, end, "date", noted))
    return sorted(found, key=lambda value: value.start)


def _year_of(value: ValueMention) -> int | None:
    year = re.match(r"\d{4}", str(value.value))
    return int(year[0]) if year else None


def _written(said: Mapping[str, str | None]) -> tuple[str, bool]:
    """What a match is relative to, and whether it may go on with a story instead."""
    which = (said.get("which") or "").lower()
    for word, shift in (("today", 0), ("yesterday", -1), ("tomorrow", 1)):
        if said.get(word):
            return f"day{shift:+d}", False
    if count := said.get("count"):
        number = int(count) if count.isdigit() else _NUMBERS[count.lower()]
        return f"{str(said['unit']).lower()}{-number:+d}", False
    if span := said.get("span"):
        return f"{span.lower()}{_SHIFT[which]:+d}", False
    if weekday := said.get("weekday"):
        shift = {"next": 1, "last": -1, "previous": -1}.get(which, 0)
        return f"{weekday.lower()}{shift:+d}", not which
    month = MONTHS[str(said["month"]).lower()]
    if day := said.get("monthday"):
        return (f"--{month:02d}-{int(day):02d}", True) if 1 <= int(day) <= 31 else ("", True)
    return f"--{month:02d}{_SHIFT[which]:+d}", False


def resolve(value: str, written: date) -> str | None:
    """A relative date as ISO 8601, None where it can't be told.

    Args:
        value: as `find_relative` notes it.
        written: the document's date.
    """
    said, _, year = value.removeprefix(MARK).partition(";")
    if year and int(year) != written.year:
        return None
    if day := re.fullmatch(r"--(\d\d)-(\d\d)", said):
        return _nearest(int(day[1]), int(day[2]), written)
    if month := re.fullmatch(r"--(\d\d)([+-]\d)", said):
        return _month(int(month[1]), int(month[2]), written)
    unit, shift = re.fullmatch(r"([a-z]+)([+-]\d+)", said).groups()  # type: ignore[union-attr]
    number = int(shift)
    try:
        if unit in _DAYS:
            back = (written.weekday() - _DAYS.index(unit)) % 7
            if number < 0 and not back:
                back = 7
            return (written - timedelta(days=back - 7 * (number > 0))).isoformat()
        if unit == "day":
            return (written + timedelta(days=number)).isoformat()
        if unit == "week":
            monday = written + timedelta(days=7 * number - written.weekday())
            return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
        if unit == "month":
            months = written.year * 12 + written.month - 1 + number
            return f"{months // 12:04d}-{months % 12 + 1:02d}"
        return f"{written.year + number:04d}" if written.year + number > 0 else None
    except OverflowError:
        return None


def _nearest(month: int, day: int, written: date) -> str | None:
    near = []
    for year in (written.year - 1, written.year, written.year + 1):
        if 0 < year < 9999 and day <= calendar.monthrange(year, month)[1]:
            near.append(date(year, month, day))
    return min(near, key=lambda d: abs(d - written)).isoformat() if near else None


def _month(month: int, shift: int, written: date) -> str:
    """ "This June" is of the document's year, "last June" before it, "next June" after it."""
    year = written.year
    if shift < 0 and month >= written.month:
        year -= 1
    if shift > 0 and month <= written.month:
        year += 1
    return f"{year:04d}-{month:02d}"


def document_date(text: str, metadata: Mapping[str, str]) -> date | None:
    """When a document was written: its metadata's date, else one that begins its first lines."""
    plain = {key.lower().replace("-", "_"): value for key, value in metadata.items()}
    for key in DATE_KEYS:
        for value in find_values(plain.get(key, "")):
            if (found := _day(value)) is not None:
                return found
    lines = [line for line in text[:2000].split("\n") if line.strip()][:_LINES]
    for line in lines:
        for value in find_values(line):
            found, alone = _day(value), _BEFORE_DATE.fullmatch(line, 0, value.start)
            if found is not None and alone and _AFTER_DATE.match(line, value.end):
                return found
    return None


def _day(value: ValueMention) -> date | None:
    if value.kind != "date" or not re.fullmatch(r"\d{4}-\d\d-\d\d", str(value.value)):
        return None
    return date.fromisoformat(str(value.value))


def with_dates(
    passages: Iterable[tuple[Chunk, Extraction]], metadata: Mapping[str, str]
) -> Iterator[tuple[Chunk, Extraction]]:
    """A document's passages with its relative dates known, or what is said of them left out."""
    written: date | None = None
    for position, (chunk, extraction) in enumerate(passages):
        if position == 0:
            written = document_date(chunk.text, metadata)
        yield chunk, dated(extraction, written)


def dated(extraction: Extraction, written: date | None) -> Extraction:
    """An extraction with its relative dates known, or the statements about them left out."""
    if not any(is_relative(value) for value in extraction.values):
        return extraction
    values = []
    unknown: set[int] = set()
    for index, value in enumerate(extraction.values):
        if is_relative(value):
            iso = resolve(str(value.value), written) if written else None
            if iso is None:
                unknown.add(index)
            else:
                value = replace(value, value=iso)
        values.append(value)
    statements = tuple(
        s for s in extraction.statements if not (s.object_is_value and s.object in unknown)
    )
    return replace(extraction, values=tuple(values), statements=statements)


def is_relative(value: ValueMention) -> bool:
    """Whether a value is a date that is not known yet."""
    return value.kind == "date" and str(value.value).startswith(MARK)
