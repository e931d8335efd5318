"""What every engine behind `GraphStore` must do: each test runs on each of them."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from graph_store import guard
from graph_store import store as store_module
from graph_store.errors import (
    QueryError,
    QueryTimeout,
    ReadOnlyViolation,
    StoreAuthError,
    StoreError,
    StoreUnavailable,
)
from graph_store.records import (
    About,
    Chunk,
    Document,
    Entity,
    Fact,
    GraphContent,
    GraphDelta,
    Inference,
    Mention,
    Record,
    Value,
)
from graph_store.store import GraphStore
from graph_store.values import Node, Path, Relationship
from tests.conftest import Engine

ODD = "a\x00b \U0001f600 \u2028 é e\u0301 \U0010ffff 'quote' \"double\" \\ `tick` {brace} \n end"
BIG = 2**63 - 1


def content() -> GraphContent:
    """Two documents with everything that the graph can hold."""
    return GraphContent.of(
        [
            Document("d1", "root/a.md", ODD, "en", "ab" * 32, '{"date": "1999", "n": 3}'),
            Document("d2", "root/b.md", "", "", "cd" * 32),
            Chunk("c1", "d1", ODD, 0, len(ODD), 0),
            Chunk("c2", "d1", "Second.", len(ODD), BIG, 1),
            Chunk("c3", "d2", "", 0, 0, 0),
            Entity("e1", ODD, "Person", ("Ann", ODD), BIG),
            Entity("e2", "Kes", "Work"),
            Entity("e3", "Kes", "Person"),
            Value("v1", "date", "10 August 1962", "1962-08-10"),
            Value("v2", "quantity", "3.5 km", 3.5, "km"),
            Value("v3", "number", "7", 7.0),
            About("d1", "e1"),
            About("d2", "e2"),
            Mention("c1", "e1", ("0:3", "9:12"), 3, 0.25),
            Mention("c2", "e2", ("70:73",), 2, 1.0, ambiguous=True),
            Mention("c2", "e3", ("70:73",), 0, 1.0, ambiguous=True),
            Mention("c3", "e3", (), 0),
            Fact("f1", "e2", "director", "DIRECTOR", "e1", 0.5, 2, ("c1", "c2"), ("0:3", "")),
            Fact("f2", "e1", "date_of_birth", "DATE_OF_BIRTH", "v1", 1.0, 1, ("c1",), ("0:9",)),
            Fact("f3", "e1", ODD, "RELATES_TO", "e2", 0.1, BIG, (), (), stated=False),
            Fact("f4", "e1", "admired", "RELATES_TO", "e2", 0.1, 1, (), (), True, True, "1", "2"),
            Fact("f5", "e1", "knows", "RELATES_TO", "e1", 0.1, 1, (), (), True, False),
            Inference("i1", "e2", "director", "e3", 0.4, ODD, ("f4", "f1")),
            Inference("i2", "e1", ODD, "v1", 0.25, "", ()),
        ]
    )


def everything(graph: GraphContent) -> dict[str, tuple[str, ...]]:
    """The ids of a graph, as the removals of a delta."""
    kinds = ("documents", "chunks", "entities", "values", "abouts", "mentions", "facts",
             "inferences")  # fmt: skip
    return {kind: tuple(record.id for record in getattr(graph, kind)) for kind in kinds}


# -- apply, arrays, revision -------------------------------------------------------------------


def test_what_was_applied_comes_back_as_it_was(store: GraphStore) -> None:
    store.apply(GraphDelta(7, content()))
    assert store.arrays() == content()
    assert store.revision() == 7


def test_applying_twice_is_applying_once(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    before = store.stats()
    store.apply(GraphDelta(1, content()))
    assert store.stats() == before
    assert store.arrays() == content()


def test_what_is_inferred_is_no_fact_to_any_query(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    directed = "MATCH (:Entity {id: 'e2'})-[r:DIRECTOR]->(p) RETURN p.id"
    assert store.query(directed).rows == (("e1",),)
    stated = "MATCH (:Entity {id: 'e2'})-[r]->(p) WHERE r.stated RETURN p.id"
    assert store.query(stated).rows == (("e1",),)
    inferred = (
        "MATCH (:Entity {id: 'e2'})-[r:INFERRED {predicate: 'director'}]->(p)"
        " RETURN p.id, r.confidence, r.rule, r.premises"
    )
    assert store.query(inferred).rows == (("e3", 0.4, ODD, ["f4", "f1"]),)
    assert store.stats().relationships["INFERRED"] == 2


def test_an_empty_database_has_revision_zero_and_no_content(store: GraphStore) -> None:
    assert store.revision() == 0
    assert store.arrays() == GraphContent()


def test_a_delta_without_elements_moves_the_revision(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    store.apply(GraphDelta(2))
    assert store.revision() == 2
    assert store.arrays() == content()


def test_changed_elements_are_replaced(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    changes: list[Record] = [
        Document("d1", "root/a.md", "New", "de", "00" * 32),  # its metadata is gone
        Entity("e2", "Kes", "Work", ("K",), 3),
        Mention("c2", "e3", ("1:2",), 1),  # was ambiguous
        Mention("c1", "e1", ("0:3",), 3, ambiguous=True),  # was not
        Fact("f4", "e1", "admired", "RELATES_TO", "e2", 0.9, 2, ("c1",), ("0:1",)),
        Inference("i1", "e2", "director", "e3", 0.8, "another", ("f1",)),
    ]
    store.apply(GraphDelta(2, GraphContent.of(changes)))
    changed = {record.id: record for record in changes}
    assert store.arrays() == GraphContent.of(changed.get(r.id, r) for r in content())
    kept = store.query("MATCH (d:Document {id: 'd1'}) RETURN d.meta_date").rows
    assert kept == ((None,),)


@pytest.mark.parametrize("ends_known", [True, False])
def test_removed_elements_are_gone_and_the_others_stay(store: GraphStore, ends_known: bool) -> None:
    store.apply(GraphDelta(1, content()))
    gone = {
        "documents": ("d2",),
        "chunks": ("c3",),
        "entities": ("e3",),
        "values": ("v3",),
        "abouts": ("d1>e1", "d2>e2"),
        "mentions": ("c1>e1", "c2>e3", "c3>e3"),
        "facts": ("f1", "f4"),
        "inferences": ("i1",),
    }
    known = {"f1": ("e2", "DIRECTOR"), "f4": ("e1", "RELATES_TO"), "i1": ("e2", "INFERRED")}
    ends = known if ends_known else {}
    delta = GraphDelta(2, removals=gone, fact_ends=ends)
    ids = {each for kind in gone.values() for each in kind}
    for _ in range(2):
        store.apply(delta)
        assert store.arrays() == GraphContent.of(r for r in content() if r.id not in ids)


def test_a_graph_can_be_removed_whole_and_come_back(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    store.apply(GraphDelta(2, removals=everything(content())))
    assert store.arrays() == GraphContent()
    store.apply(GraphDelta(3, content()))
    assert store.arrays() == content()


def test_a_first_load_that_is_tried_again_doubles_nothing(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when a transaction was committed and the server's answer was lost."""
    monkeypatch.setattr(store_module, "TRANSACTION_ROWS", 5)
    once = store._write

    def twice(work: Callable[[Any], Any]) -> Any:
        once(work)
        return once(work)

    monkeypatch.setattr(store, "_write", twice)
    store.apply(GraphDelta(1, content()))
    assert list(store.arrays()) == list(content())
    assert store.stats().nodes["Entity"] == 3
    store.apply(GraphDelta(2, content()))
    assert (store.revision(), list(store.arrays())) == (2, list(content()))


def test_a_load_after_nothing_is_no_second_try(store: GraphStore) -> None:
    store.apply(GraphDelta(0, GraphContent()))
    store.apply(GraphDelta(1, content()))
    assert list(store.arrays()) == list(content())


def test_a_store_gives_its_graph_to_other_libraries(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    graph = store.to_networkx()
    assert graph.nodes["e2"]["name"] == "Kes"
    assert graph.has_edge("e2", "e1", key="f1")
    data = store.to_pyg()
    assert data["entity", "DIRECTOR", "entity"].num_edges == 1


def test_a_large_delta_goes_in_several_transactions(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.apply(GraphDelta(1))
    monkeypatch.setattr(store_module, "TRANSACTION_ROWS", 4)
    seen = []
    write = store._write

    def watched(work: Callable[[Any], Any]) -> Any:
        done = write(work)
        seen.append((store.revision(), store.is_loading()))
        return done

    monkeypatch.setattr(store, "_write", watched)
    store.apply(GraphDelta(2, content()))
    assert seen[:-1] == [(1, True)] * (len(seen) - 1)
    assert len(seen) > 3
    assert seen[-1] == (2, False)
    assert store.arrays() == content()


def test_types_enter_queries_only_as_names(store: GraphStore) -> None:
    for odd in ("Person` {x: 1}) DETACH DELETE n //", "", "1st", "Ünder", "Chunk", "A" * 65):
        with pytest.raises(StoreError):
            store.apply(GraphDelta(1, GraphContent.of([Entity("e1", "x", odd)])))
    for odd in ("X`]->() DELETE r //", "A B", "PART_OF", "MENTIONS"):
        fact = Fact("f1", "e1", "p", odd, "e1", 1.0, 1, (), ())
        with pytest.raises(StoreError):
            store.apply(GraphDelta(1, GraphContent.of([Entity("e1", "x", "Person"), fact])))
    assert store.arrays() == GraphContent()


def test_nodes_of_others_are_neither_read_nor_touched(store: GraphStore) -> None:
    foreign = (
        "CREATE (:Document {id: 'theirs', title: 'T'})-[:ABOUT]->(:Entity {id: 'x', name: 'X'}), "
        "(:Person {name: 'Y'})-[:KNOWS]->(:Chunk {text: 'c'})"
    )
    store.query(foreign, write=True)
    store.apply(GraphDelta(1, content()))
    store.query(
        "MATCH (e:Entity {id: 'e1'}), (p:Person {name: 'Y'}) CREATE (p)-[:LIKES]->(e)", write=True
    )
    assert store.arrays() == content()
    assert store.stats().nodes == {"Document": 2, "Chunk": 3, "Entity": 3, "Value": 3}
    store.clear()
    assert store.arrays() == GraphContent()
    assert store.revision() == 0
    left = store.query("MATCH (n) RETURN n.id, n.name ORDER BY n.id, n.name").rows
    assert left == (("theirs", None), ("x", "X"), (None, "Y"), (None, None))


def test_one_workspace_per_database(store: GraphStore, engine: Engine) -> None:
    store.apply(GraphDelta(1, content()))
    with pytest.raises(StoreError, match=r"another workspace \(test\).*KGTRANSFER_STORE_DATABASE"):
        engine.open(workspace="other")
    assert store.arrays() == content()


def test_metadata_can_be_filtered_by(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))  # the store was opened with the key "date"
    found = store.query("MATCH (d:Document) WHERE d.meta_date = '1999' RETURN d.id, d.meta_n")
    assert found.rows == (("d1", None),)


def test_stats_count_what_is_there(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    stats = store.stats()
    assert stats.entity_types == {"Person": 2, "Work": 1}
    assert stats.relationships == {
        "ABOUT": 2,
        "DATE_OF_BIRTH": 1,
        "DIRECTOR": 1,
        "INFERRED": 2,
        "MAY_MENTION": 2,
        "MENTIONS": 2,
        "PART_OF": 3,
        "RELATES_TO": 3,
    }


# -- query -------------------------------------------------------------------------------------


def test_the_model_is_what_the_documentation_says(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    rows = store.query(
        "MATCH (d:Document)<-[:PART_OF]-(c:Chunk)-[m:MENTIONS]->(e:Entity:Person) "
        "RETURN d.id, c.id, m.count, m.spans, e.id ORDER BY c.id"
    ).rows
    assert rows == (("d1", "c1", 2, ["0:3", "9:12"], "e1"), ("d2", "c3", 0, [], "e3"))
    rows = store.query("MATCH (:Work)-[f:DIRECTOR]->(p) RETURN p.id, f.chunks, f.stated").rows
    assert rows == (("e1", ["c1", "c2"], True),)


def test_results_are_plain_python(store: GraphStore) -> None:
    store.apply(GraphDelta(1, content()))
    row = store.query(
        "MATCH p = (w:Work)-[r:DIRECTOR]->(e:Entity) "
        "RETURN w, r, p, $big AS big, $text AS text, null AS none, [1, [2.5, 'x']] AS list, "
        "{a: {b: true}} AS map, date('1962-08-10') AS day, "
        "datetime('2020-01-02T03:04:05Z') AS moment, duration('P1DT2S') AS span",
        {"big": BIG, "text": ODD},
    )
    work, relationship, path, *others = row.rows[0]
    assert isinstance(work, Node)
    assert work.labels == ("Entity", "Work")
    assert work.properties["name"] == "Kes"
    assert isinstance(relationship, Relationship)
    assert relationship.type == "DIRECTOR"
    assert isinstance(path, Path)
    assert [node.properties["id"] for node in path.nodes] == ["e2", "e1"]
    moment = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    assert others[:-1] == [
        BIG,
        ODD,
        None,
        [1, [2.5, "x"]],
        {"a": {"b": True}},
        datetime.date(1962, 8, 10),
        moment,
    ]
    assert others[-1] in ("P1DT2S", "P0M1DT2S")
    assert row.columns[:4] == ("w", "r", "p", "big")
    assert row.to_json()["rows"][0][0]["labels"] == ["Entity", "Work"]


@pytest.mark.parametrize("text", ["CREATE (n:X)", "MATCH (n) SET n.name = 'x'"])
def test_a_refused_write_says_how_to_write(store: GraphStore, text: str) -> None:
    store.apply(GraphDelta(1, content()))
    with pytest.raises(ReadOnlyViolation, match="--write"):
        store.query(text)
    store.query(text, write=True)


ENDLESS = "UNWIND range(1, 1000000) AS a UNWIND range(1, 1000000) AS b RETURN count(a + b)"


@pytest.mark.parametrize("write", [False, True])
def test_an_endless_query_is_ended_on_the_server(store: GraphStore, write: bool) -> None:
    with pytest.raises(QueryTimeout, match=r"longer than 0\.5 s"):
        store.query(ENDLESS, seconds=0.5, write=write)
    assert store.query("RETURN 1").rows == ((1,),)


def test_rows_are_cut_and_it_says_so(store: GraphStore) -> None:
    numbers = "UNWIND range(1, $n) AS i RETURN i"
    whole = store.query(numbers, {"n": 10}, rows=10)
    assert (len(whole.rows), whole.truncated) == (10, False)
    cut = store.query(numbers, {"n": 11}, rows=10)
    assert (len(cut.rows), cut.truncated) == (10, True)
    # The rest of a long result is not made only to be thrown away.
    long = store.query(numbers, {"n": 5_000_000}, rows=2_000, seconds=20)
    assert (len(long.rows), long.truncated) == (2_000, True)
    assert store.query("RETURN 1").rows == ((1,),)


def test_large_rows_are_cut_and_it_says_so(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_RESULT", 100_000)
    text = "UNWIND range(1, 100) AS i RETURN i, reduce(s = 'x', j IN range(1, 14) | s + s) AS s"
    cut = store.query(text, seconds=20)
    assert (len(cut.rows), cut.truncated) == (7, True)


def test_a_wrong_query_says_what_and_where(store: GraphStore) -> None:
    with pytest.raises(QueryError, match=r"line 2(:12|, column 13)"):
        store.query("MATCH (n)\nRETURN n.id,")
    for wrong in ("RETURN 1 +", "MATCH (n RETURN n", "RETURN nobody"):
        with pytest.raises(QueryError) as caught:
            store.query(wrong)
        assert "EXPLAIN" not in str(caught.value)
        assert "Traceback" not in str(caught.value)
    with pytest.raises(QueryError, match="64 bits"):
        store.query("RETURN $x", {"x": 2**63})
    with pytest.raises(QueryError, match="empty"):
        store.query("  \n ")
    with pytest.raises(QueryError, match="100,000"):
        store.query("RETURN 1 //" + "x" * 100_000)


# -- the connection ----------------------------------------------------------------------------


@pytest.mark.neo4j
def test_a_wrong_password_of_neo4j_says_so(neo4j_engine: Engine) -> None:
    wrong = Engine("neo4j", neo4j_engine.store, neo4j_engine.folder, "neo4j", "wrong-password")
    with pytest.raises(StoreAuthError, match="KGTRANSFER_STORE_PASSWORD"):
        wrong.open()


def test_no_server_says_what_to_do(tmp_path: Any) -> None:
    with pytest.raises(StoreUnavailable, match=r"bolt://127\.0\.0\.1:1: .*local:"):
        Engine("none", "bolt://127.0.0.1:1", tmp_path, "neo4j", "x").open()
    with pytest.raises(StoreError):
        Engine("none", "bolt://127.0.0.1:port", tmp_path).open()
    for odd in ("http://127.0.0.1", "neo4j", "bolt://", "local"):
        with pytest.raises(StoreError, match="not the address of a store"):
            Engine("none", odd, tmp_path).open()
