"""Small graphs for tests: documents through the real corpus, ledger and link with an extractor."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

from kgtransfer import link
from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.extract.extractor import Extractor
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import Document, GraphContent, SourceDocument
from tests.fakes import CapitalisedExtractor

PREDICATES = frozenset(
    {"director", "author", "place_of_birth", "place_of_death", "spouse", "child", "located_in"}
    | {"date_of_birth", "date_of_death", "publication_date"}
)


def record_of(source: SourceDocument) -> Document:
    """The graph's record of a source document."""
    return Document(
        id=document_id(source.uri),
        uri=source.uri,
        title=source.title,
        language=source.language or "en",
        sha256=hashlib.sha256(source.text.encode()).hexdigest(),
        metadata=json.dumps(source.metadata, sort_keys=True),
    )


def extract(ledger: Ledger, sources: Iterable[SourceDocument], extractor: Extractor) -> list[str]:
    """Begin documents and extract them; returns the ids of those to complete."""
    begun = []
    for source in sources:
        record = record_of(source)
        version = version_of(record, extractor.fingerprint)
        if ledger.is_current(record.id, version):
            continue
        chunks = make_chunks(record.id, source.text, record.language)
        ledger.begin(record, version, chunks, extractor.fingerprint)
        ledger.put_extractions(
            (text.key, extractor.extract(text.text, text.language))
            for text in ledger.missing(record.id)
        )
        begun.append(record.id)
    return begun


def ingest(
    ledger: Ledger, sources: Iterable[SourceDocument], extractor: Extractor | None = None
) -> None:
    """Take documents into the ledger and the graph's elements, as one change."""
    begun = extract(ledger, sources, extractor or CapitalisedExtractor())
    with ledger.change("ingest"):
        for document in begun:
            ledger.complete(document)
        link.update(ledger.links, PREDICATES)


def remove(ledger: Ledger, *uris: str) -> None:
    """Remove documents, as one change."""
    with ledger.change("remove"):
        for uri in uris:
            ledger.remove(document_id(uri))
        link.update(ledger.links, PREDICATES)


def graph_of(sources: Iterable[SourceDocument], extractor: Extractor | None = None) -> GraphContent:
    """The graph that these documents make in a ledger of their own."""
    ledger = Ledger.open(":memory:")
    try:
        ingest(ledger, sources, extractor)
        return ledger.content()
    finally:
        ledger.close()
