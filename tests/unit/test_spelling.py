from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgtransfer.evaluate.typos import with_typos
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.linking import link_question
from kgtransfer.retrieve.name_words import NameWords
from kgtransfer.retrieve.search import Retriever
from tests.fakes import HashingEncoder
from tests.small_graph import PAGES, number, small_graph

MORE = {
    **PAGES,
    "Secret of Dark River": "Secret of Dark River is a novel about a valley.",
    "Robert Boyle": "Robert Boyle was a chemist who lived in Oxford.",
    "Émile Zola": "Émile Zola was a writer who lived in Paris.",
    "Maria Luisa Bemberg": "Maria Luisa Bemberg was a director who lived in Buenos Aires.",
}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> GraphIndex:
    folder = tmp_path_factory.mktemp("index")
    return build_index(small_graph(MORE), HashingEncoder(64), folder, revision=1)


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Where was Ken Loahc born?", "Where was Ken Loach born?"),  # two letters swapped
        ("Where was Kne Loach born?", "Where was Ken Loach born?"),
        ("Where was Ken Loch born?", "Where was Ken Loach born?"),  # one dropped
        ("Where is Nunneaton?", "Where is Nuneaton?"),  # doubled
        ("Where is Nunaeton's mayor?", "Where is Nuneaton's mayor?"),
        ("Where was Clio Bernard born?", "Where was Clio Barnard born?"),  # replaced
        ("Where did Emil Zola live?", "Where did Émile Zola live?"),
        ("Where did Bob Boyle live?", "Where did Robert Boyle live?"),  # a nickname
        ("Where did R. Boyle live?", "Where did Robert Boyle live?"),  # an initial
        ("Where did Robert J. Boyle live?", "Where did Robert Boyle live?"),  # a middle name more
        ("Where did Maria Bemberg live?", "Where did Maria Luisa Bemberg live?"),  # one less
        ("Woh directed Kes?", "Who directed Kes?"),
        ("where was ken laoch born?", "where was Ken Loach born?"),  # without capitals
        ("Is Sceret of Dark River older?", "Is Secret of Dark River older?"),
    ],
)
def test_names_are_understood_as_they_were_meant(index: GraphIndex, asked: str, meant: str) -> None:
    assert link_question(index, asked)[0] == meant


@pytest.mark.parametrize(
    "question",
    [
        "Who directed Kes?",
        "Was Ken Loach a director in 1936?",
        "What is the Bride of Kes?",  # one letter from "bridges", which is no longer a name then
        "Was Santa Barbara built of Steel or Stone?",
        "Is Ben Roach a director?",  # each word is near to one of Ken Loach, together they are not
        "How long is the river?",
        "who built the bridge of steel?",
        "Where was John Smith born?",
    ],
)
def test_what_is_spelt_right_or_unknown_stays(index: GraphIndex, question: str) -> None:
    assert link_question(index, question)[0] == question


def test_a_misspelt_name_is_a_weaker_link_and_displaces_no_exact_one(index: GraphIndex) -> None:
    asked = "Is Sceret of Dark River older than Nuneaton?"
    _, links = link_question(index, asked)
    surety = {link.key: link.surety for link in links}
    assert surety.keys() == {"secret of dark river", "dark river", "nuneaton"}
    assert surety["dark river"] == surety["nuneaton"] == 1.0
    assert 0 < surety["secret of dark river"] < 1
    places = {link.key: asked[slice(*link.asked)] for link in links}
    assert places["secret of dark river"] == "Sceret of Dark River"
    assert places["nuneaton"] == "Nuneaton"


def test_a_misspelt_name_seeds_the_walk(tmp_path: Path) -> None:
    encoder = HashingEncoder(64)
    retriever = Retriever(build_index(small_graph(), encoder, tmp_path, revision=1), encoder)
    found = retriever.retrieve("Where was Clio Branard born?", method="pagerank", top_k=1)
    assert found.passages[0].title == "Clio Barnard"
    assert found.question == "Where was Clio Branard born?"
    assert found.meant == "Where was Clio Barnard born?"
    assert found.linked[0].entities == (number("e", "Clio Barnard"),)


def test_an_index_that_was_written_without_the_table_works(index: GraphIndex) -> None:
    made, loaded = NameWords.of(index.names), index.name_words
    assert made.words == loaded.words
    assert made.near("laoch") == loaded.near("laoch") != ()


@given(st.text(max_size=60))
def test_any_question_can_be_linked(index: GraphIndex, question: str) -> None:
    meant, links = link_question(index, question)
    for link in links:
        assert 0 <= link.asked[0] <= link.asked[1] <= len(question)
        assert meant[link.start : link.end]


def test_typing_errors_keep_the_letters_and_the_seed() -> None:
    question = "Where was the director of Dark River (1990 Film) born?"
    wrong = with_typos(question, share=1.0)
    assert wrong != question
    assert sorted(wrong) == sorted(question)
    assert wrong == with_typos(question, share=1.0) != with_typos(question, seed=1, share=1.0)
    assert wrong.split()[1:3] == ["was", "the"]
    assert with_typos(question, share=0.0) == question
