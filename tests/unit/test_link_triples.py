"""Triples in the ledger: the graph is a function of the files that are left."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kgtransfer import link
from kgtransfer.corpus.chunks import document_id
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import Document, GraphContent, SourceDocument, Triple
from tests.graphs import PREDICATES, ingest, remove

FILMS = (
    Triple("Kes", "directed_by", "Ken Loach"),
    Triple("Kes", "release_year", "1969", kind="date", value="1969"),
    Triple("Kes", "Place of Birth", "Barnsley"),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def take(ledger: Ledger, uri: str, *triples: Triple) -> None:
    """Import one file, as one change."""
    document = Document(document_id(uri), uri, "", "", str(hash(triples)))
    with ledger.change("import"):
        ledger.begin(document, document.sha256, (), "", triples=triples)
        ledger.complete(document.id)
        link.update(ledger.links, PREDICATES)


def said(content: GraphContent) -> set[tuple[str, str, str, str]]:
    names = {e.id: e.name for e in content.entities} | {v.id: v.text for v in content.values}
    return {(names[f.subject], f.type, f.predicate, names[f.object]) for f in content.facts}


def test_predicates_of_the_schema_are_types_and_others_relate(ledger: Ledger) -> None:
    take(ledger, "films", *FILMS)
    content = ledger.content()
    assert said(content) == {
        ("Kes", "RELATES_TO", "directed_by", "Ken Loach"),
        ("Kes", "RELATES_TO", "release_year", "1969"),
        ("Kes", "PLACE_OF_BIRTH", "place_of_birth", "Barnsley"),
    }
    assert all(f.stated and f.confidence == 1.0 and f.chunks == () for f in content.facts)
    assert not content.chunks


def test_a_changed_file_leaves_what_a_fresh_import_would(ledger: Ledger) -> None:
    other = Triple("Kes", "directed_by", "Kenneth Loach")
    fresh = Ledger.open(":memory:")
    take(fresh, "films", other)
    take(ledger, "films", *FILMS)
    take(ledger, "more", *FILMS[:1])
    take(ledger, "films", other)
    remove(ledger, "more")
    assert ledger.content() == fresh.content()
    with ledger.change("restore"):
        ledger.restore(1)
        link.update(ledger.links, PREDICATES)
    assert ("Kes", "RELATES_TO", "directed_by", "Ken Loach") in said(ledger.content())
    fresh.close()


def test_a_name_is_one_thing_with_the_page_about_it_whatever_came_first(ledger: Ledger) -> None:
    page = SourceDocument("r/kes", "Kes", "Kes was shot by Ann Lee in Barnsley.", "en")
    take(ledger, "films", *FILMS)
    ingest(ledger, [page])
    other = Ledger.open(":memory:")
    ingest(other, [page])
    take(other, "films", *FILMS)
    assert ledger.content() == other.content()
    (kes,) = [e for e in ledger.content().entities if e.name == "Kes"]
    assert any(about.entity == kes.id for about in ledger.content().abouts)
    other.close()


def test_homonyms_stay_apart(ledger: Ledger) -> None:
    pages = [
        SourceDocument(f"r/{year}", f"Kes ({year} film)", "It was shot by Ann Lee.", "en")
        for year in (1969, 1999)
    ]
    ingest(ledger, pages)
    take(
        ledger,
        "films",
        *FILMS[:1],
        Triple("kes", "is a", "bird"),
        Triple("Kestrel", "same as", "K", "urn:1", "urn:2"),
        Triple("Kestrel", "same as", "K", "urn:3", "urn:4"),
    )
    names = [e.name for e in ledger.content().entities]
    assert names.count("Kes") == 1  # neither of the two pages
    assert names.count("kes") == 1  # the file tells it from "Kes"
    assert names.count("Kestrel") == names.count("K") == 2


def test_purge_forgets_what_triples_named(ledger: Ledger) -> None:
    take(ledger, "films", *FILMS)
    take(ledger, "more", Triple("Up", "is a", "film"))
    remove(ledger, "films")
    with ledger.change("purge"):
        ledger.purge(document_id("films"))
    ledger.compact()
    assert b"Loach" not in ledger.path.read_bytes()
