"""Exports: what they hold, and that equal graphs give equal bytes."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import networkx
import pytest
import rdflib
from rdflib.namespace import RDF

from graph_store.errors import FormatError, StoreError
from graph_store.formats import (
    FORMATS,
    NAMESPACE,
    canonical_lines,
    export,
    from_networkx,
    read,
    to_networkx,
    to_pyg,
    to_rdf,
)
from graph_store.records import GraphContent
from tests.contracts.test_graph_store import content


@pytest.fixture(scope="module")
def graph() -> GraphContent:
    return content()


@pytest.mark.parametrize("suffix", [".jsonl", ".json", ".nt", ".graphml", ".ttl", ".jsonld"])
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
    assert all(suffix in str(caught.value) for suffix in FORMATS)
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(graph: GraphContent, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"missing/graph\.jsonl"):
        export(graph, tmp_path / "missing" / "graph.jsonl")


@pytest.mark.parametrize("suffix", sorted(set(FORMATS) - {".graphml"}))
def test_what_was_written_is_read_equal(graph: GraphContent, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"graph{suffix}"
    for _ in range(2):  # what is there is replaced
        export(graph, path)
        assert list(read(path)) == list(graph)
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_graphml_loses_only_what_xml_cannot_hold(graph: GraphContent, tmp_path: Path) -> None:
    export(graph, tmp_path / "graph.graphml")
    held = [str(record).replace("\\x00", "\ufffd") for record in graph]
    found = [str(record) for record in read(tmp_path / "graph.graphml")]
    strange = "\U0010ffff"  # XML can hold it
    assert any(strange in each or r"\U0010ffff" in each for each in found)
    assert len(found) == len(held)
    assert sum(one != other for one, other in zip(found, held, strict=True)) <= 8
    assert from_networkx(to_networkx(graph)) == graph


def test_pyg_has_names_and_numbers(graph: GraphContent) -> None:
    data = to_pyg(graph)
    assert data["entity"].ids == ["e1", "e2", "e3"]
    assert data["value"].names == ["10 August 1962", "3.5 km", "7"]
    assert data["entity", "DIRECTOR", "entity"].edge_index.tolist() == [[1], [0]]
    assert data["entity", "RELATES_TO", "entity"].edge_index.shape == (2, 3)
    assert data["chunk", "PART_OF", "document"].num_edges == 3
    assert data["entity", "DIRECTOR", "entity"].confidence.tolist() == [0.5]


@pytest.mark.parametrize("suffix", sorted(FORMATS))
def test_what_is_no_graph_is_refused(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"graph{suffix}"
    for text in ("{} nothing [", '{"kind": "entity", "id": "e1"}\n', "<graphml>"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(StoreError, match="graph"):
            read(path)
    path.unlink()
    with pytest.raises(StoreError):
        read(path)


def test_a_graph_with_a_loose_end_is_refused(graph: GraphContent, tmp_path: Path) -> None:
    path = tmp_path / "graph.jsonl"
    lines = [line for line in canonical_lines(graph) if '"id":"e1"' not in line]
    path.write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(FormatError, match="elements are missing: e1"):
        read(path)


def test_rdf_says_where_a_fact_comes_from(graph: GraphContent) -> None:
    query = """
        PREFIX kg: <urn:kgtransfer:terms:> PREFIX oa: <http://www.w3.org/ns/oa#>
        PREFIX prov: <http://www.w3.org/ns/prov#>
        SELECT ?title ?start ?end WHERE {
          ?fact rdf:predicate kg:DIRECTOR; prov:wasDerivedFrom ?place.
          ?place oa:hasSource/kg:uri ?title; oa:hasSelector [oa:start ?start; oa:end ?end] }
    """
    rows: list[Any] = list(to_rdf(graph).query(query))
    assert [tuple(map(str, row)) for row in rows] == [("root/a.md", "0", "3")]
