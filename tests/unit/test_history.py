"""What was can be looked at, brought back and forgotten; what people decide holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgtransfer import link
from kgtransfer.corpus.chunks import document_id
from kgtransfer.decisions import Decision, Kind
from kgtransfer.errors import UsageError
from kgtransfer.history import find_entity
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import GraphContent, SourceDocument
from tests.graphs import PREDICATES, ingest, remove
from tests.unit.test_link_update import changes

FILM = SourceDocument("film", "Dark River", "Dark River was directed by Edgar Romero.", "en")
MAN = SourceDocument("man", "", "Ann Lee met Edgar S Romero in Manila.", "en")
SEQUEL = SourceDocument("sequel", "", "Edgar Romero directed Dark Sea with Ann Lee.", "en")


@pytest.fixture
def ledger() -> Iterator[Ledger]:
    opened = Ledger.open(":memory:")
    yield opened
    opened.close()


def change(ledger: Ledger, work: Callable[[], None], reason: str = "change") -> None:
    with ledger.change(reason):
        work()
        link.update(ledger.links, PREDICATES)


def decide(ledger: Ledger, decision: Decision) -> None:
    change(ledger, lambda: ledger.decide(decision, "because"), str(decision.kind))


def restore(ledger: Ledger, revision: int) -> None:
    change(ledger, lambda: ledger.restore(revision), f"restore {revision}")


def merge(ledger: Ledger, one: str, other: str) -> Decision:
    left, right = (
        tuple(ledger.links.signatures_of(find_entity(ledger, name).id)) for name in (one, other)
    )
    return Decision(Kind.MERGE, left, right, tag=ledger.history.next_tag())


def names(content: GraphContent) -> set[str]:
    return {entity.name for entity in content.entities}


def test_restoring_makes_the_graph_of_that_revision(ledger: Ledger) -> None:
    contents = [ledger.content()]
    for step in (
        lambda: ingest(ledger, [FILM, MAN]),
        lambda: ingest(ledger, [SEQUEL]),
        lambda: decide(ledger, merge(ledger, "Edgar Romero", "Edgar S Romero")),
        lambda: remove(ledger, "film"),
        lambda: ingest(ledger, [FILM]),
    ):
        step()
        contents.append(ledger.content())
    assert len(ledger.history.revisions()) == 5
    for revision in (3, 0, 5, 1, 4, 2):
        restore(ledger, revision)
        assert ledger.content() == contents[revision]


@settings(max_examples=40, deadline=None)
@given(changes, st.data())
def test_every_revision_can_be_restored(
    steps: list[list[SourceDocument] | str], data: st.DataObject
) -> None:
    ledger = Ledger.open(":memory:")
    contents = {0: ledger.content()}
    for step in steps:
        if isinstance(step, str):
            remove(ledger, step)
        else:
            ingest(ledger, step)
        entities = [e.id for e in ledger.content().entities]
        if len(entities) > 1 and data.draw(st.booleans()):
            one, other = data.draw(st.permutations(entities))[:2]
            decide(ledger, merge(ledger, one, other))
        contents[ledger.revision] = ledger.content()
    for revision in data.draw(st.permutations(sorted(contents))):
        restore(ledger, revision)
        assert ledger.content() == contents[revision]
    ledger.close()


def test_a_merge_holds_for_what_comes_later(ledger: Ledger) -> None:
    ingest(ledger, [FILM, MAN])
    decide(ledger, merge(ledger, "Edgar Romero", "Edgar S Romero"))
    (entity,) = [e for e in ledger.content().entities if "Romero" in e.name]
    assert "Edgar S Romero" in {entity.name, *entity.aliases}
    ingest(ledger, [SEQUEL])
    (again,) = [e for e in ledger.content().entities if "Romero" in e.name]
    assert again.mention_count == entity.mention_count + 1
    remove(ledger, "film", "man", "sequel")
    assert not ledger.content().entities
    ingest(ledger, [MAN, SEQUEL])
    assert len([e for e in ledger.content().entities if "Romero" in e.name]) == 1


def test_a_merged_name_does_not_draw_a_page_of_another_type(ledger: Ledger) -> None:
    ingest(ledger, [MAN])
    decide(ledger, merge(ledger, "Edgar S Romero", "Ann Lee"))
    people = names(ledger.content())
    film = "Ann Lee is a 1990 film. Ann Lee was directed by Edgar Romero."
    ingest(ledger, [SourceDocument("lee", "Ann Lee (film)", film, "en")])
    assert names(ledger.content()) > people


def test_what_is_never_one_is_taken_apart_and_stays_so(ledger: Ledger) -> None:
    ingest(ledger, [FILM, MAN])
    decision = merge(ledger, "Edgar Romero", "Edgar S Romero")
    before = ledger.content()
    decide(ledger, decision)
    never = Decision(Kind.NEVER, decision.left, decision.right, tag=ledger.history.next_tag())
    decide(ledger, never)
    assert ledger.content() == before


def test_documents_that_mean_another_are_split_off(ledger: Ledger) -> None:
    ingest(ledger, [FILM, SEQUEL])
    one = find_entity(ledger, "Edgar Romero")
    split = Decision(
        Kind.SPLIT,
        tuple(ledger.links.signatures_of(one.id)),
        documents=(document_id("sequel"),),
        type=one.type,
        tag=ledger.history.next_tag(),
    )
    decide(ledger, split)
    both = [e for e in ledger.content().entities if e.name == "Edgar Romero"]
    assert len(both) == 2
    chunks = {
        chunk.document: {m.entity for m in ledger.content().mentions if m.chunk == chunk.id}
        for chunk in ledger.content().chunks
    }
    assert {e.id for e in both} & chunks[document_id("film")] == {one.id}
    (other,) = {e.id for e in both} - {one.id}
    assert other in chunks[document_id("sequel")]
    with pytest.raises(UsageError, match="several entities"):
        find_entity(ledger, "Edgar Romero")


def test_an_asserted_fact_rests_while_its_documents_are_gone(ledger: Ledger) -> None:
    ingest(ledger, [FILM, MAN])
    ends = [find_entity(ledger, name) for name in ("Ann Lee", "Manila")]
    signatures = [ledger.links.signatures_of(end.id)[0] for end in ends]
    decide(
        ledger,
        Decision(
            Kind.ASSERT, (signatures[0],), (signatures[1],), predicate="place_of_birth", tag=1
        ),
    )

    def asserted() -> list[tuple[str, bool, int]]:
        facts = ledger.content().facts
        return [(f.type, f.stated, len(f.chunks)) for f in facts if f.predicate == "place_of_birth"]

    assert asserted() == [("PLACE_OF_BIRTH", True, 0)]
    remove(ledger, "man")
    assert not asserted()
    ingest(ledger, [MAN])
    assert asserted() == [("PLACE_OF_BIRTH", True, 0)]
    restore(ledger, 1)
    assert not asserted()


def test_revisions_count_what_changed_and_removed_facts_are_found(ledger: Ledger) -> None:
    contents = [ledger.content()]
    for step in ([FILM], [SEQUEL], []):
        ingest(ledger, step) if step else remove(ledger, "film")
        contents.append(ledger.content())
    for revision, before, after in zip(
        ledger.history.revisions(), contents, contents[1:], strict=False
    ):
        assert revision.elements == sum(sum(each.values()) for each in revision.counts.values())
        for kind, counts in revision.counts.items():
            old = {each.id: each for each in getattr(before, kind)}
            new = {each.id: each for each in getattr(after, kind)}
            assert counts.get("added", 0) == len(new.keys() - old.keys())
            assert counts.get("removed", 0) == len(old.keys() - new.keys())
            both = new.keys() & old.keys()
            assert counts.get("changed", 0) == sum(old[id_] != new[id_] for id_ in both)
    delta = ledger.delta_since(2)
    assert delta.removals["facts"]
    assert set(delta.fact_ends) == set(delta.removals["facts"])


def test_a_decision_without_effect_is_a_revision(ledger: Ledger) -> None:
    ingest(ledger, [FILM, MAN])
    decision = merge(ledger, "Edgar Romero", "Edgar S Romero")
    decide(ledger, Decision(Kind.NEVER, decision.left, decision.right, tag=1))
    assert [r.reason for r in ledger.history.revisions()] == ["ingest", "never"]


def test_snapshots_are_names(ledger: Ledger) -> None:
    ingest(ledger, [FILM])
    ledger.history.snapshot("first")
    remove(ledger, "film")
    assert ledger.history.find("first") == 1
    for wrong in ("first", "7", ""):
        with pytest.raises(UsageError):
            ledger.history.snapshot(wrong)
    with pytest.raises(UsageError, match="no revision"):
        ledger.history.find("9")


def test_purged_text_is_nowhere_in_the_file(tmp_path: Path) -> None:
    secret = SourceDocument("secret", "Zanzibar File", "Quentin Xanadu sold Plutonium.", "en")
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    ingest(ledger, [FILM, secret])
    ingest(ledger, [SourceDocument("secret", "Zanzibar File", "Quentin Xanadu left.", "en")])
    remove(ledger, "secret")
    assert "Xanadu" in str(list(ledger.history.changes(2, 3, "chunks")))
    with ledger.change("purge"):
        ledger.purge(document_id("secret"))
    ledger.compact()
    restore(ledger, 1)
    assert names(ledger.content()) == {"Dark River", "Edgar Romero"}
    ledger.close()
    everything = b"".join(each.read_bytes() for each in tmp_path.iterdir())
    assert b"Romero" in everything
    for word in (b"Xanadu", b"Plutonium", b"xanadu", b"Zanzibar File"):
        assert word not in everything


def test_an_old_past_can_be_forgotten(ledger: Ledger) -> None:
    ingest(ledger, [FILM])
    remove(ledger, "film")
    ingest(ledger, [MAN])
    ingest(ledger, [SEQUEL])
    content = ledger.content()
    with ledger.change("forget"):
        ledger.forget_before(3)
    ledger.compact()
    with pytest.raises(UsageError, match="not kept"):
        ledger.history.find("1")
    remove(ledger, "man")
    restore(ledger, 4)
    assert ledger.content() == content
