"""Words of a text, and tables that score every text against a query's words.

Source: Robertson and Zaragoza 2009, "The Probabilistic Relevance Framework: BM25 and Beyond".
"""

from __future__ import annotations

import itertools
import re
import unicodedata
import zlib
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kgtransfer.names import STOPWORDS
from kgtransfer.records import FloatArray, Span
from kgtransfer.retrieve.tables import (
    AnyArray,
    Ints,
    Offsets,
    Strings,
    compress,
    load,
    ranges,
    save,
)

_CJK = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(rf"[{_CJK}]|(?:(?![{_CJK}])[^\W_])+")
_K1, _B = 1.2, 0.75


def words(text: str) -> list[str]:
    """Words in lower case without accents; Chinese and Japanese as pairs of characters."""
    found = [_fold(word) for word in _WORD.findall(text)]
    if text.isascii():
        return found
    pairs = [a + b for a, b in itertools.pairwise(found) if _is_cjk(a) and _is_cjk(b)]
    return [word for word in found if not _is_cjk(word)] + pairs


def placed_words(text: str) -> list[tuple[str, Span]]:
    """`words`, each with where it stands."""
    found = [(_fold(match[0]), match.span()) for match in _WORD.finditer(text)]
    pairs = [
        (a + b, (start, end))
        for (a, (start, _)), (b, (_, end)) in itertools.pairwise(found)
        if _is_cjk(a) and _is_cjk(b)
    ]
    return [each for each in found if not _is_cjk(each[0])] + pairs


def stems(text: str) -> set[int]:
    """Hashed beginnings of the content words: "directed" and "director" fall together."""
    return {stem_of(word) for word in words(text) if len(word) > 1 and word not in STOPWORDS}


@lru_cache(maxsize=1 << 17)
def stem_of(word: str) -> int:
    """The hashed beginning of a word."""
    word = word.removesuffix("s") if len(word) > 3 else word
    return zlib.crc32(word[:5].encode()) >> 1


@lru_cache(maxsize=1 << 17)
def _fold(word: str) -> str:
    if word.isascii():
        return word.lower()
    return "".join(
        c for c in unicodedata.normalize("NFKD", word.casefold()) if not unicodedata.combining(c)
    )


def _is_cjk(word: str) -> bool:
    return len(word) == 1 and re.match(f"[{_CJK}]", word) is not None


class WordScores:
    """A weight for every (word, text) pair, stored by word: a query reads its words' rows only."""

    def __init__(self, folder: Path, name: str) -> None:
        self._terms = {term: at for at, term in enumerate(Strings(folder, f"{name}.terms"))}
        self._pointers = load(folder, f"{name}.pointers")
        self._texts = load(folder, f"{name}.texts")
        self._weights = load(folder, f"{name}.weights")
        self._size = int(load(folder, f"{name}.size")[0])

    def __contains__(self, word: object) -> bool:
        """Whether any text has a word, in lower case without accents."""
        return word in self._terms

    def rarity(self, word: str) -> float:
        """A word's inverse document frequency, as `save_bm25` weighs it."""
        at = self._terms.get(word)
        count = 0 if at is None else int(self._pointers[at + 1] - self._pointers[at])
        return float(np.log(1 + (self._size - count + 0.5) / (count + 0.5)))

    def scores(self, query: str) -> FloatArray:
        """The sum of the query's words' weights in every text: (n,)."""
        scores = np.zeros(self._size, np.float32)
        for term in sorted({self._terms[w] for w in words(query) if w in self._terms}):
            row = slice(self._pointers[term], self._pointers[term + 1])
            scores[self._texts[row]] += self._weights[row]
        return scores


def save_bm25(folder: Path, name: str, texts: Sequence[str]) -> None:
    """Weigh words by BM25 and write the table."""
    table = _count(texts)
    mean = max(1.0, float(table.lengths.sum()) / max(1, len(texts)))
    norm = _K1 * (1 - _B + _B * table.lengths / mean)
    weights = table.idf[table.terms] * table.counts * (_K1 + 1)
    _save(folder, name, table, weights / (table.counts + norm[table.texts]))


def save_coverage(folder: Path, name: str, texts: Sequence[str]) -> None:
    """Weigh words by their share of their text's rarity: a query with all its words scores 1."""
    table = _count(texts)
    weights = table.idf[table.terms]
    whole = np.bincount(table.texts, weights, minlength=len(texts))
    _save(folder, name, table, weights / np.maximum(whole[table.texts], 1e-9))


@dataclass(frozen=True, slots=True)
class _Counts:
    vocabulary: dict[str, int]
    terms: npt.NDArray[np.int64]
    texts: npt.NDArray[np.int32]
    counts: FloatArray
    lengths: FloatArray
    idf: FloatArray


def _count(texts: Sequence[str]) -> _Counts:
    vocabulary: dict[str, int] = {}
    terms, owners, counts = array("i"), array("i"), array("i")
    for at, text in enumerate(texts):
        for word, count in Counter(words(text)).items():
            terms.append(vocabulary.setdefault(word, len(vocabulary)))
            owners.append(at)
            counts.append(count)
    tf, owner = np.asarray(counts, np.float32), np.asarray(owners, np.int32)
    lengths = np.bincount(owner, tf, minlength=len(texts)).astype(np.float32)
    df = np.bincount(np.asarray(terms, np.int64), minlength=len(vocabulary))
    idf = np.log(1 + (len(texts) - df + 0.5) / (df + 0.5)).astype(np.float32)
    return _Counts(vocabulary, np.asarray(terms, np.int64), owner, tf, lengths, idf)


def _save(folder: Path, name: str, table: _Counts, weights: AnyArray) -> None:
    pointers, order = compress(table.terms, len(table.vocabulary))
    Strings.save(folder, f"{name}.terms", table.vocabulary)
    save(folder, f"{name}.pointers", pointers)
    save(folder, f"{name}.texts", table.texts[order])
    save(folder, f"{name}.weights", weights[order].astype(np.float32))
    save(folder, f"{name}.size", np.asarray([len(table.lengths)]))


def overlap(pointers: Offsets, hashes: Ints, rows: AnyArray, asked: set[int]) -> FloatArray:
    """How many of the asked stems stand in each of some rows of a stem table: (rows,)."""
    owner, items = ranges(pointers, rows)
    hits = np.isin(hashes[items], np.fromiter(asked, np.int64, len(asked)))
    return np.bincount(owner[hits], minlength=len(rows)).astype(np.float32)
