"""A question as it was meant: names that are misspelt, or written otherwise, as the graph has them.

Only words that are in no name found exactly may change, and only so that a whole name comes out:
each word of it must stand in the question, or be near to one that does. A misspelt "Which" or
"The" is put right where the corpus knows no such word.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kgtransfer.names import NICKNAMES, STOPWORDS, split_bracket
from kgtransfer.names.fold import WORD, fold_word, is_capitalised, possessive_length
from kgtransfer.records import Span
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.name_variants import variants
from kgtransfer.retrieve.name_words import NameWords

LEAST = 0.45
"""How sure a rewriting must be."""
_KNOWN = 0.7
"""Of how sure it is, where a word that changes is one that the corpus has."""
_NICKNAME = 0.8
_MOST_NAMES, _REACH = 400, 6
_SHORTEST = 5
"""A misspelt name of one word has so many letters."""


@dataclass(frozen=True, slots=True)
class Change:
    """The question's `[start, end)` is meant as `text`, a name of the graph, with some surety."""

    start: int
    end: int
    text: str
    surety: float


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of the question: where, its key, and which words of names it may stand for."""

    start: int
    end: int
    key: str
    near: dict[int, float]
    outside: bool
    """Whether it is in no name found exactly, and written like a name's word."""
    free: bool
    """Whether it may be what is wrong; a function word may be so only beside others."""
    known: bool
    """Whether the corpus has the word as it is."""


@dataclass(frozen=True, slots=True)
class _Match:
    """Words `[first, last)` of the question as a name."""

    first: int
    last: int
    name: int
    surety: float


def respell(index: GraphIndex, question: str, exact: Sequence[Span]) -> list[Change]:
    """What the question's free words mean, left to right; nothing overlaps.

    Args:
        index: whose names count.
        question: as asked.
        exact: where names stand that were found as they are; their words do not change.
    """
    words = _words(index, question, exact)
    if not any(word.free for word in words):
        return []
    named = [word.free or (len(word.key) == 1 and word.outside) for word in words]
    other = variants(index.name_words, index.names, [word.key for word in words], named)
    found = sorted(_matches(index, words), key=lambda m: (-_weight(m, words), m.name))
    changes: list[Change] = []
    taken: set[int] = set()
    for match in (*found, *(_Match(*each) for each in other)):
        places = set(range(match.first, match.last))
        if match.surety >= LEAST and not places & taken:
            taken |= places
            start, end = words[match.first].start, words[match.last - 1].end
            changes.append(Change(start, end, _written(index, match.name), match.surety))
    changes += _function_words(index, words, taken)
    return sorted(changes, key=lambda change: change.start)


def apply(question: str, changes: Sequence[Change]) -> tuple[str, list[Span]]:
    """The question with its changes made, and where each stands in it then."""
    text, at, spans = "", 0, []
    for change in changes:
        text += question[at : change.start]
        spans.append((len(text), len(text) + len(change.text)))
        text += change.text
        at = change.end
    return text + question[at:], spans


def _weight(match: _Match, words: Sequence[_Word]) -> float:
    """Sure names of many letters first."""
    return match.surety * sum(len(word.key) for word in words[match.first : match.last])


def _words(index: GraphIndex, question: str, exact: Sequence[Span]) -> list[_Word]:
    table, uncased = index.name_words, question == question.lower()
    found = []
    for match in WORD.finditer(question):
        start, end = match.start(), match.end() - possessive_length(match[0])
        key = fold_word(question[start:end])
        known = key in index.bm25 or key in STOPWORDS
        outside = not any(first < end and start < last for first, last in exact)
        outside &= is_capitalised(match[0]) or (uncased and not known)
        free = outside and key not in STOPWORDS and len(key) > 1
        near: dict[int, float] = {}
        for form in {key, fold_word(match[0])}:  # within a name, a possessive 's is part of it
            if outside:
                near |= _nicknames(table, form) | dict(table.near(form))
            if form in table.number:
                near[table.number[form]] = 1.0
        found.append(_Word(start, end, key, near, outside, free, known))
    return found


def _nicknames(table: NameWords, key: str) -> dict[int, float]:
    """Nicknames of a given name, and what they are short for."""
    return {table.number[n]: _NICKNAME for n in NICKNAMES.get(key, ()) if n in table.number}


def _matches(index: GraphIndex, words: Sequence[_Word]) -> Iterator[_Match]:
    """Names whose words all stand in the question, side by side, at least one of them changed."""
    table = index.name_words
    changed = {v for w in words if w.free for v, alike in w.near.items() if alike < 1}
    if not changed:
        return
    near = {v for at, word in enumerate(words) if _beside(words, at) for v in word.near}
    for name in table.made_of(sorted(near), sorted(changed))[:_MOST_NAMES].tolist():
        yield from _aligned(table, words, name, index.names[name].split())


def _beside(words: Sequence[_Word], at: int) -> bool:
    """Whether a word may be in one name with one that is free."""
    return any(word.free for word in words[max(0, at - _REACH) : at + _REACH + 1])


def _aligned(
    table: NameWords, words: Sequence[_Word], name: int, key: list[str]
) -> Iterator[_Match]:
    numbers = [table.number[word] for word in key]
    for first, word in enumerate(words[: len(words) - len(key) + 1]):
        if numbers[0] in word.near:
            window = words[first : first + len(key)]
            surety = _surety(window, numbers, key)
            if surety:
                yield _Match(first, first + len(key), name, surety)


def _surety(window: Sequence[_Word], numbers: Sequence[int], key: Sequence[str]) -> float:
    """How sure it is that the words are meant as the name; 0 where they can't be."""
    if not all(number in word.near for word, number in zip(window, numbers, strict=True)):
        return 0.0
    alike = [word.near[number] for word, number in zip(window, numbers, strict=True)]
    other = [each < 1 for each in alike]
    if not any(changed and word.free for word, changed in zip(window, other, strict=True)):
        return 0.0
    sizes = [len(part) for part in key]
    surety = float(np.dot(alike, sizes) / sum(sizes)) * min(alike)
    known = all(word.known for word, changed in zip(window, other, strict=True) if changed)
    if len(key) == 1 and (known or sizes[0] < _SHORTEST or _function_word(window[0].key)):
        return 0.0
    return surety * (_KNOWN if known else 1.0)


def _written(index: GraphIndex, name: int) -> str:
    """A name as its bearer writes it, or its key with capitals."""
    key: str = index.names[name]
    first, last = index.name_documents[name : name + 2]
    documents = index.name_document_bearers[first:last, 0]
    first, last = index.name_entities[name : name + 2]
    entities = index.name_entity_bearers[first:last, 0]
    forms = [split_bracket(index.titles[int(d)])[0] for d in documents]
    forms += [index.titles[int(d)] for d in documents]
    forms += [index.entity_names[int(e)] for e in entities]
    for form in forms:
        if " ".join(fold_word(word) for word in WORD.findall(form)) == key:
            return str(form)
    return key.title()


def _function_words(index: GraphIndex, words: Sequence[_Word], taken: set[int]) -> Iterator[Change]:
    """ "Woh" for "Who": capitalised words that the corpus lacks, one swap from a function word."""
    for at, word in enumerate(words):
        if at in taken or not word.free or word.known or len(word.key) < 2:
            continue
        meant = _function_word(word.key)
        if meant:
            yield Change(word.start, word.end, meant.capitalize(), 1.0)


def _function_word(key: str) -> str:
    """The function word that is two swapped letters away, or nothing."""
    swaps = (key[:i] + key[i + 1] + key[i] + key[i + 2 :] for i in range(len(key) - 1))
    return next((swap for swap in swaps if swap in STOPWORDS), "")
