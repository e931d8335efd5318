"""What one document contributes to the graph: the rows that pass between `ledger/` and `link/`.

The graph is a sum of contributions. A contribution speaks of *signatures*, never of entity ids:
which entity a signature stands for is decided over all documents, so a row stays as it is when
such a decision changes, and taking a document's rows away takes away exactly what it added.

Signatures are texts:
    "dark river@1990 film"   the thing that documents of this title are about (`@` alone where the
                             title has no bracket)
    "ken loach#Person"       a name that no document bears, with the type it was extracted with
    '=["date","1990",""]'    a value: its kind, its value, its unit
"""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from typing import NamedTuple

from kgtransfer.names import Name
from kgtransfer.records import Chunk, Extraction

Extracted = tuple[Chunk, Extraction]
"""A chunk and what was extracted from it."""


@dataclass(frozen=True, slots=True)
class Naming:
    """The names that a document bears. A function of the document and its extractions alone."""

    page: str
    """The signature of what the document is about; empty where nothing names it."""
    title: str
    names: tuple[Name, ...]
    types: dict[str, int] = field(default_factory=dict)
    """How often the document's first chunks mention its own names with each type."""


class Bearer(NamedTuple):
    """A page that bears a name, how strong the name is, and the type of what the page is about."""

    page: str
    strength: int
    type: str


class MentionRow(NamedTuple):
    """A chunk names a signature at `spans` ("start:end", of the document, joined by commas)."""

    chunk: str
    signature: str
    strength: int
    ambiguous: bool
    confidence: float
    spans: str


class ShareRow(NamedTuple):
    """A document calls a signature by `form`, `times` times, and takes it for a `type`.

    `why` says in a few words why the form was taken for the signature.
    """

    signature: str
    form: str
    type: str
    times: int
    why: str


class Total(NamedTuple):
    """What all documents' shares of one kind come to: `times` in sum, in so many documents."""

    signature: str
    form: str
    type: str
    why: str
    times: int
    documents: int


class StatementRow(NamedTuple):
    """A chunk asserts a statement between two signatures; `sentence` is empty where inferred."""

    subject: str
    predicate: str
    object: str
    chunk: str
    sentence: str
    confidence: float
    negated: bool


class HeldFact(NamedTuple):
    """A fact that the graph holds; only one that is stated and not denied may be a premise."""

    id: str
    subject: str
    predicate: str
    object: str
    confidence: float
    stated: bool
    negated: bool | None


Row = MentionRow | ShareRow | StatementRow


@dataclass(frozen=True, slots=True)
class Contribution:
    """All rows of one document, and the key prefixes that its text was looked up with.

    Nothing but a change to a key with one of these prefixes can change the rows.
    """

    document: str
    rows: Iterable[Row]
    asked: Set[str]
    """Whole only when `rows` has been read to its end."""


def key_prefix(key: str) -> str:
    """The beginning of a key that texts are indexed by: two words, or four characters of CJK."""
    first = key.find(" ")
    if first < 0:
        return key if key.isascii() else key[:4]
    second = key.find(" ", first + 1)
    return key if second < 0 else key[:second]
