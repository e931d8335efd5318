"""Questions become queries that each engine runs as they are; what is not understood is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from graph_store.records import GraphDelta
from graph_store.store import GraphStore
from kgtransfer.records import Entity, Fact, GraphContent, Value
from kgtransfer.retrieve.build import build_index
from kgtransfer.text2cypher.graph_schema import GraphSchema
from kgtransfer.text2cypher.write import Translation, translate
from tests.fakes import HashingEncoder
from tests.small_graph import number, small_graph

TYPES = {
    **dict.fromkeys(("Ken Loach", "Clio Barnard", "Ann Lee"), "Person"),
    **dict.fromkeys(("Kes (film)", "Dark River (1990 film)", "Dark River (2017 film)"), "Work"),
    **dict.fromkeys(("Nuneaton", "Santa Barbara", "Barnsley"), "Location"),
}
FACTS = (
    ("Kes (film)", "director", "Ken Loach"),
    ("Dark River (1990 film)", "director", "Ken Loach"),
    ("Dark River (2017 film)", "director", "Clio Barnard"),
    ("Kes (film)", "cast_member", "Ann Lee"),
    ("Ken Loach", "place_of_birth", "Nuneaton"),
    ("Clio Barnard", "place_of_birth", "Santa Barbara"),
    ("Ken Loach", "spouse", "Ann Lee"),
    ("Ken Loach", "lived near", "Barnsley"),
    ("Ken Loach", "child", "Clio Barnard"),
    ("Ann Lee", "father", "Ken Loach"),
)
DATES = (
    ("Kes (film)", "publication_date", "1969"),
    ("Dark River (1990 film)", "publication_date", "1990-05-01"),
    ("Dark River (2017 film)", "publication_date", "2017"),
    ("Ken Loach", "date_of_birth", "1936-06-17"),
    ("Clio Barnard", "date_of_birth", "1965"),
)


def graph() -> GraphContent:
    """The small graph with types, and facts of a few kinds; one is denied, one inferred."""
    content = small_graph()
    entities = tuple(replace(e, type=TYPES.get(e.name, e.type)) for e in content.entities)
    ids = {entity.name: entity.id for entity in entities}
    values = tuple(Value(number("v", d), "date", d, d) for d in sorted({d for _, _, d in DATES}))
    ids |= {value.text: value.id for value in values}
    facts = [
        Fact(
            f"f{at}", ids[s], p, p.upper() if " " not in p else "RELATES_TO", ids[o], 0.9, 1, (), ()
        )
        for at, (s, p, o) in enumerate((*FACTS, *DATES))
    ]
    other = (ids["Clio Barnard"], "director", "DIRECTOR")
    facts.append(Fact("n1", ids["Kes (film)"], *other[1:], other[0], 0.9, 1, (), (), negated=True))
    facts.append(
        Fact("n2", ids["Kes (film)"], *other[1:], ids["Ann Lee"], 0.9, 1, (), (), stated=False)
    )
    return replace(content, entities=entities, values=values, facts=tuple(facts))


@pytest.fixture(scope="module")
def schema(tmp_path_factory: pytest.TempPathFactory) -> GraphSchema:
    encoder = HashingEncoder()
    return GraphSchema.of(
        build_index(graph(), encoder, tmp_path_factory.mktemp("i"), revision=1), encoder
    )


@pytest.fixture(scope="module")
def filled(session_store: GraphStore) -> Iterator[GraphStore]:
    session_store.query("MATCH (n) DETACH DELETE n", write=True, seconds=60)
    session_store.apply(GraphDelta(1, graph()))
    yield session_store
    session_store.query("MATCH (n) DETACH DELETE n", write=True, seconds=60)


OLD, NEW = "Dark River (1990 film)", "Dark River (2017 film)"
ANSWERS: list[tuple[str, list[object]]] = [
    ("Which films did Ken Loach direct?", [OLD, "Kes (film)"]),
    ("How many films did Ken Loach direct?", [2]),
    ("How many films has Ken Loach directed?", [2]),
    ("List all films directed by Ken Loach.", [OLD, "Kes (film)"]),
    ("Who directed Kes?", ["Ken Loach"]),
    ("What is the birthplace of the director of Kes?", ["Nuneaton"]),
    ("Where was the director of Kes born?", ["Nuneaton"]),
    ("When was Ken Loach born?", ["1936-06-17"]),
    ("Which films directed by Ken Loach were released after 1970?", [OLD]),
    ("Which films were released between 1960 and 1990?", [OLD, "Kes (film)"]),
    ("Which films came out in 1990?", [OLD]),
    ("Which films came out before 1 May 1990?", ["Kes (film)"]),
    ("Who was born in Nuneaton before 1950?", ["Ken Loach"]),
    ("What is the latest film?", [NEW]),
    ("Who is the oldest person?", ["Ken Loach"]),
    ("Who was born first, Ken Loach or Clio Barnard?", ["Ken Loach"]),
    ("Who directed more films, Ken Loach or Clio Barnard?", ["Ken Loach"]),
    ("Who directed the most films?", ["Ken Loach"]),
    ("Who directed more than 1 film?", ["Ken Loach"]),
    ("Which directors were born in Santa Barbara?", ["Clio Barnard"]),
    ("Who is Ann Lee married to?", ["Ken Loach"]),
    ("Did Ken Loach direct Kes?", [True]),
    ("Did Clio Barnard direct Kes?", [False]),
    ("Who lived near Barnsley?", ["Ken Loach"]),
    ("Who are the children of Ken Loach?", ["Ann Lee", "Clio Barnard"]),
    ("How many children does Ken Loach have?", [2]),
    ("Who are the parents of Ann Lee?", ["Ken Loach"]),
    ("List Ken Loach's films.", [OLD, "Kes (film)"]),
    ("How many people are there?", [3]),
]
REFUSED = [
    ("How tall is Ken Loach?", "“tall”"),
    ("Which films did Ken Loach not direct?", "not so"),
    ("Which green films did Ken Loach direct?", "green"),
    ("Which films did Ken Loach direct in anger?", "“anger”"),
    ("Who directed Kes with a heavy heart?", "“heart”"),
    ("Which awards did Ken Loach win?", "no “awards”"),
    ("Who is the director?", "whose"),
    ("Who directed?", "whom"),
    ("Which films came out before?", "which date"),
    ("'; MATCH (n) DETACH DELETE n //", ""),
    ("", ""),
    ("???", ""),
]


@pytest.mark.parametrize(("question", "expected"), ANSWERS)
def test_the_query_gives_the_answer(
    filled: GraphStore, schema: GraphSchema, question: str, expected: list[object]
) -> None:
    found = translate(question, schema)
    assert found.query is not None, found.refusal
    rows = filled.query(found.query.text, found.query.parameters).rows
    assert [row[0] for row in rows] == expected
    assert found.understood


@pytest.mark.parametrize(("question", "why"), REFUSED)
def test_what_is_not_understood_is_refused_by_name(
    schema: GraphSchema, question: str, why: str
) -> None:
    found = translate(question, schema)
    assert found.query is None
    assert any(part in found.refusal for part in why.split("|"))


def test_things_that_are_left_out_of_a_list_are_not_returned(
    schema: GraphSchema, filled: GraphStore
) -> None:
    pattern = translate("Which films did Ken Loach direct?", schema).pattern
    assert pattern is not None
    kes = next(e.id for e in graph().entities if e.name == "Kes (film)")
    query = replace(pattern, left_out=(kes,)).cypher()
    assert filled.query(query.text, query.parameters).rows == ((OLD,),)


def test_what_was_assumed_is_said(schema: GraphSchema) -> None:
    def unsure(question: str) -> str:
        found: Translation = translate(question, schema)
        assert found.query is not None
        return "; ".join(found.unsure)

    assert "2 things are called “Dark River”" in unsure("Who directed Dark River?")
    assert "tells no “films”" in unsure("Which films did Ken Loach direct?")
    assert "no fact of this kind" in unsure("Which films did Ann Lee direct?")


def test_nothing_of_the_question_or_the_graph_stands_in_the_query(schema: GraphSchema) -> None:
    for question, _ in ANSWERS:
        query = translate(question, schema).query
        assert query is not None
        for name in (*TYPES, "lived near", "1990", "1936"):
            assert name not in query.text


def test_an_entity_of_a_stranger_name_is_only_a_parameter(tmp_path: Path) -> None:
    content = graph()
    strange = Entity(number("e", "x"), "Robert'); DROP", "Person")
    kes = next(e.id for e in content.entities if e.name == "Kes (film)")
    fact = Fact("x", kes, "producer", "PRODUCER", strange.id, 0.9, 1, (), ())
    content = replace(content, entities=(*content.entities, strange), facts=(*content.facts, fact))
    encoder = HashingEncoder()
    schema = GraphSchema.of(build_index(content, encoder, tmp_path, revision=1), encoder)
    found = translate("Who produced Kes?", schema)
    assert found.query is not None
    assert "DROP" not in found.query.text
