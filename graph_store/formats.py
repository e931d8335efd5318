"""Write a graph to a file: canonical JSON Lines, GraphML, node-link JSON, Turtle, N-Triples."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph_store.errors import FormatError, StoreError
from graph_store.records import KINDS, GraphContent

if TYPE_CHECKING:
    import networkx
    import rdflib

NAMESPACE = "urn:kgtransfer:"
_NODE_KINDS = ("documents", "chunks", "entities", "values")
_SINGULAR = {
    "documents": "document",
    "chunks": "chunk",
    "entities": "entity",
    "values": "value",
    "abouts": "about",
    "mentions": "mention",
    "facts": "fact",
}


Writer = Callable[[GraphContent, Path], None]


def export(content: GraphContent, path: Path) -> None:
    """Write the graph in the format that the file's suffix names, replacing the file.

    Raises:
        FormatError: the suffix is unknown.
        StoreError: the file can't be written.
    """
    write = writer_for(path)
    draft = path.with_name(f".{path.name}.part")
    try:
        write(content, draft)
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise StoreError(f"can't be written ({error.strerror})", where=str(path)) from error


def writer_for(path: Path) -> Writer:
    """What writes files with this path's suffix.

    Raises:
        FormatError: the suffix is unknown.
    """
    write = WRITERS.get(path.suffix.lower())
    if write is None:
        raise FormatError(
            f"unknown format {path.suffix!r}",
            where=str(path),
            hint=f"Use a file name that ends in one of {', '.join(WRITERS)}.",
        )
    return write


def canonical_lines(content: GraphContent) -> Iterator[str]:
    """One JSON object per element, sorted by kind and id, without line ends.

    Equal graphs give equal bytes: there are no times and no revisions in it.
    """
    for kind in KINDS.values():
        for record in sorted(getattr(content, kind), key=lambda record: record.id):
            element = {"kind": _SINGULAR[kind], **asdict(record)}
            yield json.dumps(element, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _write_jsonl(content: GraphContent, path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for line in canonical_lines(content):
            stream.write(line + "\n")


def to_networkx(content: GraphContent) -> networkx.MultiDiGraph:
    """The graph with ids as nodes. Attributes are texts and numbers; lists are JSON texts.

    A node has `kind` (and an entity its `type`), an edge `kind`: PART_OF, ABOUT, MENTIONS,
    MAY_MENTION or the fact's type. An edge's key is unique between its ends.
    """
    import networkx

    graph = networkx.MultiDiGraph()
    for kind in _NODE_KINDS:
        for record in getattr(content, kind):
            attributes = _attributes(asdict(record), without=("id", "document"))
            if kind == "values":
                attributes = _value_attributes(attributes)
            else:
                attributes = {"kind": _SINGULAR[kind], **attributes}
            graph.add_node(record.id, **attributes)
    for source, target, kind, attributes in _edges(content):
        graph.add_edge(source, target, key=attributes.get("id", kind), kind=kind, **attributes)
    return graph


def _edges(content: GraphContent) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    for chunk in content.chunks:
        yield chunk.id, chunk.document, "PART_OF", {}
    for about in content.abouts:
        yield about.document, about.entity, "ABOUT", {}
    for mention in content.mentions:
        kind = "MAY_MENTION" if mention.ambiguous else "MENTIONS"
        without = ("chunk", "entity", "ambiguous")
        yield mention.chunk, mention.entity, kind, _attributes(asdict(mention), without=without)
    for fact in content.facts:
        without = ("subject", "object", "type")
        yield fact.subject, fact.object, fact.type, _attributes(asdict(fact), without=without)


def _value_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    # "kind" tells nodes apart; a value's own kind (date, number, ...) is its "value_kind", and
    # texts and numbers get attributes of their own, since GraphML gives each one type.
    own = attributes.pop("value")
    typed = {"date": own} if isinstance(own, str) else {"number": own}
    return {"kind": "value", "value_kind": attributes.pop("kind"), **attributes, **typed}


def _attributes(record: dict[str, Any], without: tuple[str, ...]) -> dict[str, Any]:
    return {
        key: json.dumps(value, ensure_ascii=False) if isinstance(value, tuple | list) else value
        for key, value in record.items()
        if key not in without and value is not None
    }


def _write_node_link(content: GraphContent, path: Path) -> None:
    import networkx

    document = networkx.node_link_data(to_networkx(content), edges="links")
    with path.open("w", encoding="utf-8") as stream:
        json.dump(document, stream, ensure_ascii=False, sort_keys=True, indent=1)
        stream.write("\n")


def _write_graphml(content: GraphContent, path: Path) -> None:
    import networkx

    graph = to_networkx(content)
    for _, attributes in graph.nodes(data=True):
        _xml_safe(attributes)
    for _, _, attributes in graph.edges(data=True):
        _xml_safe(attributes)
    networkx.write_graphml(graph, path, encoding="utf-8")


def _xml_safe(attributes: dict[str, Any]) -> None:
    for key, value in attributes.items():
        if isinstance(value, str):  # XML 1.0 can't hold these characters at all
            attributes[key] = "".join(c if _is_xml(c) else "\ufffd" for c in value)


def _is_xml(character: str) -> bool:
    code = ord(character)
    return code in (9, 10, 13) or 32 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or code > 0xFFFF


def to_rdf(content: GraphContent) -> rdflib.Graph:
    """The graph as RDF: a resource per node, and per mention and fact a statement about it.

    A fact is one triple between its ends, and a reified `rdf:Statement` with what is known of it.
    """
    import rdflib
    from rdflib.namespace import RDF, RDFS

    ours = rdflib.Namespace(NAMESPACE + "terms:")
    graph = rdflib.Graph()
    graph.bind("kg", ours)

    def resource(identifier: str) -> rdflib.URIRef:
        return rdflib.URIRef(NAMESPACE + identifier.replace(">", "-"))

    def add(subject: rdflib.URIRef, key: str, value: Any) -> None:
        if isinstance(value, tuple | list):
            for each in value:
                add(subject, key, each)
        elif value is not None:
            graph.add((subject, ours[key], _literal(value)))

    def describe(record: Any, kind: str, *, without: tuple[str, ...] = ()) -> rdflib.URIRef:
        subject = resource(record.id)
        graph.add((subject, RDF.type, ours[kind]))
        for key, value in asdict(record).items():
            if key not in ("id", *without):
                add(subject, key, value)
        return subject

    for document in content.documents:
        describe(document, "Document")
    for chunk in content.chunks:
        subject = describe(chunk, "Chunk", without=("document",))
        graph.add((subject, ours.partOf, resource(chunk.document)))
    for entity in content.entities:
        subject = describe(entity, "Entity", without=("type",))
        graph.add((subject, RDF.type, ours[entity.type]))
        graph.add((subject, RDFS.label, rdflib.Literal(entity.name)))
    for value in content.values:
        describe(value, "Value")
    for about in content.abouts:
        graph.add((resource(about.document), ours.about, resource(about.entity)))
    for mention in content.mentions:
        subject = describe(mention, "Mention", without=("chunk", "entity"))
        graph.add((subject, ours.chunk, resource(mention.chunk)))
        graph.add((subject, ours.entity, resource(mention.entity)))
    for fact in content.facts:
        ends = resource(fact.subject), ours[fact.type], resource(fact.object)
        graph.add(ends)
        subject = describe(fact, "Fact", without=("subject", "object", "type", "chunks"))
        graph.add((subject, RDF.type, RDF.Statement))
        for role, node in zip((RDF.subject, RDF.predicate, RDF.object), ends, strict=True):
            graph.add((subject, role, node))
        for statement_chunk in fact.chunks:
            graph.add((subject, ours.chunk, resource(statement_chunk)))
    return graph


def _literal(value: Any) -> Any:
    import rdflib
    from rdflib.namespace import XSD

    if isinstance(value, float) and not math.isfinite(value):
        return rdflib.Literal(str(value).upper().replace("INFINITY", "INF"), datatype=XSD.double)
    return rdflib.Literal(value)


def _rdf_writer(name: str) -> Writer:
    def write(content: GraphContent, path: Path) -> None:
        text = to_rdf(content).serialize(format=name, encoding="utf-8")
        if name == "nt":
            text = b"".join(sorted(text.splitlines(keepends=True)))
        path.write_bytes(text)

    return write


WRITERS: dict[str, Writer] = {
    ".jsonl": _write_jsonl,
    ".graphml": _write_graphml,
    ".json": _write_node_link,
    ".ttl": _rdf_writer("turtle"),
    ".nt": _rdf_writer("nt"),
}
"""What `export` can write, by suffix."""
