"""NetworkX and what it writes: node-link JSON and GraphML. PyTorch Geometric's HeteroData."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph_store.cypher import INFERRED
from graph_store.errors import FormatError
from graph_store.formats.elements import (
    SINGULAR,
    columns,
    content_of,
    record_of,
    values_of,
)
from graph_store.records import GraphContent, Record

if TYPE_CHECKING:
    import networkx
    from torch_geometric.data import HeteroData

NODES = ("documents", "chunks", "entities", "values")


def to_networkx(content: GraphContent) -> networkx.MultiDiGraph:
    """The graph with ids as nodes. Attributes are texts and numbers; lists are JSON texts.

    A node has `kind` (and an entity its `type`), an edge `kind`: PART_OF, ABOUT, MENTIONS,
    MAY_MENTION, the fact's type, or INFERRED. An edge's key is unique between its ends.
    """
    import networkx

    graph = networkx.MultiDiGraph()
    for kind in NODES:
        for record in getattr(content, kind):
            attributes = _attributes(record, without=("id", "document"))
            if kind == "values":
                attributes = _value_attributes(attributes)
            else:
                attributes = {"kind": SINGULAR[kind], **attributes}
            graph.add_node(record.id, **attributes)
    for source, target, kind, attributes in _edges(content):
        graph.add_edge(source, target, key=attributes.get("id", kind), kind=kind, **attributes)
    return graph


def from_networkx(graph: networkx.MultiDiGraph) -> GraphContent:
    """The graph that `to_networkx` made one of.

    Raises:
        FormatError: it is another kind of graph.
    """
    return content_of(_records(graph))


def write_node_link(content: GraphContent, path: Path) -> None:
    """Write node-link JSON, as `networkx.node_link_graph` reads it."""
    import networkx

    document = networkx.node_link_data(to_networkx(content), edges="links")
    with path.open("w", encoding="utf-8") as stream:
        json.dump(document, stream, ensure_ascii=False, sort_keys=True, indent=1)
        stream.write("\n")


def read_node_link(path: Path) -> GraphContent:
    """Read node-link JSON.

    Raises:
        FormatError: it is none of ours.
    """
    import networkx

    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        graph = networkx.node_link_graph(document, edges="links")
    except (ValueError, KeyError, TypeError, networkx.NetworkXError) as error:
        raise FormatError(f"no node-link JSON ({error})", where=str(path)) from error
    return from_networkx(graph)


def write_graphml(content: GraphContent, path: Path) -> None:
    """Write GraphML. Characters that XML 1.0 can't hold at all become U+FFFD."""
    import networkx

    graph = to_networkx(content)
    for _, attributes in graph.nodes(data=True):
        _xml_safe(attributes)
    for _, _, attributes in graph.edges(data=True):
        _xml_safe(attributes)
    networkx.write_graphml(graph, path, encoding="utf-8")


def read_graphml(path: Path) -> GraphContent:
    """Read GraphML.

    Raises:
        FormatError: it is none of ours.
    """
    import networkx

    try:
        graph = networkx.read_graphml(path, force_multigraph=True)
    except (ValueError, KeyError, SyntaxError, networkx.NetworkXError) as error:
        raise FormatError(f"no GraphML ({error})", where=str(path)) from error
    return from_networkx(graph)


def to_pyg(content: GraphContent) -> HeteroData:
    """The graph as PyTorch Geometric's HeteroData, numbered as the records are sorted.

    Node types are `document`, `chunk`, `entity` and `value`, each with `ids` and `num_nodes`, and
    `names` (title, text, name, text). Edge types are named after the relationships, with
    `edge_index` (2, edges) and, for facts and mentions, `confidence` (edges,).
    """
    import torch
    from torch_geometric.data import HeteroData

    graph = HeteroData()
    number: dict[str, tuple[str, int]] = {}
    for kind, name in zip(NODES, ("title", "text", "name", "text"), strict=True):
        records = getattr(content, kind)
        store = graph[SINGULAR[kind]]
        store.ids = [record.id for record in records]
        store.names = [getattr(record, name) for record in records]
        store.num_nodes = len(records)
        number |= {record.id: (SINGULAR[kind], at) for at, record in enumerate(records)}
    edges: dict[tuple[str, str, str], list[tuple[int, int, float]]] = {}
    for source, target, kind, attributes in _edges(content):
        (start, from_), (end, to) = number[source], number[target]
        row = (from_, to, float(attributes.get("confidence", 1.0)))
        edges.setdefault((start, kind, end), []).append(row)
    for type_, rows in sorted(edges.items()):
        graph[type_].edge_index = torch.tensor([row[:2] for row in rows]).t().contiguous()
        graph[type_].confidence = torch.tensor([row[2] for row in rows])
    return graph


def _edges(content: GraphContent) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for chunk in content.chunks:
        yield chunk.id, chunk.document, "PART_OF", {}
    for about in content.abouts:
        yield about.document, about.entity, "ABOUT", {}
    for mention in content.mentions:
        kind = "MAY_MENTION" if mention.ambiguous else "MENTIONS"
        without = ("chunk", "entity", "ambiguous")
        yield mention.chunk, mention.entity, kind, _attributes(mention, without=without)
    for fact in content.facts:
        without = ("subject", "object", "type")
        yield fact.subject, fact.object, fact.type, _attributes(fact, without=without)
    for inference in content.inferences:
        attributes = _attributes(inference, without=("subject", "object"))
        yield inference.subject, inference.object, INFERRED, attributes


def _value_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    # "kind" tells nodes apart; a value's own kind (date, number, ...) is its "value_kind", and
    # texts and numbers get attributes of their own, since GraphML gives each one type.
    own = attributes.pop("value")
    typed = {"date": own} if isinstance(own, str) else {"number": own}
    return {"kind": "value", "value_kind": attributes.pop("kind"), **attributes, **typed}


def _attributes(record: Record, without: tuple[str, ...]) -> dict[str, Any]:
    return {
        key: json.dumps(value, ensure_ascii=False) if isinstance(value, tuple) else value
        for key, value in values_of(record).items()
        if key not in without and value is not None
    }


def _records(graph: networkx.MultiDiGraph) -> Iterator[Record]:
    owners = {s: t for s, t, kind in graph.edges(data="kind") if kind == "PART_OF"}
    for id_, attributes in graph.nodes(data=True):
        found = {"id": id_, **attributes}
        kind = found.pop("kind", "")
        if kind == "value":
            own = found.pop("date") if "date" in found else found.pop("number", None)
            found |= {"kind": found.pop("value_kind", ""), "value": own}
        if kind == "chunk":
            found["document"] = owners.get(id_, "")
        yield record_of(kind, _typed(kind, found))
    for source, target, attributes in graph.edges(data=True):
        found = dict(attributes)
        kind = found.pop("kind", "")
        if kind == "ABOUT":
            yield record_of("about", {"document": source, "entity": target})
        elif kind in ("MENTIONS", "MAY_MENTION"):
            ends = {"chunk": source, "entity": target, "ambiguous": kind == "MAY_MENTION"}
            yield record_of("mention", _typed("mention", found | ends))
        elif kind == INFERRED:
            ends = {"subject": source, "object": target}
            yield record_of("inference", _typed("inference", found | ends))
        elif kind != "PART_OF":
            ends = {"subject": source, "object": target, "type": kind}
            yield record_of("fact", _typed("fact", found | ends))


def _typed(kind: str, found: dict[str, Any]) -> dict[str, Any]:
    """Lists from their JSON texts."""
    types = columns(kind) if kind in SINGULAR.values() else {}
    return {
        key: json.loads(value) if types.get(key, "").startswith("tuple") else value
        for key, value in found.items()
    }


def _xml_safe(attributes: dict[str, Any]) -> None:
    for key, value in attributes.items():
        if isinstance(value, str):  # XML 1.0 can't hold these characters at all
            attributes[key] = "".join(c if _is_xml(c) else "\ufffd" for c in value)


def _is_xml(character: str) -> bool:
    code = ord(character)
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF
