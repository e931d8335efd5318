"""The ledger's graph in memory, with the look-ups that the parts of a quality report share."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.schema import Schema
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import Chunk, Document, Entity, Fact, Mention, Span, Value


@dataclass(frozen=True, slots=True)
class Said:
    """A fact by names, with the first sentence that states it.

    `document_text[start:end] == sentence`; `sentence` is empty where none states the fact.
    """

    id: str
    subject: str
    predicate: str
    object: str
    confidence: float
    negated: bool
    sentence: str
    document: str
    uri: str
    title: str
    start: int
    end: int


class Graph:
    """Entities, values and facts of a ledger. Reads all of it once."""

    def __init__(self, ledger: Ledger, schema: Schema) -> None:
        content = ledger.content()
        self.ledger, self.schema, self.content = ledger, schema, content
        self.entities: dict[str, Entity] = {e.id: e for e in content.entities}
        self.values: dict[str, Value] = {v.id: v for v in content.values}
        self.chunks: dict[str, Chunk] = {c.id: c for c in content.chunks}
        self.documents: dict[str, Document] = {d.id: d for d in content.documents}
        self.facts = content.facts

    def name(self, id_: str) -> str:
        """What an entity or a value is called."""
        entity = self.entities.get(id_)
        if entity is not None:
            return entity.name
        value = self.values.get(id_)
        return value.text if value is not None else id_

    def said(self, fact: Fact) -> Said:
        """The fact by names, with its first stating sentence."""
        sentence, document, span = "", "", (0, 0)
        for chunk_id, place in zip(fact.chunks, fact.sentences, strict=False):
            chunk = self.chunks.get(chunk_id)
            if place and chunk is not None:
                first, _, last = place.partition(":")
                span, document = (int(first), int(last)), chunk.document
                sentence = self.text(chunk, span)
                break
        source = self.documents.get(document)
        return Said(
            fact.id, self.name(fact.subject), fact.predicate, self.name(fact.object),
            fact.confidence, bool(fact.negated), sentence, document,
            source.uri if source else "", source.title if source else "", *span,
        )  # fmt: skip

    @staticmethod
    def text(chunk: Chunk, span: Span) -> str:
        """A span of the document, which lies in the chunk."""
        return chunk.text[span[0] - chunk.start : span[1] - chunk.start]

    @cached_property
    def degree(self) -> Counter[str]:
        """How many facts touch an entity or value."""
        return Counter(end for f in self.facts for end in (f.subject, f.object))

    @cached_property
    def neighbours(self) -> dict[str, set[str]]:
        """What facts join to an entity."""
        found: dict[str, set[str]] = defaultdict(set)
        for fact in self.facts:
            found[fact.subject].add(fact.object)
            found[fact.object].add(fact.subject)
        return found

    @cached_property
    def mentions(self) -> dict[str, list[Mention]]:
        """An entity's mentions, by chunk."""
        found: dict[str, list[Mention]] = defaultdict(list)
        for mention in self.content.mentions:
            found[mention.entity].append(mention)
        return found

    def naming_sentence(self, entity: str) -> str:
        """A sentence that names an entity; empty where no text names it surely."""
        for mention in self.mentions.get(entity, ()):
            if mention.ambiguous or not mention.spans:
                continue
            chunk = self.chunks[mention.chunk]
            place = int(mention.spans[0].partition(":")[0]) - chunk.start
            for start, end in sentence_spans(chunk.text):
                if start <= place < end:
                    return chunk.text[start:end]
        return ""

    @cached_property
    def pages(self) -> dict[str, list[str]]:
        """The documents that are about an entity."""
        found: dict[str, list[str]] = defaultdict(list)
        for about in self.content.abouts:
            found[about.entity].append(about.document)
        return found
