"""A graph that others made, as the records that asking and encoding need.

Every mapped node becomes an entity and a page: what it is, its texts, and below them a line for
each of its values and relationships ("Lana Wachowski directed The Matrix."). So a relationship can
be found, read and quoted like a sentence. The names of all nodes are found in all texts.
"""

from __future__ import annotations

import hashlib
import logging
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_store.foreign import ForeignGraph, ForeignNode
from graph_store.records import About, Chunk, Document, Entity, Fact, GraphContent, Mention, Value
from graph_store.records import Record as GraphRecord
from graph_store.store import StoreStats
from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.digest import digest
from kgtransfer.names import TITLE, Name, document_names, find_names, fold

log = logging.getLogger(__name__)
MOST_LINES = 200
"""A page has so many lines of relationships at most; a hub's others stand on the other pages."""


def content_of(graph: ForeignGraph) -> GraphContent:
    """The records of a foreign graph; the same graph gives the same records."""
    if graph.unnamed:
        log.warning("%d nodes without a name are left out", graph.unnamed)
    pages = {node.id: _Page(node) for node in graph.nodes}
    facts = [*_write_values(pages), *_write_edges(graph, pages)]
    bearers: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for page in pages.values():
        for name in page.names():
            bearers[name.key].append((page.entity, name.strength))
    records: list[GraphRecord] = [r for page in pages.values() for r in page.records(bearers)]
    mentioned = Counter(
        mention.entity for mention in records if isinstance(mention, Mention) for _ in mention.spans
    )
    records += [page.record(mentioned[page.entity]) for page in pages.values()]
    records += {value.id: value for fact in facts if (value := fact.value)}.values()
    records += [fact.record(pages) for fact in facts]
    return GraphContent.of(records)


def stats_of(content: GraphContent) -> StoreStats:
    """How much of each there is, as the store counts its own."""
    mentions = Counter("MAY_MENTION" if m.ambiguous else "MENTIONS" for m in content.mentions)
    kinds = {"Document": content.documents, "Chunk": content.chunks, "Entity": content.entities}
    return StoreStats(
        {label: len(records) for label, records in kinds.items()} | {"Value": len(content.values)},
        dict(sorted(Counter(entity.type for entity in content.entities).items())),
        dict(sorted((Counter(fact.type for fact in content.facts) + mentions).items())),
    )


@dataclass(slots=True)
class _Page:
    """A node's page while it is written. `known` are the spans that are certainly an entity's."""

    node: ForeignNode
    text: str = ""
    known: list[tuple[int, int, str]] = field(default_factory=list)
    chunks: tuple[Chunk, ...] = ()

    def __post_init__(self) -> None:
        kind = _words(self.node.type)
        lead = f"{self.node.name} is {'an' if kind[:1] in 'aeiou' else 'a'} {kind}."
        self.text = "\n\n".join([lead, *(text.strip() for text in self.node.texts)])

    @property
    def uri(self) -> str:
        return f"{self.node.type}/{self.node.name}/{self.node.id}"

    @property
    def document(self) -> str:
        return document_id(self.uri)

    @property
    def entity(self) -> str:
        return "e" + digest(self.uri)

    def names(self) -> tuple[Name, ...]:
        """The names that the node bears, each once."""
        own = document_names(self.node.name, "")
        others = [Name(alias, fold(alias), TITLE) for alias in self.node.aliases]
        return tuple({name.key: name for name in (*others, *own)}.values())

    def write(self, parts: Sequence[tuple[str, str]]) -> str:
        """Add a line made of texts and of the entities that they name; its span."""
        self.text += "\n" if self.known else "\n\n"
        start = len(self.text)
        for text, entity in parts:
            if entity:
                self.known.append((len(self.text), len(self.text) + len(text), entity))
            self.text += text
        return f"{start}:{len(self.text)}"

    def chunk_at(self, place: int) -> Chunk:
        """The chunk that holds a place of the text."""
        if not self.chunks:
            self.chunks = make_chunks(self.document, self.text)
        return self.chunks[bisect_right(self.chunks, place, key=lambda chunk: chunk.start) - 1]

    def record(self, mentions: int) -> Entity:
        """The entity, named so many times in all texts."""
        node = self.node
        return Entity(self.entity, node.name, node.type, node.aliases, mentions)

    def records(self, bearers: dict[str, list[tuple[str, int]]]) -> Iterator[GraphRecord]:
        """The page, its chunks, and the names in them. Nothing may be written after this."""
        self.chunk_at(0)
        sha256 = hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
        yield Document(self.document, self.uri, self.node.name, "en", sha256)
        yield from self.chunks
        yield About(self.document, self.entity)
        yield from self._mentions(bearers)

    def _mentions(self, bearers: dict[str, list[tuple[str, int]]]) -> Iterator[Mention]:
        spans: dict[tuple[str, str, int, bool], list[str]] = defaultdict(list)
        for start, end, entity in self.known:
            spans[self.chunk_at(start).id, entity, TITLE, False].append(f"{start}:{end}")
        certain = {start for start, _, _ in self.known}
        for start, end, key in find_names(self.text, bearers.__contains__):
            if start in certain:
                continue
            own = [bearer for bearer in bearers[key] if bearer[0] == self.entity]
            for entity, strength in own or bearers[key]:
                ambiguous = not own and len(bearers[key]) > 1
                spans[self.chunk_at(start).id, entity, strength, ambiguous].append(f"{start}:{end}")
        merged: dict[str, Mention] = {}
        for (chunk, entity, strength, ambiguous), places in sorted(
            spans.items(), key=lambda item: (item[0][3], -item[0][2], item[0])
        ):  # certain before ambiguous, strong before weak: the first of a pair stays
            mention = Mention(chunk, entity, tuple(places), strength, 1.0, ambiguous)
            merged.setdefault(mention.id, mention)
        yield from merged.values()


@dataclass(frozen=True, slots=True)
class _Statement:
    """A fact with the lines that say it: pairs of a page and a span."""

    subject: str
    type: str
    object: str
    lines: tuple[tuple[_Page, str], ...]
    value: Value | None = None

    def record(self, pages: dict[str, _Page]) -> Fact:
        subject = pages[self.subject].entity
        object_ = self.value.id if self.value else pages[self.object].entity
        chunks = [page.chunk_at(int(span.partition(":")[0])).id for page, span in self.lines]
        return Fact(
            "f" + digest(subject, self.type, object_),
            subject,
            self.type.lower(),
            _type(self.type),
            object_,
            1.0,
            1,
            tuple(chunks),
            tuple(span for _, span in self.lines),
        )


def _write_values(pages: dict[str, _Page]) -> Iterator[_Statement]:
    for page in pages.values():
        for key, held in dict.fromkeys(page.node.values):
            text = str(held)
            line = [(page.node.name, page.entity), (f", {_words(key)}: {text}.", "")]
            span = page.write(line)
            value = _value(held, text)
            yield _Statement(page.node.id, key, text, ((page, span),), value)


def _write_edges(graph: ForeignGraph, pages: dict[str, _Page]) -> Iterator[_Statement]:
    written: dict[str, int] = defaultdict(int)
    for edge in graph.edges:
        subject, object_ = pages[edge.start], pages[edge.end]
        line = [
            (subject.node.name, subject.entity),
            (f" {_words(edge.type)} ", ""),
            (object_.node.name, object_.entity),
            (".", ""),
        ]
        lines = []
        for page in dict.fromkeys((edge.start, edge.end)):
            if written[page] < MOST_LINES:
                written[page] += 1
                lines.append((pages[page], pages[page].write(line)))
        yield _Statement(edge.start, edge.type, edge.end, tuple(lines))


def _value(held: Any, text: str) -> Value:
    number = isinstance(held, int | float) and not isinstance(held, bool)
    kind = "number" if number else "date" if hasattr(held, "iso_format") else "text"
    return Value("v" + digest(kind, text), kind, text, float(held) if number else text)


def _words(name: str) -> str:
    """ "ACTED_IN" and "actedIn" as words."""
    spaced = "".join(f" {c}" if c.isupper() and not name.isupper() else c for c in name)
    return " ".join(spaced.replace("_", " ").replace("-", " ").lower().split())


def _type(name: str) -> str:
    kept = "".join(c if c.isascii() and c.isalnum() else "_" for c in name).upper()
    return kept if kept[:1].isalpha() else "RELATES_TO"
