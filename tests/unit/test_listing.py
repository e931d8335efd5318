"""Lists and counts: when they are asked for, what states each item, what the text says better."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kgtransfer.listing.answer import of_several
from kgtransfer.listing.asked import asks_for_several, asks_how_many, plainly
from kgtransfer.listing.items import each_once
from kgtransfer.listing.nouns import another_kind
from kgtransfer.read.network import Found, PageReading
from kgtransfer.read.pages import Evidence
from kgtransfer.records import Answer, AnswerItem, Fact, GraphContent, Passage
from kgtransfer.retrieve.build import build_index
from kgtransfer.text2cypher.graph_schema import GraphSchema
from kgtransfer.text2cypher.pattern import Relation
from kgtransfer.workspace import Workspace
from tests.fakes import HashingEncoder
from tests.small_graph import number, small_graph
from tests.workspaces import fake_workspace

FILMS = ("Dark River (1990 film)", "Dark River (2017 film)", "Kes (film)")
DIRECTED = (("Dark River (1990 film)", "Ken Loach"), ("Dark River (2017 film)", "Clio Barnard"))


def graph() -> GraphContent:
    """Two of three films have a fact that says who directed them, with its sentence."""
    content = small_graph()
    types = dict.fromkeys(FILMS, "Work") | dict.fromkeys(("Ken Loach", "Clio Barnard"), "Person")
    entities = tuple(replace(e, type=types.get(e.name, e.type)) for e in content.entities)
    ids = {entity.name: entity.id for entity in entities}
    first = {number("d", film): c for film in FILMS for c in content.chunks if
             c.document == number("d", film)}  # fmt: skip
    facts = []
    for film, person in DIRECTED:
        chunk = first[number("d", film)]
        end = chunk.text.index(".") + 1
        sentence = f"{chunk.start}:{chunk.start + end}"
        facts.append(
            Fact(f"f{film}", ids[film], "director", "DIRECTOR", ids[person], 0.9, 1,
                 (chunk.id,), (sentence,))
        )  # fmt: skip
    return replace(content, entities=entities, facts=tuple(facts), values=())


class KesByLoach:
    """A reader that knows who directed Kes, and takes directors for performers."""

    def ask(self, asked: Sequence[tuple[str, Passage]], top: int = 3) -> list[PageReading]:
        readings = []
        for question, passage in asked:
            knows = "director of Kes" in question or "performer" in question
            at = passage.text.find("Ken Loach") if knows else -1
            span = Found(Evidence(passage, at, at + len("Ken Loach")), math.log(0.8))
            spans = (span,) if at >= 0 else ()
            readings.append(PageReading(passage, spans, -9.0, -9.0, math.log(0.1)))
        return readings


@pytest.fixture
def workspace(tmp_path: Path) -> Any:
    with fake_workspace(tmp_path / "w") as opened:
        index = build_index(graph(), HashingEncoder(), opened.index_folder, revision=1)
        opened.__dict__["graph_schema"] = GraphSchema.of(index, HashingEncoder())
        opened.__dict__["reader"] = SimpleNamespace(text_reader=KesByLoach())
        yield opened


def ask(
    workspace: Workspace, question: str, read: str | None = None, sure: float = 0.0, **only: Any
) -> Answer:
    return of_several(workspace, Answer(question, read, read is None, sure), **only)


@pytest.mark.parametrize(
    "question",
    ["Which films did Ken Loach direct?", "List all films by Ken Loach.", "Ken Loach's films?",
     "Name the films that Ken Loach directed."],
)  # fmt: skip
def test_each_item_of_a_list_quotes_what_states_it(workspace: Workspace, question: str) -> None:
    found = ask(workspace, "Show " + question if question[0] == "K" else question)
    assert [item.text for item in found.items] == ["Dark River (1990 film)", "Kes (film)"]
    assert found.text == "Dark River (1990 film); Kes (film)"
    stated, read = found.items
    assert (stated.read, read.read) == (False, True)
    assert stated.citations[0].quote == "Dark River is a 1990 film directed by Ken Loach."
    assert read.citations[0].quote == "Kes is a 1969 film by Ken Loach."
    assert found.count is None
    assert found.confidence > 0.5
    assert found.query is not None
    assert "DIRECTOR" in found.query.text


def test_a_count_says_that_it_is_of_the_corpus(workspace: Workspace) -> None:
    found = ask(workspace, "How many films did Ken Loach direct?")
    assert (found.text, found.count, len(found.items)) == ("2 in this corpus", 2, 2)
    surer = ask(workspace, "How many films did Ken Loach direct?", "26", 0.95)
    assert (surer.text, surer.items) == ("26", ())  # a number that a text states
    no_number = ask(workspace, "How many films did Ken Loach direct?", "Kes", 0.95)
    assert no_number.count == 2


def test_what_does_not_ask_for_several_keeps_its_answer(workspace: Workspace) -> None:
    for question in (
        "Which film did Ken Loach direct?",
        "Who directed Kes?",
        "Which film came out first, Kes or Dark River?",
        "How many sheep did Ken Loach direct?",
        "Which films did Ken Loach not direct?",
    ):
        found = ask(workspace, question, "Kes", 0.6)
        assert (found.text, found.items) == ("Kes", ()), question


def test_a_surer_text_stays_unless_the_list_holds_it(workspace: Workspace) -> None:
    asked = "Which films did Clio Barnard direct?"
    assert ask(workspace, asked, "The Arbor", 0.97).text == "The Arbor"
    held = ask(workspace, asked, "Dark River", 0.97)
    assert (len(held.items), held.confidence) == (1, 0.97)


def test_what_facts_say_otherwise_is_not_read(workspace: Workspace) -> None:
    schema = workspace.graph_schema
    schema.relations["performer"] = Relation("performer", "PERFORMER")
    schema.signatures["Work", "performer", "Person"] = 1
    found = ask(workspace, "Which works did Ken Loach perform?")
    assert [item.text for item in found.items] == ["Kes (film)"]  # not what he directed
    assert ask(workspace, "Which songs did Ken Loach perform?").items == ()  # Kes is a film


def test_documents_that_are_not_considered_state_nothing(workspace: Workspace) -> None:
    only = {number("d", "Kes (film)")}
    found = ask(workspace, "Which films did Ken Loach direct?", documents=only)
    assert [item.text for item in found.items] == ["Kes (film)"]
    assert ask(workspace, "Which films did Ken Loach direct?", documents=set()).items == ()


def test_first_words_tell_what_may_ask_for_several() -> None:
    assert asks_how_many("How many films did X direct?")
    assert asks_how_many("What is the number of films by X?")
    assert not asks_how_many("How much did it cost?")
    for question in ("Who are the children of Y?", "In which films did X act?", "List Z's kids."):
        assert asks_for_several(question), question
    for question in ("Who is the child of Y?", "Which film is older?", "Where was X born?"):
        assert not asks_for_several(question), question
    assert plainly("What are the names of X's children?") == "What are X's children?"


def test_a_quote_tells_a_song_from_a_film() -> None:
    assert another_kind("films", "Blue", ["Blue is a song by Ann Lee."])
    assert not another_kind("films", "The Song", ["The Song is directed by Ann Lee."])
    assert not another_kind("films", "Blue", ["Blue is a song from the film."])
    assert another_kind("sons", "Eve", ["Eve was the youngest daughter of Bob."])
    assert not another_kind("children", "Eve", ["Eve was the daughter of Bob."])


def test_a_name_with_what_it_is_called_by_is_one_item() -> None:
    items = [AnswerItem(text, 0.5, ()) for text in
             ("Bertha, daughter of Lothair", "Bertha", "Hugh, Duke", "Hugh, Count")]  # fmt: skip
    kept = [item.text for item in each_once(items)]
    assert kept == ["Bertha, daughter of Lothair", "Hugh, Duke", "Hugh, Count"]
