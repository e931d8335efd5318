"""The lines of a PDF's pages as running text: paragraphs found, running heads left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from kgtransfer.corpus.encoding import clean

EDGE = 2
"""So many lines at the top and the bottom of a page may be running heads."""

REPEATED = 3
"""A running head stands on at least so many pages; numbers in it may differ."""

_LONGEST_HEAD = 100
_APART = 1.4
"""A gap this many times the page's usual distance of lines begins a paragraph."""
_OTHER_SIZE = 1.15
_HYPHEN_AT_END = re.compile(r"(?<=[^\W\d_])[-\x02]\s*$")
_DIVIDED = re.compile(r"(?<=[^\W\d_])\x02(?=[a-zà-ÿ])")
"""PDFium writes \x02 for the hyphen of a word that goes on in the next line."""
_LEADERS = re.compile(r"(?:\s?[.·…]){5,}\s*[\divxlc-]*\s*$")
"""A line of a table of contents."""
_STOPS = (".", "!", "?", ":", ";", "”", '"', ")")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; `top`, `bottom` and `size` (of the font) in points, upwards."""

    text: str
    top: float
    bottom: float
    size: float


def join_pages(pages: Sequence[Sequence[Line]]) -> tuple[str, list[tuple[int, int]]]:
    """The text of the pages, and (page, offset) where the text of each that has any begins."""
    heads = _running_heads(pages)
    text = ""
    starts: list[tuple[int, int]] = []
    for number, page in enumerate(pages):
        kept = [line for line in _without(page, heads) if not _LEADERS.search(line.text)]
        body = clean(_whole_words(_paragraphs(kept)).translate(_LIGATURES)).strip()
        if not body:
            continue
        if text:
            text = _joined(text, body)
        starts.append((number, len(text)))
        text += body
    return text, starts


def _joined(text: str, following: str) -> str:
    """`text` with what stands between it and the next page."""
    if following[0].islower() and not text.endswith(_STOPS):
        hyphen = _HYPHEN_AT_END.search(text)
        return text[: hyphen.start()] if hyphen else text + "\n"
    return text + "\n\n"


def _running_heads(pages: Sequence[Sequence[Line]]) -> set[str]:
    """Lines that come again at the edges of pages, numbers aside."""
    seen: Counter[str] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in _edges(page)})
    return {shape for shape, times in seen.items() if times >= REPEATED}


def _edges(page: Sequence[Line]) -> list[Line]:
    edges = [*page[:EDGE], *page[max(EDGE, len(page) - EDGE) :]]
    return [line for line in edges if len(line.text) <= _LONGEST_HEAD]


def _shape(line: Line) -> str:
    return re.sub(r"\b(?:\d+|[ivxlc]+)\b", "#", " ".join(line.text.split()))


def _without(page: Sequence[Line], heads: set[str]) -> list[Line]:
    dropped = {id(line) for line in _edges(page) if _shape(line) in heads}
    return [line for line in page if id(line) not in dropped]


def _paragraphs(lines: Sequence[Line]) -> str:
    """The lines, with an empty line where a paragraph begins and divided words put together."""
    steps = [a.bottom - b.bottom for a, b in pairwise(lines)]
    usual = median([s for s in steps if s > 0] or [0.0])
    text = ""
    for index, line in enumerate(lines):
        piece = " ".join(line.text.split())
        if index == 0:
            text = piece
        elif _begins_paragraph(lines[index - 1], line, usual):
            text += "\n\n" + piece
        elif piece[:1].islower() and (hyphen := _HYPHEN_AT_END.search(text)):
            text = text[: hyphen.start()] + piece
        else:
            text += "\n" + piece
    return text


def _whole_words(text: str) -> str:
    return _DIVIDED.sub("", text).replace("\x02", "-")


def _begins_paragraph(before: Line, line: Line, usual: float) -> bool:
    low, high = sorted((max(before.size, 0.1), max(line.size, 0.1)))
    gap = before.bottom - line.bottom
    return high / low > _OTHER_SIZE or gap > _APART * usual > 0
