"""Exact match and F1 of short answers, by the rules of SQuAD (Rajpurkar et al., 2016).

Before comparing, case, punctuation, the articles a, an, the, and surplus spaces are dropped
(arXiv:1606.05250, section 6.1).
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable

_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_DROP_PUNCTUATION = str.maketrans("", "", string.punctuation)


def normalise_answer(text: str) -> str:
    """The form in which answers are compared."""
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_DROP_PUNCTUATION)).split())


def exact_match(answer: str | None, golds: Iterable[str]) -> float:
    """1.0 where the answer equals any gold answer, else 0.0; an abstention (None) counts 0."""
    if answer is None:
        return 0.0
    own = normalise_answer(answer)
    return float(any(own == normalise_answer(gold) for gold in golds))


def f1_score(answer: str | None, golds: Iterable[str]) -> float:
    """The best overlap of words with any gold answer (0 to 1); an abstention counts 0."""
    if answer is None:
        return 0.0
    own = normalise_answer(answer).split()
    return max((_overlap(own, normalise_answer(gold).split()) for gold in golds), default=0.0)


def _overlap(own: list[str], gold: list[str]) -> float:
    if not own or not gold:
        return float(own == gold)
    shared = sum((Counter(own) & Counter(gold)).values())
    return 2 * shared / (len(own) + len(gold))
