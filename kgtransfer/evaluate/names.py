"""Names with types against annotated ones: equal spans, and what is counted of a corpus.

A corpus marks what it marks. Names of types that its annotation is silent on are not counted where
they are found, nor is one where the corpus marks something of another kind, nor "American" where
adjectives of countries are no names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from kgtransfer.evaluate.gold.records import GoldText, NameCorpus
from kgtransfer.evaluate.scores import Score
from kgtransfer.names.countries import country_keys
from kgtransfer.names.fold import fold
from kgtransfer.records import Extraction

_ADJECTIVE = re.compile(r"\w*(?:an|ish|ese|[^aeiou]i|ch|ss|ek|d|k|sh|ine|ot|ic|alog|is)s?")


@dataclass(frozen=True, slots=True)
class Compared:
    """A name of the text, a found one, or both where the spans are equal; `right` by its type."""

    start: int
    end: int
    wanted: str
    """The types that would be right, parted by |; empty where no name is marked."""
    found: str
    """The type found; empty where none is."""

    @property
    def right(self) -> bool:
        """Whether span and type are."""
        return bool(self.wanted) and self.found in self.wanted.split("|")


def compared(text: GoldText, extraction: Extraction, corpus: NameCorpus) -> Iterator[Compared]:
    """What counts of a text: its marked names of our types, and the names found."""
    gold = {(n.start, n.end): n for n in text.names}
    found = {(m.start, m.end): m for m in extraction.mentions if not m.pronoun}
    for span, name in gold.items():
        if name.types & corpus.counted:
            mention = found.get(span)
            yield Compared(*span, "|".join(sorted(name.types)), mention.type if mention else "")
    foreign = [(n.start, n.end) for n in text.names if not n.types & corpus.counted]
    for span, mention in found.items():
        if span in gold or mention.type not in corpus.counted:
            continue
        if any(a < span[1] and span[0] < b for a, b in foreign):
            continue
        if mention.type != "Location" or not is_people(text.text[span[0] : span[1]]):
            yield Compared(*span, "", mention.type)


def score_names(corpus: NameCorpus, extractions: Sequence[Extraction]) -> dict[str, Any]:
    """Typed and untyped F1 of a corpus, and of each type."""
    pairs = [
        pair
        for text, extraction in zip(corpus.texts, extractions, strict=True)
        for pair in compared(text, extraction, corpus)
    ]
    found = sum(bool(p.found) for p in pairs)
    gold = sum(bool(p.wanted) for p in pairs)
    spans = sum(bool(p.found and p.wanted) for p in pairs)
    return {
        "corpus": corpus.name,
        "texts": len(corpus.texts),
        "of": corpus.whole,
        "words": sum(len(text.text.split()) for text in corpus.texts),
        "typed": asdict(Score.of(sum(p.right for p in pairs), found, gold)),
        "untyped": asdict(Score.of(spans, found, gold)),
        "by_type": _by_type(pairs),
    }


def _by_type(pairs: Sequence[Compared]) -> dict[str, Any]:
    """Of each type (a label that may be several counts under all of them together)."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    gold: Counter[str] = Counter()
    for pair in pairs:
        own = pair.wanted if pair.right else pair.found
        right[own] += pair.right
        found[own] += bool(pair.found)
        gold[pair.wanted] += bool(pair.wanted)
    kinds = sorted({*found, *gold} - {""})
    return {kind: asdict(Score.of(right[kind], found[kind], gold[kind])) for kind in kinds}


def is_people(name: str) -> bool:
    """Whether it is a country's adjective or its people ("Dutch", "Americans")."""
    key = fold(name)
    return key in _adjectives() or key[:-1] in _adjectives()


@cache
def _adjectives() -> frozenset[str]:
    return frozenset(
        key
        for key, country in country_keys().items()
        if key != fold(country) and len(key) > 4 and _ADJECTIVE.fullmatch(key)
    )
