"""The service's JSON, as pydantic models: the records of `kgtransfer.records` at the edge."""

from __future__ import annotations

import json
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kgtransfer.ledger.documents import Stored
from kgtransfer.records import Answer
from kgtransfer.report import BuildReport

MAX_QUESTION = 2000  # characters


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class Problem(BaseModel):
    """What happened, where, and what to do about it."""

    error: str
    where: str = ""
    hint: str = ""


class NewDocument(_In):
    """A text to take in. The same uri again replaces the document."""

    text: str = Field(min_length=1)
    title: str = ""
    uri: str = Field(default="", description="Its identity; made from the text where empty.")
    metadata: dict[str, str] = {}


class ListedDocument(BaseModel):
    """A document of the workspace."""

    id: str
    uri: str
    title: str
    language: str
    chunks: int
    metadata: dict[str, Any]

    @classmethod
    def of(cls, stored: Stored) -> ListedDocument:
        """The ledger's record."""
        d = stored.document
        return cls(
            id=d.id,
            uri=d.uri,
            title=d.title,
            language=d.language,
            chunks=stored.chunks,
            metadata=json.loads(d.metadata),
        )


class WholeDocument(ListedDocument):
    """A document with its text, in which the offsets of citations count."""

    text: str


class Unread(_Out):
    """A source that could not be read."""

    uri: str
    reason: str


class Report(_Out):
    """What a change did, and what the graph holds after it."""

    added: int
    changed: int
    unchanged: int
    removed: int
    words: int
    problems: tuple[Unread, ...]
    revision: int
    documents: int
    entities: int
    facts: int
    seconds: dict[str, float]

    @classmethod
    def of(cls, report: BuildReport) -> Report:
        """The pipeline's record."""
        return cls.model_validate(report)


class Ask(_In):
    """A question; what is left out is as the workspace's settings say."""

    question: str = Field(min_length=1, max_length=MAX_QUESTION)
    where: dict[str, str] = Field(default={}, description="Metadata that documents must have.")
    retriever: Literal["graph", "pagerank", "dense", "bm25"] | None = None
    fusion: bool | None = None
    top_k: int | None = Field(default=None, ge=1, le=100)
    generate: bool | None = Field(
        default=None, description="Let the generator that the settings name write, or not."
    )

    def overrides(self) -> dict[str, Any]:
        """The settings that this question changes."""
        chosen: dict[str, Any] = self.model_dump(include={"retriever", "fusion", "top_k"})
        if self.generate is False:
            chosen["generator"] = ""
        return {name: value for name, value in chosen.items() if value is not None}


class CitationOut(_Out):
    """Exact evidence: `document.text[start:end] == quote`."""

    document: str
    title: str
    chunk: str
    start: int
    end: int
    quote: str
    place: str
    uri: str


class FactOut(_Out):
    """A fact that the answer rests on; where a `rule` infers it, its `premises` are stated."""

    subject: str
    predicate: str
    object: str
    confidence: float
    citations: tuple[CitationOut, ...]
    rule: str = ""
    premises: tuple[FactOut, ...] = ()


class PassageOut(_Out):
    """A ranked chunk."""

    document: str
    title: str
    chunk: str
    score: float
    text: str
    start: int
    places: tuple[tuple[int, str], ...]
    uri: str


class QueryOut(_Out):
    """A Cypher query and its parameters, as POST /cypher takes them."""

    text: str
    parameters: dict[str, Any]


class SentenceOut(_Out):
    """A sentence that a language model wrote; `numbers` count the citations from 1."""

    text: str
    supported: bool
    numbers: tuple[int, ...]
    why: str


class ItemOut(_Out):
    """One of several things that were asked for; `read` where no fact of the graph says it."""

    text: str
    confidence: float
    citations: tuple[CitationOut, ...]
    read: bool


class AnswerOut(_Out):
    """The answer, or null where nothing supports one, with its evidence."""

    question: str
    answer: str | None
    abstained: bool
    confidence: float
    citations: tuple[CitationOut, ...]
    facts: tuple[FactOut, ...]
    passages: tuple[PassageOut, ...]
    inferred: bool
    query: QueryOut | None
    timings_ms: dict[str, float]
    generator: str
    sentences: tuple[SentenceOut, ...]
    note: str
    items: tuple[ItemOut, ...]
    count: int | None

    @classmethod
    def of(cls, answer: Answer) -> AnswerOut:
        """The pipeline's record."""
        return cls(
            question=answer.question,
            answer=answer.text,
            abstained=answer.abstained,
            confidence=answer.confidence,
            citations=tuple(CitationOut.model_validate(c) for c in answer.citations),
            facts=tuple(FactOut.model_validate(f) for f in answer.facts),
            passages=tuple(PassageOut.model_validate(p) for p in answer.passages),
            query=None if answer.query is None else QueryOut.model_validate(answer.query),
            inferred=answer.inferred,
            timings_ms=answer.timings_ms,
            generator=answer.generator,
            sentences=tuple(SentenceOut.model_validate(s) for s in answer.sentences),
            note=answer.note,
            items=tuple(ItemOut.model_validate(item) for item in answer.items),
            count=answer.count,
        )


class Cypher(_In):
    """A read-only query; limits are those of the settings unless smaller ones are given."""

    query: str = Field(min_length=1)
    parameters: dict[str, Any] = {}
    seconds: float | None = Field(default=None, gt=0)
    rows: int | None = Field(default=None, ge=1)


class Table(BaseModel):
    """What a query gave; `truncated` where the row limit cut it."""

    columns: list[str]
    rows: list[list[Any]]
    truncated: bool
    seconds: float


class Health(BaseModel):
    """Whether the service can answer, and from which revision."""

    status: Literal["ok", "empty", "behind"]
    version: str
    workspace: str
    documents: int
    revision: int
    index_revision: int | None
