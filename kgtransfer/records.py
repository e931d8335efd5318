"""What passes between the stages. The graph's own records are those of `graph_store.records`.

All offsets are Unicode code points. Those of an `Extraction` count from the start of its chunk;
everywhere else they count from the start of the document's text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from graph_store.records import (
    About,
    Chunk,
    Document,
    Entity,
    Fact,
    GraphContent,
    GraphDelta,
    Inference,
    Mention,
    Value,
)
from kgtransfer.places import Places, place_at

__all__ = [
    "About",
    "Answer",
    "AnswerItem",
    "AnswerSentence",
    "Chunk",
    "Citation",
    "CypherQuery",
    "Document",
    "Entity",
    "EntityMention",
    "Extraction",
    "Fact",
    "FactAnswer",
    "FloatArray",
    "GraphContent",
    "GraphDelta",
    "Inference",
    "LinkedName",
    "Mention",
    "Passage",
    "SourceDocument",
    "Span",
    "Statement",
    "Subgraph",
    "Triple",
    "TripleSource",
    "Value",
    "ValueMention",
]

FloatArray = npt.NDArray[np.float32]

Span = tuple[int, int]
"""`(start, end)`, end exclusive."""


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as read from a source, before it has ids.

    `uri` identifies it: the name of the ingest root, the path relative to it, and the record's
    key. `text` is normalised (NFC, "\\n" line ends) and is what every later offset counts in.
    """

    uri: str
    title: str
    text: str
    language: str = ""
    metadata: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Triple:
    """What a file of triples states, by names.

    A key tells a thing apart from others of its name (an IRI); where it is empty, the name does.
    `kind` is empty where the object is a thing; else it is a value (see
    `graph_store.records.Value`), of which `object` is the text.
    """

    subject: str
    predicate: str
    object: str
    subject_key: str = ""
    object_key: str = ""
    kind: str = ""
    value: str | float = ""


@dataclass(frozen=True, slots=True)
class TripleSource:
    """A file of triples: a document without text. `sha256` is that of its content."""

    uri: str
    sha256: str
    triples: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class EntityMention:
    """A named thing in a chunk. `cluster` numbers the mentions of one thing within the chunk.

    `pronoun` marks a mention that names nothing by itself; its cluster says what it stands for.
    `term` marks a noun phrase that is no name ("the lock file").
    """

    start: int
    end: int
    type: str
    confidence: float
    cluster: int
    pronoun: bool = False
    term: bool = False

    @property
    def named(self) -> bool:
        """Whether it is a name."""
        return not (self.pronoun or self.term)


@dataclass(frozen=True, slots=True)
class ValueMention:
    """A date, number or quantity in a chunk, normalised (see `graph_store.records.Value`)."""

    start: int
    end: int
    kind: str
    value: str | float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Statement:
    """What one passage asserts.

    `subject` is an index into the extraction's `mentions`; `object` one into `mentions`, or into
    `values` where `object_is_value`. `predicate` is a schema predicate's name (lower snake case)
    or a free phrase. `sentence` is the span that states it, None where the model inferred it
    without one. `hedge` says why the sentence is no plain assertion: `possible` (supposed, asked,
    conditional) or `reported` (left to a speaker).
    """

    subject: int
    predicate: str
    object: int
    object_is_value: bool
    confidence: float
    sentence: Span | None
    negated: bool | None = None
    hedge: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was extracted from one chunk: a function of its text and the extractor alone."""

    sentences: tuple[Span, ...] = ()
    mentions: tuple[EntityMention, ...] = ()
    values: tuple[ValueMention, ...] = ()
    statements: tuple[Statement, ...] = ()


class _OfDocument:
    """What is cited of a document."""

    __slots__ = ()
    document: str
    title: str
    uri: str

    @property
    def source(self) -> str:
        """What people call the document: its title, else its uri."""
        return self.title or self.uri or self.document


@dataclass(frozen=True, slots=True)
class Citation(_OfDocument):
    """Exact evidence: `document_text[start:end] == quote`, always."""

    document: str
    title: str
    chunk: str
    start: int
    end: int
    quote: str
    place: str = ""
    """The page or heading that the quote begins under, where the source has them."""
    uri: str = ""
    """The document's."""


@dataclass(frozen=True, slots=True)
class Passage(_OfDocument):
    """A ranked chunk; `places` are the pages and headings of its document that it touches."""

    document: str
    title: str
    chunk: str
    score: float
    text: str
    start: int
    places: Places = ()
    uri: str = ""
    """The document's."""

    def quote(self, start: int, end: int) -> Citation:
        """What stands at `[start, end)` of the text, with its place in the document."""
        return Citation(
            self.document,
            self.title,
            self.chunk,
            self.start + start,
            self.start + end,
            self.text[start:end],
            place_at(self.places, self.start + start),
            self.uri,
        )


@dataclass(frozen=True, slots=True)
class FactAnswer:
    """A fact on the answer's path, by names, with the sentences that state it.

    Where a `rule` infers it, nothing states it: its `premises` have the sentences.
    """

    subject: str
    predicate: str
    object: str
    confidence: float
    citations: tuple[Citation, ...]
    rule: str = ""
    premises: tuple[FactAnswer, ...] = ()


@dataclass(frozen=True, slots=True)
class CypherQuery:
    """A read-only query of the graph; its values travel apart, as `$name` in the text."""

    text: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence that a language model wrote, without its marks of citation.

    `numbers` count the answer's `citations` from 1: the quotes that bear the sentence out. Where
    `supported` is false, `why` says what is wrong with it.
    """

    text: str
    supported: bool
    numbers: tuple[int, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True)
class AnswerItem:
    """One of several things that an answer consists of, with the sentences that say so.

    `read` where no fact of the graph says so, but a passage that was read for it.
    """

    text: str
    confidence: float
    citations: tuple[Citation, ...]
    read: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What `ask` returns; `text` is None exactly where `abstained`.

    `query` finds the answer again in the graph: the facts on its path, or the passages cited.
    `inferred` where it rests on what rules infer, which no document states.
    Where a language model was asked to write, `generator` names it; `sentences` are what it wrote,
    empty where the reader's answer had to stand in, and `note` says why then. The confidence of a
    written answer is the share of its sentences that are supported.
    Where several things were asked for, or how many, `items` are those that the corpus states;
    `count` says how many there are where that was asked, None for every other answer.
    """

    question: str
    text: str | None
    abstained: bool
    confidence: float
    citations: tuple[Citation, ...] = ()
    facts: tuple[FactAnswer, ...] = ()
    passages: tuple[Passage, ...] = ()
    timings_ms: dict[str, float] = field(default_factory=dict)
    query: CypherQuery | None = None
    inferred: bool = False
    generator: str = ""
    sentences: tuple[AnswerSentence, ...] = ()
    note: str = ""
    items: tuple[AnswerItem, ...] = ()
    count: int | None = None


@dataclass(frozen=True, slots=True)
class LinkedName:
    """A name in a question that the graph knows: where it stands and which entities bear it."""

    start: int
    end: int
    strength: int
    entities: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Subgraph:
    """What was retrieved for a question: everything that reading needs, in one record.

    `passages` is ranked and holds the top k; `chunks` are the candidate nodes, and row i of
    `node_states` (n, d) is the graph encoder's embedding of `chunks[i]` and `node_scores[i]` its
    logit. Both are None where the retriever has no graph encoder. `facts` touch the passages or
    the linked entities; `names` gives each entity's or value's name by id.
    """

    question: str
    passages: tuple[Passage, ...]
    linked: tuple[LinkedName, ...] = ()
    chunks: tuple[str, ...] = ()
    node_states: FloatArray | None = None
    node_scores: FloatArray | None = None
    facts: tuple[Fact, ...] = ()
    names: dict[str, str] = field(default_factory=dict)
    meant: str = ""
    """The question with its misspelt names as the graph spells them; empty: as it was asked."""
