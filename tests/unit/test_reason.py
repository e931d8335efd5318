"""Walking a graph of facts: frontiers, paths, topics, and a network that learns to choose."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import torch

from kgtransfer.nn.reasoner import HopConfig, HopNetwork
from kgtransfer.reason.answer import Reasoner, trace
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.linking import TopicLinker
from kgtransfer.reason.model import HopModel, load_hops
from kgtransfer.reason.paths import scored_paths
from kgtransfer.reason.question import relation_vectors
from kgtransfer.reason.search import Hop, search
from kgtransfer.train.kgqa_data import KgqaQuestion
from kgtransfer.train.path_composition import compose, noun_phrase
from kgtransfer.train.path_examples import PathExample, examples_of
from kgtransfer.train.reasoner import Course, ReasonerConfig, train_network
from tests.fakes import HashingEncoder

TRIPLES = [
    ("Kes", "directed_by", "Ken Loach"),
    ("Raining Stones", "directed_by", "Ken Loach"),
    ("Kes", "starred_actors", "David Bradley"),
    ("Raining Stones", "starred_actors", "Bruce Jones"),
    ("Harry", "starred_actors", "David Bradley"),
    ("Kes", "release_year", "1969"),
    ("Raining Stones", "release_year", "1993"),
]
DIRECTED, STARRED, RELEASED = 0, 1, 2


@pytest.fixture(scope="module")
def graph() -> FactGraph:
    return FactGraph.of_texts(TRIPLES)


def nodes(graph: FactGraph, *names: str) -> list[int]:
    return [list(graph.names).index(name) for name in names]


def test_a_step_walks_both_ways_and_never_back_to_the_topic(graph: FactGraph) -> None:
    (loach, kes) = nodes(graph, "Ken Loach", "Kes")
    step = graph.step(np.asarray([loach]), (kes,))
    assert step.relations.tolist() == [DIRECTED + 3]
    assert step.of(0)[0].tolist() == nodes(graph, "Raining Stones")


def test_paths_that_find_the_answers_are_found_with_their_f1(graph: FactGraph) -> None:
    (kes,) = nodes(graph, "Kes")
    best, *_ = scored_paths(graph, [kes], nodes(graph, "1993"), hops=3)
    assert best.relations == (DIRECTED, DIRECTED + 3, RELEASED)
    assert best.f1 == 1.0
    assert best.available[0] == (DIRECTED, STARRED, RELEASED)


def test_the_beam_follows_the_scores_and_stops_where_told(graph: FactGraph) -> None:
    (kes,) = nodes(graph, "Kes")
    relations = np.zeros((3, 6), np.float32)
    relations[0, STARRED] = relations[1, STARRED + 3] = 8
    best = search(graph, [kes], relations, np.asarray([-8, 8, 0], np.float32))[0]
    assert best.hops == (Hop(STARRED, False), Hop(STARRED, True))
    assert best.nodes.tolist() == nodes(graph, "Harry")
    assert 0.9 < best.probability <= 1.0
    chain = trace(graph, [kes], best.hops, best.nodes.tolist())
    assert chain == [
        (kes, best.hops[0], *nodes(graph, "David Bradley")),
        (*nodes(graph, "David Bradley"), best.hops[1], *nodes(graph, "Harry")),
    ]


def test_a_word_that_no_relation_of_the_path_says_keeps_it_going(graph: FactGraph) -> None:
    (loach,) = nodes(graph, "Ken Loach")
    relations = np.zeros((2, 6), np.float32)
    relations[0, DIRECTED + 3] = relations[1, RELEASED] = 8
    stops = np.asarray([3, 8], np.float32)  # learnt where the words were others
    said = np.full((2, 3), 0.2, np.float32)
    said[0, DIRECTED] = 0.9

    def hops(likeness: np.ndarray | None) -> int:
        return len(search(graph, [loach], relations, stops, likeness=likeness)[0].hops)

    assert hops(None) == hops(said) == 1
    said[1, RELEASED] = 0.9  # "when were the films directed by X released"
    assert hops(said) == 2
    said[:, RELEASED] = -1  # of relations that it was trained on it knows when to stop
    assert hops(said) == 1


def test_the_longest_name_is_the_topic_and_common_words_come_last() -> None:
    names = [("Raining Stones", 0), ("Stones", 1), ("film", 2), ("Film", 3), ("A.I.", 4), ("It", 5)]
    linker = TopicLinker(names, frozenset({"film"}))
    question = "which film is like raining stones"
    assert [t.nodes for t in linker.find(question)] == [(0,), (2,)]
    assert linker.find("who made A.I.")[0].nodes == (4,)
    assert linker.find("who directed It")[0].nodes == (5,)
    assert linker.find("who directed Kes") == []


def test_questions_are_composed_with_the_path_of_both(graph: FactGraph) -> None:
    (kes,) = nodes(graph, "Kes")
    available = ((DIRECTED, STARRED, RELEASED),)
    path = scored_paths(graph, [kes], nodes(graph, "Ken Loach"), hops=1)[0]
    assert path.available == available
    asked = [PathExample("who is the director of X", kes, (path,))]
    (loach,) = nodes(graph, "Ken Loach")
    other = PathExample("what did X direct", loach, (path,))
    meant = {"who is the director of X": (DIRECTED,), "what did X direct": (DIRECTED + 3,)}
    composed = compose([*asked, other], meant, graph, count=9, hops=2, rng=random.Random(1))
    texts = {e.text: e.paths[0].relations for e in composed}
    assert texts["what did the director of X direct"] == (DIRECTED, DIRECTED + 3)
    assert all(len(e.paths[0].relations) == 2 for e in composed)


def test_noun_phrases_keep_their_topic() -> None:
    for question in ("who directed X", "what movies did X act in", "what is the genre of X"):
        for seed in range(9):
            assert noun_phrase(question, random.Random(seed)).count("X") == 1


def test_a_network_learns_paths_from_answers_alone(tmp_path: Path) -> None:
    films = [(f"Film {n}", f"Person {n % 7}", f"Person {10 + n % 5}") for n in range(30)]
    graph = FactGraph.of_texts(
        t for f, d, a in films for t in ((f, "directed_by", d), (f, "starred_actors", a))
    )
    questions = []
    for film, director, actor in random.Random(0).sample(films, 20):
        same = {f for f, d, _ in films if d == director} - {film}
        questions.append(asked("who directed {}", film, director))
        questions.append(asked("who starred in {}", film, actor))
        questions.append(asked("films directed as {} was", film, *sorted(same)))
    encoder = HashingEncoder()
    vectors = relation_vectors([*graph.relations], encoder)
    course = Course(graph, vectors, examples_of(questions, graph, hops=2))
    course.encode(encoder)
    config = ReasonerConfig(
        data=tmp_path, output=tmp_path, opinion_steps=120, steps=80, compositions=50, batch=16
    )
    torch.manual_seed(1)
    network = HopNetwork(HopConfig(encoder.dimension, 32, 2, 0.0))
    train_network(network, [course], encoder, config)
    HopModel(network, encoder).save(tmp_path)
    linker = TopicLinker((name, node) for node, name in enumerate(graph.names))
    reasoner = Reasoner(graph, load_hops(tmp_path, encoder), linker)
    film, director, actor = next(f for f in films if not any(f[0] in q.text for q in questions))
    for text, answer in (("who directed {}", director), ("who starred in {}", actor)):
        found = reasoner.answer(text.format(film))
        assert found is not None
        assert [graph.names[n] for n in found.answers] == [answer]
    found = reasoner.answer(f"films directed as {film} was")
    assert found is not None
    assert found.walk.hops == (Hop(0, False), Hop(0, True))


def asked(text: str, topic: str, *answers: str) -> KgqaQuestion:
    at = text.index("{}")
    return KgqaQuestion(text.format(topic), (at, at + len(topic)), answers)
