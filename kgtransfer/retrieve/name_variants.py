"""Other forms of a name that no misspelling explains: initials, and a middle name more or less."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kgtransfer.names import STOPWORDS
from kgtransfer.retrieve.name_words import NameWords

INITIALS, MIDDLE = 0.75, 0.7
"""How sure a name is that its initials, or its first and last word, stand for."""
_MOST_NAMES = 500

Found = tuple[int, int, int, float]
"""Words [first, last) of the question, the name's number, how sure."""


def variants(
    table: NameWords, names: Sequence[str], words: Sequence[str], named: Sequence[bool]
) -> Iterator[Found]:
    """Names that the question gives with initials or another middle name, where only one fits.

    Args:
        table: the words of all names.
        names: all names, by number.
        words: the question's, folded.
        named: which of them look like a part of a name and are in no name found exactly.
    """
    for first in range(len(words)):
        last = first + 1
        while last < len(words) and named[first] and named[last] and last - first < 5:
            last += 1
            run = words[first:last]
            fits = [n for n in _holding(table, run) if _fits(run, names[n].split())]
            if len(fits) == 1:
                initials = any(len(word) == 1 for word in run)
                yield first, last, fits[0], INITIALS if initials else MIDDLE


def _holding(table: NameWords, run: Sequence[str]) -> list[int]:
    """Names with the first and the last word of a run; an initial says nothing."""
    ends = {word for word in (run[0], run[-1]) if len(word) > 1}
    numbers = [table.number[word] for word in ends if word in table.number]
    if len(run[-1]) < 3 or len(numbers) < len(ends) or STOPWORDS & set(run):
        return []
    return table.holding(numbers, _MOST_NAMES)


def _fits(run: Sequence[str], key: Sequence[str]) -> bool:
    """Whether both are forms of one person's name, and not the same one."""
    if len(key) < 2 or len(key) > 4 or key[-1] != run[-1] or STOPWORDS & set(key):
        return False
    if not _same(run[0], key[0]) or list(run) == list(key):
        return False
    given, own = run[1:-1], key[1:-1]
    if len(given) == len(own):
        return all(map(_same, given, own))
    return not given or not own


def _same(one: str, other: str) -> bool:
    """Equal, or one is the other's initial."""
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])
