"""The words of all names, and which names hold each: how a misspelt name is looked up.

A word's neighbours are found without walking over all words: those of about its length whose
letters differ in few, then those at a small edit distance (optimal string alignment: a swap of
two neighbouring letters is one edit).
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from kgtransfer.retrieve.tables import (
    AnyArray,
    Ints,
    Offsets,
    Strings,
    compress,
    load,
    pointers_of,
    ranges,
    save,
)

TABLE = "name_words"
_LONG = 8
"""From this length on a word may have two errors."""
_MOST = 30_000
"""Names that are looked through for one question."""


class NameWords:
    """Words in the order of their lengths, and the words of each name.

    Args:
        words: every word of any name, shorter ones first.
        pointers: (names + 1,) row pointers into `held`.
        held: the numbers of each name's different words.
    """

    def __init__(self, words: list[str], pointers: Offsets, held: Ints, letters: AnyArray) -> None:
        self.words = words
        self.number = {word: at for at, word in enumerate(words)}
        self._pointers, self._held, self._letters = pointers, held, letters
        self._holding, order = compress(held, len(words))
        self._names = np.repeat(np.arange(len(pointers) - 1), np.diff(pointers))[order]
        lengths = np.fromiter(map(len, words), np.int64, len(words))
        self._starts = np.searchsorted(lengths, np.arange(lengths.max(initial=0) + 2))
        self.near = lru_cache(maxsize=4096)(self._near)

    @classmethod
    def of(cls, keys: Iterable[str]) -> NameWords:
        """Take names apart."""
        first: dict[str, int] = {}
        held, counts = array("i"), array("i")
        for key in keys:
            words = set(key.split())
            held.extend([first.setdefault(word, len(first)) for word in sorted(words)])
            counts.append(len(words))
        listed = list(first)
        order = sorted(range(len(listed)), key=lambda at: (len(listed[at]), listed[at]))
        number = np.zeros(len(order), np.int32)
        number[order] = np.arange(len(order))
        words_in_order = [listed[at] for at in order]
        letters = np.fromiter(map(_letters, words_in_order), np.uint64, len(order))
        return cls(words_in_order, pointers_of(counts), number[np.asarray(held)], letters)

    def save(self, folder: Path) -> None:
        """Write the table."""
        Strings.save(folder, TABLE, self.words)
        save(folder, f"{TABLE}.pointers", self._pointers)
        save(folder, f"{TABLE}.held", self._held)
        save(folder, f"{TABLE}.letters", self._letters)

    @classmethod
    def load(cls, folder: Path, keys: Iterable[str]) -> NameWords:
        """Read the table; of an index that was written without one, make it from its names."""
        try:
            parts = [load(folder, f"{TABLE}.{part}") for part in ("pointers", "held", "letters")]
            return cls(list(Strings(folder, TABLE)), *parts)
        except FileNotFoundError:
            return cls.of(keys)

    def made_of(self, words: Iterable[int], changed: Iterable[int]) -> AnyArray:
        """Names that have no other words than these, and at least one of `changed`; long first.

        Names of nothing but the commonest words may be left out.
        """
        allowed, wanted = np.zeros(len(self.words), bool), np.zeros(len(self.words), bool)
        given = np.fromiter(words, np.int64)
        allowed[given] = True
        wanted[np.fromiter(changed, np.int64)] = True
        counts = self._holding[given + 1] - self._holding[given]
        rare = given[np.argsort(counts, kind="stable")]
        rare = rare[np.cumsum(np.sort(counts)) <= _MOST]
        names = np.unique(self._names[ranges(self._holding, rare)[1]])
        owner, rows = ranges(self._pointers, names)
        held = self._held[rows]
        missing = np.bincount(owner, ~allowed[held], minlength=len(names))
        found = np.bincount(owner, wanted[held], minlength=len(names))
        whole = names[(missing == 0) & (found > 0)]
        sizes = self._pointers[whole + 1] - self._pointers[whole]
        return np.asarray(whole[np.argsort(-sizes, kind="stable")])

    def holding(self, words: Iterable[int], most: int) -> list[int]:
        """Names that hold all of some words; none where more than `most` hold the rarest."""
        rows = [self._names[self._holding[w] : self._holding[w + 1]] for w in words]
        rows.sort(key=len)
        if not rows or len(rows[0]) > most:
            return []
        found = rows[0]
        for other in rows[1:]:
            found = np.intersect1d(found, other)
        return [int(name) for name in found]

    def _near(self, word: str) -> tuple[tuple[int, float], ...]:
        """Words that `word` may be a misspelling of, with their likeness (0 to 1); not itself."""
        one = self._within(word, 1) if len(word) > 1 else ()
        return one or (self._within(word, 2) if len(word) >= _LONG else ())

    def _within(self, word: str, edits: int) -> tuple[tuple[int, float], ...]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        rows = self._alike(word, edits)
        close = process.extract(
            word,
            [self.words[at] for at in rows],
            scorer=OSA.distance,
            score_cutoff=edits,
            limit=None,
        )
        return tuple(
            (rows[at], likeness(word, other, int(distance)))
            for other, distance, at in close
            if distance and _plausible(word, other, int(distance))
        )

    def _alike(self, word: str, edits: int) -> list[int]:
        """Words of about the length, in which few letters are others."""
        last = len(self._starts) - 1
        first, after = max(0, len(word) - edits), min(last, len(word) + edits + 1)
        if first >= after:
            return []
        start, end = int(self._starts[first]), int(self._starts[after])
        other = np.bitwise_count(self._letters[start:end] ^ np.uint64(_letters(word)))
        return [int(at) for at in np.flatnonzero(other <= 2 * edits) + start]


def likeness(word: str, other: str, distance: int) -> float:
    """1 for equal words; a swap of neighbouring letters costs half of what another edit costs."""
    cost = 0.5 if distance == 1 and _swapped(word, other) else distance
    return 1 - cost / max(len(word), len(other))


def _plausible(word: str, other: str, distance: int) -> bool:
    """Short words are misspelt by a swap alone: "teh", but not "ten", is "the"; numbers never."""
    if [c for c in word if c.isdigit()] != [c for c in other if c.isdigit()]:
        return False
    return min(len(word), len(other)) > 3 or (distance == 1 and _swapped(word, other))


def _swapped(word: str, other: str) -> bool:
    return len(word) == len(other) and sorted(word) == sorted(other)


def _letters(word: str) -> int:
    """Which letters a word has, as bits."""
    bits = 0
    for character in word:
        bits |= 1 << (ord(character) & 63)
    return bits
