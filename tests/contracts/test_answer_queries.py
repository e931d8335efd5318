"""The query behind an answer finds it again, on each engine."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from graph_store.records import GraphDelta
from graph_store.store import GraphStore
from graph_store.values import QueryResult
from kgtransfer.read.answer import Reader
from kgtransfer.read.facts import support
from kgtransfer.read.pages import Evidence
from kgtransfer.read.query import query_for
from kgtransfer.records import Answer, Fact, GraphContent, Passage, Subgraph
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.search import Retriever
from tests.fakes import HashingEncoder
from tests.small_graph import PAGES, number, small_graph


def graph() -> GraphContent:
    """The small graph, with where Ken Loach was born and, as a phrase, what Nuneaton lies near."""
    content = small_graph()
    ids = {entity.name: entity.id for entity in content.entities}
    shared = (0.9, 1, (number("c", "Ken Loach/0"),), ("47:70",))
    more = (
        Fact("f4", ids["Ken Loach"], "place_of_birth", "PLACE_OF_BIRTH", ids["Nuneaton"], *shared),
        Fact("f5", ids["Nuneaton"], "lies near", "RELATES_TO", ids["Coventry"], *shared),
        Fact("f0", ids["Kes (film)"], "editor", "EDITOR", ids["Ken Loach"], *shared),
        Fact("f6", ids["Nuneaton"], "lies in", "RELATES_TO", ids["Warwickshire"], *shared),
    )
    return replace(content, facts=(*content.facts, *more))


@pytest.fixture
def filled(store: GraphStore) -> GraphStore:
    store.apply(GraphDelta(1, graph()))
    return store


def passage(title: str) -> Passage:
    return Passage(number("d", title), title, number("c", f"{title}/0"), 1.0, PAGES[title], 0)


def read_at(title: str, text: str) -> Evidence:
    start = PAGES[title].index(text)
    return Evidence(passage(title), start, start + len(text))


def ask(
    store: GraphStore, evidence: list[Evidence], question: str = "?", *, facts: bool = True
) -> QueryResult:
    content = graph()
    names = {e.id: e.name for e in content.entities} | {v.id: v.text for v in content.values}
    passages = tuple(one.passage for one in evidence)
    subgraph = Subgraph("?", passages, facts=content.facts if facts else (), names=names)
    query = query_for(question, evidence, support(subgraph, evidence))
    assert query is not None
    return store.query(query.text, query.parameters)


def test_a_chain_of_facts_is_followed_to_the_answer(filled: GraphStore) -> None:
    found = ask(filled, [read_at("Kes (film)", "Ken Loach"), read_at("Ken Loach", "Nuneaton")])
    assert found.columns == ("from0", "step0_1", "step0_2")
    assert found.rows == (("Kes (film)", "Ken Loach", "Nuneaton"),)


def test_a_value_and_a_phrase_are_reached(filled: GraphStore) -> None:
    assert ask(filled, [read_at("Kes (film)", "1969")]).rows == (("Kes (film)", "1969"),)
    assert ask(filled, [read_at("Nuneaton", "Coventry")]).rows == (("Nuneaton", "Coventry"),)


def test_of_two_facts_the_one_that_is_asked_for_is_followed(filled: GraphStore) -> None:
    read = [read_at("Kes (film)", "Ken Loach")]
    for predicate in ("director", "editor"):
        found = ask(filled, read, f"Who is the {predicate} of Kes?")
        assert found.rows == (("Kes (film)", "Ken Loach"),)
    content = graph()
    names = {e.id: e.name for e in content.entities}
    subgraph = Subgraph("?", (read[0].passage,), facts=content.facts, names=names)
    query = query_for("Who is the editor of Kes?", read, support(subgraph, read))
    assert query is not None
    assert "[:`EDITOR`]" in query.text


def test_what_is_compared_stands_side_by_side(filled: GraphStore) -> None:
    found = ask(filled, [read_at("Kes (film)", "1969"), read_at("Nuneaton", "Warwickshire")])
    assert found.rows == (("Kes (film)", "1969", "Nuneaton", "Warwickshire"),)


def test_without_facts_the_cited_passages_and_the_way_between_them_come(filled: GraphStore) -> None:
    evidence = [read_at("Kes (film)", "Ken Loach"), read_at("Ken Loach", "Nuneaton")]
    found = ask(filled, evidence, facts=False)
    rows = {row[0]: row for row in found.rows}
    assert rows["Kes (film)"][1:3] == (PAGES["Kes (film)"], ["Ken Loach"])
    assert rows["Ken Loach"][1:3] == (PAGES["Ken Loach"], [])


@pytest.mark.parametrize(
    ("question", "facts"),
    [("Who is the director of Kes?", True), ("In which county is Nuneaton?", False)],
)
def test_every_answer_is_found_again(
    filled: GraphStore, tmp_path: Path, question: str, facts: bool
) -> None:
    encoder = HashingEncoder()
    retriever = Retriever(build_index(graph(), encoder, tmp_path, revision=1), encoder)
    subgraph = retriever.retrieve(question, method="pagerank")
    answer: Answer = Reader.load().read(question, subgraph, use_facts=facts, threshold=0.0)
    assert answer.text is not None
    assert answer.query is not None
    assert question not in answer.query.text
    cells = filled.query(answer.query.text, answer.query.parameters).rows
    text = " ".join(str(cell) for row in cells for cell in row)
    assert answer.text in text
    if not facts:
        assert all(citation.quote in text for citation in answer.citations)
