"""Records as dictionaries of plain values, and back: what every format below is made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from graph_store.errors import FormatError
from graph_store.records import KINDS, GraphContent, Record

SINGULAR = {
    "documents": "document",
    "chunks": "chunk",
    "entities": "entity",
    "values": "value",
    "abouts": "about",
    "mentions": "mention",
    "facts": "fact",
    "inferences": "inference",
}
TYPES: dict[str, type[Record]] = {SINGULAR[kind]: type_ for type_, kind in KINDS.items()}
"""The records' types by the singular names of their kinds."""


@cache
def columns(kind: str) -> dict[str, str]:
    """The fields of a kind (singular) with their types as the records annotate them."""
    return {field.name: str(field.type) for field in fields(TYPES[kind])}


def values_of(record: Record) -> dict[str, Any]:
    """A record's fields, tuples as they are."""
    return {name: getattr(record, name) for name in type(record).__dataclass_fields__}


def record_of(kind: str, found: Mapping[str, Any]) -> Record:
    """The record of a kind (singular) from its fields; lists become tuples.

    Raises:
        FormatError: the kind is unknown, a field is missing, or a value is of another type.
    """
    if kind not in TYPES:
        raise FormatError(f"there are no elements of the kind {kind!r}")
    known = {k: tuple(v) if isinstance(v, list) else v for k, v in found.items()}
    make: Callable[..., Record] = TYPES[kind]
    try:
        record = make(**known)
    except TypeError as error:
        raise FormatError(f"not the fields of a {kind} ({error})") from error
    for name, type_ in columns(kind).items():
        if not _fits(getattr(record, name), type_):
            raise FormatError(f"{name} of {kind} {record.id} is not of the type {type_}")
    return record


def content_of(records: Iterable[Record]) -> GraphContent:
    """Records as a graph.

    Raises:
        FormatError: two have one id, or a relationship has an end that is missing.
    """
    content = GraphContent.of(records)
    for kind, singular in SINGULAR.items():
        ids = [record.id for record in getattr(content, kind)]
        if len(set(ids)) < len(ids):
            raise FormatError(f"two elements of the kind {singular} have one id")
    documents, chunks, entities, values = (
        {record.id for record in getattr(content, kind)}
        for kind in ("documents", "chunks", "entities", "values")
    )
    ends = (
        ({c.document for c in content.chunks} | {a.document for a in content.abouts}) - documents,
        {m.chunk for m in content.mentions} - chunks,
        {a.entity for a in content.abouts} - entities,
        {m.entity for m in content.mentions} - entities,
        {f.subject for f in content.facts} - entities,
        {f.object for f in content.facts} - entities - values,
        {i.subject for i in content.inferences} - entities,
        {i.object for i in content.inferences} - entities - values,
        {p for i in content.inferences for p in i.premises} - {f.id for f in content.facts},
    )
    missing = set().union(*ends)
    if missing:
        raise FormatError(f"elements are missing: {', '.join(sorted(missing)[:5])}")
    return content


def _fits(value: Any, type_: str) -> bool:
    if value is None:
        return "None" in type_
    allowed = {
        "str": str,
        "int": int,
        "float": int | float,
        "bool": bool,
        "tuple[str, ...]": tuple,
    }
    return any(isinstance(value, allowed[part]) for part in type_.split(" | ") if part in allowed)
