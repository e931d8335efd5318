"""The pages that an inner question leads to: whom its answer names, or who names its subject.

"Where was the wife of Amado Hernandez born?" needs the wife's page. Mostly his page names her as
her own does. Where it spells her otherwise, a page whose name differs in a letter or an initial is
taken; where it doesn't name her at all, her page may name him, so that one is asked who his wife
is and has to answer with its own name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgtransfer.names import TITLE
from kgtransfer.read.network import Ask, Found, PageReading
from kgtransfer.read.pages import Evidence, Page, PageNames

MOST = 2
"""How many bearers are asked, and how many bridges are taken."""
_AFTER_OF = re.compile(r"\bof\s+(?:the\s+)?$")
_UNNAMED_PENALTY = 2.5
_UNREAD = -8.0
"""What counts as the lowest score of a passage that gave no span."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """A page, the log-probability that it is the one, and where the page before says so."""

    page: Page
    score: float
    link: Evidence


def bridges(
    inner: str, bearers: Sequence[Page], seen: Sequence[str], names: PageNames, ask: Ask
) -> list[Bridge]:
    """The likeliest pages that the inner question leads to from the pages that bear its name.

    Documents in `seen` and the bearers' own are left out.
    """
    own = {page.document for page in bearers} | set(seen)
    readings = ask([(inner, p) for page in bearers[:MOST] for p in page.passages[:2]])
    best: dict[str, Bridge] = {}
    for offered in (_named(readings, names), _naming_back(inner, bearers, names, ask)):
        for bridge in offered:
            document = bridge.page.document
            known = best.get(document)
            if document not in own and (known is None or bridge.score > known.score):
                best[document] = bridge
        if best:
            break
    return sorted(best.values(), key=lambda b: -b.score)[:MOST]


def _named(readings: Sequence[PageReading], names: PageNames) -> Iterator[Bridge]:
    """Pages that an answer names; less likely, any page named beside it by its whole title."""
    for reading in readings:
        passage = reading.passage
        lowest = min((f.score for f in reading.spans), default=_UNREAD)
        for start, end, pages in names.find(passage.text, TITLE):
            for page in pages:
                yield Bridge(page, lowest - _UNNAMED_PENALTY, Evidence(passage, start, end))
        named = names.find(passage.text)
        for found in reading.spans:
            for page, link in _pages_of(found, named, names):
                yield Bridge(page, found.score, link)


def _pages_of(
    found: Found, named: Sequence[tuple[int, int, tuple[Page, ...]]], names: PageNames
) -> Iterator[tuple[Page, Evidence]]:
    """The pages of the name that an answer is part of, else of names in it, else of nearly its own.

    "William" in "William, Duke of Nassau" is no other William; "Oswiu of Northumbria" is no
    Northumbria.
    """
    passage, start, end = found.evidence.passage, found.evidence.start, found.evidence.end
    told = [n for n in named if n[0] <= start and n[1] >= end]
    if not told:
        within = [(start + a, start + b, pages) for a, b, pages in names.find(found.text)]
        touching = [n for n in named if n[0] < end and n[1] > start] + within
        told = [n for n in touching if not _AFTER_OF.search(passage.text[start : n[0]])]
    for a, b, pages in told or [(start, end, names.nearly(found.text))]:
        for page in pages:
            yield page, Evidence(passage, a, b)


def _naming_back(
    inner: str, bearers: Sequence[Page], names: PageNames, ask: Ask
) -> Iterator[Bridge]:
    """Pages that name a bearer, and answer the inner question with their own name."""
    asked = {page.document for page in bearers}
    passages = [
        (inner, passage)
        for page in names.pages
        if page.document not in asked
        for passage in page.passages
        if any(asked & {p.document for p in named} for *_, named in names.find(passage.text))
    ]
    for reading in ask(passages) if passages else []:
        for found in reading.spans:
            for *_, pages in names.find(found.text):
                for page in pages:
                    if page.document == reading.passage.document:
                        yield Bridge(page, found.score, found.evidence)
