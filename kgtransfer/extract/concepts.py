"""Noun phrases that can be an end of a relation though they name nothing: "a dead-letter queue".

A phrase is cut by parts of speech: nouns with the adjectives, names and hyphened words before them,
without article, count or "new". It is a term only where it stands for a kind of thing: not after
"his" or "this", not before "of", with no empty head ("kind", "number"), no word like "other", and
not where everyday words are all it has. Whether a document uses it as a term is decided over the
whole document (see `kgtransfer.link.terms`). What is no term still stands between two ends.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kgtransfer.extract.reading import Reading
from kgtransfer.names.fold import words_of
from kgtransfer.names.terms import is_everyday, singular
from kgtransfer.records import Span

SURE, UNSURE = 0.9, 0.6
"""The confidence of a term of several nouns, and of any other."""
_NOUNS = re.compile(r"(?:(?:\wH)+\w|[JNXM])*N")
_ARTICLES = words_of("a an the")
_VAGUE = words_of(
    "other such same different various certain following own another further more most many "
    "much few several additional similar particular specific respective any some no all both "
    "each every either neither enough least less last next first second third previous "
    "preceding latter former above below whole entire appropriate corresponding given better "
    "worse larger smaller higher lower faster slower newer older longer shorter greater "
    "bigger easier"
)
"""With these a phrase is about something that only the text around it tells."""
_PLAIN = words_of(
    "new old large small big little good bad simple single main major minor great high low "
    "long short full possible available important typical normal usual common special "
    "separate current original initial final actual real own young early late very only "
    "default extra multiple numerous individual recent existing resulting optional "
    "required desired proper famous subsequent latest"
)
"""Adjectives that a phrase may lose and be the same term."""
_EMPTY = words_of(
    "one thing way kind sort type lot bit part number amount case example fact reason time "
    "day year month week hour minute second man woman person people boy girl none rest other "
    "etc something anything nothing everything someone anyone variety range plenty deal "
    "couple pair dozen hundred thousand million percent purpose sake matter place side end "
    "beginning middle moment instance byte kilobyte megabyte gigabyte millisecond default "
    "design pm am version chapter section figure page appendix above below mr mrs ms dr eg ie "
    "cf vs ok mile metre meter kilometre kilometer foot inch yard acre north south east west "
    "northeast northwest southeast southwest percentage half quarter majority minority rate"
)
_BREAKS = frozenset({"(", ")", "/", "--", "-", '"', "”", "’", "'", "]", ">"})
"""Marks after which a phrase has lost its beginning."""
_WORD = re.compile(r"[^\W\d_][\w’']*")
_INSIDE = frozenset({"Product", "Misc", "Organization"})
"""Types of names that a term may begin with ("the Cargo build directory")."""


@dataclass(frozen=True, slots=True)
class NounPhrase:
    """A noun phrase by its words; `confidence` is 0 where it is no term."""

    first: int
    last: int
    confidence: float
    plural: bool


def noun_phrases(text: str, reading: Reading, letters: str) -> Iterator[NounPhrase]:
    """The noun phrases of a text that are no name or value, nor part of one, in order.

    Args:
        text: the text.
        reading: of it, with names, values and parts of speech.
        letters: one for each word (see `open_relations`).
    """
    words = [text[start:end] for start, end in reading.words]
    letters = "".join(
        "H" if w in ("-", "‑") and _is_tight(reading.words, i) else "S" if w == "%" else x
        for i, (w, x) in enumerate(zip(words, letters, strict=True))
    )
    names = _word_spans(reading, ((m.start, m.end) for m in reading.mentions))
    values = _word_spans(reading, ((v.start, v.end) for v in reading.values))
    inside = {
        span
        for span, m in zip(names, reading.mentions, strict=True)
        if m.type in _INSIDE and not m.pronoun
    }
    taken = _covered([*names, *values])
    for found in _NOUNS.finditer(_with_participles(words, letters)):
        first, last = found.span()
        if any(i in taken for i in range(last - 1, last)) or letters[last : last + 1] == "H":
            continue  # the head is a name's, or "build" of "build-time"
        first = _without_names(first, last, taken, inside)
        opened = first
        while (
            first < last - 1
            and letters[first + 1] != "H"
            and _is_loose(words[first].lower(), letters[first], words[last - 1].lower())
        ):
            first += 1
        if reading.sentence_of[first] != reading.sentence_of[last - 1]:
            continue
        head = words[last - 1].lower()
        sure = _confidence(words[first:last], letters[first:last])
        if not _is_free(words, letters, opened, last):
            sure = 0.0
        yield NounPhrase(first, last, sure, singular(head) != head)


def _is_loose(word: str, letter: str, head: str) -> bool:
    """Whether a term can lose its first word: "new", or the count before a plural."""
    return word in _PLAIN or (letter == "M" and singular(head) != head)


def _with_participles(words: list[str], letters: str) -> str:
    """The letters, with J for a participle between an article and a noun ("a signed package")."""
    return "".join(
        "J"
        if x == "V"
        and words[i].endswith(("ed", "ing"))
        and letters[i - 1 : i] == "D"
        and letters[i + 1 : i + 2] in ("N", "J")
        else x
        for i, x in enumerate(letters)
    )


def _is_tight(words: list[Span], at: int) -> bool:
    """Whether a hyphen joins two words."""
    return 0 < at < len(words) - 1 and (
        words[at - 1][1] == words[at][0] and words[at][1] == words[at + 1][0]
    )


def _word_spans(reading: Reading, spans: Iterable[Span]) -> list[Span]:
    starts = [start for start, _ in reading.words]
    return [(bisect_left(starts, a), bisect_left(starts, b)) for a, b in spans]


def _covered(spans: Iterable[Span]) -> dict[int, Span]:
    return {i: (first, last) for first, last in spans for i in range(first, last)}


def _without_names(first: int, last: int, taken: dict[int, Span], inside: set[Span]) -> int:
    """Where the phrase begins, if names that can't be part of it are left out."""
    for i in range(last - 1, first - 1, -1):
        span = taken.get(i)
        if span is not None and (span not in inside or span[0] < first):
            return i + 1
    return first


def _is_free(words: list[str], letters: str, first: int, last: int) -> bool:
    """Whether what stands around lets the phrase mean a kind of thing."""
    before = words[first - 1].lower() if first else ""
    if first and (
        letters[first - 1] in "OTXH" or (letters[first - 1] == "D" and before not in _ARTICLES)
    ):
        return False
    if (
        before in _VAGUE
        or before in _BREAKS
        or "such" in (w.lower() for w in words[first - 2 : first])
    ):
        return False
    if (
        first > 1
        and letters[first - 1] == "V"
        and before.endswith("ing")
        and letters[first - 2] in "NX"
    ):
        return False  # "stack smashing protection"
    if first and letters[first - 1] in "JNM" and before not in _PLAIN:
        head = words[last - 1].lower()  # "three lock files", but not "tier 3 target"
        return letters[first - 1] == "M" and singular(head) != head
    if letters[last : last + 1] == "(" and ")" in letters[last : last + 6]:
        last += letters[last : last + 6].index(")") + 1  # "debug information (DI) scheme"
        if letters[last : last + 1] in ("N", "X", "J"):
            return False
    after = letters[last : last + 1]
    follows = words[last].lower() if last < len(words) else ""
    return not (after in ("M", "X", "N", "H") or follows in ("of", "'s", "’s", "'", "’", "/"))


def _confidence(words: list[str], letters: str) -> float:
    """How sure a phrase is a term, told from its own words; 0 where it is none."""
    plain = [w.lower() for w, letter in zip(words, letters, strict=True) if letter != "H"]
    if any(not _WORD.fullmatch(w) or len(w) < 2 for w in plain):
        return 0.0
    if singular(plain[-1]) in _EMPTY or any(w in _VAGUE for w in plain) or len(plain) > 5:
        return 0.0
    if len(plain) == 1:
        return 0.0 if is_everyday(plain[0]) or len(plain[0]) < 3 else UNSURE
    nouns = [
        w
        for w, letter in zip(words, letters, strict=True)
        if letter in "NX" or any(c.isupper() for c in w[1:])
    ]
    rare = any(not is_everyday(w.lower()) for w in nouns)
    return SURE if rare and (len(nouns) > 1 or "H" in letters) else UNSURE
