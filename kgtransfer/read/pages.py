"""The retrieved passages as pages, and which of them a piece of text names."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.names import (
    TITLE,
    WEAK,
    document_names,
    find_names,
    fold,
    without_honorifics,
)
from kgtransfer.names.fold import WORD
from kgtransfer.records import Citation, Passage, Span, Subgraph

LEAD = 600
_ORDINAL = re.compile("[ivxlc]+")
_SPELT = 6
"""The shortest word that may be misspelt: ordinals of rulers are shorter."""


@dataclass(frozen=True, slots=True)
class Page:
    """The retrieved passages of one document, in the document's order.

    `priors` are the logs of the passages' shares of the retrieval scores.
    """

    document: str
    title: str
    passages: tuple[Passage, ...]
    priors: tuple[float, ...]

    @property
    def prior(self) -> float:
        """That of the page's best passage."""
        return max(self.priors)

    @property
    def lead(self) -> Passage:
        """The passage nearest to the beginning."""
        return self.passages[0]


@dataclass(frozen=True, slots=True)
class Evidence:
    """A span of a passage, in characters of the passage's text."""

    passage: Passage
    start: int
    end: int

    @property
    def text(self) -> str:
        """What stands there."""
        return self.passage.text[self.start : self.end]


def pages_of(subgraph: Subgraph) -> list[Page]:
    """Group the passages by document, best page first.

    The prior is a softmax over the graph encoder's logits where there are any, else it falls with
    the rank.
    """
    logits = _logits(subgraph)
    total = math.log(sum(math.exp(v) for v in logits.values())) if logits else 0.0
    grouped: dict[str, list[Passage]] = {}
    for passage in subgraph.passages:
        grouped.setdefault(passage.document, []).append(passage)
    pages = []
    for document, passages in grouped.items():
        in_order = tuple(sorted(passages, key=lambda p: p.start))
        priors = tuple(logits[p.chunk] - total for p in in_order)
        pages.append(Page(document, in_order[0].title, in_order, priors))
    return sorted(pages, key=lambda page: -page.prior)


def _logits(subgraph: Subgraph) -> dict[str, float]:
    rank = {p.chunk: -0.35 * i for i, p in enumerate(subgraph.passages)}
    if subgraph.node_scores is None:
        return rank
    score = dict(zip(subgraph.chunks, subgraph.node_scores.tolist(), strict=True))
    known = [score[c] for c in rank if c in score]
    top, low = max(known, default=0.0), min(known, default=0.0)
    return {c: min(0.0, max(-6.0, score.get(c, low) - top)) for c in rank}


class PageNames:
    """Which pages bear a name, by the names of their titles and leads."""

    def __init__(self, pages: Iterable[Page]) -> None:
        self.pages = tuple(pages)
        self._bearers: dict[str, dict[int, int]] = {}
        for index, page in enumerate(self.pages):
            lead = page.lead.text[:LEAD] if page.lead.start == 0 else ""
            for name in document_names(page.title, lead):
                self._bearers.setdefault(name.key, {})[index] = name.strength

    def find(self, text: str, least: int = WEAK) -> list[tuple[int, int, tuple[Page, ...]]]:
        """Names in the text as (start, end, the pages that bear it most strongly).

        `least` leaves out names that no page bears at least so strongly.
        """
        found = []
        for start, end, key in find_names(text, self._bearers.__contains__):
            bearers = self._bearers[key]
            best = max(bearers.values())
            pages = tuple(self.pages[i] for i, strength in bearers.items() if strength == best)
            if best >= least:
                found.append((start, end, pages))
        return found

    def nearly(self, text: str) -> tuple[Page, ...]:
        """The pages that a name may mean which none bears as it is written.

        Words may differ in a letter or be initials ("William E. Bell"), and what rules or comes
        from somewhere may bear its name alone: "King Oswiu of Northumbria" on the page Oswiu.
        """
        written = WORD.findall(text)
        if not all(word[:1].isupper() or word == "of" for word in written):
            return ()
        words = [fold(word) for word in without_honorifics(written)]
        alone = " ".join(words[: words.index("of")]) if "of" in words[1:] else ""
        rows = [
            row
            for key, bearers in self._bearers.items()
            for row, strength in bearers.items()
            if (key == alone and strength >= TITLE)
            or (len(words) > 1 and _is_spelt(words, key.split()))
        ]
        return tuple(self.pages[row] for row in dict.fromkeys(rows))


def _is_spelt(words: Sequence[str], key: Sequence[str]) -> bool:
    """Whether each word stands in the key, in order: as it is, as an initial, or misspelt."""
    at = iter(key)
    return all(any(_is_same(word, other) for other in at) for word in words)


def _is_same(word: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    short, long = sorted((word, other), key=len)
    if len(short) == 1 and not _ORDINAL.fullmatch(long):
        return long.startswith(short)
    return word == other or (len(short) >= _SPELT and OSA.distance(word, other) == 1)


def sentence_of(passage: Passage, start: int, end: int) -> Span:
    """The sentences that `[start, end)` of the passage's text touches, as one span."""
    touched = [s for s in sentence_spans(passage.text) if s[0] < end and s[1] > start]
    if not touched:
        return start, end
    return touched[0][0], touched[-1][1]


def cite(evidence: Evidence) -> Citation:
    """Quote the sentence that holds the evidence, exactly."""
    passage = evidence.passage
    return passage.quote(*sentence_of(passage, evidence.start, evidence.end))


def distinct(citations: Iterable[Citation]) -> tuple[Citation, ...]:
    """Each quote once, in order."""
    return tuple({(c.document, c.start, c.end): c for c in citations}.values())
