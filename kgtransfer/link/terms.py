"""Which noun phrases a document uses as terms, and where they stand in it.

A phrase of several nouns with a word that is no everyday one is a term by itself ("dead-letter
queue"). Others have to come again, or stand in the title or a heading. So a graph is not drowned in
whatever a story happens to mention.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from kgtransfer.names import fold
from kgtransfer.names.fold import WORD, fold_word
from kgtransfer.names.terms import is_everyday, singular, term_key
from kgtransfer.records import Chunk, Extraction

BY_ITSELF = 0.8
"""The confidence from which an extractor is sure that a phrase is a term."""
_TWICE, _OFTEN = 2, 3
_HEADING = re.compile(r"(?:^|\n)[#=\s\d.]*([^\n]{3,80})(?:\n|$)")

Place = tuple[int, int, str]
"""Start and end in the chunk, and the key."""


def terms_of(title: str, passages: Iterable[tuple[Chunk, Extraction]]) -> dict[str, list[Place]]:
    """The places of a document's terms, by chunk; no chunk without one is there."""
    passages = list(passages)
    sure: dict[str, float] = {}
    for chunk, extraction in passages:
        for mention in extraction.mentions:
            if mention.term:
                key = term_key(chunk.text[mention.start : mention.end])
                sure[key] = max(sure.get(key, 0.0), mention.confidence)
    if not sure:
        return {}
    found = {chunk.id: list(_places(chunk.text, sure)) for chunk, _ in passages}
    counts = Counter(key for places in found.values() for *_, key in places)
    leading = f" {_singulars(title)} " + "".join(_headings(chunk.text) for chunk, _ in passages)
    kept = {
        key
        for key, confidence in sure.items()
        if _is_term(key, confidence, counts[key], f" {key} " in leading)
    }
    return {
        chunk: left
        for chunk, places in found.items()
        if (left := [place for place in places if place[2] in kept])
    }


def _is_term(key: str, confidence: float, count: int, leads: bool) -> bool:
    words = key.split()
    rare = any(not is_everyday(word) for word in words)
    if len(words) == 1:
        return rare and (leads or count >= _OFTEN)
    if rare and (confidence >= BY_ITSELF or leads or count >= _TWICE):
        return True
    return leads or count >= _OFTEN


def _places(text: str, keys: Mapping[str, float]) -> Iterator[Place]:
    """Where the keys stand, in singular or plural, the longest from each start."""
    longest: dict[str, int] = {}
    for key in keys:
        first = key.split(" ", 1)[0]
        longest[first] = max(longest.get(first, 0), key.count(" ") + 1)
    matches = list(WORD.finditer(text))
    folded = [fold_word(match.group()) for match in matches]
    at = 0
    while at < len(matches):
        best = 0
        reach = max(longest.get(folded[at], 0), int(singular(folded[at]) in longest))
        for n in range(min(reach, len(matches) - at), 0, -1):
            key = " ".join([*folded[at : at + n - 1], singular(folded[at + n - 1])])
            if key in keys:
                yield matches[at].start(), matches[at + n - 1].end(), key
                best = n
                break
        at += best or 1


def _headings(text: str) -> str:
    """The short lines that end like no sentence, folded, with blanks around each word."""
    lines = (match.group(1).strip() for match in _HEADING.finditer(text))
    return "".join(f" {_singulars(line)} " for line in lines if line[-1:] not in ".,;!?")


def _singulars(line: str) -> str:
    return " ".join(map(singular, fold(line).split()))
