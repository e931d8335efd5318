"""What a sentence claims by its words: names, numbers, months, content words, denials."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgtransfer.names import STOPWORDS, capitalised_spans, fold, split_bracket
from kgtransfer.records import Span

_DATE = re.compile(
    r"\b(?:\d{1,2}(?:st|nd|rd|th)?\s+(?:of\s+)?)?"
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?:\s+\d{1,2}(?:st|nd|rd|th)?)?(?:,?\s+\d{3,4})?\b"
)
_NUMBER = re.compile(r"\d+(?:[.,:]\d+)*")
_MONTH = re.compile(
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december)\b"
)
_NUMBER_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
)
_DENIAL = re.compile(r"\b(?:not|never|neither|nor|no|none|nobody|without)\b|n['’]t\b")
_PRONOUN = re.compile(r"(?:He|She|It|They|His|Her|Its|Their|This|That|These|Both)\b")
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LEAST_STEM = 4
_SAID = frozenset({"also", "called", "named", "known", "according", "passage", "passages"})


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence and the spans of it that an answer could be: names, dates and numbers."""

    text: str
    names: tuple[Span, ...]
    values: tuple[Span, ...]

    @classmethod
    def of(cls, text: str, titles: Iterable[str] = ()) -> Claim:
        """Read a sentence. A title in it is one name, whatever it looks like."""
        whole = [span for title in titles for span in _title(text, title)]
        values = [m.span() for m in _DATE.finditer(text) if any(c.isdigit() for c in m.group())]
        values += [m.span() for m in _NUMBER.finditer(text) if not _inside(m.span(), values)]
        values = [span for span in values if not _touches(span, whole)]
        names = [span for span in capitalised_spans(text) if _is_name(text, span)]
        names = [span for span in names if not _touches(span, [*whole, *values])]
        joined = sorted({*_joined(text, names), *whole})
        return cls(text, tuple(joined), tuple(sorted(values)))

    @property
    def is_denial(self) -> bool:
        """Whether it says that something is not so."""
        return _DENIAL.search(self.text.lower()) is not None

    @property
    def is_bare(self) -> bool:
        """Whether it is a name or a value and little else."""
        return len(self.names) + len(self.values) == 1 and len(self.words()) < 2

    @property
    def points_back(self) -> bool:
        """Whether it speaks of what the sentence before named."""
        return _PRONOUN.match(self.text) is not None

    def words(self) -> frozenset[str]:
        """The stems of its content words outside names and values."""
        text = self.text
        for start, end in (*self.names, *self.values):
            text = text[:start] + " " * (end - start) + text[end:]
        return stems(text)


def _inside(span: Span, others: Iterable[Span]) -> bool:
    return any(start <= span[0] and span[1] <= end for start, end in others)


def _touches(span: Span, others: Iterable[Span]) -> bool:
    return any(span[0] < end and start < span[1] for start, end in others)


def _title(text: str, title: str) -> Iterator[Span]:
    """Where a title stands in a text, as it is or without its bracket; the longest form alone."""
    for form in (title, split_bracket(title)[0]):
        found = [m.span() for m in re.finditer(re.escape(form), text)] if len(form) > 2 else []
        if found:
            yield from found
            return


def _joined(text: str, names: list[Span]) -> list[Span]:
    """Names that only a comma parts ("Orlando, Florida") as one."""
    joined: list[Span] = []
    for span in names:
        if joined and text[joined[-1][1] : span[0]] == ", ":
            span = (joined.pop()[0], span[1])
        joined.append(span)
    return joined


def _is_name(text: str, span: Span) -> bool:
    """A lone capital at the sentence's start may be a plain word, which counts by its stem."""
    return (
        span[0] > 0 or " " in text[span[0] : span[1]] or not text[span[1] : span[1] + 1].isspace()
    )


def stem(word: str) -> str:
    """A word's beginning: "directed", "director" and "directing" meet."""
    for ending in ("ingly", "ings", "ing", "edly", "ors", "ers", "or", "er", "ed", "es", "s", "ly"):
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            word = word[: -len(ending)]
            break
    return word[:-1] if word.endswith("e") and len(word) > _LEAST_STEM else word


def stems(text: str) -> frozenset[str]:
    """The stems of a text's content words."""
    words = (fold(word) for word in _WORD.findall(text))
    return frozenset(stem(w) for w in words if len(w) > 2 and w not in STOPWORDS and w not in _SAID)


def missing_name(text: str, words: frozenset[str]) -> bool:
    """Whether a name has a word that is not among `words`, short forms apart ("Ken", "Kenneth")."""
    return any(
        word not in words and not any(_shortens(word, other) for other in words)
        for word in fold(text).split()
        if word not in STOPWORDS
    )


def _shortens(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= 3 and len(long) - len(short) <= 5 and long.startswith(short)


def missing_values(text: str, source: str) -> tuple[str, ...]:
    """The numbers, months and number words of a text that a source does not hold."""
    there = {_plain(n) for n in _NUMBER.findall(source)}
    folded = f" {fold(source)} "
    lacks = [n for n in _NUMBER.findall(text) if _plain(n) not in there]
    lacks += [m for m in _MONTH.findall(text.lower()) if m != "may" and f" {m} " not in folded]
    for number, word in enumerate(_NUMBER_WORDS):
        said = re.search(rf"\b{word}\b", text.lower()) and number > 2
        if said and f" {word} " not in folded and str(number) not in there:
            lacks.append(word)
    return tuple(lacks)


def _plain(number: str) -> str:
    return number.replace(",", "").rstrip(".:")


def denies(source: str, words: frozenset[str]) -> bool:
    """Whether one of the words stands just behind a denial in a source."""
    return any(
        words & stems(" ".join(source[found.end() :].split()[:3]))
        for found in _DENIAL.finditer(source.lower())
    )
