"""How each mention of a chunk is written, once the names that pages bear are laid over it."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Set
from dataclasses import dataclass

from kgtransfer.link.naming import AskedNames
from kgtransfer.names import ARTICLES, find_names, fold
from kgtransfer.names.terms import CONCEPT, term_key
from kgtransfer.records import EntityMention, Extraction

_FIRST_WORD = re.compile(r"\W*\w+\W+")

Found = tuple[int, int, str]
"""Start and end in the chunk, and the key."""
TERM = "#" + CONCEPT
"""What a term's key has after it: a name of the same key is another thing."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A mention as a name: where it stands in the chunk, as written, its key."""

    start: int
    end: int
    form: str
    key: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A chunk's mentions and names."""

    surfaces: tuple[Surface | None, ...]
    """One for each mention of the extraction; None for a pronoun and for what has no key."""
    names: tuple[Found, ...]
    """Names that pages bear and that no surface is."""
    clusters: dict[int, str]
    """The key that each cluster of the extraction goes by: its longest name, or a term's key with
    `TERM` after it."""


def read_chunk(
    text: str, extraction: Extraction, names: AskedNames, terms: Iterable[Found] = ()
) -> Reading:
    """Lay the longest names that pages bear over the extracted mentions.

    A name that is longer than the mention in it replaces it ("Dark River" in "Dark River (1990
    film)"), unless the mention is a minor part of it ("Hastings" in "Battle of Hastings"). Of noun
    phrases only those stay that are among the document's `terms`.
    """
    found = find_names(text, names.__contains__, begins=names.begins)
    placed: list[Surface | None] = [None] * len(extraction.mentions)
    kept = {key for *_, key in terms}
    at = 0
    for index in sorted(range(len(placed)), key=lambda i: extraction.mentions[i].start):
        mention = extraction.mentions[index]
        if mention.term:
            placed[index] = _term(text, mention, kept)
            continue
        while at < len(found) and found[at][1] <= mention.start:
            at += 1
        placed[index] = _surface(text, mention, found[at : at + 3], names)
    taken = {(s.start, s.end) for s in placed if s}
    return Reading(
        tuple(placed),
        tuple(name for name in found if name[:2] not in taken),
        _longest(extraction, placed),
    )


def _term(text: str, mention: EntityMention, kept: Set[str]) -> Surface | None:
    form = text[mention.start : mention.end]
    key = term_key(form)
    if key not in kept:
        return None
    return Surface(mention.start, mention.end, sys.intern(form), sys.intern(key))


def _surface(
    text: str, mention: EntityMention, found: list[Found], names: AskedNames
) -> Surface | None:
    if mention.pronoun:
        return None
    start, end = mention.start, mention.end
    for first, last, key in found:
        covers = first <= start and end <= last and 2 * (end - start) >= last - first
        title_before = (  # "President Barack Obama" is the page "Barack Obama"
            mention.type == "Person" and start <= first and last == end and " " in key
        )
        if covers or title_before:
            return Surface(first, last, sys.intern(text[first:last]), sys.intern(key))
    key = fold(text[start:end])
    article, _, rest = key.partition(" ")
    if rest and article in ARTICLES and key not in names:
        first_word = _FIRST_WORD.match(text, start, end)
        start, key = (first_word.end() if first_word else start), rest
    if not key:
        return None
    return Surface(start, end, sys.intern(text[start:end]), sys.intern(key))


def _longest(extraction: Extraction, surfaces: list[Surface | None]) -> dict[int, str]:
    longest: dict[int, Surface] = {}
    terms = {}
    for mention, surface in zip(extraction.mentions, surfaces, strict=True):
        if surface is None:
            continue
        if mention.term:
            terms[mention.cluster] = surface.key + TERM
            continue
        known = longest.get(mention.cluster)
        if known is None or _rank(surface) < _rank(known):
            longest[mention.cluster] = surface
    return {cluster: surface.key for cluster, surface in longest.items()} | terms


def _rank(surface: Surface) -> tuple[int, int, str]:
    return (-surface.key.count(" "), -len(surface.key), surface.key)
