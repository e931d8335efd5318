"""Questions with typing errors: two adjacent letters swapped in some of the capitalised words."""

from __future__ import annotations

import random
import re

SHARE = 0.3
"""Of the capitalised words that are misspelt."""
_WORD = re.compile(r"[^\W\d_]+")


def with_typos(question: str, *, seed: int = 0, share: float = SHARE) -> str:
    """The question with two adjacent letters swapped in each capitalised word, by a chance.

    The letters move with their case: "Kes" may become "eKs". The same question and seed give the
    same errors, whatever is asked before.
    """
    rng = random.Random(f"{seed} {question}")

    def swap(match: re.Match[str]) -> str:
        word = match[0]
        places = [at for at in range(len(word) - 1) if word[at].lower() != word[at + 1].lower()]
        if not word[0].isupper() or not places or rng.random() >= share:
            return word
        at = rng.choice(places)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    return _WORD.sub(swap, question)
