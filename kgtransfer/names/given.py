"""Whether a person's name is a woman's, by the given name: data/names/given.tsv.

How often texts say "she" of a given name, against "he"; of a name that is not in the list, how
often of names that end alike, longer endings counting more (interpolated as in Witten and Bell,
1991). Titles ("Queen", "Sir") decide before names do. `experiments/given_names.py` made the list.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from kgtransfer.config import shipped

_FEMALE = frozenset(
    """
    mrs miss ms lady queen princess duchess archduchess countess empress baroness marchioness
    infanta tsarina czarina sultana begum maharani rani dowager sister dame actress
    """.split()  # noqa: SIM905
)
_MALE = frozenset(
    """
    mr sir lord king prince duke archduke count emperor baron marquess marquis infante tsar czar
    sultan shah emir imam pope father brother actor earl viscount khan caliph raja maharaja
    """.split()  # noqa: SIM905
)
_ASIDE = frozenset(
    """
    the a an late dr prof professor general captain saint st grand hereditary
    """.split()  # noqa: SIM905
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*")
_ENDING = 5
"""The longest ending that is looked up, in letters, the name's beginning counting as one."""
_BACK_OFF = 2.0
"""How many names a shorter ending's share counts for beside those of a longer one."""


class GivenNames:
    """Given names with how many men and women bear them: {name: (men, women)}."""

    def __init__(self, counts: Mapping[str, tuple[int, int]]) -> None:
        self._counts = counts
        self._endings: dict[str, tuple[float, float]] = defaultdict(lambda: (0.0, 0.0))
        for name, (men, women) in counts.items():
            for ending in _endings(name):
                had = self._endings[ending]
                share = women / (men + women)
                self._endings[ending] = had[0] + 1 - share, had[1] + share

    def female(self, name: str) -> float:
        """The probability that a person of this name is a woman; 0.5 where nothing says so."""
        for word in _WORD.findall(name.lower()):
            if word in _FEMALE or word in _MALE:
                return 0.98 if word in _FEMALE else 0.02
            if word not in _ASIDE:
                break
        given = given_name(name)
        if not given:
            return 0.5
        share = 0.5
        for ending in _endings(given):
            men, women = self._endings.get(ending, (0.0, 0.0))
            share = (women + _BACK_OFF * share) / (men + women + _BACK_OFF)
        men, women = self._counts.get(given, (0, 0))
        return (women + _BACK_OFF * share) / (men + women + _BACK_OFF)


def given_name(name: str) -> str:
    """The first word of a person's name that is no title, in lower case; empty without one."""
    words = [w for w in _WORD.findall(name.lower()) if w not in _FEMALE | _MALE | _ASIDE]
    return words[0] if words and len(words[0]) > 2 else ""


def _endings(name: str) -> list[str]:
    """The ends of a name from none to the longest, with a mark where the name begins."""
    marked = f"^{name}"
    return [marked[len(marked) - n :] for n in range(min(_ENDING, len(marked)) + 1)]


@cache
def given_names() -> GivenNames:
    """The list that ships."""
    lines = shipped("names", "given.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines)
    return GivenNames({name: (int(men), int(women)) for name, men, women in rows})
