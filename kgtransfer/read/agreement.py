"""How well the sentence of an answer agrees with the question.

A reader that sees one window at a time finds a plausible span in most of them. Which one speaks of
what is asked shows in the question's words that stand in the span's sentence, the rarer the more.
Words of the page's title stand in every sentence: all of the page speaks of that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from kgtransfer.names import STOPWORDS, fold
from kgtransfer.read.pages import Evidence, sentence_of
from kgtransfer.records import Passage

WORTH = 4.0
"""What all of a question's words are worth, in units of a log-probability."""

_STEM = 6
_ASIDE = STOPWORDS | {"are", "is", "kind", "name", "type", "were"}


class Agreement:
    """Of spans in passages that were retrieved together, which say how rare a word is."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = len(passages)
        self._holding = Counter(word for passage in passages for word in _stems(passage.text))

    def of(self, question: str, evidence: Evidence) -> float:
        """From 0, where the sentence has no word of the question, to `WORTH`, where it has all."""
        asked = _stems(question)
        whole = sum(map(self._rarity, asked))
        if not whole:
            return 0.0
        passage = evidence.passage
        start, end = sentence_of(passage, evidence.start, evidence.end)
        said = _stems(f"{passage.title} {passage.text[start:end]}")
        return WORTH * sum(map(self._rarity, asked & said)) / whole

    def _rarity(self, word: str) -> float:
        return math.log(1 + (self._passages + 0.5) / (self._holding[word] + 0.5))


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in fold(text).split() if word not in _ASIDE}
