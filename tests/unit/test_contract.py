"""A schema in force: what it keeps out, brings together and lets out again, in any order."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_store.records import GraphContent
from kgtransfer import link
from kgtransfer.contract import contract_of
from kgtransfer.decisions import Decision, Kind
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.quarantine import Held, conflicts, quarantine
from kgtransfer.records import SourceDocument
from tests.fakes import CapitalisedExtractor
from tests.graphs import PREDICATES, extract, graph_of, ingest, remove
from tests.unit.test_link_update import Graph, changes

NARROW = """
types: [Person, Work, Location, Misc]
value_kinds: [date]
predicates:
  director: {domain: [Work], range: [Person]}
  place_of_birth: {range: [Location]}
  date_of_death: {domain: [Person], range: [date], functional: true}
"""
RENAMED = """
types: {Human: {synonyms: [Person]}, Thing: {synonyms: [Work, Misc, Organization]}, Location: null}
value_kinds: []
open_phrases: quarantine
predicates:
  made_by: {synonyms: [director, author], range: [Human]}
  acquaintance: {synonyms: [met, played for]}
"""
TURNED = """
types: [Person, Organization, Location, Work, Event, Misc]
value_kinds: [date, number]
predicates:
  directed: {domain: [Person], inverse: [director, directed by]}
  author:
"""
schemas = st.sampled_from(["", NARROW, RENAMED, TURNED])


def adopt(ledger: Ledger, schema: str) -> None:
    with ledger.change("migrate"):
        ledger.adopt(schema)
        link.update(ledger.links, PREDICATES)


def build(
    sources: Iterable[SourceDocument], schema: str, decisions: Iterable[Decision] = ()
) -> Ledger:
    """A ledger that has known nothing but these documents, decisions and this schema."""
    ledger = Ledger.open(":memory:")
    begun = extract(ledger, sources, CapitalisedExtractor())
    with ledger.change("all"):
        ledger.adopt(schema)
        for decision in decisions:
            ledger.decide(decision, "")
        for document in begun:
            ledger.complete(document)
        link.update(ledger.links, PREDICATES)
    return ledger


def state(ledger: Ledger) -> tuple[GraphContent, object, object]:
    return ledger.content(), quarantine(ledger), list(conflicts(ledger))


@settings(max_examples=120, deadline=None)
@given(
    changes,
    st.lists(schemas, min_size=6, max_size=6),
    st.booleans(),
    st.integers(0, 5),
    st.integers(0, 5),
)
def test_any_order_of_documents_and_schemas_leaves_the_graph_of_a_fresh_build(
    steps: list[list[SourceDocument] | str],
    adopted: list[str],
    every_step: bool,
    restored_at: int,
    restored: int,
) -> None:
    ledger, graph = Ledger.open(":memory:"), Graph()
    left: dict[str, SourceDocument] = {}
    said: list[Decision] = []
    in_force = ""
    past = []
    for number, (step, schema) in enumerate(zip(steps, adopted, strict=False)):
        past.append((ledger.revision, dict(left), list(said), in_force))
        if isinstance(step, str):
            remove(ledger, step)
            left.pop(step, None)
        else:
            ingest(ledger, step)
            left |= {source.uri: source for source in step}
        if number == 0:
            said.append(Decision(Kind.ASSERT, ("edgar romero#Person",), ("ann lee#Person",),
                                 predicate="director", tag=1))  # fmt: skip
            with ledger.change("assert"):
                ledger.decide(said[0], "")
                link.update(ledger.links, PREDICATES)
        past.append((ledger.revision, dict(left), list(said), in_force))
        adopt(ledger, schema)
        in_force = schema
        if number == restored_at:
            revision, left, said, in_force = past[restored % len(past)]
            with ledger.change("restore"):
                ledger.restore(revision)
                link.update(ledger.links, PREDICATES)
        if every_step:
            graph.apply(ledger.delta_since(graph.revision))
    graph.apply(ledger.delta_since(graph.revision))
    fresh = build(left.values(), in_force, said)
    assert ledger.history.schema() == in_force
    assert state(ledger) == state(fresh)
    assert graph.content == ledger.content()
    assert_kept(ledger.content(), in_force)
    fresh.close()
    ledger.close()


def assert_kept(graph: GraphContent, schema: str) -> None:
    """Nothing in a graph breaks its schema, and no relationship lacks an end."""
    contract = contract_of(schema)
    kinds = {e.id: e.type for e in graph.entities} | {v.id: v.kind for v in graph.values}
    assert not [kind for kind in kinds.values() if contract.objection_to(kind)]
    for fact in graph.facts:
        assert not contract.objection(kinds[fact.subject], fact.predicate, kinds[fact.object])
    assert {about.entity for about in graph.abouts} <= set(kinds)
    assert {mention.entity for mention in graph.mentions} <= set(kinds)
    assert {value.id for value in graph.values} <= {fact.object for fact in graph.facts}


RIVER = SourceDocument(
    "river",
    "Dark River",
    "The film Dark River was directed by Edgar Romero. Ann Lee met Edgar Romero. "
    "Edgar Romero directed Ann Lee. Edgar Romero died in 1999.",
    "en",
)


def facts(ledger: Ledger) -> set[str]:
    content = ledger.content()
    names = {e.id: e.name for e in content.entities} | {v.id: v.text for v in content.values}
    return {f"{names[f.subject]} {f.type} {names[f.object]}" for f in content.facts}


def held(ledger: Ledger) -> dict[str, Held]:
    return {f"{h.subject} {h.predicate} {h.object}": h for h in quarantine(ledger).held}


def test_what_is_forbidden_is_kept_with_its_sentence_and_comes_back() -> None:
    ledger = build([RIVER], "")
    whole = ledger.content()
    assert whole == graph_of([RIVER])
    assert "Ann Lee DIRECTOR Edgar Romero" in facts(ledger)
    adopt(ledger, NARROW)
    assert facts(ledger) == {
        "Dark River DIRECTOR Edgar Romero",
        "Ann Lee RELATES_TO Edgar Romero",
        "Edgar Romero DATE_OF_DEATH 1999",
    }
    forbidden = held(ledger)["Ann Lee director Edgar Romero"]
    assert forbidden.why == "director is said of Work, not of Person"
    assert (forbidden.document, forbidden.quote) == ("river", "Edgar Romero directed Ann Lee.")
    adopt(ledger, NARROW.replace("domain: [Work]", "domain: [Work, Person]"))
    assert "Ann Lee director Edgar Romero" not in held(ledger)
    adopt(ledger, "")
    assert ledger.content() == whole
    assert not held(ledger)


def test_synonyms_and_inverses_are_brought_into_one_predicate() -> None:
    ledger = build([RIVER], RENAMED)
    assert "Ann Lee MADE_BY Edgar Romero" in facts(ledger)
    assert "Ann Lee ACQUAINTANCE Edgar Romero" in facts(ledger)
    assert {e.type for e in ledger.content().entities} == {"Human", "Thing"}
    assert held(ledger)["Edgar Romero date_of_death 1999"].reason == "predicate"
    assert not ledger.content().values
    adopt(ledger, TURNED)
    assert "Edgar Romero DIRECTED Ann Lee" in facts(ledger)
    ledger.close()


def test_entities_of_a_type_that_is_gone_are_in_quarantine() -> None:
    ledger = build([RIVER], NARROW.replace("Person, ", "").replace("Person", "Work"))
    found = quarantine(ledger, reason="type")
    assert {"Ann Lee", "Edgar Romero"} <= {h.subject for h in found.held if not h.predicate}
    names = {e.name for e in ledger.content().entities}
    assert names
    assert not names & {"Ann Lee", "Edgar Romero"}
    assert not {m.entity for m in ledger.content().mentions} - {
        e.id for e in ledger.content().entities
    }


def test_several_objects_of_a_functional_predicate_are_reported_and_kept() -> None:
    death = SourceDocument("note", "", "Edgar Romero died on 3 May 1999.", "en")
    other = SourceDocument("other", "", "Edgar Romero died in 2004.", "en")
    ledger = build([RIVER, death], NARROW)
    assert not list(conflicts(ledger))  # 1999 says the same as 3 May 1999, only less
    ingest(ledger, [other])
    (conflict,) = conflicts(ledger)
    assert (conflict.subject, conflict.predicate) == ("Edgar Romero", "date_of_death")
    assert {claim.object for claim in conflict.claims} == {"1999", "3 May 1999", "2004"}
    assert "Edgar Romero DATE_OF_DEATH 2004" in facts(ledger)


def test_another_document_may_show_that_a_statement_is_allowed() -> None:
    """With the type that it gives the subject, the fact comes, and the value that it leads to."""
    place = NARROW.replace("{domain: [Person], range: [date]", "{domain: [Location]")
    ledger = build([SourceDocument("a", "Notes", "Romero died in 1999.", "en")], place)
    assert not facts(ledger)
    assert not ledger.content().values
    ingest(ledger, [SourceDocument("b", "More", "Ann Lee was born in Romero.", "en")])
    assert "Romero DATE_OF_DEATH 1999" in facts(ledger)
    remove(ledger, "b")
    assert not ledger.content().values


def test_filters_narrow_what_is_listed_and_counted() -> None:
    ledger = build([RIVER], RENAMED)
    everything = quarantine(ledger)
    assert everything.statements == len(everything.held) == sum(everything.reasons.values())
    assert quarantine(ledger, limit=0).statements == everything.statements
    assert quarantine(ledger, predicate="date_of_death").predicates == {"date_of_death": 1}
    assert quarantine(ledger, reason="range").statements == 0
    assert quarantine(ledger, document="no such").statements == 0


@pytest.mark.parametrize("schema", [NARROW, RENAMED, TURNED])
def test_a_migration_is_a_revision_even_where_nothing_changes(schema: str) -> None:
    ledger = build([], "")
    first = ledger.revision
    adopt(ledger, schema)
    assert ledger.revision == first + 1
    with ledger.change("undo"):
        ledger.restore(first)
    assert ledger.history.schema() == ""
