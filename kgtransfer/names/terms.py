"""Noun phrases as keys: a term is one thing in singular and plural, with an article or without."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from kgtransfer.config import shipped
from kgtransfer.names.fold import ARTICLES, WORD, fold_word

CONCEPT = "Concept"
"""The type of what a term, and no name, stands for."""
NOUN = -1
"""How strong a term is as a name: its mentions lead no question from one page to another."""
_IRREGULAR = {
    "people": "person", "men": "man", "women": "woman", "children": "child", "mice": "mouse",
    "feet": "foot", "teeth": "tooth", "geese": "goose", "indices": "index", "matrices": "matrix",
    "vertices": "vertex", "criteria": "criterion", "phenomena": "phenomenon",
    "analyses": "analysis",
    "bases": "base", "theses": "thesis", "hypotheses": "hypothesis", "lives": "life",
    "wives": "wife", "knives": "knife", "leaves": "leaf", "halves": "half", "shelves": "shelf",
}  # fmt: skip
_NO_PLURAL = re.compile(r"(?:ss|us|is|news|series|species|ics|ous|chaos|alias|canvas|atlas|gas)$")

_US = re.compile(r"(?:^b|stat|vir|bon|camp|cens|chor|foc|corp|syllab|apparat)uses$")


def term_key(text: str) -> str:
    """The key of a term: folded, the article left out, the last word in the singular."""
    words = [fold_word(match.group()) for match in WORD.finditer(text)]
    while len(words) > 1 and words[0] in ARTICLES:
        words.pop(0)
    return " ".join([*words[:-1], singular(words[-1])]) if words else ""


@lru_cache(maxsize=1 << 16)
def singular(word: str) -> str:
    """The singular of a noun in lower case, by spelling; what follows no rule stays as it is."""
    known = _IRREGULAR.get(word)
    if known:
        return known
    if len(word) < 4 or not word.endswith("s") or _NO_PLURAL.search(word):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y" if len(word) > 4 else word[:-1]
    if word.endswith(("sses", "shes", "ches", "xes", "zzes")) or _US.search(word):
        return word[:-2]
    return word[:-1]


@cache
def everyday() -> frozenset[str]:
    """Words that many kinds of text use: `experiments/everyday_words.py`."""
    return frozenset(shipped("schema", "everyday.txt").read_text("utf-8").split())


def is_everyday(word: str) -> bool:
    """Whether a folded word, or its singular, is one that any text may use."""
    return word in everyday() or singular(word) in everyday()
