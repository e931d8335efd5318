"""Whether a phrase is about what an end names, not about the words around it."""

from __future__ import annotations

import re

from kgtransfer.extract.ends import End, extent
from kgtransfer.extract.reading import Reading
from kgtransfer.names.terms import is_everyday
from kgtransfer.records import Span

_CODE = re.compile(r"[=<>{}()\[\]#@$`;|\\_]")
"""What no name in prose holds."""
PARTLY = frozenset({"all", "some", "most", "many", "none", "each", "both", "half", "any", "much"})
SURE = 0.5


def is_object(text: str, reading: Reading, letters: str, end: End, phrase: Span) -> bool:
    """Whether the phrase is about what this end names, not about the words that follow."""
    if end.pronoun or end.sure < SURE or is_part(text, reading, end):
        return False
    after = letters[end.last : end.last + 1]
    if after in ("N", "X", "A"):  # "the Italian team", "calls to the server are"
        return False
    if (
        end.term is not None
        and after == "V"
        and not text[slice(*reading.words[end.last])].endswith(("ed", "ing"))
    ):
        return False  # a noun that was taken for a verb
    if end.term is not None and (
        after in ("D", "O") or (after == "V" and _ends_with(text, reading, phrase))
    ):
        return False  # "at startup the size", "with the mode switched off"
    if after == "T" and text[reading.words[end.last][0]] in "'’":  # "Ann's name"
        return False
    if end.is_value and not _is_own_value(text, reading, letters, end, phrase):
        return False
    ends_open = letters[phrase[1] - 1] != "P"
    return not (ends_open and after in ("V", "A"))  # "said Ann left"


def _ends_with(text: str, reading: Reading, phrase: Span) -> bool:
    return text[slice(*reading.words[phrase[1] - 1])].lower() == "with"


def _is_own_value(text: str, reading: Reading, letters: str, end: End, phrase: Span) -> bool:
    """Not a part of a longer phrase: "2,000 year old", "to this area 5,000 years ago"."""
    if end.kind == "number" or "N" in letters[phrase[1] : end.first]:
        return False
    follows = reading.words[end.last] if end.last < len(reading.words) else (0, 0)
    if end.kind == "percent" and text[slice(*follows)] == "of":
        return False
    return letters[end.last : end.last + 1] not in ("J", "M") and (
        text[slice(*follows)] not in ("ago", "later", "earlier", "before", "after")
    )


def is_part(text: str, reading: Reading, end: End) -> bool:
    """Whether a name is a piece of a longer word ("Oslo-based", "US$"), or code."""
    start, stop = extent(reading, end)
    if end.term is None and not end.is_value and not end.pronoun and is_everyday(text[start:stop]):
        return True  # "program", which no name is
    if text[stop : stop + 3].strip().startswith("$"):
        return True
    return text[stop : stop + 1] in ("-", "–", "/", "@") or bool(
        not end.is_value and _CODE.search(text, start, stop)
    )
