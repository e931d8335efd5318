"""Questions of phrases in phrases: each has a path that leads somewhere, and its words for it."""

from __future__ import annotations

import random
from collections import Counter

from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.question import TOPIC
from kgtransfer.train.path_composition import walk
from kgtransfer.train.path_grammar import grammatical

BOOKS = [
    (f"book {n}", relation, f"{relation} {n % m}")
    for n in range(12)
    for relation, m in (("author", 4), ("publisher", 3), ("genre", 2))
] + [(f"author {n}", "place of birth", f"town {n % 2}") for n in range(4)]


def test_questions_of_every_length_mean_one_path_that_leads_somewhere() -> None:
    graph = FactGraph.of_texts(BOOKS)
    made = grammatical(graph, [*graph.relations], count=300, hops=4, rng=random.Random(0))
    lengths = Counter(len(example.paths[0].relations) for example in made)
    assert len(made) == 300
    assert set(lengths) == {1, 2, 3, 4}
    for example in made:
        assert example.text.count(TOPIC) == 1
        assert "{" not in example.text
        (path,) = example.paths
        assert walk(graph, example.topic, path.relations) == path.available
    again = grammatical(graph, [*graph.relations], count=300, hops=4, rng=random.Random(0))
    assert [e.text for e in made] == [e.text for e in again]


def test_each_relation_of_a_path_of_single_hops_is_said() -> None:
    graph = FactGraph.of_texts(BOOKS)
    said = {
        "author": ("author", "writ", "wrote", "books by"), "genre": ("genre",),
        "publisher": ("publish",), "place of birth": ("birth", "born", "native"),
    }  # fmt: skip
    for example in grammatical(graph, [*graph.relations], count=200, hops=3, rng=random.Random(1)):
        for relation in example.paths[0].relations:
            words = said[graph.relations[relation % len(graph.relations)]]
            assert any(word in example.text for word in words), example.text
