"""Where a name really begins and ends: rules for spans that a tagger cut short or too long."""

from __future__ import annotations

import re

from kgtransfer.names.fold import ARTICLES, STOPWORDS, is_capitalised, words_of
from kgtransfer.records import Span

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_GO_ON = words_of("of for in at on to with a an the de del di la von van der ibn bin bint abu al")
"""After these a name goes on, where a capitalised word stands next."""
_NOT_FIRST = STOPWORDS | words_of("née né born called named aka")
_NOT_LAST = _NOT_FIRST | _GO_ON
"""Words that no name begins and none ends with, but for their capitals ("The Who", "de Sade")."""
_BLANK = r"(?:[^\S\n]+\n?[^\S\n]*|\n[^\S\n]*)"  # a line may end in a name, but no paragraph
_NEAR = re.compile(rf"(?:{_BLANK}(?:of|the|a|an|de|la|der|ibn|bin))*{_BLANK}(?=[^\W\d_])")
_NEXT = re.compile(rf"{_BLANK}(?=[^\W\d_])")
_RANKS = words_of(
    "archduchess archduke baron baroness bishop cardinal captain colonel count countess dame "
    "duchess duke earl emperor empress general governor king lady lord major marquess pope "
    "president prince princess queen saint sir sultan viscount admiral chancellor colonel "
    "congressman governor judge justice mayor minister prof professor rev reverend secretary "
    "senator sheikh gen sen rep gov dr mr mrs ms miss"
)
_OFFICES = words_of(
    "admiral chancellor colonel congressman congresswoman general gov governor judge justice mayor "
    "minister president prof professor rev reverend secretary sen senator sheikh"
)
"""What a person holds, told from the name that follows."""
_ADDRESS = re.compile(
    r"\S@\S|://|www\.|\.(?:pdf|docx?|xlsx?|pptx?|txt|html?|jpe?g|png|gif|zip)$|[$€£]$"
)
_STOP = re.compile(r"\.? ")
_PART = re.compile(r"[^\W_]+")


def repair(text: str, start: int, end: int) -> Span | None:
    """The span of the name that `text[start:end]` was meant for; None where it is no name.

    - A name that stops at "of" or the like takes the capitalised words that follow ("Elizabeth of"
      "York"); where none follow, it ends before.
    - Articles, function words, quotes and half of a pair of brackets at its ends are left out.
    - A rank alone is no name where a name or "of" follows, or an article stands before it ("the
      Queen", "Queen Anne", "King of Spain"); elsewhere it may be one (the band Queen).
    """
    words = list(_WORD.finditer(text, start, end))
    if words and words[-1].group().lower() in _GO_ON and not is_capitalised(words[-1].group()):
        end = _follow(text, words[-1].end())
        words = list(_WORD.finditer(text, start, end))
    while words and words[-1].group() in _NOT_LAST:
        end = words.pop().start()
    while words and words[0].group() in _NOT_FIRST:
        start = words.pop(0).end()
    if not words or (len(words) == 1 and _is_rank(text, words[0])):
        return None
    trimmed = _trimmed(text, start, end)
    return None if trimmed is None or _ADDRESS.search(text[slice(*trimmed)]) else trimmed


def without_office(text: str, start: int, end: int) -> Span:
    """A person's name without an office before it: "President Lincoln" is Lincoln."""
    words = list(_WORD.finditer(text, start, end))
    while len(words) > 1 and words[0].group().lower() in _OFFICES and words[0].start() == start:
        if not is_capitalised(words[1].group()):
            break
        start = words.pop(0).end()
        start = words[0].start()
    return start, end


def whole_words(text: str, start: int, end: int) -> Span:
    """A name that begins or ends within a hyphened one ("Simon" in "Pierre-Simon") takes it all."""
    while text[start - 1 : start] == "-" and (
        before := _PART.search(text[max(0, start - 40) : start - 1][::-1])
    ):
        first = start - 1 - before.end()
        if before.start() or not text[first].isupper():
            break
        start = first
    while text[end : end + 1] == "-" and (after := _PART.match(text, end + 1)):
        if not (text[end + 1].isupper() or after.group().isdigit()):
            break
        end = after.end()
    return start, end


def _follow(text: str, at: int) -> int:
    """The end of the capitalised words after a place, small words between them; `at` if none."""
    end = at
    while True:
        gap = (_NEAR if end == at else _NEXT).match(text, end)
        word = _WORD.match(text, gap.end()) if gap else None
        if word is None or not is_capitalised(word.group()):
            return end
        end = word.end()


def _is_rank(text: str, word: re.Match[str]) -> bool:
    if word.group().lower() in ARTICLES:
        return True
    if word.group().lower() not in _RANKS:
        return False
    gap = _STOP.match(text, word.end())
    after = _WORD.match(text, gap.end()) if gap else None
    before = re.search(r"([^\W_]+) $", text[: word.start()])
    return (after is not None and (after.group() == "of" or is_capitalised(after.group()))) or (
        before is not None and before.group(1).lower() in ARTICLES | {"his", "her", "their", "its"}
    )


def _trimmed(text: str, start: int, end: int) -> Span | None:
    """Without blanks, quotes and lone brackets at the ends."""
    while start < end and (text[start] in " \n\t\"“”‘'’,;:-–" or _alone(text[start:end], 0)):
        start += 1
    while start < end and (text[end - 1] in ' \n\t"“”‘,;:-–(' or _alone(text[start:end], -1)):
        end -= 1
    return (start, end) if start < end else None


def _alone(name: str, at: int) -> bool:
    """Whether a bracket at an end of a name lacks its other half."""
    pair = {"(": ")", ")": "(", "[": "]", "]": "["}
    return name[at] in pair and pair[name[at]] not in name
