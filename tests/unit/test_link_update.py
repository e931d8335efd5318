"""Whatever the order of changes, the graph is that of the documents that are left."""

from __future__ import annotations

import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_store.records import KINDS, GraphContent, GraphDelta, Record
from kgtransfer import link
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import naming
from kgtransfer.records import SourceDocument
from tests.fakes import CapitalisedExtractor
from tests.graphs import PREDICATES, graph_of, ingest, remove

TITLES = [
    "Dark River",
    "Dark River (1990 film)",
    "Dark River (novel)",
    "Edgar Romero",
    "Edgar Sinco Romero",
    "The Dark River",
    "Romero",
    "Acme Company",
    "",
]
SENTENCES = [
    "Dark River is a 1990 film directed by Edgar Romero.",
    "The 1990 film Dark River won a prize in Manila.",
    "Edgar Sinco Romero (born 3 May 1950) was a director.",
    "Romero was born in Manila.",
    "Edgar Romero directed Dark River.",
    "He died in 1999.",
    "The novel Dark River was written by Ann Lee.",
    "Ann Lee met Edgar Romero near Dark River.",
    "Dark River lies in Scotland.",
    "Acme Company, known as Romero, lies in Dark River.",
    "George Romero met Romero at Acme Company.",
    "Ann Lee wrote Dark River (novel).",
]

sources = st.builds(
    SourceDocument,
    uri=st.sampled_from(["a", "b", "c", "d", "e"]),
    title=st.sampled_from(TITLES),
    text=st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=5).map(" ".join),
    language=st.just("en"),
)
changes = st.lists(
    st.one_of(
        st.lists(sources, min_size=1, max_size=3, unique_by=lambda s: s.uri),
        st.sampled_from(["a", "b", "c", "d", "e"]),
    ),
    min_size=1,
    max_size=6,
)


class Graph:
    """A graph that is only ever told deltas."""

    def __init__(self) -> None:
        self.revision = 0
        self.elements: dict[tuple[str, str], Record] = {}

    def apply(self, delta: GraphDelta) -> None:
        for kind, ids in delta.removals.items():
            for id_ in ids:
                self.elements.pop((kind, id_), None)
        for kind in KINDS.values():
            self.elements |= {(kind, r.id): r for r in getattr(delta.upserts, kind)}
        self.revision = delta.revision

    @property
    def content(self) -> GraphContent:
        return GraphContent.of(self.elements.values())


@settings(max_examples=80, deadline=None)
@given(changes, st.booleans())
def test_any_changes_leave_what_the_last_documents_alone_would_have_made(
    steps: list[list[SourceDocument] | str], every_step: bool
) -> None:
    ledger, graph = Ledger.open(":memory:"), Graph()
    left: dict[str, SourceDocument] = {}
    for step in steps:
        if isinstance(step, str):
            remove(ledger, step)
            left.pop(step, None)
        else:
            ingest(ledger, step)
            left |= {source.uri: source for source in step}
        if every_step:
            graph.apply(ledger.delta_since(graph.revision))
    graph.apply(ledger.delta_since(graph.revision))
    expected = graph_of(left.values())
    assert ledger.content() == expected
    assert graph.content == expected
    ledger.close()


@settings(max_examples=30, deadline=None)
@given(st.lists(sources, min_size=1, max_size=4, unique_by=lambda s: s.uri))
def test_the_graph_is_whole(documents: list[SourceDocument]) -> None:
    """Every relationship's ends are there, and spans quote what the chunk holds."""
    graph = graph_of(documents)
    chunks = {chunk.id: chunk for chunk in graph.chunks}
    nodes = {e.id for e in graph.entities} | {v.id for v in graph.values}
    texts = {d.id: "".join(c.text for c in graph.chunks if c.document == d.id)
             for d in graph.documents}  # fmt: skip
    assert {about.entity for about in graph.abouts} <= nodes
    assert {end for fact in graph.facts for end in (fact.subject, fact.object)} <= nodes
    used = {m.entity for m in graph.mentions} | {a.entity for a in graph.abouts}
    used |= {end for fact in graph.facts for end in (fact.subject, fact.object)}
    assert nodes <= used
    for mention in graph.mentions:
        chunk = chunks[mention.chunk]
        for span in mention.spans:
            start, end = map(int, span.split(":"))
            assert chunk.start <= start < end <= chunk.end
    for fact in graph.facts:
        for chunk_id, sentence in zip(fact.chunks, fact.sentences, strict=True):
            start, end = map(int, sentence.split(":"))
            assert texts[chunks[chunk_id].document][start:end].strip()


def test_an_upgraded_extractor_replaces_what_the_older_one_found() -> None:
    source = SourceDocument("a", "Notes", "Ann Lee met Edgar Romero.", "en")
    ledger = Ledger.open(":memory:")
    ingest(ledger, [source], CapitalisedExtractor("1"))
    upgraded = CapitalisedExtractor("2")
    ingest(ledger, [source], upgraded)
    assert upgraded.calls == 1
    assert ledger.content() == graph_of([source])


def test_a_change_of_one_document_is_a_small_delta() -> None:
    documents = [
        SourceDocument(f"n{i}", f"Page {i}", f"Person Number{i} met Ann Lee.", "en")
        for i in range(40)
    ]
    ledger = Ledger.open(":memory:")
    ingest(ledger, documents)
    before = ledger.revision
    ingest(ledger, [replace(documents[0], text="Person Zero met Ann Lee.")])
    assert ledger.delta_since(before).size < 12


def test_a_page_of_another_type_is_linked_anew_through_every_documents_names() -> None:
    film = SourceDocument("a", "Dark River", "See the film Dark River. " * 6, "en")
    stream = SourceDocument(
        "b",
        "Dark River",
        "Dark River, also called Black Water, is a stream. They swim in Dark River. "
        "They sit near Dark River. They fish in Black Water.",
        "en",
    )
    other = SourceDocument("c", "Notes", "Ann Lee swam in Black Water.", "en")
    ledger = Ledger.open(":memory:")
    ingest(ledger, [film, stream, other])
    ingest(ledger, [replace(film, title="Kes")])
    assert ledger.content() == graph_of([replace(film, title="Kes"), stream, other])


def test_other_rules_or_another_schema_link_everything_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    source = SourceDocument("a", "Notes", "Ann Lee married Edgar Romero near Dark River.", "en")
    ledger = Ledger.open(":memory:")
    ingest(ledger, [source])
    revision = ledger.revision
    with ledger.change("another schema"):
        link.update(ledger.links, frozenset())
    (fact,) = ledger.delta_since(revision).upserts.facts
    assert (fact.type, fact.predicate) == ("RELATES_TO", "spouse")
    monkeypatch.setattr(naming, "document_names", lambda title, lead: ())
    monkeypatch.setattr(sys.modules["kgtransfer.link.update"], "RULES", "other")
    with ledger.change("other rules"):
        link.update(ledger.links, PREDICATES)
    assert not ledger.content().abouts
    assert ledger.content().facts[0].type == "SPOUSE"
