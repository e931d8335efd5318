"""Dates, numbers and quantities in running text, normalised so that they can be compared.

Pure functions of text, shared by extraction (which stores what they find) and reading (which
compares it). Kinds:

- `date`: ISO 8601 text, as precise as stated: "1962", "1962-08", "1962-08-10"; years before the
  common era have a minus ("-0044"). A decade or century gives its first year and the unit
  "decade" or "century".
- `number`: a float without unit ("three", "1,200", "2.5 million").
- `quantity`: a float in the unit's base ("12 km" is 12000.0 "m"; "5 %" is 5.0 "%"; money keeps
  its currency: "$3 million" is 3000000.0 "USD").

Plain four-digit numbers from 1000 to 2099 count as years, unless a unit or a comma's group follows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from kgtransfer.records import ValueMention


def _listed(words: str) -> list[str]:
    return words.split()


_MONTHS = _listed(
    "january february march april may june july august september october november december"
)
_MONTH = {name: i for i, name in enumerate(_MONTHS, 1)} | {
    name[:3]: i for i, name in enumerate(_MONTHS, 1)
} | {"sept": 9}  # fmt: skip
_M = r"(?P<month>" + "|".join(sorted(_MONTH, key=len, reverse=True)) + r")\.?"
_D = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
# A year may be glued to the next date, where a dash was lost: "27 July 188225 May 1974".
_Y = (
    rf"(?P<year>\d{{4}}(?=\d{{1,2}}\s(?:{'|'.join(_MONTHS)}))|\d{{3,4}}(?!\d))"
    r"(?P<era>\s?(?:BCE?|B\.C\.))?"
)
_ERA = re.compile(r"BCE?|B\.C\.", re.IGNORECASE)

_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\d-])(?P<year>\d{4})-(?P<monthnumber>0[1-9]|1[0-2])-(?P<daynumber>[0-3]\d)(?![\d-])",
        rf"(?<!\w){_D}\s+(?:of\s+)?{_M},?\s*{_Y}",
        rf"(?<!\w){_M}\s*{_D}(?:,\s*|\s+){_Y}",
        rf"(?<!\w){_M},?\s*(?:of\s+)?{_Y}",
        r"(?<![\w,.])(?:the\s+)?(?P<decade>1\d{2}0|20\d0)s(?!\w)",
        r"(?<!\w)(?P<century>\d{1,2})(?:st|nd|rd|th)[\s-]+century(?P<era>\s(?:BCE?|B\.C\.))?",
        r"(?<![\w.,$£€#-])(?P<year>1\d{3}|20\d{2})(?P<era>\s?(?:BCE?|B\.C\.))?(?![\w%]|[.,]\d|\s(?:km|kg|mm?|cm|ft|mi|feet|met|mile|people|inhab))",
        r"(?<![\w.,$£€])(?P<year>\d{1,4})(?P<era>\s(?:BCE?|B\.C\.|AD|CE))(?!\w)",
        r"(?<=[(–-])(?P<year>\d{3})(?=\s*[–-]|\))",
    )
)

_UNTIL_TWENTY = _listed(
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_SMALL = {word: float(i) for i, word in enumerate(_UNTIL_TWENTY)} | {
    "thirty": 30.0,
    "forty": 40.0,
    "fifty": 50.0,
    "sixty": 60.0,
    "hundred": 100.0,
}
_SCALE = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_UNITS: dict[str, tuple[str, float]] = {
    "mm": ("m", 1e-3), "cm": ("m", 1e-2), "m": ("m", 1.0), "km": ("m", 1e3),
    "metre": ("m", 1.0), "meter": ("m", 1.0), "kilometre": ("m", 1e3), "kilometer": ("m", 1e3),
    "centimetre": ("m", 1e-2), "centimeter": ("m", 1e-2), "millimetre": ("m", 1e-3),
    "mile": ("m", 1609.344), "mi": ("m", 1609.344), "ft": ("m", 0.3048), "foot": ("m", 0.3048),
    "feet": ("m", 0.3048), "inch": ("m", 0.0254), "inches": ("m", 0.0254), "yard": ("m", 0.9144),
    "km2": ("m2", 1e6), "km²": ("m2", 1e6), "m2": ("m2", 1.0), "m²": ("m2", 1.0),
    "hectare": ("m2", 1e4), "ha": ("m2", 1e4), "acre": ("m2", 4046.86),
    "square kilometre": ("m2", 1e6), "square kilometer": ("m2", 1e6),
    "square mile": ("m2", 2589988.0), "sq mi": ("m2", 2589988.0), "square metre": ("m2", 1.0),
    "square meter": ("m2", 1.0),
    "g": ("kg", 1e-3), "gram": ("kg", 1e-3), "kg": ("kg", 1.0), "kilogram": ("kg", 1.0),
    "tonne": ("kg", 1e3), "ton": ("kg", 1e3), "pound": ("kg", 0.45359237), "lb": ("kg", 0.45359237),
    "second": ("s", 1.0), "minute": ("s", 60.0), "min": ("s", 60.0), "hour": ("s", 3600.0),
    "day": ("s", 86400.0), "week": ("s", 604800.0), "month": ("s", 2629800.0),
    "year": ("s", 31557600.0),
    "°c": ("°C", 1.0), "%": ("%", 1.0), "percent": ("%", 1.0), "per cent": ("%", 1.0),
    "litre": ("l", 1.0), "liter": ("l", 1.0), "mw": ("W", 1e6), "kw": ("W", 1e3),
    "kb": ("B", 1e3), "mb": ("B", 1e6), "gb": ("B", 1e9), "tb": ("B", 1e12),
    "ms": ("s", 1e-3), "mg": ("kg", 1e-6), "ml": ("l", 1e-3),
}  # fmt: skip
_CURRENCY = {"$": "USD", "us$": "USD", "£": "GBP", "€": "EUR", "¥": "JPY"}
_NUMBER_WORD = "|".join(sorted(_SMALL, key=len, reverse=True))
_NUMBER = re.compile(
    r"(?<![\w.])(?P<currency>US\$|[$£€¥]\s?)?"
    rf"(?P<number>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:{_NUMBER_WORD})\b)"
    rf"(?:[\s-](?P<scale>{'|'.join(_SCALE)})\b)?"
    rf"(?:[\s-]?(?P<unit>{'|'.join(re.escape(u) for u in sorted(_UNITS, key=len, reverse=True))})"
    r"(?:s|es)?(?![\w²]))?(?![\w]|[.,]\d)",
    re.IGNORECASE,
)


def parse_values(text: str) -> list[ValueMention]:
    """The dates, numbers and quantities of a text, in order, none overlapping another.

    Dates win over numbers, and longer dates over shorter ones. Offsets count from the start of
    `text`.
    """
    found: list[ValueMention] = []
    taken = [False] * len(text)
    for value in (*_dates(text), *_numbers(text)):
        if not any(taken[value.start : value.end]):
            taken[value.start : value.end] = [True] * (value.end - value.start)
            found.append(value)
    return sorted(found, key=lambda v: v.start)


def date_key(value: str) -> tuple[int, int, int]:
    """A date's (year, month, day) for comparison; a missing month or day is 0.

    Raises:
        ValueError: not a date as `parse_values` writes it.
    """
    sign = -1 if value.startswith("-") else 1
    parts = [int(part) for part in value.lstrip("-").split("-")]
    year, month, day = (*parts, 0, 0)[:3]
    return sign * year, month, day


def _dates(text: str) -> Iterator[ValueMention]:
    for pattern in _DATES:
        for match in pattern.finditer(text):
            value = _date(match.groupdict())
            if value is not None:
                unit = next((u for u in ("decade", "century") if match.groupdict().get(u)), "")
                yield ValueMention(match.start(), match.end(), "date", value, unit)


def _date(parts: dict[str, str | None]) -> str | None:
    before = bool(parts.get("era") and _ERA.search(parts["era"] or ""))
    if century := parts.get("century"):
        year = int(century) * 100 if before else (int(century) - 1) * 100 + 1
    elif decade := parts.get("decade"):
        year = int(decade)
    else:
        year = int(parts["year"] or 0)
    month = parts.get("monthnumber") or _MONTH.get(
        (parts.get("month") or "").lower().rstrip("."), 0
    )
    day = int(parts.get("daynumber") or parts.get("day") or 0)
    if day > 31 or year == 0:
        return None
    written = f"{'-' if before else ''}{year:04d}"
    if int(month):
        written += f"-{int(month):02d}"
        if day:
            written += f"-{day:02d}"
    return written


def _numbers(text: str) -> Iterator[ValueMention]:
    for match in _NUMBER.finditer(text):
        written = match["number"].lower()
        number = _SMALL.get(written)
        if number is None:
            number = float(written.replace(",", ""))
        number *= _SCALE.get((match["scale"] or "").lower(), 1.0)
        if match["currency"]:
            unit = _CURRENCY[match["currency"].strip().lower()]
            yield ValueMention(match.start(), match.end(), "quantity", number, unit)
        elif match["unit"]:
            base, factor = _UNITS[match["unit"].lower()]
            yield ValueMention(match.start(), match.end(), "quantity", number * factor, base)
        else:
            yield ValueMention(match.start(), match.end(), "number", number)
