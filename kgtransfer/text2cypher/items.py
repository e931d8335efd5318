"""A question as a row of items: names, dates, verbs, nouns of relations and types, small words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from kgtransfer.names import fold
from kgtransfer.text2cypher import lexicon
from kgtransfer.text2cypher.graph_schema import Named

Kind = Literal["name", "date", "verb", "noun", "type", "word", "possessive"]
_TOKEN = re.compile(r"['’]s\b|\d{4}-\d\d-\d\d|[^\W_]+(?:[-.'’](?!s\b)[^\W_]+)*|,")
_YEAR = re.compile(r"1?\d{3}|20\d\d")
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MOST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One item; `text` is as asked, `word` its key, `senses` what it may mean."""

    kind: Kind
    text: str
    word: str
    senses: tuple[str, ...] = ()
    named: Named | None = None


def read_items(
    question: str, names: Iterable[Named], by_words: Mapping[str, tuple[str, ...]]
) -> list[Item]:
    """The items of a question, left to right; what is none is a word.

    Args:
        question: as asked.
        names: where names of the graph stand in it.
        by_words: predicates of the graph by their words, for what the lexicon lacks.
    """
    items: list[Item] = []
    at = 0
    for named in sorted(names, key=lambda n: n.start):
        if named.start < at or (named.start == 0 and fold(question[: named.end]) in _KNOWN):
            continue
        if _YEAR.fullmatch(question[named.start : named.end]):
            continue  # a page may be called "1985"
        items += _plain(question[at : named.start], by_words)
        text = question[named.start : named.end]
        items.append(Item("name", text, fold(text), named=named))
        at = named.end
    return items + list(_plain(question[at:], by_words))


_KNOWN = frozenset(
    (
        *lexicon.types(),
        *lexicon.nouns(),
        *lexicon.verbs(),
        *("list", "name", "show", "give"),
        "find",
        "who",
    )
)


def _plain(text: str, by_words: Mapping[str, tuple[str, ...]]) -> Iterator[Item]:
    tokens = list(_TOKEN.finditer(text))
    at = 0
    while at < len(tokens):
        for length in range(min(MOST_WORDS, len(tokens) - at), 0, -1):
            said = text[tokens[at].start() : tokens[at + length - 1].end()]
            item = _item(said, by_words, length)
            if item is not None:
                yield item
                at += length
                break


def _item(text: str, by_words: Mapping[str, tuple[str, ...]], length: int) -> Item | None:
    if length == 1 and text.lower() in ("'s", "’s"):
        return Item("possessive", text, "s")
    word = fold(text)
    date = _date(text, word)
    if date:
        return Item("date", text, word, (date,))
    if word in lexicon.verbs():
        return Item("verb", text, word, lexicon.verbs()[word])
    if word in lexicon.nouns():
        return Item("noun", text, word, lexicon.nouns()[word])
    if word in lexicon.types():
        return Item("type", text, word, lexicon.types()[word])
    if word in by_words:
        spoken = len(word.split()) == 1 and not word.endswith(("ed", "s", "by", "in"))
        several = word != fold(by_words[word][0][:-1].replace("_", " "))
        noun = spoken or several or " of" in word
        return Item("noun" if noun else "verb", text, word, by_words[word])
    if length == 1 or word in ("most recent", "more than", "how many", *lexicon.POLITE):
        return Item("word", text, word)
    return None


def _date(text: str, word: str) -> str:
    """A date as ISO 8601 text, as precise as it was said; empty where it is none."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return text
    if _YEAR.fullmatch(word):
        return word.zfill(4)
    parts = word.replace(",", " ").split()
    months = [at for at, part in enumerate(parts) if part in _MONTHS]
    years = [part for part in parts if re.fullmatch(r"\d{3,4}", part)]
    days = [part for part in parts if re.fullmatch(r"\d{1,2}", part)]
    if len(months) != 1 or len(years) != 1 or len(parts) != 2 + len(days) or len(days) > 1:
        return ""
    month = _MONTHS.index(parts[months[0]]) + 1
    day = f"-{int(days[0]):02d}" if days else ""
    return f"{years[0].zfill(4)}-{month:02d}{day}"


def after(date: str) -> str:
    """The first text behind all dates that a date holds: "1990" ends before "1991"."""
    head, _, last = date.rpartition("-")
    return f"{head}-{int(last) + 1:02d}" if head else f"{int(last) + 1:04d}"
