from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from kgtransfer.errors import ModelError
from kgtransfer.nn.gat import GatConfig, QuestionGat
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.candidates import choose
from kgtransfer.retrieve.edges import EDGE_FEATURES
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.measures import NODE_FEATURES
from kgtransfer.retrieve.model import RetrieverModel, load_retriever
from kgtransfer.retrieve.ranking import look_on
from kgtransfer.retrieve.scoring import Scorer, Scores
from kgtransfer.retrieve.search import Retriever
from kgtransfer.retrieve.second_hop import HOP_FEATURES, follow_ups, search, widened
from kgtransfer.train.second_hop import fit_second
from tests.fakes import HashingEncoder
from tests.small_graph import number, small_graph

PAGES = {
    "The Nest": "The Nest is a film of 1986. It was directed by Ada Berg, who came from Oslovik.",
    "Harbour": "The airport of Oslovik lies on an island. Ships call at its harbour every day.",
    "Airports": "An airport has a runway. The main international airport of a country is busy.",
    "Bakery": "A bakery sells bread, rolls and cakes in the morning.",
}
QUESTION = "What is the airport of the town from which the director of The Nest came?"


@pytest.fixture
def index(tmp_path: Path) -> GraphIndex:
    return build_index(small_graph(PAGES), HashingEncoder(256), tmp_path, revision=1)


def at(index: GraphIndex, title: str) -> int:
    return next(k for k, d in enumerate(index.chunk_document) if index.titles[int(d)] == title)


def asked(index: GraphIndex, question: str, documents: set[str] | None = None) -> Scores:
    return Scorer(index, HashingEncoder(256)).score(question, documents)


def sure_of(index: GraphIndex, title: str) -> np.ndarray:
    logits = np.zeros(len(index), np.float32)
    logits[at(index, title)] = 9
    return logits


def model(**weights: float) -> RetrieverModel:
    """An untrained network, and a second pass of some weights."""
    torch.manual_seed(0)
    config = GatConfig(len(NODE_FEATURES), len(EDGE_FEATURES), 256, width=16)
    network = QuestionGat(config, engine="torch").eval()
    second = np.asarray([weights.get(name, 0.0) for name in HOP_FEATURES], np.float32)
    fingerprint = HashingEncoder(256).fingerprint
    return RetrieverModel(network, fingerprint, second=second if weights else None)


def test_a_page_is_asked_on_without_what_it_says_and_with_its_names(index: GraphIndex) -> None:
    scores, chunks = asked(index, QUESTION), np.arange(len(index))
    on = [u for u in follow_ups(index, scores, chunks, sure_of(index, "The Nest")) if u.share > 0.5]
    assert {u.source for u in on} == {at(index, "The Nest")}
    assert {u.text.split()[-1] for u in on} >= {"Oslovik", "Berg"}
    for follow in on:
        assert "airport" in follow.text
        assert "nest" not in follow.text  # the page says it


def test_what_the_names_lead_to_joins_the_candidates(index: GraphIndex) -> None:
    scores, encoder = asked(index, QUESTION), HashingEncoder(256)
    first = choose(index, scores)
    logits = sure_of(index, "The Nest")[first.chunks]
    on = [u for u in follow_ups(index, scores, first.chunks, logits) if u.text.endswith("Oslovik")]
    hop = search(index, encoder, scores, on)
    assert hop.both[0].argmax() == at(index, "Harbour")
    nest = np.flatnonzero(first.chunks == at(index, "The Nest"))
    alone = type(first)(first.chunks[nest], first.hop[nest])
    assert at(index, "Harbour") in widened(alone, logits[nest], hop).chunks


def test_each_candidate_is_measured_by_how_it_was_found(index: GraphIndex) -> None:
    scores = asked(index, QUESTION)
    first = choose(index, scores)
    second = look_on(
        index, HashingEncoder(256), scores, first, sure_of(index, "The Nest")[first.chunks]
    )
    assert second is not None
    wider, features = second
    column = {name: features[:, k] for k, name in enumerate(HOP_FEATURES)}
    assert wider.chunks[column["first_rank"].argmax()] == at(index, "The Nest")
    assert wider.chunks[column["hop_rank_weighted"].argmax()] == at(index, "Harbour")


def test_nothing_is_looked_for_where_a_page_says_it_all(index: GraphIndex) -> None:
    scores = asked(index, "bakery bread cakes")
    chunks = np.asarray([at(index, "Bakery"), at(index, "Airports")])
    assert not follow_ups(index, scores, chunks, np.asarray([9.0, -9.0], np.float32))


def test_a_question_whose_best_page_says_nearly_all_is_not_asked_on(index: GraphIndex) -> None:
    scores, chunks = (
        asked(index, "Which busy film of 1986 was directed by Ada Berg who came from Oslovik?"),
        np.arange(len(index)),
    )
    assert not follow_ups(index, scores, chunks, sure_of(index, "The Nest"))
    assert follow_ups(index, scores, chunks, sure_of(index, "Airports"))


def test_two_passes_rank_keep_a_filter_and_survive_saving(
    index: GraphIndex, tmp_path: Path
) -> None:
    encoder, both = HashingEncoder(256), model(hop_bm25=1.0)
    both.save(tmp_path / "model")
    found = Retriever(index, encoder, both).retrieve(QUESTION)
    again = Retriever(index, encoder, load_retriever(tmp_path / "model")).retrieve(QUESTION)
    once = Retriever(index, encoder, model()).retrieve(QUESTION)
    assert [p.chunk for p in found.passages] == [p.chunk for p in again.passages]
    assert [p.chunk for p in found.passages] != [p.chunk for p in once.passages]
    scores = [passage.score for passage in found.passages]
    assert scores == sorted(scores, reverse=True)
    assert found.node_states is not None
    assert len(found.node_states) == len(found.chunks)
    allowed = {number("d", "The Nest"), number("d", "Bakery")}
    kept = Retriever(index, encoder, both).retrieve(QUESTION, documents=allowed)
    assert {p.document for p in kept.passages} == allowed


def test_a_second_pass_of_other_features_is_refused(tmp_path: Path) -> None:
    model(hop_bm25=1.0).save(tmp_path)
    config = json.loads((tmp_path / "config.json").read_text(encoding="utf-8"))
    config["second"].pop("hop_bm25")
    (tmp_path / "config.json").write_text(json.dumps(config), encoding="utf-8")
    with pytest.raises(ModelError, match="other features"):
        load_retriever(tmp_path)


def test_the_weights_learn_what_tells_gold_apart() -> None:
    generator = torch.Generator().manual_seed(0)
    questions = []
    for _ in range(20):
        x = torch.rand(6, len(HOP_FEATURES), generator=generator)
        gold = x[:, 4] >= x[:, 4].topk(2).values.min()
        questions.append((x, gold))
    weights = fit_second(questions)
    assert weights is not None
    assert weights.argmax() == 4
    none = torch.zeros(3, dtype=torch.bool)
    assert fit_second([(torch.zeros(3, len(HOP_FEATURES)), none)]) is None
