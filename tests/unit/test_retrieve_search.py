from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kgtransfer.errors import ModelError
from kgtransfer.records import GraphContent, Subgraph
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.candidates import choose
from kgtransfer.retrieve.features import question_graph
from kgtransfer.retrieve.linking import link_question
from kgtransfer.retrieve.measures import NODE_FEATURES
from kgtransfer.retrieve.model import RetrieverModel, load_retriever
from kgtransfer.retrieve.scoring import Scorer
from kgtransfer.retrieve.search import Method, Retriever
from tests.fakes import HashingEncoder
from tests.small_graph import PAGES, number, small_graph

QUESTION = "Where was the director of Dark River (1990 Film) born?"
METHODS: tuple[Method, ...] = ("graph", "pagerank", "dense", "bm25")


def untrained(encoder: HashingEncoder) -> RetrieverModel:
    import torch

    from kgtransfer.nn.gat import GatConfig, QuestionGat
    from kgtransfer.retrieve.edges import EDGE_FEATURES
    from kgtransfer.retrieve.measures import NODE_FEATURES

    torch.manual_seed(0)
    config = GatConfig(len(NODE_FEATURES), len(EDGE_FEATURES), encoder.dimension, width=16)
    return RetrieverModel(QuestionGat(config, engine="torch").eval(), encoder.fingerprint)


@pytest.fixture
def retriever(tmp_path: Path) -> Retriever:
    return retriever_of(small_graph(), tmp_path)


def retriever_of(content: GraphContent, folder: Path) -> Retriever:
    encoder = HashingEncoder(256)
    index = build_index(content, encoder, folder, revision=1)
    return Retriever(index, encoder, untrained(encoder))


def titles(found: Subgraph) -> list[str]:
    return [passage.title for passage in found.passages]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_ranks_passages(retriever: Retriever, method: Method) -> None:
    found = retriever.retrieve(QUESTION, method=method, top_k=4)
    assert len(found.passages) == len(set(titles(found))) == 4
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)
    for passage in found.passages:
        assert passage.text == PAGES[passage.title]
        assert passage.document == number("d", passage.title)


def test_the_walk_reaches_the_second_page_over_the_graph(retriever: Retriever) -> None:
    walked = titles(retriever.retrieve(QUESTION, method="pagerank", top_k=3))
    assert walked[0] == "Dark River (1990 film)"
    assert "Ken Loach" in walked  # which shares no word with the question


def test_the_encoder_sees_a_state_and_a_score_for_every_candidate(retriever: Retriever) -> None:
    found = retriever.retrieve(QUESTION)
    assert found.node_states is not None
    assert found.node_scores is not None
    assert found.node_states.shape == (len(found.chunks), 16)
    assert found.node_scores.shape == (len(found.chunks),)
    assert {passage.chunk for passage in found.passages} <= set(found.chunks)


@pytest.mark.parametrize("method", METHODS)
def test_a_document_filter_is_kept(retriever: Retriever, method: Method) -> None:
    allowed = {number("d", title) for title in ("Bridges", "Ken Loach")}
    found = retriever.retrieve(QUESTION, method=method, documents=allowed)
    assert {passage.document for passage in found.passages} == allowed
    assert not retriever.retrieve(QUESTION, method=method, documents=set()).passages


def test_linked_names_carry_strength_and_bearers(retriever: Retriever) -> None:
    named = retriever.retrieve("Is Dark River (2017 film) older than Dark River?").linked
    bracketed, bare = named
    assert (bracketed.strength, bracketed.entities) == (3, (number("e", "Dark River (2017 film)"),))
    assert bare.strength == 2
    assert len(bare.entities) == 2


@pytest.mark.parametrize(
    ("question", "keys"),
    [
        ("where was ken loach born?", ["ken loach"]),
        ("Where was Ken Loah born?", ["ken loach"]),
        ("Who plays in Kes?", ["kes"]),
        ("Is Nuneaton's mayor from Coventry?", ["nuneaton", "coventry"]),
        ("What is a bridge?", []),
    ],
)
def test_names_are_found_in_questions(retriever: Retriever, question: str, keys: list[str]) -> None:
    assert [link.key for link in link_question(retriever.index, question)[1]] == keys


def test_facts_come_with_the_names_of_their_ends(retriever: Retriever) -> None:
    found = retriever.retrieve("Who directed Kes?", method="bm25")
    assert {fact.id for fact in found.facts} == {"f1", "f2"}  # the third is not stated
    ends = {end for fact in found.facts for end in (fact.subject, fact.object)}
    assert {found.names[end] for end in ends} == {"Kes (film)", "Ken Loach", "1969"}


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "question", ["", "?", "zzz", "the " * 500, "他在北京大学读书吗", "Dark River"]
)
def test_odd_questions_are_answered(retriever: Retriever, method: Method, question: str) -> None:
    assert retriever.retrieve(question, method=method).question == question


@pytest.mark.parametrize("method", METHODS)
def test_an_empty_graph_gives_nothing(tmp_path: Path, method: Method) -> None:
    assert retriever_of(GraphContent(), tmp_path).retrieve(QUESTION, method=method).passages == ()


def test_a_long_document_is_found_by_its_best_chunk(tmp_path: Path) -> None:
    filler = "It is a town. It has a market. It has streets. " * 30
    pages = {**PAGES, "Nuneaton": f"Nuneaton is a town. {filler}The zoo keeps wombats. {filler}"}
    retriever = retriever_of(small_graph(pages, sentences_per_chunk=3), tmp_path)
    question = "Does the zoo of Nuneaton have wombats?"
    for method in ("dense", "bm25"):
        best = retriever.retrieve(question, method=method, top_k=1).passages[0]
        assert "wombats" in best.text
        assert pages["Nuneaton"][best.start :].startswith(best.text)
    chunks = {p.text for p in retriever.retrieve(question, top_k=100).passages}
    assert any("wombats" in text for text in chunks)


def test_a_model_survives_saving(tmp_path: Path, retriever: Retriever) -> None:
    encoder = HashingEncoder(256)
    untrained(encoder).save(tmp_path / "model")
    loaded = Retriever(retriever.index, encoder, load_retriever(tmp_path / "model"))
    assert titles(loaded.retrieve(QUESTION)) == titles(retriever.retrieve(QUESTION))


def test_wrong_models_are_refused(tmp_path: Path, retriever: Retriever) -> None:
    with pytest.raises(ModelError, match="another text encoder"):
        Retriever(retriever.index, HashingEncoder(32))
    with pytest.raises(ModelError, match="no trained graph retriever"):
        Retriever(retriever.index, HashingEncoder(256)).retrieve(QUESTION)
    untrained(HashingEncoder(256)).save(tmp_path / "model")
    (tmp_path / "model" / "model.safetensors").write_bytes(b"damaged")
    with pytest.raises(ModelError, match="can't be loaded"):
        load_retriever(tmp_path / "model")


def test_a_page_of_the_whole_title_goes_before_pages_that_add_a_bracket(tmp_path: Path) -> None:
    retriever = retriever_of(small_graph({**PAGES, "Kes": "Kes is a bird of prey."}), tmp_path)
    walked = retriever.retrieve("Where does Kes nest?", method="pagerank", top_k=2)
    assert titles(walked)[0] == "Kes"
    _, (link,) = link_question(retriever.index, "Where does Kes nest?")
    whole = {
        retriever.index.titles[int(d)]: bool(w)
        for d, w in zip(link.documents, link.whole, strict=True)
    }
    assert whole == {"Kes": True, "Kes (film)": False}


def test_a_model_of_fewer_features_still_ranks(tmp_path: Path, retriever: Retriever) -> None:
    import torch

    from kgtransfer.nn.gat import GatConfig, QuestionGat
    from kgtransfer.retrieve.edges import EDGE_FEATURES
    from kgtransfer.retrieve.measures import NODE_FEATURES

    encoder, fewer = HashingEncoder(256), NODE_FEATURES[:-3]
    torch.manual_seed(0)
    network = QuestionGat(GatConfig(len(fewer), len(EDGE_FEATURES), 256), engine="torch").eval()
    RetrieverModel(network, encoder.fingerprint, fewer).save(tmp_path / "model")
    loaded = Retriever(retriever.index, encoder, load_retriever(tmp_path / "model"))
    assert loaded.retrieve(QUESTION).passages


def test_of_a_long_documents_chunks_the_one_that_says_it_stands_out(tmp_path: Path) -> None:
    filler = "Nuneaton is a town. It has a market. It has streets. " * 30
    pages = {**PAGES, "Nuneaton": f"{filler}Nuneaton keeps wombats. {filler}"}
    encoder = HashingEncoder(256)
    content = small_graph(pages, sentences_per_chunk=3)
    index = build_index(content, encoder, tmp_path, revision=1)
    scores = Scorer(index, encoder).score("Does Nuneaton keep wombats?")
    graph = question_graph(index, scores, choose(index, scores))
    says = ["wombats" in index.chunk_texts[int(chunk)] for chunk in graph.chunks]
    (place,) = np.flatnonzero(says)
    for name in ("said_standardised", "late_standardised", "bm25_standardised"):
        column = graph.nodes[:, NODE_FEATURES.index(name)]
        assert column.argmax() == place
        assert column[place] > 3
    within = graph.nodes[:, NODE_FEATURES.index("late_within")]
    own = index.chunk_document[graph.chunks] == index.chunk_document[graph.chunks[place]]
    assert within[place] == 0
    assert (within[own] < 0).sum() == own.sum() - 1
