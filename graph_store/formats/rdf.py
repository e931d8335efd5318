"""RDF: Turtle, N-Triples, JSON-LD, with standard terms for where a statement comes from.

A fact is one triple between its ends, and a reified `rdf:Statement` that says what is known of it;
what states it are resources that it `prov:wasDerivedFrom`. Spans are Web Annotation's
`oa:TextPositionSelector`s on the document (https://www.w3.org/TR/annotation-model/); documents and
chunks are `prov:Entity`s (https://www.w3.org/TR/prov-o/). `kg:rank` keeps the order of what RDF
holds as a set.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from graph_store.errors import FormatError
from graph_store.formats.elements import columns, content_of, record_of, values_of
from graph_store.records import Chunk, Fact, GraphContent, Inference, Mention, Record

if TYPE_CHECKING:
    from rdflib import Graph, Namespace, URIRef

NAMESPACE = "urn:kgtransfer:"
TERMS = NAMESPACE + "terms:"
ANNOTATION = "http://www.w3.org/ns/oa#"
_CLASSES = {"document": "Document", "chunk": "Chunk", "entity": "Entity", "value": "Value"}
_SYNTAX = {".ttl": "turtle", ".nt": "nt", ".jsonld": "json-ld"}


def to_rdf(content: GraphContent) -> Graph:
    """The graph as RDF."""
    from rdflib import Graph
    from rdflib.namespace import PROV

    graph = Graph()
    graph.bind("kg", TERMS)
    graph.bind("oa", ANNOTATION)
    graph.bind("prov", PROV)
    writing = _Writing(graph)
    documents = {chunk.id: chunk.document for chunk in content.chunks}
    for kind in ("documents", "chunks", "entities", "values"):
        for record in getattr(content, kind):
            writing.node(kind, record)
    for about in content.abouts:
        graph.add((_node(about.document), writing.kg.about, _node(about.entity)))
    for mention in content.mentions:
        writing.mention(mention, documents)
    for fact in content.facts:
        writing.fact(fact, documents)
    for inference in content.inferences:
        writing.inference(inference)
    return graph


def from_rdf(graph: Graph) -> GraphContent:
    """The graph that `to_rdf` made triples of.

    Raises:
        FormatError: there are no elements, or something that belongs to one is missing.
    """
    content = content_of(_Reading(graph).records())
    if next(iter(content), None) is None:
        raise FormatError("there is no graph of ours in it")
    return content


def write_rdf(content: GraphContent, path: Path, suffix: str) -> None:
    """Write the syntax of a suffix: `.ttl`, `.nt` (sorted) or `.jsonld`."""
    graph = to_rdf(content)
    text = graph.serialize(format=_SYNTAX[suffix], encoding="utf-8", **_options(suffix))
    if suffix == ".nt":
        text = b"".join(sorted(text.splitlines(keepends=True)))
    path.write_bytes(text)


def read_rdf(path: Path, suffix: str) -> GraphContent:
    """Read one of these syntaxes.

    Raises:
        FormatError: it is not of this syntax, or none of ours.
    """
    from rdflib import Graph
    from rdflib.exceptions import Error

    try:
        graph = Graph().parse(path, format=_SYNTAX[suffix])
    except OSError:
        raise
    except (Error, SyntaxError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise FormatError(f"can't be read as RDF ({error})", where=str(path)) from error
    return from_rdf(graph)


def _options(suffix: str) -> dict[str, Any]:
    return {"sort_keys": True} if suffix == ".jsonld" else {}


def _node(identifier: str) -> URIRef:
    from rdflib import URIRef

    return URIRef(NAMESPACE + identifier)


class _Writing:
    """Adds elements to a graph."""

    def __init__(self, graph: Graph) -> None:
        from rdflib import Namespace
        from rdflib.namespace import PROV, RDF, RDFS

        self.graph, self.rdf, self.rdfs, self.prov = graph, RDF, RDFS, PROV
        self.kg: Namespace = Namespace(TERMS)
        self.oa: Namespace = Namespace(ANNOTATION)

    def node(self, kind: str, record: Any) -> None:
        """A document, chunk, entity or value."""
        from rdflib import Literal

        singular = {"entities": "entity"}.get(kind, kind.removesuffix("s"))
        subject = _node(record.id)
        self.graph.add((subject, self.rdf.type, self.kg[_CLASSES[singular]]))
        self.properties(subject, record, without=("document",) + (("type",) * (kind == "entities")))
        if kind in ("documents", "chunks"):
            self.graph.add((subject, self.rdf.type, self.prov.Entity))
        if kind == "entities":
            self.graph.add((subject, self.rdf.type, self.kg[record.type]))
            self.graph.add((subject, self.rdfs.label, Literal(record.name)))
        if isinstance(record, Chunk):
            self.graph.add((subject, self.kg.partOf, _node(record.document)))
            self.graph.add((subject, self.prov.wasDerivedFrom, _node(record.document)))

    def mention(self, mention: Mention, documents: dict[str, str]) -> None:
        """An annotation of the document: the entity is its body, the spans are its targets."""
        subject = _node(f"mention:{mention.chunk}:{mention.entity}")
        self.graph.add((subject, self.rdf.type, self.kg.Mention))
        self.graph.add((subject, self.rdf.type, self.oa.Annotation))
        self.graph.add((subject, self.oa.hasBody, _node(mention.entity)))
        self.graph.add((subject, self.kg.chunk, _node(mention.chunk)))
        self.properties(subject, mention, without=("chunk", "entity", "spans"))
        for rank, span in enumerate(mention.spans):
            source = documents.get(mention.chunk, "")
            self.graph.add((subject, self.oa.hasTarget, self.place(subject, rank, source, span)))

    def fact(self, fact: Fact, documents: dict[str, str]) -> None:
        """The triple, and a statement about it with the sentences that it was derived from."""
        ends = _node(fact.subject), self.kg[fact.type], _node(fact.object)
        subject = _node(fact.id)
        self.graph.add(ends)
        self.graph.add((subject, self.rdf.type, self.kg.Fact))
        self.graph.add((subject, self.rdf.type, self.rdf.Statement))
        for role, end in zip(("subject", "predicate", "object"), ends, strict=True):
            self.graph.add((subject, self.rdf[role], end))
        without = ("subject", "object", "type", "chunks", "sentences")
        self.properties(subject, fact, without=without)
        for rank, (chunk, sentence) in enumerate(zip(fact.chunks, fact.sentences, strict=True)):
            place = self.place(subject, rank, documents.get(chunk, ""), sentence)
            self.graph.add((subject, self.prov.wasDerivedFrom, place))
            self.graph.add((place, self.kg.chunk, _node(chunk)))

    def inference(self, inference: Inference) -> None:
        """A statement about a triple that is not itself in the graph: nothing states it."""
        from rdflib import Literal

        subject = _node(inference.id)
        self.graph.add((subject, self.rdf.type, self.kg.Inference))
        self.graph.add((subject, self.rdf.type, self.rdf.Statement))
        self.graph.add((subject, self.rdf.subject, _node(inference.subject)))
        self.graph.add((subject, self.rdf.object, _node(inference.object)))
        self.properties(subject, inference, without=("subject", "object", "premises"))
        for premise in inference.premises:
            self.graph.add((subject, self.prov.wasDerivedFrom, _node(premise)))
        self.graph.add((subject, self.kg.premises, Literal(" ".join(inference.premises))))

    def place(self, owner: URIRef, rank: int, document: str, span: str) -> URIRef:
        """A part of a document: `rank` in its owner, `span` as "start:end" or empty."""
        from rdflib import Literal, URIRef

        place = URIRef(f"{owner}/{rank}")
        self.graph.add((place, self.rdf.type, self.oa.SpecificResource))
        self.graph.add((place, self.kg.rank, Literal(rank)))
        if document:
            self.graph.add((place, self.oa.hasSource, _node(document)))
        if span:
            start, _, end = span.partition(":")
            selector = URIRef(f"{place}/span")
            self.graph.add((place, self.oa.hasSelector, selector))
            self.graph.add((selector, self.rdf.type, self.oa.TextPositionSelector))
            self.graph.add((selector, self.oa.start, Literal(int(start))))
            self.graph.add((selector, self.oa.end, Literal(int(end))))
        return place

    def properties(self, subject: URIRef, record: Record, without: tuple[str, ...]) -> None:
        """A record's fields as literals."""
        for key, value in values_of(record).items():
            if key not in ("id", *without):
                for each in value if isinstance(value, tuple) else (value,):
                    if each is not None:
                        self.graph.add((subject, self.kg[key], _literal(each)))


def _literal(value: Any) -> Any:
    from rdflib import Literal
    from rdflib.namespace import XSD

    if isinstance(value, float):  # as many digits as it takes to read the same number again
        text = {"inf": "INF", "-inf": "-INF", "nan": "NaN"}.get(repr(value), repr(value))
        return Literal(text, datatype=XSD.double, normalize=False)
    return Literal(value)


class _Reading:
    """Reads elements out of a graph."""

    def __init__(self, graph: Graph) -> None:
        from rdflib import Namespace
        from rdflib.namespace import PROV, RDF

        self.graph, self.rdf, self.prov = graph, RDF, PROV
        self.kg: Namespace = Namespace(TERMS)
        self.oa: Namespace = Namespace(ANNOTATION)

    def records(self) -> Iterator[Record]:
        """All elements."""
        for kind, name in _CLASSES.items():
            for subject in self.graph.subjects(self.rdf.type, self.kg[name]):
                found = self.fields(kind, subject)
                if kind == "chunk":
                    found["document"] = self.one(subject, self.kg.partOf)
                if kind == "entity":
                    found["type"] = self.entity_type(subject)
                yield record_of(kind, {"id": _id(subject), **found})
        for document, entity in self.graph.subject_objects(self.kg.about):
            yield record_of("about", {"document": _id(document), "entity": _id(entity)})
        for subject in self.graph.subjects(self.rdf.type, self.kg.Mention):
            found = self.fields("mention", subject)
            ends = self.one(subject, self.kg.chunk), self.one(subject, self.oa.hasBody)
            found |= dict(zip(("chunk", "entity"), ends, strict=True))
            found["spans"] = tuple(span for _, span in self.places(subject, self.oa.hasTarget))
            yield record_of("mention", found)
        for subject in self.graph.subjects(self.rdf.type, self.kg.Fact):
            yield record_of("fact", {"id": _id(subject), **self.fact(subject)})
        for subject in self.graph.subjects(self.rdf.type, self.kg.Inference):
            yield record_of("inference", {"id": _id(subject), **self.inference(subject)})

    def inference(self, subject: Any) -> dict[str, Any]:
        """The fields of an inference; its premises are in order."""
        found = self.fields("inference", subject)
        return found | {
            "subject": self.one(subject, self.rdf.subject),
            "object": self.one(subject, self.rdf.object),
            "premises": tuple(" ".join(found["premises"]).split()),
        }

    def fact(self, subject: Any) -> dict[str, Any]:
        """The fields of a fact."""
        places = self.places(subject, self.prov.wasDerivedFrom)
        predicate = str(self.graph.value(subject, self.rdf.predicate))
        return self.fields("fact", subject) | {
            "subject": self.one(subject, self.rdf.subject),
            "object": self.one(subject, self.rdf.object),
            "type": predicate.removeprefix(TERMS),
            "chunks": tuple(self.one(place, self.kg.chunk) for place, _ in places),
            "sentences": tuple(span for _, span in places),
        }

    def fields(self, kind: str, subject: Any) -> dict[str, Any]:
        """The literals of an element; lists without an order of their own are sorted."""
        from rdflib import Literal

        found: dict[str, Any] = {}
        for name, type_ in columns(kind).items():
            objects = self.graph.objects(subject, self.kg[name])
            values = [_python(each) for each in objects if isinstance(each, Literal)]
            if type_.startswith("tuple"):
                found[name] = tuple(sorted(values))
            elif values:
                found[name] = float(values[0]) if type_ == "float" else values[0]
        return found

    def places(self, subject: Any, relation: Any) -> list[tuple[Any, str]]:
        """The places of an owner by rank, each with its span."""
        ranked = []
        for place in self.graph.objects(subject, relation):
            selector = self.graph.value(place, self.oa.hasSelector)
            span = ""
            if selector is not None:
                ends = (self.graph.value(selector, self.oa[name]) for name in ("start", "end"))
                span = ":".join(str(end) for end in ends)
            rank = self.graph.value(place, self.kg.rank)
            ranked.append((_python(rank) if rank is not None else 0, place, span))
        return [(place, span) for _, place, span in sorted(ranked)]

    def one(self, subject: Any, relation: Any) -> str:
        """The id of the only object."""
        found = self.graph.value(subject, relation)
        if found is None:
            raise FormatError(f"{_id(subject)} has no {str(relation).rpartition('#')[2]}")
        return _id(found)

    def entity_type(self, subject: Any) -> str:
        """The class beside Entity."""
        types = {
            str(each).removeprefix(TERMS) for each in self.graph.objects(subject, self.rdf.type)
        }
        return min(types - {"Entity"}, default="")


def _id(node: Any) -> str:
    return str(node).removeprefix(NAMESPACE)


def _python(literal: Any) -> Any:
    from rdflib.namespace import XSD

    if literal.datatype == XSD.double:
        return float(str(literal).replace("INF", "inf"))
    value = literal.toPython()
    return value if isinstance(value, bool | int | str) else str(literal)
