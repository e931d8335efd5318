"""Which page a name stands for, seen in the graph."""

from __future__ import annotations

import pytest

from kgtransfer.contributions import StatementRow
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import explain
from kgtransfer.link.aggregate import make_fact
from kgtransfer.link.decide import merge_types
from kgtransfer.records import (
    EntityMention,
    Extraction,
    GraphContent,
    SourceDocument,
    Statement,
)
from tests.graphs import graph_of, ingest


def page(title: str, text: str) -> SourceDocument:
    return SourceDocument(f"pages/{title}", title, text, "en")


FILM_1990 = page("Dark River (1990 film)", "See the film Dark River. It is old.")
FILM_2017 = page("Dark River (2017 film)", "See the film Dark River. It is new.")
ROMERO = page(
    "Edgar Romero", "Edgar Sinco Romero (born 3 May 1950) was a director. Romero met Ann Lee."
)


def mentions_of(graph: GraphContent, title: str) -> dict[str, tuple[int, bool]]:
    """What the first chunk of a document mentions: name -> (strength, ambiguous)."""
    (document,) = (d.id for d in graph.documents if d.title == title)
    chunk = next(c.id for c in graph.chunks if c.document == document)
    names = {e.id: f"{e.name}#{e.type}" for e in graph.entities}
    return {names[m.entity]: (m.strength, m.ambiguous) for m in graph.mentions if m.chunk == chunk}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # the title with its bracket says it all
        ("Dark River (2017 film) is new.", {"Dark River (2017 film)#Work": (3, False)}),
        # the bracket's words beside the name decide
        (
            "They saw the 1990 film Dark River.",
            {"Dark River (1990 film)#Work": (2, False)},
        ),
        # nothing decides: the name itself, and both pages as possibilities
        (
            "They saw the film Dark River.",
            {
                "Dark River#Work": (0, False),
                "Dark River (1990 film)#Work": (2, True),
                "Dark River (2017 film)#Work": (2, True),
            },
        ),
        # a longer name is not its parts
        ("Ann Lee met Edgar Romero Smith.", {"Ann Lee#Person": (0, False),
                                             "Edgar Romero Smith#Person": (0, False),
                                             "Edgar Romero#Person": (2, True)}),
        # a weak name of one page, of several words
        ("Ann Lee met Edgar Sinco Romero.", {"Ann Lee#Person": (0, False),
                                             "Edgar Romero#Person": (1, False)}),
    ],
)  # fmt: skip
def test_a_name_goes_to_a_page_only_where_the_text_decides_it(
    text: str, expected: dict[str, tuple[int, bool]]
) -> None:
    graph = graph_of([FILM_1990, FILM_2017, ROMERO, page("notes", text)])
    assert mentions_of(graph, "notes") == expected


def test_inside_its_own_document_a_short_name_means_what_the_document_is_about() -> None:
    graph = graph_of([ROMERO, page("Romero", "See the film Romero.")])
    assert mentions_of(graph, "Edgar Romero") == {
        "Edgar Romero#Person": (1, False),
        "Ann Lee#Person": (0, False),
    }


def test_a_page_that_comes_makes_a_name_ambiguous_and_one_that_goes_clears_it() -> None:
    note = page("notes", "They saw the film Dark River.")
    assert mentions_of(graph_of([FILM_1990, note]), "notes") == {
        "Dark River (1990 film)#Work": (2, False)
    }
    both = mentions_of(graph_of([FILM_1990, FILM_2017, note]), "notes")
    assert both["Dark River (1990 film)#Work"] == (2, True)


def test_a_name_of_another_type_than_the_page_is_not_the_page() -> None:
    graph = graph_of([FILM_1990, page("notes", "They live in Dark River.")])
    assert mentions_of(graph, "notes") == {
        "Dark River#Location": (0, False),
        "Dark River (1990 film)#Work": (2, True),
    }


def test_a_country_is_one_node_whatever_it_is_called() -> None:
    notes = [
        page("a", "They live in United States. They live in America."),
        page("b", "They live in America. Ann America met Bob Ray."),
    ]
    graph = graph_of(notes)
    countries = [e for e in graph.entities if e.type == "Location"]
    assert [(e.name, e.aliases) for e in countries] == [("United States", ("America",))]
    assert "Ann America" in {e.name for e in graph.entities}
    with_page = graph_of([*notes, page("America", "They live in America.")])
    names = {e.name for e in with_page.entities if e.type == "Location"}
    assert names == {"United States", "America"}


class Fixed:
    """Finds a film, a country's adjective and two statements in "Kes, a German film"."""

    fingerprint = "fixed"

    def extract(self, text: str, language: str) -> Extraction:
        found = (EntityMention(0, 3, "Work", 0.9, 0), EntityMention(7, 13, "Location", 0.9, 1))
        said = (
            Statement(0, "original_language", 1, False, 0.9, (0, 18)),
            Statement(0, "country_of_origin", 1, False, 0.9, (0, 18), hedge="possible"),
        )
        return Extraction(((0, 18),), found, (), said)


def test_a_language_is_no_country_and_what_is_supposed_is_not_stated() -> None:
    graph = graph_of([SourceDocument("a", "notes", "Kes, a German film", "en")], Fixed())
    names = {e.id: (e.name, e.type) for e in graph.entities}
    facts = {f.predicate: (names[f.object], f.stated) for f in graph.facts}
    assert facts["original_language"] == (("German", "Misc"), True)
    assert facts["country_of_origin"] == (("Germany", "Location"), False)


def test_a_fact_that_a_sentence_denies_is_negated_whatever_was_inferred() -> None:
    denied = StatementRow("e1", "spouse", "e2", "c1", "0:10", 0.9, True)
    inferred = StatementRow("e1", "spouse", "e2", "c1", "", 0.6, False)
    fact = make_fact("e1", "spouse", "e2", [inferred, denied], {"spouse"})
    assert (fact.stated, fact.negated) == (True, True)


def test_documents_of_one_title_are_about_one_thing() -> None:
    twin = SourceDocument("other/1", "Edgar Romero", "Edgar Romero lies in Manila.", "en")
    graph = graph_of([ROMERO, twin])
    assert len({about.entity for about in graph.abouts}) == 1
    assert len(graph.abouts) == 2


def test_facts_of_all_documents_are_one_fact_with_the_confidence_of_any_being_right() -> None:
    graph = graph_of(
        [
            page("a", "Ann Lee met Edgar Romero."),
            page("b", "Ann Lee met Edgar Romero. Ann Lee met Edgar Romero!"),
        ]
    )
    (fact,) = graph.facts
    assert (fact.type, fact.predicate, fact.statement_count) == ("RELATES_TO", "met", 3)
    assert fact.confidence == 0.999
    assert fact.stated
    assert len(fact.chunks) == len(fact.sentences) == 3


def test_a_pronoun_carries_facts_and_is_no_mention() -> None:
    graph = graph_of([page("a", "Ann Lee met Edgar Romero. He was born in Manila.")])
    names = {e.id: e.name for e in graph.entities}
    facts = {(names[f.subject], f.predicate, names[f.object]) for f in graph.facts}
    assert ("Edgar Romero", "place_of_birth", "Manila") in facts
    assert all("He" not in (e.name, *e.aliases) for e in graph.entities)


def test_dates_are_values_that_documents_share() -> None:
    graph = graph_of(
        [
            page("a", "Ann Lee was born on 3 May 1950."),
            page("b", "Edgar Romero was born on 3 May 1950."),
        ]
    )
    (value,) = graph.values
    assert (value.kind, value.value, value.text) == ("date", "1950-05-03", "3 May 1950")
    assert {fact.object for fact in graph.facts} == {value.id}
    assert {fact.type for fact in graph.facts} == {"DATE_OF_BIRTH"}


@pytest.mark.parametrize(
    ("votes", "merged"),
    [
        ({"Person": 9, "Work": 2}, {"Person": "Person", "Work": "Person"}),
        ({"Person": 3, "Work": 2}, {"Person": "Person", "Work": "Work"}),
        ({"Person": 1, "Misc": 3}, {"Person": "Person", "Misc": "Person"}),
        ({"Person": 1, "Misc": 4}, {"Person": "Misc", "Misc": "Misc"}),
        ({"Misc": 1}, {"Misc": "Misc"}),
    ],
)
def test_a_rare_type_of_a_bare_name_is_a_misreading(
    votes: dict[str, int], merged: dict[str, str]
) -> None:
    assert merge_types(votes) == merged


def test_an_entity_explains_itself() -> None:
    ledger = Ledger.open(":memory:")
    note = page("notes", "They saw the 1990 film Dark River.")
    ingest(ledger, [FILM_1990, FILM_2017, note])
    (entity,) = (e for e in ledger.content().entities if e.name == FILM_1990.title)
    reasons = {(r.form, r.why): r for r in explain(ledger.links.shares_of(entity.id))}
    beside = reasons["Dark River", "the words of its bracket stand beside the name"]
    assert beside.times == 1
    assert len(beside.documents) == 1
    assert (FILM_1990.title, "the title of a document about it") in reasons
