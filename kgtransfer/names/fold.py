"""Text to keys: words in lower case without accents or apostrophes, joined by one space.

A key is built word by word, so that a search folds each word of a text once; there is no space
between Chinese or Japanese characters, where each character is a word.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_APOSTROPHES = "'’ʼʻ`´′"
_MARKS = "\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff\u0e00-\u0eff"
_CJK = "\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0002fa1f"
_LETTER = rf"(?:(?![{_CJK}])[^\W_]|[{_MARKS}])"
# One word: a Chinese or Japanese character, or letters and digits with inner apostrophes. A
# space before 's is tolerated, because tokenised corpora write "children 's".
WORD = re.compile(
    rf"[{_CJK}]|{_LETTER}+(?:[{_APOSTROPHES}]{_LETTER}+|\s[{_APOSTROPHES}][sS]\b)*", re.UNICODE
)
_POSSESSIVE = re.compile(rf"(?:\s?[{_APOSTROPHES}][sS])+$")
_DROP = re.compile(rf"(?![{_MARKS}])[\W_]|[\u0300-\u036f]")
_NO_DECOMPOSITION = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_BRACKET = re.compile(r"^(.*\S)\s*\(([^()]+)\)\s*$")


def words_of(listed: str) -> frozenset[str]:
    """A set of words written in one text."""
    return frozenset(listed.split())


ARTICLES = frozenset({"the", "a", "an"})
STOPWORDS = words_of(
    "a about after again all also although an and another any are as at be because been "
    "before being between both but by can could did do does during each either even every few "
    "first following for from had has have he her here hers him his how however i if in into "
    "is it its later many may me more most much my neither no nor not of on once one only or "
    "other our out over she since so some soon such than that the their them then there these "
    "they this those though through to two under until up upon was we were what when where "
    "whether which while who whom whose why will with within without would you your according "
    "despite unlike"
)
MONTHS = words_of(
    "january february march april may june july august september october november december "
    "monday tuesday wednesday thursday friday saturday sunday"
)


def fold(text: str) -> str:
    """The key of a name: equal for spellings that differ in case, accents or punctuation.

    Apostrophes join ("O'Brien" is "obrien"), a possessive at the very end is dropped, and a
    leading article stays (dropping it makes another, weaker name).
    """
    words = WORD.findall(text)
    if not words:
        return ""
    return _join([fold_word(word) for word in words[:-1]], fold_last(words[-1]))


def split_bracket(title: str) -> tuple[str, str]:
    """A title and its disambiguator: "Kes (film)" is ("Kes", "film"); without one, ("Kes", "")."""
    found = _BRACKET.match(title.strip())
    return (found[1], found[2].strip()) if found else (title.strip(), "")


@lru_cache(maxsize=1 << 17)
def fold_word(word: str) -> str:
    """One word of a key."""
    if word.isascii() and word.isalnum():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", word).casefold())
    bare = _DROP.sub("", decomposed).translate(_NO_DECOMPOSITION)
    return unicodedata.normalize("NFC", bare)


@lru_cache(maxsize=1 << 17)
def fold_last(word: str) -> str:
    """The last word of a key: a possessive 's is dropped."""
    return fold_word(word[: len(word) - possessive_length(word)])


def possessive_length(word: str) -> int:
    """How many characters of a word are its possessive 's."""
    if word[-1:] not in ("s", "S"):
        return 0
    found = _POSSESSIVE.search(word)
    return len(found[0]) if found and found.start() else 0


def _join(words: list[str], last: str) -> str:
    key = ""
    for word in (*words, last):
        key = append(key, word)
    return key


def append(key: str, word: str) -> str:
    """A key with one more folded word."""
    if not key or not word or (_is_cjk(key[-1]) and _is_cjk(word[0])):
        return key + word
    return f"{key} {word}"


def _is_cjk(character: str) -> bool:
    return character > "\u3040" and re.match(f"[{_CJK}]", character) is not None


@lru_cache(maxsize=1 << 17)
def can_begin(word: str) -> bool:
    """Whether a name may begin with a word: a capital, a digit, or a script without case."""
    return any(not c.islower() and c.isalnum() for c in word)


@lru_cache(maxsize=1 << 16)
def is_capitalised(word: str) -> bool:
    """Whether a word has a capital."""
    return any(c.isupper() for c in word)
