"""Exports: what they hold, and that equal graphs give equal bytes."""

from __future__ import annotations

import json
import random
from pathlib import Path

import networkx
import pytest
import rdflib
from rdflib.namespace import RDF

from graph_store.errors import FormatError, StoreError
from graph_store.formats import NAMESPACE, WRITERS, canonical_lines, export, to_networkx, to_rdf
from graph_store.records import GraphContent
from tests.contracts.test_graph_store import content


@pytest.fixture(scope="module")
def graph() -> GraphContent:
    return content()


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".nt", ".graphml", ".ttl"])
def test_equal_graphs_give_equal_bytes(graph: GraphContent, tmp_path: Path, suffix: str) -> None:
    shuffled = list(graph)
    random.Random(3).shuffle(shuffled)
    export(graph, tmp_path / f"a{suffix}")
    export(GraphContent.of(shuffled), tmp_path / f"b{suffix}")
    assert (tmp_path / f"a{suffix}").read_bytes() == (tmp_path / f"b{suffix}").read_bytes()


def test_canonical_lines_hold_every_element_once(graph: GraphContent, tmp_path: Path) -> None:
    path = tmp_path / "graph.jsonl"
    export(graph, path)
    lines = path.read_bytes().decode().rstrip("\n").split("\n")
    assert lines == list(canonical_lines(graph))
    elements = [json.loads(line) for line in lines]
    assert len(elements) == sum(1 for _ in graph)
    titles = [e["title"] for e in elements if e["kind"] == "document"]
    assert titles == [document.title for document in graph.documents]
    assert not {"revision", "time", "created"} & {key for each in elements for key in each}


def test_graphml_and_node_link_can_be_read_again(graph: GraphContent, tmp_path: Path) -> None:
    export(graph, tmp_path / "graph.graphml")
    export(graph, tmp_path / "graph.json")
    read = [
        networkx.read_graphml(tmp_path / "graph.graphml", force_multigraph=True),
        networkx.node_link_graph(json.loads((tmp_path / "graph.json").read_text()), edges="links"),
    ]
    made = to_networkx(graph)
    for each in read:
        assert set(each.nodes) == set(made.nodes)
        kinds = sorted(kind for *_, kind in made.edges(data="kind"))
        assert sorted(kind for *_, kind in each.edges(data="kind")) == kinds
        assert each.nodes["v2"]["number"] == 3.5
        assert each.nodes["e2"]["type"] == "Work"


@pytest.mark.parametrize("suffix", [".ttl", ".nt"])
def test_rdf_can_be_read_again(graph: GraphContent, tmp_path: Path, suffix: str) -> None:
    export(graph, tmp_path / f"graph{suffix}")
    read = rdflib.Graph().parse(tmp_path / f"graph{suffix}")
    assert len(read) == len(to_rdf(graph))
    terms = rdflib.Namespace(NAMESPACE + "terms:")
    work, person = rdflib.URIRef(NAMESPACE + "e2"), rdflib.URIRef(NAMESPACE + "e1")
    assert (work, terms.DIRECTOR, person) in read
    assert (work, RDF.type, terms.Work) in read


def test_an_unknown_ending_names_the_known_ones(graph: GraphContent, tmp_path: Path) -> None:
    with pytest.raises(FormatError) as caught:
        export(graph, tmp_path / "graph.xlsx")
    assert all(suffix in str(caught.value) for suffix in WRITERS)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(graph: GraphContent, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"missing/graph\.jsonl"):
        export(graph, tmp_path / "missing" / "graph.jsonl")
