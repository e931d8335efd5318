"""RDF to triples: things by IRI, called by their labels; literals are values or texts."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from kgtransfer.corpus.encoding import decode
from kgtransfer.errors import InputError
from kgtransfer.records import Triple

if TYPE_CHECKING:
    from rdflib import Graph

_FORMATS = {
    ".ttl": "turtle", ".nt": "nt", ".nq": "nquads", ".n3": "n3", ".rdf": "xml", ".owl": "xml",
    ".xml": "xml", ".trig": "trig", ".jsonld": "json-ld",
}  # fmt: skip
BASE = "urn:kgtransfer:file:"
"""What relative IRIs are relative to: not to where a file happens to lie."""
_LABELS = (
    "http://www.w3.org/2004/02/skos/core#prefLabel",
    "http://www.w3.org/2000/01/rdf-schema#label",
    "http://xmlns.com/foaf/0.1/name",
    "http://schema.org/name",
    "https://schema.org/name",
)


def read_rdf(data: bytes, suffix: str) -> list[Triple]:
    """The triples of an RDF file, sorted; labels name things and are no triples of their own.

    Raises:
        InputError: it is not the RDF that its ending says.
    """
    graph = _parse(data, suffix)
    names = _names(graph)
    predicates = _predicates(graph)
    triples = set()
    for subject, predicate, object_ in graph:
        if str(predicate) in _LABELS:
            continue
        name, key = names[subject]
        said = predicates[str(predicate)]
        if object_ in names:
            triples.add(Triple(name, said, names[object_][0], key, names[object_][1]))
        else:
            kind, value = _literal(object_)
            triples.add(Triple(name, said, str(object_), key, kind=kind, value=value))
    return sorted(triples, key=lambda t: (t.subject, t.predicate, t.object, t.subject_key, str(t)))


def _parse(data: bytes, suffix: str) -> Graph:
    from xml.sax import SAXException

    from rdflib import Dataset, Graph
    from rdflib.exceptions import Error

    graph = Dataset(default_union=True)
    try:
        if suffix == ".jsonld":
            _refuse_remote(json.loads(decode(data)))
        graph.parse(data=data, format=_FORMATS[suffix], publicID=BASE)
    except (
        Error, SAXException, SyntaxError, ValueError, TypeError, AttributeError, LookupError
    ) as error:  # fmt: skip
        reason = " ".join(str(error).split())[:200]
        raise InputError(f"not valid {_FORMATS[suffix]} ({reason})") from error
    whole = Graph()
    quads: Any = graph.triples((None, None, None))
    for triple in quads:
        whole.add(triple)
    return whole


def _refuse_remote(content: Any) -> None:
    """A context at an address would be fetched from there: nothing is."""
    if isinstance(content, list):
        for each in content:
            _refuse_remote(each)
    elif isinstance(content, dict):
        context = content.get("@context")
        for each in context if isinstance(context, list) else [context]:
            if isinstance(each, str) or (isinstance(each, dict) and "@import" in each):
                raise InputError(
                    "its @context is at an address, which is not fetched",
                    hint="Write the context into the file",
                )
        for value in content.values():
            _refuse_remote(value)


def _names(graph: Graph) -> dict[Any, tuple[str, str]]:
    """What each thing is called, and its identity: an IRI, or what a blank node has."""
    from rdflib import BNode, Literal

    things = {
        node
        for subject, _, object_ in graph
        for node in (subject, object_)
        if not isinstance(node, Literal)
    }
    names: dict[Any, tuple[str, str]] = {}
    for thing in things:
        label = _label(graph, thing)
        if isinstance(thing, BNode):
            key = "_:" + _digest(sorted(f"{p} {'_' if isinstance(o, BNode) else o}"
                                        for p, o in graph.predicate_objects(thing)))  # fmt: skip
            names[thing] = (label or f"thing {key[2:8]}", key)
        else:
            names[thing] = (label or local_name(str(thing)), str(thing))
    return names


def _label(graph: Graph, thing: Any) -> str:
    """The label in English or no language first, then in any; "" where there is none."""
    from rdflib import Literal, URIRef

    for predicate in _LABELS:
        found = [o for o in graph.objects(thing, URIRef(predicate)) if isinstance(o, Literal)]
        rank = {None: 1, "en": 0}
        for label in sorted(found, key=lambda o: (rank.get(o.language, 2), str(o))):
            if text := " ".join(str(label).split()):
                return text
    return ""


def _predicates(graph: Graph) -> dict[str, str]:
    """Predicates by IRI as the end of the IRI; as the whole where two would be one."""
    iris = {str(predicate) for predicate in graph.predicates()}
    ends = Counter(local_name(iri) for iri in iris)
    return {iri: local_name(iri) if ends[local_name(iri)] == 1 else iri for iri in iris}


def local_name(iri: str) -> str:
    """What an IRI ends in, as words: ".../Ken_Loach" is "Ken Loach"."""
    end = iri.rstrip("/#").replace("#", "/").rpartition("/")[2]
    return " ".join(unquote(end or iri).replace("_", " ").split()) or iri


def _literal(literal: Any) -> tuple[str, str | float]:
    """The kind and the comparable value of a literal."""
    value = literal.toPython()
    if isinstance(value, bool):
        return "text", str(literal)
    if isinstance(value, int | float | Decimal) and abs(float(value)) < float("inf"):
        return "number", float(value)
    if isinstance(value, date | datetime):
        return "date", value.isoformat()[:10]
    kind = str(literal.datatype or "").rpartition("#")[2]
    return ("date" if kind in ("gYear", "gYearMonth") else "text"), str(literal)


def _digest(parts: list[str]) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
