"""Names that a tagger missed where the text itself tells: said again, or short for the name before.

A tagger looks at each place by itself. What is surely a name in one sentence is one in the next,
and "World Health Organization (WHO)" says what its letters stand for.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kgtransfer.extract.boundaries import whole_words
from kgtransfer.names.fold import STOPWORDS, is_capitalised
from kgtransfer.records import Span

_SURE = 0.9
"""The probability from which a name is looked for elsewhere."""
_SAID_AGAIN = 0.5
"""The probability of what is found so."""
_SHORT = re.compile(r"\s?\(\s?([A-Z][A-Za-z&.]{1,7})\s?\)")
_WORD = re.compile(r"[^\W_]+")
_BEFORE = re.compile(r"([^\W_]+)[ -]$")
_AFTER = re.compile(r"[ -]([^\W_]+)")


@dataclass(frozen=True, slots=True)
class Tagged:
    """A name with its type and probability."""

    start: int
    end: int
    type: str
    score: float

    @property
    def span(self) -> Span:
        """Its place."""
        return self.start, self.end


def missed_names(text: str, found: Sequence[Tagged]) -> list[Tagged]:
    """The names that `found` gives away elsewhere in the text, none overlapping another."""
    taken = bytearray(len(text) + 1)
    for name in found:
        taken[name.start : name.end] = b"\x01" * (name.end - name.start)
    more: list[Tagged] = []
    short = list(_acronyms(text, found))
    for name in (*short, *_again(text, (*found, *short))):
        if not any(taken[name.start : name.end]):
            taken[name.start : name.end] = b"\x01" * (name.end - name.start)
            more.append(name)
    return more


def in_whole_words(text: str, found: Sequence[Tagged]) -> list[Tagged]:
    """The names (in order of place), none of which is half of a hyphenated one.

    Two people's names with a hyphen between them are one; two other names are two ("US-China").
    """
    grown: list[Tagged] = []
    starts = [*(name.start for name in found[1:]), len(text) + 1]
    for name, following in zip(found, starts, strict=False):
        last = grown[-1] if grown else None
        if last and text[last.end : name.start] == "-" and last.type == name.type == "Person":
            grown[-1] = replace(last, end=name.end, score=min(last.score, name.score))
            continue
        start, end = whole_words(text, *name.span)
        start = name.start if last and start < last.end else start
        end = name.end if end > following else end
        grown.append(replace(name, start=start, end=end))
    return grown


def _acronyms(text: str, found: Sequence[Tagged]) -> Iterator[Tagged]:
    for name in found:
        short = _SHORT.match(text, name.end)
        initials = "".join(w[0][0] for w in _WORD.finditer(text[slice(*name.span)])
                           if w[0] not in STOPWORDS)  # fmt: skip
        if short and len(initials) > 1 and short[1].replace(".", "").upper() == initials.upper():
            yield Tagged(*short.span(1), name.type, name.score)


def _again(text: str, found: Sequence[Tagged]) -> Iterator[Tagged]:
    surest: dict[str, Tagged] = {}
    for name in found:
        written = text[slice(*name.span)]
        if name.score >= _SURE and is_capitalised(written) and len(written) > 2:
            best = surest.get(written)
            surest[written] = name if best is None or best.score < name.score else best
    by_word: dict[str, list[tuple[str, Tagged]]] = defaultdict(list)
    for written, name in sorted(surest.items(), key=lambda item: (-len(item[0]), item[0])):
        if first := _WORD.match(written):
            by_word[first[0]].append((written, name))
    for word in _WORD.finditer(text):
        for written, name in by_word.get(word[0], ()):
            end = word.start() + len(written)
            if text.startswith(written, word.start()) and not text[end : end + 1].isalnum():
                if not _in_longer(text, word.start(), end):
                    yield Tagged(word.start(), end, name.type, _SAID_AGAIN)
                break


def _in_longer(text: str, start: int, end: int) -> bool:
    """Whether a capitalised word stands beside it: then it is a part of another name."""
    before, after = _BEFORE.search(text[max(0, start - 30) : start]), _AFTER.match(text, end)
    beside = [word[1] for word in (before, after) if word]
    return any(is_capitalised(word) and word.lower() not in STOPWORDS for word in beside)
