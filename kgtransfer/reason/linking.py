"""Which part of a question names a node: the topic that the walk begins at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Set
from typing import NamedTuple

from kgtransfer.names import STOPWORDS, fold
from kgtransfer.records import Span

MOST_WORDS = 16
_TOKEN = re.compile(r"\w+|[^\w\s]")
_SPOKEN = frozenset(
    [
        "who",
        "what",
        "which",
        "when",
        "where",
        "whose",
        "how",
        "many",
        "much",
        "list",
        "name",
        "tell",
        "give",
    ]
)


class Topic(NamedTuple):
    """A part of the question, and the nodes that are called so."""

    span: Span
    nodes: tuple[int, ...]


class TopicLinker:
    """Finds names by their longest match, as they are written first, then by their key.

    Args:
        names: (name, node); a node may have several names, and a name several nodes.
        common: words (as keys) that questions consist of: a name made of such words alone, as of
            words without a meaning of their own, is taken only where there is no other.
    """

    def __init__(self, names: Iterable[tuple[str, int]], common: Set[str] = frozenset()) -> None:
        self._common = common | STOPWORDS | _SPOKEN
        self._exact: dict[str, list[int]] = {}
        self._folded: dict[str, list[int]] = {}
        for name, node in names:
            self._exact.setdefault(name, []).append(node)
            key = fold(name)
            if key:
                self._folded.setdefault(key, []).append(node)

    def names(self, question: str) -> list[Topic]:
        """As `find`, without names that consist of words that questions consist of."""
        return [t for t in self.find(question) if not self._rank(question[slice(*t.span)], True)[1]]

    def find(self, question: str) -> list[Topic]:
        """The names in a question that do not overlap, the likeliest topic first."""
        tokens = [match.span() for match in _TOKEN.finditer(question)]
        found = []
        for at, (start, _) in enumerate(tokens):
            for _, end in tokens[at : at + 2 * MOST_WORDS]:
                text = question[start:end]
                exact = text in self._exact
                bearers = self._exact[text] if exact else self._folded.get(fold(text), [])
                if bearers:
                    found.append((self._rank(text, exact), (start, end), tuple(bearers)))
        found.sort()
        topics: list[Topic] = []
        for _, span, nodes in found:
            if all(span[1] <= t.span[0] or t.span[1] <= span[0] for t in topics):
                topics.append(Topic(span, nodes))
        return topics

    def _rank(self, text: str, exact: bool) -> tuple[bool, bool, int, bool]:
        words = fold(text).split()
        plain = all(word in self._common for word in words)
        return plain and text == text.lower(), plain, -len(text), not exact
