"""A graph that others made, read by a mapping of its labels; nothing is written to it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from graph_store.errors import StoreError

if TYPE_CHECKING:
    from neo4j import ManagedTransaction


@dataclass(frozen=True, slots=True)
class LabelMapping:
    """What the nodes of one label are.

    Attributes:
        label: their label in the database.
        type: the type of the entities that they become.
        name: the property that names them.
        aliases: properties with further names, texts or lists of texts.
        texts: properties whose texts are read and searched.
        values: properties that become facts with a value.
    """

    label: str
    type: str
    name: str = "name"
    aliases: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ForeignNode:
    """A node under a mapping. `values` holds pairs of property and value, lists taken apart."""

    id: str
    type: str
    name: str
    aliases: tuple[str, ...]
    texts: tuple[str, ...]
    values: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class ForeignEdge:
    """A relationship between two mapped nodes, by their ids."""

    start: str
    type: str
    end: str


@dataclass(frozen=True, slots=True)
class ForeignGraph:
    """The mapped nodes in the order of their ids, and what relates them.

    `unnamed` counts the nodes that were left out since they have no name.
    """

    nodes: tuple[ForeignNode, ...]
    edges: tuple[ForeignEdge, ...]
    unnamed: int


def read_foreign(tx: ManagedTransaction, mappings: Sequence[LabelMapping]) -> ForeignGraph:
    """Read what the mappings name. A node of several labels is what the first of them says.

    Raises:
        StoreError: a label has no nodes, or none of them has the property that names it.
    """
    nodes: dict[str, ForeignNode] = {}
    unnamed: set[str] = set()
    for mapping in mappings:
        found = list(tx.run(_nodes(mapping)))
        for record in found:
            id_, name = record["id"], record["name"]
            if name is None or not str(name).strip():
                unnamed.add(id_)
            elif id_ not in nodes:
                nodes[id_] = _node(mapping, record)
        if not any(record["id"] in nodes for record in found):
            raise _nothing(tx, mapping, len(found))
    edges = {
        ForeignEdge(record["start"], record["type"], record["end"])
        for mapping in mappings
        for record in tx.run(_edges(mapping))
        if record["start"] in nodes and record["end"] in nodes
    }
    ordered = sorted(edges, key=lambda edge: (edge.start, edge.type, edge.end))
    return ForeignGraph(
        tuple(nodes[id_] for id_ in sorted(nodes)), tuple(ordered), len(unnamed - nodes.keys())
    )


def _node(mapping: LabelMapping, record: Any) -> ForeignNode:
    aliases = [str(alias) for held in record["aliases"] for alias in _items(held)]
    texts = [str(text) for held in record["texts"] for text in _items(held)]
    values = [
        (key, value)
        for key, held in zip(mapping.values, record["values"], strict=True)
        for value in _items(held)
    ]
    name = str(record["name"]).strip()
    return ForeignNode(
        record["id"],
        mapping.type,
        name,
        tuple(dict.fromkeys(a.strip() for a in aliases if a.strip() and a.strip() != name)),
        tuple(text for text in texts if text.strip()),
        tuple(values),
    )


def _items(held: Any) -> Iterable[Any]:
    if held is None:
        return ()
    return held if isinstance(held, list) else (held,)


def _nodes(mapping: LabelMapping) -> str:
    def held(keys: tuple[str, ...]) -> str:
        return "[" + ", ".join(f"n.{quoted(key)}" for key in keys) + "]"

    return (
        f"MATCH (n:{quoted(mapping.label)}) RETURN elementId(n) AS id, "
        f"n.{quoted(mapping.name)} AS name, {held(mapping.aliases)} AS aliases, "
        f"{held(mapping.texts)} AS texts, {held(mapping.values)} AS `values`"
    )


def _edges(mapping: LabelMapping) -> str:
    return (
        f"MATCH (n:{quoted(mapping.label)})-[r]->(m) "
        "RETURN elementId(n) AS start, type(r) AS type, elementId(m) AS end"
    )


def _nothing(tx: ManagedTransaction, mapping: LabelMapping, found: int) -> StoreError:
    if not found:
        return StoreError(
            f"the database has no node with the label {mapping.label!r}",
            hint='Compare the mapping with `kgtransfer cypher "MATCH (n) UNWIND labels(n) AS l '
            'RETURN l, count(*)"`.',
        )
    keys = tx.run(f"MATCH (n:{quoted(mapping.label)}) RETURN keys(n) AS keys LIMIT 1").single()
    has = ", ".join(keys["keys"]) if keys is not None else ""
    return StoreError(
        f"no node with the label {mapping.label!r} has the property {mapping.name!r}",
        hint=f"The first one has: {has or 'none'}.",
    )


def quoted(text: str) -> str:
    """A label or property of somebody else's graph that may stand in a query's text.

    Raises:
        StoreError: it has a character by which it could end there.
    """
    if not text or any(character in "`\\\0" for character in text):
        raise StoreError(f"{text!r} can't be a label or a property in a mapping")
    return f"`{text}`"
