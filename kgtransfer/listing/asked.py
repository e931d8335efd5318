"""Whether a question asks for several things, or for how many there are."""

from __future__ import annotations

import re

from kgtransfer.names.fold import words_of

_COUNT = re.compile(
    r"^\W*(?:(?:in|on|at|for|with)\s+)?how many\b|^\W*count\b"
    r"|^\W*(?:what (?:is|was) )?the (?:total )?number of\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    r"^\W*(?:please\s+)?(?:list|name|show|give|find|tell|(?:in |on |at |for )?(?:which|what)"
    r"|who\s+(?:are|were|all))\b",
    re.IGNORECASE,
)
_NAMES_OF = re.compile(
    r"^(?P<verb>(?:what|who|which)\s+(?:are|were)|(?:please\s+)?(?:list|give|tell)(?:\s+me)?)"
    r"\s+the\s+names\s+of\s+",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_IRREGULAR = words_of("children people men women cast everyone everybody kids persons")
_NO_NOUN = words_of(
    "is was does has his its this us as which names list shows gives tells always series whose "
    "class news"
)
MOST_HEAD = 8
"""So many words from the beginning the noun stands that says what is asked for."""


def asks_how_many(question: str) -> bool:
    """Whether it asks for a number of things."""
    return _COUNT.search(question) is not None


def asks_for_several(question: str) -> bool:
    """Whether it may ask for a list or a count: by its first words, at no cost."""
    if asks_how_many(question):
        return True
    if _LIST.search(question) is None:
        return False
    return any(is_plural(word) for word in _WORD.findall(question)[: 2 * MOST_HEAD])


def is_plural(word: str) -> bool:
    """Whether a noun stands for several."""
    word = word.lower()
    if word in _IRREGULAR:
        return True
    return (
        len(word) > 3
        and word.endswith("s")
        and not word.endswith(("ss", "'s", "’s", "us"))
        and (word not in _NO_NOUN)
    )


def plainly(question: str) -> str:
    """Without "the names of": "What are the names of X's children?" asks who they are."""
    return _NAMES_OF.sub(lambda m: f"{m['verb']} ", question)
