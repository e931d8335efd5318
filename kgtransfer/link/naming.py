"""The names that a document bears, and what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import islice

from kgtransfer.contributions import Bearer, Extracted, Naming, key_prefix
from kgtransfer.link.signatures import page_signature
from kgtransfer.names import TITLE, Name, document_names, fold, split_bracket

LEAD_CHUNKS = 10
"""Chunks in which a document introduces its subject: these vote on its type."""
_LEAD_CHARACTERS = 2000


def name_document(title: str, passages: Iterable[Extracted]) -> Naming:
    """Read a document's names off its title and lead, and its subject's type off its first chunks.

    Args:
        title: the document's title, possibly empty.
        passages: its chunks in order, with what was extracted; only the first ones are read.
    """
    lead = list(islice(passages, LEAD_CHUNKS))
    names = document_names(title, lead[0][0].text[:_LEAD_CHARACTERS] if lead else "")
    own = next((name for name in names if name.strength == TITLE), None)
    if own is None:
        return Naming("", title, names)
    bracket = fold(split_bracket(title)[1])
    return Naming(
        page=page_signature(own.key, bracket),
        title=title.strip() or own.form,
        names=names,
        types=dict(Counter(_types(lead, names))),
    )


def _types(lead: list[Extracted], names: tuple[Name, ...]) -> Iterator[str]:
    keys = {name.key for name in names}
    for chunk, extraction in lead:
        for mention in extraction.mentions:
            if mention.named and fold(chunk.text[mention.start : mention.end]) in keys:
                yield mention.type


class AskedNames:
    """The names that pages bear, as one document sees them; it notes what it is asked for."""

    def __init__(
        self, bearers: Mapping[str, tuple[Bearer, ...]], prefixes: Set[str] | None = None
    ) -> None:
        self._bearers, self._prefixes = bearers, prefixes
        self.asked: set[str] = set()

    def __contains__(self, key: str) -> bool:
        self.asked.add(key_prefix(key))
        return key in self._bearers

    def begins(self, words: str) -> bool:
        """Whether a name may begin with these words, told from the first two of them."""
        prefix = key_prefix(words)
        self.asked.add(prefix)
        return self._prefixes is None or " " not in prefix or prefix in self._prefixes

    def bearers(self, key: str) -> tuple[Bearer, ...]:
        """The pages that bear `key`, only those with whom it is strongest, sorted."""
        self.asked.add(key_prefix(key))
        found = self._bearers.get(key, ())
        strongest = max((bearer.strength for bearer in found), default=0)
        return tuple(sorted(b for b in found if b.strength == strongest))
