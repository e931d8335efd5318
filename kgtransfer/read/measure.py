"""Read off a page what comparisons need: dates of birth, death, release, founding; the country."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.read.countries import countries_in
from kgtransfer.read.pages import Evidence, Page
from kgtransfer.records import Passage, ValueMention
from kgtransfer.values import date_key, dates_in, find_values

Moment = tuple[int, int, int]

_BRACKET = re.compile(r"[(（]([^()（）]*(?:\([^()]*\)[^()]*)*)[)）]")
_DASH = re.compile(r"\s*[–—−-]\s*|\s+to\s+|;\s*died|,\s*died|\bdied\b|\bd\.")
_BORN = re.compile(r"\b(?:born\b|birth\b|b\.)", re.IGNORECASE)
_DIED = re.compile(
    r"\b(?:(?:died|death|dies|passed away|killed|murdered|executed|assassinated|drowned|"
    r"succumbed|suicide)\b|d\.)",
    re.IGNORECASE,
)
_CUES = {
    "release": re.compile(
        r"\b(?:releas\w+|premier\w+|publish\w+|aired|broadcast|debut\w*|launch\w+|issued|came out|"
        r"screened|recorded)\b",
        re.IGNORECASE,
    ),
    "founding": re.compile(
        r"\b(?:found\w*|establish\w*|form(?:ed|ation)|creat\w+|open\w*|built|construct\w+|"
        r"start\w*|began|inaugurat\w+|incorporat\w+|introduc\w+|launch\w+|beg[au]n|since)\b",
        re.IGNORECASE,
    ),
}
_COPULA = re.compile(r"\b(?:is|was|are|were|refers)\b")
_JOINED = re.compile(r"\s?[-–/,&]?\s?(?:and\s|born\s|[-–]born\s)?")
_REACH = 70
_LATEST = 2100
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_NUMBER_WORDS = {word: float(number) for number, word in enumerate(_WORDS)}


@dataclass(frozen=True, slots=True)
class Dated:
    """A moment as (year, month, day), unknown parts 0, and where it is stated."""

    moment: Moment
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Countries:
    """The countries that a page ties its subject to where it says what that is.

    `closest` are those named first, several where they are joined ("Austrian-German"); `every` are
    all of that sentence.
    """

    closest: frozenset[str]
    every: frozenset[str]
    evidence: Evidence


def date_of(page: Page, what: str) -> Dated | None:
    """The date of "birth", "death", "release" or "founding" of what the page is about."""
    for passage in page.passages:
        dates = [d for d in dates_in(passage.text) if date_key(str(d.value))[0] <= _LATEST]
        if what in ("birth", "death"):
            found = _of_life(passage.text, dates, what) if passage is page.lead else None
            found = found or _near(passage.text, dates, _BORN if what == "birth" else _DIED)
        else:
            found = _first_said(passage.text, dates) if what == "release" else None
            found = found or _near(passage.text, dates, _CUES[what])
            found = found or (dates[0] if dates and passage is page.lead else None)
        if found is not None:
            return Dated(date_key(str(found.value)), Evidence(passage, found.start, found.end))
    return None


def countries_of(page: Page) -> Countries | None:
    """The countries named where the page says what its subject is."""
    passage = page.lead
    for start, end in sentence_spans(passage.text)[:4]:
        said = passage.text[start:end]
        mentions = countries_in(said)
        if not mentions:
            continue
        copula = _COPULA.search(said)
        after = [m for m in mentions if copula and m[0][0] > copula.start()] or mentions
        # A "Danish-born French composer" is French.
        after = [m for m in after if not re.match(r"\s?-\s?born", said[m[0][1] :])] or after
        first, last = after[0][0]
        closest = {after[0][1]}
        for (begin, end_), country in after[1:]:
            if not _JOINED.fullmatch(said[last:begin]):
                break
            closest.add(country)
            last = end_
        every = frozenset(country for _, country in after)
        return Countries(frozenset(closest), every, Evidence(passage, start + first, start + last))
    return None


def number_in(text: str) -> float | None:
    """The first number or quantity of a text, else its first year."""
    for value in find_values(text):
        if value.kind != "date":
            return float(value.value)
    for word in re.findall(r"[a-z]+", text.lower()):
        if word in _NUMBER_WORDS:
            return _NUMBER_WORDS[word]
    return next((float(date_key(str(date.value))[0]) for date in dates_in(text)), None)


def date_in(found: Evidence) -> Dated | None:
    """The first date of a span that a reader proposed."""
    for date in dates_in(found.text):
        start, end = found.start + date.start, found.start + date.end
        return Dated(date_key(str(date.value)), Evidence(found.passage, start, end))
    return None


def _of_life(text: str, dates: list[ValueMention], what: str) -> ValueMention | None:
    """From the first bracket that holds a date: "(born 1901)", "(1901 – 1990)", "(died 1990)"."""
    for bracket in _BRACKET.finditer(text[:700]):
        inside = [d for d in dates if bracket.start() <= d.start and d.end <= bracket.end()]
        if not inside:
            continue
        words = text[bracket.start() : bracket.end()]
        if re.search(r"\b(?:fl\.|reigned|r\.|ruled)", words):
            return None
        if len(inside) >= 2:
            gap = text[inside[0].end : inside[-1].start]
            if _DASH.search(gap) or len(inside) == 2:
                return inside[0] if what == "birth" else inside[-1]
        lead = text[bracket.start() : inside[0].start]
        died = bool(_DIED.search(lead) or re.search(r"[–—-]\s*$", lead))
        if died == (what == "death"):
            return inside[0]
        return None
    return None


def _near(text: str, dates: list[ValueMention], cue: re.Pattern[str]) -> ValueMention | None:
    """The first date that follows a cue in its sentence, else one shortly before a cue."""
    for match in cue.finditer(text):
        for date in dates:
            gap = text[match.end() : date.start]
            if (
                date.start >= match.end()
                and len(gap) < _REACH
                and not re.search(r"[.;]\s+[A-Z]", gap)
            ):
                return date
    for match in cue.finditer(text):
        before = [d for d in dates if 0 <= match.start() - d.end < 30]
        if before and not re.search(r"[.;]\s", text[before[-1].end : match.start()]):
            return before[-1]
    return None


def _first_said(text: str, dates: list[ValueMention]) -> ValueMention | None:
    """The first date of the first sentence: "X is a 1936 film"."""
    spans = sentence_spans(text)
    end = spans[0][1] if spans else len(text)
    return next((d for d in dates if d.end <= end), None)


def passage_evidence(passage: Passage) -> Evidence:
    """The first sentence, where nothing more exact is known."""
    spans = sentence_spans(passage.text)
    return Evidence(passage, *(spans[0] if spans else (0, len(passage.text))))
