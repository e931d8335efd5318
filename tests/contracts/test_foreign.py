"""A graph that others made, read by a mapping: on each engine, without a trace in it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph_store.errors import StoreError
from graph_store.foreign import LabelMapping
from graph_store.formats import to_networkx, to_pyg
from graph_store.store import GraphStore
from kgtransfer.doctor import examine
from kgtransfer.errors import UsageError
from kgtransfer.foreign import content_of
from kgtransfer.pipeline import rebuild_graph
from kgtransfer.retrieve.search import Retriever
from kgtransfer.show import entity_of, neighbourhood
from kgtransfer.workspace import Workspace
from tests.conftest import Engine
from tests.fakes import HashingEncoder
from tests.workspaces import ingest

FILMS = """
CREATE (m:Movie {title: 'The Matrix', released: 1999}),
       (c:Movie:Classic {title: 'Cloud Atlas', released: date('2012-09-08')}),
       (l:Person {name: 'Lana Wachowski', born: 1965, nick: ['LW', 'Lana Wachowski'],
                  bio: 'An American director. She made The Matrix.'}),
       (k:Person {name: 'Keanu Reeves'}), (h:`Film Studio` {`full name`: 'Warner'}),
       (:Person {born: 1900}), (o:Other {name: 'Keanu Reeves'}),
       (l)-[:DIRECTED]->(m), (l)-[:DIRECTED]->(c), (k)-[:ACTED_IN {roles: ['Neo']}]->(m),
       (h)-[:MADE]->(m), (o)-[:KNOWS]->(k)
"""
MAPPINGS = (
    LabelMapping("Movie", "Work", "title", values=("released",)),
    LabelMapping("Person", "Person", aliases=("nick",), texts=("bio",), values=("born",)),
    LabelMapping("Film Studio", "Organization", "full name"),
)
TOML = """
[mapping.Movie]
type = "Work"
name = "title"
values = ["released"]
[mapping.Person]
texts = ["bio"]
"""


@pytest.fixture
def films(store: GraphStore) -> GraphStore:
    store.query(FILMS, write=True)
    return store


def test_nodes_are_pages_whose_lines_state_the_facts(films: GraphStore) -> None:
    graph = films.foreign(MAPPINGS)
    assert graph.unnamed == 1
    content = content_of(graph)
    assert content == content_of(films.foreign(MAPPINGS))
    names = {entity.id: entity.name for entity in content.entities}
    assert sorted((e.name, e.type, e.aliases) for e in content.entities) == [
        ("Cloud Atlas", "Work", ()),
        ("Keanu Reeves", "Person", ()),
        ("Lana Wachowski", "Person", ("LW",)),
        ("The Matrix", "Work", ()),
        ("Warner", "Organization", ()),
    ]
    values = {value.id: (value.kind, value.value) for value in content.values}
    texts = {document.id: "" for document in content.documents}
    for chunk in sorted(content.chunks, key=lambda c: c.position):
        texts[chunk.document] += chunk.text
    owners = {chunk.id: chunk.document for chunk in content.chunks}
    said: dict[Any, set[str]] = {}
    for fact in content.facts:
        key = (names[fact.subject], fact.type, names.get(fact.object) or values[fact.object])
        for place, span in zip(fact.chunks, fact.sentences, strict=True):
            start, end = map(int, span.split(":"))
            said.setdefault(key, set()).add(texts[owners[place]][start:end])
    assert said == {
        ("Lana Wachowski", "DIRECTED", "The Matrix"): {"Lana Wachowski directed The Matrix."},
        ("Lana Wachowski", "DIRECTED", "Cloud Atlas"): {"Lana Wachowski directed Cloud Atlas."},
        ("Keanu Reeves", "ACTED_IN", "The Matrix"): {"Keanu Reeves acted in The Matrix."},
        ("Warner", "MADE", "The Matrix"): {"Warner made The Matrix."},
        ("The Matrix", "RELEASED", ("number", 1999.0)): {"The Matrix, released: 1999."},
        ("Cloud Atlas", "RELEASED", ("date", "2012-09-08")): {"Cloud Atlas, released: 2012-09-08."},
        ("Lana Wachowski", "BORN", ("number", 1965.0)): {"Lana Wachowski, born: 1965."},
    }
    lana = next(id_ for id_, name in names.items() if name == "Lana Wachowski")
    (own,) = [a.document for a in content.abouts if a.entity == lana]
    for mention in content.mentions:
        for span in mention.spans:
            start, end = map(int, span.split(":"))
            text = texts[owners[mention.chunk]][start:end]
            assert text.casefold() == names[mention.entity].casefold()
    seen = {names[m.entity] for m in content.mentions if owners[m.chunk] == own}
    assert seen == {"Lana Wachowski", "The Matrix", "Cloud Atlas"}


def test_other_libraries_take_it(films: GraphStore) -> None:
    content = content_of(films.foreign(MAPPINGS))
    assert to_networkx(content).number_of_nodes() > len(content.entities)
    assert to_pyg(content)["entity"].num_nodes == len(content.entities)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        (LabelMapping("Film", "Work"), "no node with the label 'Film'"),
        (LabelMapping("Movie", "Work", "name"), "property 'name'.*title"),
        (LabelMapping("Movie`) DETACH DELETE n //", "Work"), "can't be a label"),
    ],
)
def test_a_mapping_that_does_not_fit(films: GraphStore, mapping: LabelMapping, said: str) -> None:
    with pytest.raises(StoreError, match=said):
        films.foreign([mapping])


def test_a_workspace_reads_it_and_leaves_it_alone(
    films: GraphStore, engine: Engine, tmp_path: Path
) -> None:
    at = films.address
    settings = {"store": at.url, "store_user": at.user, "store_password": at.password}
    settings["store_database"] = at.database
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (tmp_path / "kgtransfer.toml").write_text("\n".join([*lines, TOML]), encoding="utf-8")
    everything = (
        "MATCH (n) OPTIONAL MATCH (n)-[r]->(m) RETURN count(n), count(r), count(n.kgtransfer)"
    )
    before = films.query(everything).rows
    with Workspace.open(tmp_path, create=True) as workspace:
        workspace.__dict__["encoder"] = HashingEncoder()
        for revision in (1, 2):
            report = rebuild_graph(workspace)
            assert (report.revision, report.entities, report.facts) == (revision, 4, 5)
        index = workspace.open_index()
        found = Retriever(index, workspace.encoder).retrieve(
            "Who directed Cloud Atlas?", method="pagerank", top_k=2
        )
        assert "Lana Wachowski directed Cloud Atlas." in found.passages[0].text
        around = neighbourhood(index, entity_of(index, "cloud atlas"), hops=1)
        assert {edge.predicate for edge in around.edges} == {"directed", "released"}
        with pytest.raises(UsageError, match="others made"):
            ingest(workspace, [])
        with pytest.raises(UsageError, match="no entity"):
            entity_of(index, "nobody")
    healthy = {finding.subject: finding.ok for finding in examine(tmp_path)}
    assert "ledger" not in healthy
    assert healthy["store"]
    assert healthy["index"]
    assert films.query(everything).rows == before
