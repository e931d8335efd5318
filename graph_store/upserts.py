"""A change of the graph as a sequence of Cypher statements with their rows."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from graph_store import cypher
from graph_store.errors import StoreError
from graph_store.records import Chunk, Document, Entity, Fact, GraphDelta, Inference, Mention, Value

BATCH_ROWS = 2_000
BATCH_CHARACTERS = 2_000_000

Row = dict[str, Any]
R = TypeVar("R")

_OWN_LABELS = {*cypher.NODE_LABELS.values(), "KGTransfer"}


@dataclass(frozen=True, slots=True)
class Step:
    """One statement and the rows (or ids) that it takes."""

    text: str
    parameter: str
    rows: Sequence[Any]


def steps(
    delta: GraphDelta, metadata_keys: Sequence[str] = (), *, into_empty: bool = False
) -> Iterator[Step]:
    """The statements of a delta, in an order that may be cut anywhere between two of them.

    What goes, goes first (relationships, then nodes); then come nodes, then relationships. Rows
    are made as they are asked for: a large delta is not held twice. Where it goes `into_empty`
    graph, there is nothing to remove.
    """
    if into_empty:
        texts: _Upserts = _Creations()
    else:
        yield from _removals(delta)
        texts = _Upserts()
    yield from _nodes(delta, metadata_keys, texts)
    yield from _relationships(delta, texts)


def check_types(delta: GraphDelta) -> None:
    """See that every type can be written, before anything is.

    Raises:
        StoreError: a label or relationship type is not a name, or is one of ours.
    """
    for label in sorted({entity.type for entity in delta.upserts.entities}):
        if label in _OWN_LABELS:
            raise StoreError(f"{label!r} can't be an entity's type: it is a label of its own")
        cypher.upsert_entities(label)
    for kind in sorted({fact.type for fact in delta.upserts.facts}):
        if kind in cypher.STRUCTURE:
            raise StoreError(f"{kind!r} can't be a fact's type: the graph uses it itself")
        cypher.upsert_relationships(kind, "Entity", "Entity", with_id=True)


def _removals(delta: GraphDelta) -> Iterator[Step]:
    gone = delta.removals
    about = cypher.remove_relationships("ABOUT", "Document", "Entity")
    yield from _batches(about, [_pair(each) for each in gone.get("abouts", ())])
    # A mention that became ambiguous, or ceased to be, changes its relationship's type.
    flipped: dict[str, list[Row]] = {"MENTIONS": [], "MAY_MENTION": []}
    for mention in delta.upserts.mentions:
        other = "MENTIONS" if mention.ambiguous else "MAY_MENTION"
        flipped[other].append(_ends(mention.chunk, mention.entity))
    mentions = [_pair(each) for each in gone.get("mentions", ())]
    for kind, rows in flipped.items():
        remove = cypher.remove_relationships(kind, "Chunk", "Entity")
        yield from _batches(remove, mentions + rows)
    yield from _fact_removals(delta, "facts", cypher.SCAN_AND_REMOVE_FACTS)
    yield from _fact_removals(delta, "inferences", cypher.SCAN_AND_REMOVE_INFERENCES)
    for kind, label in cypher.NODE_LABELS.items():
        yield from _batches(cypher.remove_nodes(label), list(gone.get(kind, ())), "ids")


def _fact_removals(delta: GraphDelta, of: str, scan: str) -> Iterator[Step]:
    by_type: dict[str, list[Row]] = defaultdict(list)
    unknown: list[str] = []
    for fact in delta.removals.get(of, ()):
        if fact in delta.fact_ends:
            subject, kind = delta.fact_ends[fact]
            by_type[kind].append({"id": fact, "subject": subject})
        else:
            unknown.append(fact)
    for kind in sorted(by_type):
        yield from _batches(cypher.remove_facts(kind), by_type[kind])
    if unknown:
        yield Step(scan, "ids", unknown)


class _Upserts:
    """Statements that make or replace."""

    def nodes(self, label: str) -> tuple[str, ...]:
        return cypher.upsert_nodes(label)

    def entities(self, kind: str) -> tuple[str, ...]:
        return cypher.upsert_entities(kind)

    def relationships(
        self, kind: str, start: str, end: str, *, with_id: bool = False, bare: bool = False
    ) -> tuple[str, ...]:
        return cypher.upsert_relationships(
            kind, start, end, with_id=with_id, with_properties=not bare
        )


class _Creations(_Upserts):
    """Statements that make what can't be there."""

    def nodes(self, label: str) -> tuple[str, ...]:
        return cypher.create_nodes(label)

    def entities(self, kind: str) -> tuple[str, ...]:
        return cypher.create_nodes("Entity", kind)

    def relationships(
        self, kind: str, start: str, end: str, *, with_id: bool = False, bare: bool = False
    ) -> tuple[str, ...]:
        return cypher.create_relationships(kind, start, end, with_properties=not bare)


def _nodes(delta: GraphDelta, metadata_keys: Sequence[str], texts: _Upserts) -> Iterator[Step]:
    new = delta.upserts
    documents = texts.nodes("Document")
    yield from _upserts(documents, new.documents, lambda each: _document(each, metadata_keys))
    yield from _upserts(texts.nodes("Chunk"), new.chunks, _chunk)
    by_type: dict[str, list[Entity]] = defaultdict(list)
    for entity in new.entities:
        by_type[entity.type].append(entity)
    for kind in sorted(by_type):
        yield from _upserts(texts.entities(kind), by_type[kind], _entity)
    yield from _upserts(texts.nodes("Value"), new.values, _value)


def _relationships(delta: GraphDelta, texts: _Upserts) -> Iterator[Step]:
    new = delta.upserts
    part_of = texts.relationships("PART_OF", "Chunk", "Document", bare=True)
    yield from _upserts(part_of, new.chunks, lambda chunk: _ends(chunk.id, chunk.document))
    about = texts.relationships("ABOUT", "Document", "Entity", bare=True)
    yield from _upserts(about, new.abouts, lambda each: _ends(each.document, each.entity))
    for kind, ambiguous in (("MENTIONS", False), ("MAY_MENTION", True)):
        mentions = [each for each in new.mentions if each.ambiguous is ambiguous]
        yield from _upserts(texts.relationships(kind, "Chunk", "Entity"), mentions, _mention)
    by_type: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in new.facts:
        # An id begins with the letter of its kind.
        label = "Value" if fact.object.startswith("v") else "Entity"
        by_type[fact.type, label].append(fact)
    for kind, label in sorted(by_type):
        facts = texts.relationships(kind, "Entity", label, with_id=True)
        yield from _upserts(facts, by_type[kind, label], _fact)
    for label, letter in (("Entity", "e"), ("Value", "v")):
        inferences = [each for each in new.inferences if each.object.startswith(letter)]
        inferred = texts.relationships(cypher.INFERRED, "Entity", label, with_id=True)
        yield from _upserts(inferred, inferences, _inference)


def _upserts(
    texts: Sequence[str], records: Sequence[R], row_of: Callable[[R], Row]
) -> Iterator[Step]:
    for text in texts:
        yield from _batches(text, map(row_of, records))


def _batches(text: str, rows: Iterable[Any], parameter: str = "rows") -> Iterator[Step]:
    batch: list[Any] = []
    size = 0
    for row in rows:
        weight = _weight(row)
        if batch and (len(batch) == BATCH_ROWS or size + weight > BATCH_CHARACTERS):
            yield Step(text, parameter, batch)
            batch, size = [], 0
        batch.append(row)
        size += weight
    if batch:
        yield Step(text, parameter, batch)


def _weight(row: Any) -> int:
    properties = row.get("properties", {}) if isinstance(row, dict) else {}
    return 100 + len(properties.get("text", "")) + len(properties.get("metadata", ""))


def _pair(both: str) -> Row:
    start, _, end = both.partition(">")
    return _ends(start, end)


def _ends(start: str, end: str) -> Row:
    return {"start": start, "end": end}


def _node_row(record: Any, properties: Row) -> Row:
    return {"id": record.id, "properties": {"id": record.id, cypher.MARK: True, **properties}}


def _document(record: Document, metadata_keys: Iterable[str]) -> Row:
    properties: Row = {
        "uri": record.uri,
        "title": record.title,
        "language": record.language,
        "sha256": record.sha256,
        "metadata": record.metadata,
    }
    metadata = json.loads(record.metadata)
    for key in metadata_keys:
        if isinstance(metadata.get(key), str | int | float | bool):
            properties[f"meta_{key}"] = metadata[key]
    return _node_row(record, properties)


def _chunk(record: Chunk) -> Row:
    properties = {
        "text": record.text,
        "start": record.start,
        "end": record.end,
        "position": record.position,
    }
    return _node_row(record, properties)


def _entity(record: Entity) -> Row:
    properties = {
        "name": record.name,
        "type": record.type,
        "aliases": list(record.aliases),
        "mention_count": record.mention_count,
    }
    return _node_row(record, properties)


def _value(record: Value) -> Row:
    value = record.value if isinstance(record.value, str) else float(record.value)
    properties = {"kind": record.kind, "text": record.text, "value": value, "unit": record.unit}
    return _node_row(record, properties)


def _mention(record: Mention) -> Row:
    properties = {
        "count": len(record.spans),
        "spans": list(record.spans),
        "strength": record.strength,
        "confidence": float(record.confidence),
    }
    return {"start": record.chunk, "end": record.entity, "properties": properties}


def _fact(record: Fact) -> Row:
    properties = {
        "id": record.id,
        "predicate": record.predicate,
        "confidence": float(record.confidence),
        "statement_count": record.statement_count,
        "chunks": list(record.chunks),
        "sentences": list(record.sentences),
        "stated": record.stated,
        "negated": record.negated,
        "valid_from": record.valid_from,
        "valid_to": record.valid_to,
    }
    return {
        "id": record.id,
        "start": record.subject,
        "end": record.object,
        "properties": properties,
    }


def _inference(record: Inference) -> Row:
    properties = {
        "id": record.id,
        "predicate": record.predicate,
        "confidence": float(record.confidence),
        "rule": record.rule,
        "premises": list(record.premises),
    }
    return {
        "id": record.id,
        "start": record.subject,
        "end": record.object,
        "properties": properties,
    }
