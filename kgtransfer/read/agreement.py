"""How well the words around an answer agree with the question.

A reader that sees one window at a time finds a plausible span in most of them. Which window speaks
of what is asked shows in the question's words: how many of them, the rarer the more, stand in the
sentence of the span, in the sentences around it, and in its passage. Words of the page's title are
left out: all of the page speaks of that.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence, Set

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.names import STOPWORDS, fold
from kgtransfer.read.pages import Evidence
from kgtransfer.records import Passage

IN_SENTENCE, NEAR, IN_PASSAGE = 6.0, 4.0, 5.0
"""What a question's whole wording is worth at each distance, in units of a log-probability."""

_STEM = 6
_ASKING = frozenset(("is", "are", "were", "name", "kind", "type"))
_ASIDE = STOPWORDS | _ASKING


class Agreement:
    """The words of passages read together, which say how rare a word is among them."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._words = {p.chunk: _stems(p.text) for p in passages}
        self._holding = Counter(word for words in self._words.values() for word in words)

    def of(self, question: str, evidence: Evidence) -> float:
        """0 where none of the question's words stand around the evidence."""
        asked = _stems(question) - _stems(evidence.passage.title)
        whole = sum(map(self._rarity, asked))
        if not whole:
            return 0.0
        passage = evidence.passage
        sentence, near = _around(evidence)
        in_passage = self._words.get(passage.chunk) or _stems(passage.text)
        return (
            IN_SENTENCE * self._share(asked, _stems(sentence), whole)
            + NEAR * self._share(asked, _stems(near), whole)
            + IN_PASSAGE * self._share(asked, in_passage, whole)
        )

    def _share(self, asked: Set[str], found: Set[str], whole: float) -> float:
        return sum(self._rarity(word) for word in asked & found) / whole

    def _rarity(self, word: str) -> float:
        return math.log(1 + (len(self._words) + 0.5) / (self._holding[word] + 0.5))


def _around(evidence: Evidence) -> tuple[str, str]:
    """The sentence of the evidence, and the same with one more on each side."""
    text = evidence.passage.text
    spans = sentence_spans(text)
    touched = [i for i, (a, b) in enumerate(spans) if a < evidence.end and b > evidence.start]
    if not touched:
        return text, text
    first, last = max(0, touched[0] - 1), min(len(spans) - 1, touched[-1] + 1)
    sentence = text[spans[touched[0]][0] : spans[touched[-1]][1]]
    return sentence, text[spans[first][0] : spans[last][1]]


def _stems(text: str) -> set[str]:
    return {word[:_STEM] for word in fold(text).split() if word not in _ASIDE}
