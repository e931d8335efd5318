"""Sentences of a text, by rules that hold across domains rather than by a model.

A text falls into segments first (blank lines, headings, list items, table rows and lines that a
line break really ends), then each segment falls at its sentence stops. A stop ends a sentence
unless what stands before it is an abbreviation, an initial or a number, or what follows goes on in
lower case. Every test looks a bounded distance to either side, so the time is linear.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from kgtransfer.corpus.abbreviations import (
    BEFORE_NAME,
    BEFORE_NUMBER,
    MONTHS,
    OPENERS,
    SHORTENED,
)
from kgtransfer.records import Span

WRAP_WIDTHS = (40, 120)
"""A paragraph whose longest line is this long may be wrapped by hand: its breaks join lines."""

_REACH = 40  # characters that a rule looks to either side
_WIDE_STOPS = "。！？｡।॥؟۔։።"
_CLOSERS = "\"'”’»›)\\]}）］」』】》〉"
_OPENING = "\"'“‘„«‹([{（［「『【《〈¿¡"
_STOP = re.compile(
    rf"(?P<wide>[{_WIDE_STOPS}]+)[{_CLOSERS}]*"
    rf"|(?P<stop>[.!?…]+)(?P<close>[{_CLOSERS}]*)(?:[^\S\n]?\[\d{{1,3}}\])*"
)
_BLANK = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_ITEM = re.compile(r"[^\S\n]*(?:[-*+•‣◦·–—#>|]\s|\(?\d{1,3}[.)]\s|\(?[a-zA-Z][.)]\s)")
_WORD = re.compile(r"\w+(?:['’]\w+)*")
_DOTTED = re.compile(r"(?:\w{1,3}\.)+\w{1,3}")
_GLUED = re.compile(r"[^\W\d_]+\s|[^\W\d_]\w*[,;:'’]|[^\W\d_]+$")
_SPACE = re.compile(r"\s*")


def sentence_spans(text: str, language: str = "en") -> list[Span]:
    """Return the sentences of `text` in order, without the space around them.

    Every character that is not white space lies in exactly one span. `language` is an ISO 639-1
    code or empty; the rules serve all languages, and German adds its dotted ordinals.
    """
    spans: list[Span] = []
    for start, end in paragraph_spans(text):
        for first, last in _lines(text, start, end):
            spans.extend(_split(text, first, last, language))
    return spans


def paragraph_spans(text: str) -> list[Span]:
    """Return the runs of text between blank lines, without the space around them."""
    spans: list[Span] = []
    start = 0
    for blank in _BLANK.finditer(text):
        _append(spans, text, start, blank.start())
        start = blank.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[Span], text: str, start: int, end: int) -> None:
    """Add the span less the space around it, if anything is left."""
    while start < end and text[start].isspace():
        start += 1
    while start < end and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _lines(text: str, start: int, end: int) -> Iterator[Span]:
    """Cut a paragraph at the line breaks that end something.

    In text that was wrapped by hand, a break stands where the next line's first word would not
    have fitted any more; such a break joins. Any other break is one that somebody meant.
    """
    if text.find("\n", start, end) < 0:
        yield start, end
        return
    lines: list[Span] = []
    position = start
    while position <= end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        _append(lines, text, position, stop)
        position = stop + 1
    width = max(stop - first for first, stop in lines)
    opened = lines[0][0]
    for line, following in pairwise(lines):
        if not _joins(text, line, following, width):
            yield opened, line[1]
            opened = following[0]
    yield opened, lines[-1][1]


def _joins(text: str, line: Span, following: Span, width: int) -> bool:
    if _LIST_ITEM.match(text, following[0], following[1]):
        return False
    length = line[1] - line[0]
    narrowest, widest = WRAP_WIDTHS
    if text[following[0]].islower() and length >= narrowest // 2:
        return text[line[1] - 1] not in ".!?:"
    if not narrowest <= width <= widest:
        return False
    word_end = text.find(" ", following[0], following[1])
    word = (following[1] if word_end < 0 else word_end) - following[0]
    # Proportional type (text out of a PDF) makes lines of one width differ in characters.
    return length + 1 + word > 0.88 * width


def _split(text: str, start: int, end: int, language: str) -> Iterator[Span]:
    opened = start
    marker = _LIST_ITEM.match(text, start, end)
    position = marker.end() if marker else start
    for stop in _STOP.finditer(text, position, end):
        if stop.start() < opened or not _ends_sentence(text, stop, opened, end, language):
            continue
        yield opened, stop.end()
        space = _SPACE.match(text, stop.end(), end)
        opened = space.end() if space else stop.end()
    if opened < end:
        yield opened, end


def _ends_sentence(text: str, stop: re.Match[str], opened: int, end: int, language: str) -> bool:
    if stop.end() >= end or stop.lastgroup == "wide" or stop.group("wide"):
        return True
    if not text[stop.end()].isspace():
        return _space_is_missing(text, stop, opened, end)
    after = stop.end()
    while after < end and (text[after].isspace() or text[after] in _OPENING):
        after += 1
    if after >= end:
        return True
    if text[after].islower():
        return False
    word_match = _WORD.match(text, after, min(end, after + _REACH))
    following = word_match.group() if word_match else ""
    if stop.group("close") and text[after - 1] == "(" and following[:1].isdigit():
        return False  # a title that ends in a stop, and its year
    if stop.group("stop") != ".":
        return True
    if stop.group("close") and not following:
        return False  # a quotation and the dash that names who said it
    return not _is_abbreviation(_word_before(text, stop.start(), opened), following, language)


def _word_before(text: str, stop: int, opened: int) -> str:
    """The word that a stop ends, with dots inside ("U.S", "e.g"), without opening marks."""
    first = stop
    floor = max(opened, stop - _REACH)
    while first > floor and not text[first - 1].isspace():
        first -= 1
    return text[first:stop].lstrip(_OPENING + "/–—-")


def _is_abbreviation(word: str, following: str, language: str) -> bool:
    """Whether the stop belongs to `word`, `following` being in upper case or a number."""
    word = re.split(r"[-–—/(\[]", word)[-1]
    lower = word.casefold()
    digits = following[:1].isdigit()
    if lower in BEFORE_NAME:
        return True
    if digits and (lower in BEFORE_NUMBER or lower in MONTHS):
        return True
    opens = following in OPENERS
    if len(word) == 1 and word.isalpha():
        return word.islower() or not opens
    if lower in SHORTENED or lower in MONTHS or _DOTTED.fullmatch(word):
        return not opens
    if language == "de" and word.isdigit() and len(word) <= 2:
        return following.casefold()[:3] in MONTHS or (following[:1].isupper() and not opens)
    return False


def _space_is_missing(text: str, stop: re.Match[str], opened: int, end: int) -> bool:
    """Whether a stop with no space after it ends a sentence: "the end.The next", not "U.S.A."."""
    after = stop.end()
    if not text[after].isupper() or stop.group("stop") not in (".", "!", "?"):
        return False
    if not _GLUED.match(text, after, min(end, after + _REACH)):
        return False
    word = _word_before(text, stop.start(), opened).rstrip(")]}\"'”’»")
    plain = word.isalpha() and len(word) > 2 and word[1:].islower()
    return plain and word.casefold() not in BEFORE_NAME and word.casefold() not in SHORTENED
