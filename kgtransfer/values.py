"""Dates, numbers, money, percentages and quantities in a text, by rules, normalised.

Extraction stores what `find_values` finds; reading compares it (`dates_in`, `date_key`). Dates are
ISO 8601, as precise as stated: "1962", "1962-08", "1962-08-10"; decades and centuries leave digits
open as EDTF does ("196X", "18XX"), a range of years is an interval ("1901/1970"), and 44 BC is the
astronomical year "-0043". Quantities are converted to one unit for each dimension.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator

from kgtransfer.records import Span, ValueMention
from kgtransfer.units import CURRENCIES, CURRENCY_WORDS, SCALES, UNITS

MONTHS = {
    name: number
    for number in range(1, 13)
    for name in (calendar.month_name[number].lower(), calendar.month_abbr[number].lower())
} | {"sept": 9}
_MONTH = r"(?P<month>(?i:january|february|march|april|may|june|july|august|september|october"
_MONTH += r"|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec))\b\.?"
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th)?"
_NO_DIGIT_AFTER = r"(?![\d,.]*\d)"
_YEAR = rf"(?P<year>[12]\d{{3}}){_NO_DIGIT_AFTER}"
# After a day: "11 November 875", and glued to the next date where a dash was lost
# ("27 July 188225 May 1974").
_DAYS_YEAR = rf"(?P<year>[12]\d{{3}}(?=[0-3]?\d {_MONTH.replace('month', 'next')})"
_DAYS_YEAR += rf"|(?:[12]\d{{3}}|[1-9]\d\d){_NO_DIGIT_AFTER})"
_DAY_BEGINS = r"(?:\b|(?<=[a-z]\s\d{4}))"
_DASH = r"\s*(?:[-–—−]|to|until)\s*"
_GAP = r"[ \u00a0\n]"
_NUMBER = r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
_SCALE = r"(?:[ \u00a0-]?(?P<scale>(?i:thousand|million|billion|trillion|bn|mn))\b)?"
_UNIT = "|".join(sorted((re.escape(unit) for unit in UNITS), key=len, reverse=True))
_NO_DIGIT_BEFORE = r"(?<![.,/:\w])(?<!\w[-–—])"
_SIGN = r"(?P<sign>(?<!\w)[-−](?=\d))?"


def find_values(text: str) -> list[ValueMention]:
    """The values of a text, sorted by place; no two overlap."""
    taken = bytearray(len(text))
    found: list[ValueMention] = []
    for pattern, read in _RULES:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(taken[start:end]):
                continue
            value = read(match)
            if value is not None:
                taken[start:end] = b"\x01" * (end - start)
                found.append(value)
    return sorted(found, key=lambda value: value.start)


def dates_in(text: str) -> list[ValueMention]:
    """The days, months and years of a text, of ranges both ends; decades and centuries left out."""
    dates = []
    for value in find_values(text):
        if value.kind != "date" or str(value.value).endswith("X"):
            continue
        if "/" in str(value.value):
            ends = split_range(value, text)
            dates += [ValueMention(*span, "date", iso) for span, iso in ends]
        else:
            dates.append(value)
    return dates


def date_key(value: str) -> tuple[int, int, int]:
    """A date of `dates_in` as (year, month, day) for comparison; a missing month or day is 0."""
    sign = -1 if value.startswith("-") else 1
    year, month, day = ([int(part) for part in value.lstrip("-").split("-")] + [0, 0])[:3]
    return sign * year, month, day


def _date(match: re.Match[str], value: str) -> ValueMention:
    return ValueMention(match.start(), match.end(), "date", value)


def _day(match: re.Match[str]) -> ValueMention | None:
    year, day = int(match["year"].replace(",", "")), int(match["day"])
    month = int(match["month"]) if match["month"].isdigit() else _month(match)
    if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(max(1, year), month)[1]:
        return None
    written = _iso_year(1 - year if match.groupdict().get("era") else year)
    return _date(match, f"{written}-{month:02d}-{day:02d}")


def _month_year(match: re.Match[str]) -> ValueMention | None:
    return _date(match, f"{int(match['year']):04d}-{_month(match):02d}")


def _early_month(match: re.Match[str]) -> ValueMention | None:
    return None if _counts(match) else _month_year(match)


def _month(match: re.Match[str]) -> int:
    return MONTHS[match["month"].lower()]


def _before_christ(match: re.Match[str]) -> ValueMention | None:
    return _date(match, _iso_year(1 - int(match["year"].replace(",", ""))))


def _anno_domini(match: re.Match[str]) -> ValueMention | None:
    return _date(match, _iso_year(int(match["year"] or match["later"])))


def _single_year(match: re.Match[str]) -> ValueMention | None:
    return _date(match, _iso_year(int(match["year"])))


def _decade(match: re.Match[str]) -> ValueMention | None:
    return _date(match, f"{match['decade']}X")


def _century(match: re.Match[str]) -> ValueMention | None:
    number = int(match["century"])
    return _date(match, f"{number - 1:02d}XX") if 1 <= number <= 30 else None


def _year_range(match: re.Match[str]) -> ValueMention | None:
    first, last = match["year"], match["last"]
    if match.groupdict().get("era"):
        years = [1 - int(first), 1 - int(last)]
    else:
        years = [int(first), int(first[: max(0, len(first) - len(last))] + last)]
    return _date(match, "/".join(map(_iso_year, years))) if years[0] < years[1] else None


def _iso_year(year: int) -> str:
    return f"-{-year:04d}" if year < 0 else f"{year:04d}"


def _year(match: re.Match[str]) -> ValueMention | None:
    """A bare number is a year unless what follows shows that it counts things."""
    before = match.string[max(0, match.start() - 12) : match.start()]
    if _counts(match) and not _YEAR_BEFORE.search(before):
        return None
    if not 1000 <= int(match["year"]) <= 2100 or _NOT_YEAR_BEFORE.search(before):
        return None
    return _date(match, match["year"])


def _counts(match: re.Match[str]) -> bool:
    following = _NEXT_WORD.match(match.string, match.end())
    return bool(following and (following[1] in _COUNTED or following[1].endswith("ers")))


def _money(match: re.Match[str]) -> ValueMention | None:
    sign = (match.groupdict().get("currency") or "").replace(" ", "")
    word = (match.groupdict().get("word") or "").lower()
    unit = CURRENCIES.get(sign) or CURRENCY_WORDS[word]
    return ValueMention(match.start(), match.end(), "money", _amount(match), unit)


def _percent(match: re.Match[str]) -> ValueMention | None:
    return ValueMention(match.start(), match.end(), "percent", _amount(match), "%")


def _quantity(match: re.Match[str]) -> ValueMention | None:
    unit, factor, shift = UNITS[match["unit"]]
    value = float(f"{_amount(match) * factor + shift:.10g}")
    return ValueMention(match.start(), match.end(), "quantity", value, unit)


def _number(match: re.Match[str]) -> ValueMention | None:
    return ValueMention(match.start(), match.end(), "number", _amount(match))


def _amount(match: re.Match[str]) -> float:
    value = float(match["number"].replace(",", ""))
    scale = match.groupdict().get("scale")
    value = value * SCALES[scale.lower()] if scale else value
    value = float(f"{value:.12g}")
    return -value if match.groupdict().get("sign") else value


_NEXT_WORD = re.compile(r"[ \u00a0-]([a-z]+)")
_COUNTED = {
    *("people", "persons", "men", "women", "children", "soldiers", "troops", "students"),
    *("inhabitants", "residents", "copies", "units", "votes", "seats", "words", "pages", "houses"),
    *("homes", "households", "families", "deaths", "casualties", "jobs", "ships", "aircraft"),
    *("tons", "times", "points", "items", "cases", "others", "species"),
}
_YEAR_BEFORE = re.compile(r"(?i)\b(?:in|since|the|of|year|by|from|until|late|early|mid)[ -]$")
_NOT_YEAR_BEFORE = re.compile(r"(?i)(?:[#№$€£¥]|\bno\. ?|\bnumber )$")

_FREE = _NO_DIGIT_BEFORE
_ABOUT = rf"(?:{_FREE}|(?<=\bc\.)|(?<=\bca\.))"
_EARLY = r"(?P<year>[1-9]\d\d)"
# Where three digits are a year: "(835 – 889)", "( c. 854-895)", "r. 565–578".
_LIFE = r"(?:(?<=\bdied )|(?<=\bdied in )|(?<=\bborn )|(?<=\bborn in ))"
_OPENED = r"(?:(?<=\()|(?<=\( )|(?<=\bc\. )|(?<=\bca\. )|(?<=\br\. )|(?<=\bc\.))"
_LAST_YEAR = r"(?P<last>[12]\d{3}|\d\d)(?![\d,.]*\d)"
_EARLY_YEAR = r"(?P<year>\d{1,2},\d{3}|\d{1,5})"
_ERA = r"(?:BCE?|B\.C\.)(?!\w)"
_ERA_YEAR = rf"{_EARLY_YEAR}(?P<era>{_GAP}?{_ERA})"
_CURRENCY = r"(?P<currency>(?:\b(?:US|A|C|NZ|HK) ?)?\$|[€£¥₹₩₽]|\b(?:USD|EUR|GBP|JPY|CHF) ?)"
_PATTERNS: list[tuple[str, Callable[[re.Match[str]], ValueMention | None]]] = [
    (rf"{_FREE}(?P<year>\d{{4}})-(?P<month>\d\d)-(?P<day>\d\d)(?!\d)", _day),
    (rf"{_DAY_BEGINS}{_DAY}{_GAP}(?:of{_GAP})?{_MONTH},?{_GAP}{_ERA_YEAR}", _day),
    (rf"\b{_MONTH}{_GAP}{_DAY}(?:{_GAP}?,{_GAP}?|{_GAP}){_ERA_YEAR}", _day),
    (rf"{_DAY_BEGINS}{_DAY}{_GAP}(?:of{_GAP})?{_MONTH},?{_GAP}{_DAYS_YEAR}", _day),
    (rf"\b{_MONTH}{_GAP}{_DAY}(?:{_GAP}?,{_GAP}?|{_GAP}){_DAYS_YEAR}", _day),
    (rf"\b{_MONTH},?{_GAP}(?:of{_GAP})?{_YEAR}", _month_year),
    (rf"\b{_MONTH}{_GAP}{_EARLY}{_NO_DIGIT_AFTER}", _early_month),
    (rf"{_FREE}(?P<year>\d{{1,4}}){_DASH}(?P<last>\d{{1,4}}){_GAP}?(?P<era>{_ERA})", _year_range),
    (rf"{_FREE}{_ERA_YEAR}", _before_christ),
    (r"\b(?P<decade>[12]\d{2})0['’]?s\b", _decade),
    (r"\b(?P<century>\d{1,2})(?:st|nd|rd|th)[ \u00a0-]centur(?:y|ies)\b", _century),
    (rf"{_ABOUT}(?P<year>[12]\d{{3}})(?:/\d{{1,4}})?{_DASH}{_LAST_YEAR}", _year_range),
    (rf"(?<=[Bb]etween )(?P<year>[12]\d{{3}}) and {_LAST_YEAR}", _year_range),
    (rf"{_OPENED}{_EARLY}{_DASH}(?P<last>\d{{3,4}})(?=\s?\)|{_GAP}(?:AD|CE)\b)", _year_range),
    (rf"{_LIFE}{_EARLY}{_NO_DIGIT_AFTER}(?!\w|%|{_GAP}?(?:km|[a-z]+s\b))", _single_year),
    (rf"{_OPENED}{_EARLY}(?=\s*[-–—]\s*(?:\)|\d{{0,2}}{_GAP}?[A-Z]))", _single_year),
    (r"\bAD ?(?P<year>\d{1,4})\b|\b(?P<later>\d{1,4}) ?(?:AD|CE)\b", _anno_domini),
    (rf"{_CURRENCY}\s?{_NUMBER}{_SCALE}", _money),
    (rf"{_FREE}{_NUMBER}{_SCALE} (?P<word>(?i:{'|'.join(CURRENCY_WORDS)}))\b", _money),
    (rf"{_FREE}{_SIGN}{_NUMBER}(?:{_GAP}?%|{_GAP}(?:per ?cent)\b)", _percent),
    (rf"{_FREE}{_SIGN}{_NUMBER}{_SCALE}[ \u00a0-]?(?P<unit>{_UNIT})(?![\w²³])", _quantity),
    (rf"{_FREE}{_YEAR}(?![\w%°]|-\w|\.\d)", _year),
    (rf"{_FREE}{_SIGN}{_NUMBER}{_SCALE}(?![\w/:]|[-–]\w|[.,]\d| {_MONTH})", _number),
]
_RULES = [(re.compile(pattern), read) for pattern, read in _PATTERNS]


def split_range(value: ValueMention, text: str) -> Iterator[tuple[Span, str]]:
    """The two ends of a range of years: their spans and ISO values."""
    first, _, last = str(value.value).partition("/")
    shown = [match.span() for match in re.finditer(r"\d+", text[value.start : value.end])]
    for (start, end), iso in zip((shown[0], shown[-1]), (first, last), strict=True):
        yield (value.start + start, value.start + end), iso
