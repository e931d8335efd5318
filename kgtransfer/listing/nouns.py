"""Nouns that say more than the graph's types: what a quote says against a thing's being one.

The graph has works and children, not films and daughters; the sentence that states the fact mostly
says which. A thing is left out only where its own sentences name another kind and not the one that
is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_KINDS = (
    (
        "film films movie movies picture pictures serial serials",
        "song songs single singles track tracks hit hits",
        "album albums record records",
        "book books novel novels poem poems",
        "tv television sitcom sitcoms",
        "opera operas ballet ballets symphony",
        "game games",
    ),
    ("son sons brother brothers husband husbands father actor actors boy boys man men",
     "daughter daughters sister sisters wife wives mother actress actresses girl girls woman "
     "women"),
    ("city cities", "country countries", "village villages", "state states", "town towns"),
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def another_kind(noun: str, name: str, quotes: Iterable[str]) -> bool:
    """Whether sentences about a thing speak of another kind than the noun's, and not of its.

    Args:
        noun: what is asked for, as asked.
        name: the thing's, which counts as no sentence does: "The Song of Love" may be a film.
        quotes: the sentences that state why the thing is an answer.
    """
    for kinds in _KINDS:
        asked = next((set(kind.split()) for kind in kinds if noun in kind.split()), None)
        if asked is None:
            continue
        said = {w for quote in quotes for w in _WORD.findall(quote.replace(name, " ").lower())}
        others = {word for kind in kinds for word in kind.split()} - asked
        return bool(said & others) and not said & asked
    return False
