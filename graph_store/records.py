"""What the graph holds: one frozen record per element, and the change between two graphs.

These are the records of the property graph and nothing else. An id is a letter for the kind
(`d` document, `c` chunk, `e` entity, `v` value, `f` fact, `i` inference) and a hash; offsets are
Unicode code points into the document's text; `spans` are `"start:end"` texts, sorted by start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class Document:
    """A source document: `(:Document)`. Its text is the concatenation of its chunks."""

    id: str
    uri: str
    title: str
    language: str
    sha256: str
    metadata: str = "{}"
    """A JSON object; chosen keys are also stored as `meta_<key>` properties for filters."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of a document: `(:Chunk)-[:PART_OF]->(:Document)`.

    Chunks tile their document: `document_text[start:end] == text`, without gaps.
    """

    id: str
    document: str
    text: str
    start: int
    end: int
    position: int


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing that documents name: `(:Entity:<type>)`."""

    id: str
    name: str
    type: str
    aliases: tuple[str, ...] = ()
    mention_count: int = 0


@dataclass(frozen=True, slots=True)
class Value:
    """A date, number or quantity: `(:Value)`.

    `value` is comparable within a kind: ISO 8601 text for dates (as precise as stated: "1962",
    "1962-08", "1962-08-10"), a float for numbers and quantities.
    """

    id: str
    kind: str
    text: str
    value: str | float
    unit: str = ""


@dataclass(frozen=True, slots=True)
class About:
    """The document's title (or lead) names the entity: `(:Document)-[:ABOUT]->(:Entity)`."""

    document: str
    entity: str

    @property
    def id(self) -> str:
        """The pair, as text."""
        return f"{self.document}>{self.entity}"


@dataclass(frozen=True, slots=True)
class Mention:
    """The chunk names the entity: `(:Chunk)-[:MENTIONS | :MAY_MENTION]->(:Entity)`.

    `ambiguous` chooses the relationship: MAY_MENTION where several entities bear the name and the
    text does not decide. `strength` tells how strong a name matched: 3 a title with its bracket,
    2 a title without, 1 a weaker name of a document (alias, lead name, part), 0 a name that no
    document bears.
    """

    chunk: str
    entity: str
    spans: tuple[str, ...]
    strength: int
    confidence: float = 1.0
    ambiguous: bool = False

    @property
    def id(self) -> str:
        """The pair, as text."""
        return f"{self.chunk}>{self.entity}"


@dataclass(frozen=True, slots=True)
class Fact:
    """One (subject, predicate, object): a relationship from an Entity to an Entity or a Value.

    `type` is the relationship type: the schema predicate in upper snake case, or `RELATES_TO`
    with the phrase in `predicate`. `chunks` and `sentences` run in parallel: up to 20 chunks that
    state the fact and, for each, the stating sentence as a `"start:end"` span of the document
    (empty where the fact was inferred without a sentence: `stated` is then false).
    """

    id: str
    subject: str
    predicate: str
    type: str
    object: str
    confidence: float
    statement_count: int
    chunks: tuple[str, ...]
    sentences: tuple[str, ...]
    stated: bool = True
    negated: bool | None = None
    valid_from: str | None = None
    valid_to: str | None = None

    def stating(self) -> Iterator[tuple[str, int, int]]:
        """(chunk, start, end) of each sentence that states it, in the document's characters."""
        for chunk, sentence in zip(self.chunks, self.sentences, strict=False):
            start, colon, end = sentence.partition(":")
            if colon:
                yield chunk, int(start), int(end)


@dataclass(frozen=True, slots=True)
class Inference:
    """What a rule infers from facts, and no text states: `(:Entity)-[:INFERRED]->()`.

    It is never a fact: whatever counts or follows facts does not see it. `rule` is the rule in
    words, `premises` are the ids of the facts in its body, in their order; `confidence` is the
    rule's times theirs.
    """

    id: str
    subject: str
    predicate: str
    object: str
    confidence: float
    rule: str
    premises: tuple[str, ...]


Record = Document | Chunk | Entity | Value | About | Mention | Fact | Inference


@dataclass(frozen=True, slots=True)
class GraphContent:
    """A whole graph as records, each tuple sorted by id: what `arrays()` of a store returns."""

    documents: tuple[Document, ...] = ()
    chunks: tuple[Chunk, ...] = ()
    entities: tuple[Entity, ...] = ()
    values: tuple[Value, ...] = ()
    abouts: tuple[About, ...] = ()
    mentions: tuple[Mention, ...] = ()
    facts: tuple[Fact, ...] = ()
    inferences: tuple[Inference, ...] = ()

    def __iter__(self) -> Iterator[Record]:
        """Every record, nodes before the relationships that need them."""
        for kind in fields(self):
            yield from getattr(self, kind.name)

    @classmethod
    def of(cls, records: Iterable[Record]) -> GraphContent:
        """Sort mixed records into their kinds, each by id."""
        by_kind: dict[str, list[Record]] = {name: [] for name in KINDS.values()}
        for record in records:
            by_kind[KINDS[type(record)]].append(record)
        return cls(**{k: tuple(sorted(v, key=lambda r: r.id)) for k, v in by_kind.items()})  # type: ignore[arg-type]


KINDS: dict[type[Record], str] = {
    Document: "documents",
    Chunk: "chunks",
    Entity: "entities",
    Value: "values",
    About: "abouts",
    Mention: "mentions",
    Fact: "facts",
    Inference: "inferences",
}


@dataclass(frozen=True, slots=True)
class GraphDelta:
    """The difference of two graphs.

    `upserts` holds records that are new or changed, `removals` the ids that go, both by kind.
    Applying a delta twice leaves what applying it once leaves. After it the graph's marker holds
    `revision`.
    """

    revision: int
    upserts: GraphContent = field(default_factory=GraphContent)
    removals: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Ids by the kind names of `KINDS`, each sorted."""
    fact_ends: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Subject and relationship type of removed facts and inferences by id, where known: they are
    found faster."""

    @property
    def size(self) -> int:
        """How many elements change."""
        return sum(1 for _ in self.upserts) + sum(len(ids) for ids in self.removals.values())
