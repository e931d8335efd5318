"""Whatever was added, changed, removed and decided, an engine holds what a fresh build makes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_store.records import GraphContent
from graph_store.store import GraphStore
from kgtransfer import link
from kgtransfer.decisions import Decision, Kind
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import SourceDocument
from tests.conftest import Engine
from tests.graphs import PREDICATES, graph_of, ingest, remove
from tests.unit.test_link_update import changes


@pytest.fixture(scope="module")
def store(engine: Engine) -> Iterator[GraphStore]:
    with engine.open() as opened:
        opened.clear()
        yield opened
        opened.clear()


def same(one: GraphContent, other: GraphContent) -> bool:
    return list(one) == list(other)


def decide(ledger: Ledger, data: st.DataObject) -> None:
    """Merge two entities, or take an entity's names apart."""
    entities = [entity.id for entity in ledger.content().entities]
    if len(entities) < 2:
        return
    left, right = (
        tuple(ledger.links.signatures_of(entity))
        for entity in data.draw(st.permutations(entities))[:2]
    )
    kind = data.draw(st.sampled_from([Kind.MERGE, Kind.NEVER]))
    with ledger.change("decide"):
        ledger.decide(Decision(kind, left, right, tag=ledger.history.next_tag()), "")
        link.update(ledger.links, PREDICATES)


@pytest.mark.slow
@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=changes, data=st.data())
def test_any_sequence_leaves_the_graph_of_a_fresh_build(
    store: GraphStore, steps: list[list[SourceDocument] | str], data: st.DataObject
) -> None:
    """Each step is applied by itself or with those after it; some steps are taken back."""
    store.clear()
    ledger = Ledger.open(":memory:")
    left: dict[str, SourceDocument] = {}
    before = dict(left)
    for step in steps:
        before = dict(left)
        revision = ledger.revision
        if isinstance(step, str):
            remove(ledger, step)
            left.pop(step, None)
        else:
            ingest(ledger, step)
            left |= {source.uri: source for source in step}
        if ledger.revision > revision and data.draw(st.integers(0, 3), "undo") == 0:
            with ledger.change("undo"):
                ledger.restore(revision)
                link.update(ledger.links, PREDICATES)
            left = before
        if data.draw(st.booleans(), "apply"):
            store.apply(ledger.delta_since(store.revision()))
    store.apply(ledger.delta_since(store.revision()))
    assert same(store.arrays(), graph_of(left.values()))
    decide(ledger, data)
    store.apply(ledger.delta_since(store.revision()))
    held = store.arrays()
    assert same(held, ledger.content())
    assert same(held, fresh_build(ledger, left))
    ledger.close()


def fresh_build(ledger: Ledger, documents: dict[str, SourceDocument]) -> GraphContent:
    """The graph of these documents and of the ledger's decisions, in a ledger of its own."""
    other = Ledger.open(":memory:")
    with other.change("decide"):
        for decided in ledger.history.decided():
            other.decide(decided.decision, decided.reason)
    ingest(other, documents.values())
    content = other.content()
    other.close()
    return content
