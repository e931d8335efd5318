"""Where in a source a text stands, as people say it: a page of a PDF, a heading of a manual.

A document's places travel in its metadata under `places`, as JSON `[[offset, "p. 3"], ...]` by
offset; each reaches to the next one.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable
from functools import lru_cache

Places = tuple[tuple[int, str], ...]
"""(offset in characters of the document's text, name), by offset."""

KEY = "places"
"""The key in a document's metadata."""


def join_paragraphs(paragraphs: Iterable[tuple[str, bool]]) -> tuple[str, Places]:
    """Paragraphs, apart by an empty line, as one text, and where those begin that are headings.

    Args:
        paragraphs: each with whether it is a heading.
    """
    pieces: list[str] = []
    places: list[tuple[int, str]] = []
    offset = 0
    for text, heading in paragraphs:
        if heading:
            places.append((offset, " ".join(text.split())))
        pieces.append(text)
        offset += len(text) + 2
    return "\n\n".join(pieces), tuple(places)


def dump(places: Places) -> str:
    """The value that is kept in the metadata."""
    return json.dumps(places, ensure_ascii=False)


@lru_cache(maxsize=64)
def load(metadata: str) -> Places:
    """The places in a document's metadata (JSON); none where it has no readable ones."""
    try:
        return tuple((int(at), str(name)) for at, name in json.loads(json.loads(metadata)[KEY]))
    except (KeyError, TypeError, ValueError):
        return ()


def within(places: Places, start: int, end: int) -> Places:
    """The places that `[start, end)` lies in or touches."""
    first = max(0, bisect_right(places, start, key=lambda place: place[0]) - 1)
    return tuple(place for place in places[first:] if place[0] < end)


def place_at(places: Places, offset: int) -> str:
    """The name of the place that `offset` lies in; empty before the first."""
    at = bisect_right(places, offset, key=lambda place: place[0])
    return places[at - 1][1] if at else ""
