"""How sure an answer is: signs that hold in any corpus, weighed by a logistic regression.

Every sign is oriented so that more of it means surer, and no weight is negative: an answer that is
better in every respect is never less sure (`kgtransfer train confidence` fits the weights).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kgtransfer.names import capitalised_spans, fold, split_bracket
from kgtransfer.read import kinds
from kgtransfer.read.compare import Comparison, Verdict
from kgtransfer.read.follow import Candidate

Signs = dict[str, float]

READ = {
    "reading": "log-probability of the span in its page",
    "agreement": "how well the words around it agree with the question",
    "lead": "how much higher it scores than the next other text",
    "link": "log-probability of the weakest link on the way to its page",
    "page": "log of the page's share of the retrieval scores",
    "followed": "1 unless the question is nested and its inner part found no page",
    "direct": "1 where one page was read, not several",
    "about": "1 where the question names the page, or a page that leads to it",
    "titled": "1 where the first page's title stands in the question",
    "names": "share of the words of the question's names that stand in the pages read",
    "fact": "1 where a fact of the graph states it",
    "kind": "1 where it is surely of the kind asked for, -1 where it hardly is",
}
"""Signs of an answer that was read from a page."""
COMPARED = {
    "certain": "1 where both sides' values were read and differ",
    "titled": "1 where both sides are titles of their pages",
    "measured": "1 where dates, numbers or countries were compared, not words",
}
"""Signs of an answer to a comparison."""

THRESHOLD = 0.5
"""Answers that are less sure are withheld, where nothing else is said."""
_UNFITTED = {
    "read": {"bias": 1.0, "reading": 1.0, "lead": 0.5},
    "compared": {"bias": 0.0, "certain": 1.0, "titled": 1.0},
}


@dataclass(frozen=True, slots=True)
class Confidence:
    """Weights by sign, "bias" among them.

    `precise` is the least confidence from which nine in ten answers were right where it was fitted.
    """

    read: Mapping[str, float] = field(default_factory=lambda: _UNFITTED["read"])
    compared: Mapping[str, float] = field(default_factory=lambda: _UNFITTED["compared"])
    precise: float | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Confidence:
        """What a reader's config.json keeps under "calibration"; unfitted where it has none."""
        if not isinstance(stored.get("read"), dict):
            return cls()
        return cls(stored["read"], stored["compared"], stored.get("precise"))

    def probability(self, signs: Mapping[str, float], *, compared: bool) -> float:
        """The probability that an answer of these signs is right."""
        weights = self.compared if compared else self.read
        logit = weights.get("bias", 0.0)
        logit += sum(weights.get(sign, 0.0) * value for sign, value in signs.items())
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def signs_of_reading(
    question: str, candidates: Sequence[Candidate], *, stated: bool = False
) -> Signs:
    """The signs of the first of the candidates; `stated` says that a fact states it."""
    best = candidates[0]
    rival = next((c for c in candidates if fold(c.text) != fold(best.text)), None)
    passages = {e.passage.chunk: e.passage for e in best.evidence}
    first = best.evidence[0].passage.title
    return {
        "reading": max(-8.0, best.reading),
        "agreement": best.agreement,
        "lead": min(4.0, best.score - rival.score) if rival else 4.0,
        "link": max(-8.0, best.link),
        "page": max(-6.0, best.page),
        "followed": float(not best.guessed),
        "direct": float(best.hops == 1),
        "about": float(best.about),
        "titled": float(is_titled(question, first)),
        "names": _named_in(question, [f"{p.title} {p.text}" for p in passages.values()]),
        "fact": float(stated),
        "kind": kinds.agreement(question, best.text),
    }


def signs_of_comparison(comparison: Comparison, verdict: Verdict) -> Signs:
    """The signs of a comparison's answer."""
    return {
        "certain": float(verdict.certain),
        "titled": float(all(is_titled(side.name, side.page.title) for side in comparison.sides)),
        "measured": float(comparison.measured),
    }


def is_titled(said: str, title: str) -> bool:
    """Whether a title stands in what is said; "Ran (play)" does not where "Ran (film)" is said."""
    name, bracket = split_bracket(title)
    plain = re.sub(r"['’]s?(?!\w)", "", said)
    if not fold(name) or f" {fold(name)} " not in f" {fold(plain)} ":
        return False
    other = re.search(re.escape(name) + r"\s*\(([^)]*)\)", said, re.IGNORECASE)
    return not bracket or other is None or fold(bracket) == fold(other[1])


def _named_in(question: str, texts: Sequence[str]) -> float:
    """The share of the words of the question's names that the texts have; 1 where it names none."""
    wanted = {
        w for start, end in capitalised_spans(question) for w in fold(question[start:end]).split()
    }
    had = set(fold(" ".join(texts)).split())
    return len(wanted & had) / len(wanted) if wanted else 1.0
