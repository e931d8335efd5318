"""Two topics: what fits both, which comes first; and a question of one topic stays one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from kgtransfer.reason.answer import Reasoner
from kgtransfer.reason.combine import comparison, conjunction
from kgtransfer.reason.combined_report import of_two_topics
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.linking import TopicLinker
from kgtransfer.reason.model import UNCALIBRATED
from kgtransfer.reason.report import GraphNames

TRIPLES = [
    ("Kes", "directed", "Ken Loach"),
    ("Poor Cow", "directed", "Ken Loach"),
    ("Poor Cow", "starred", "Carol White"),
    ("Cathy", "starred", "Carol White"),
    ("Kes", "starred", "David Bradley"),
    ("Kes", "year", "1969"),
    ("Poor Cow", "year", "1967"),
    ("Kes", "votes", "10"),
    ("Poor Cow", "votes", "99"),
    ("Cathy", "label", "Drama"),
]


class Words:
    """A model that walks back over the relation whose name is nearest before the topic."""

    common = frozenset({"which", "films", "by"})
    weights = UNCALIBRATED

    def scores(self, masked: str, relations: Any) -> tuple[Any, Any]:
        before = masked[: masked.index("X")]
        logits = np.full((1, 2 * len(relations)), -4, np.float32)
        for at, name in enumerate(relations):
            logits[0, at + len(relations)] = before.rfind(name) if name in before else -9
            logits[0, at] = 5 if name in masked else -9
        return logits, np.asarray([9], np.float32)

    def likeness(self, masked: str, relations: Any) -> None:
        return None


@pytest.fixture(scope="module")
def reasoner() -> Reasoner:
    graph = FactGraph.of_texts(TRIPLES)
    linker = TopicLinker(((name, at) for at, name in enumerate(graph.names)), Words.common)
    return Reasoner(graph, Words(), linker)


@pytest.mark.parametrize(
    "question",
    [
        "which films directed by Ken Loach starred Carol White",
        "which films starred Carol White and were directed by Ken Loach",
        "which films, directed by Ken Loach, that starred Carol White",
    ],
)
def test_what_fits_both_topics_is_the_answer(reasoner: Reasoner, question: str) -> None:
    found = conjunction(reasoner, question)
    assert found is not None
    assert [reasoner.graph.names[node] for node in found.answers] == ["Poor Cow"]


@pytest.mark.parametrize(
    "question",
    [
        "which films starred David Bradley and Carol White",
        "which films directed by Ken Loach",
        "which year, Kes or Poor Cow",
    ],
)
def test_nothing_fits_or_there_are_no_two_parts(reasoner: Reasoner, question: str) -> None:
    assert conjunction(reasoner, question) is None


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("which film has the first year, Kes or Poor Cow?", "Poor Cow"),
        ("which is newer by year, Kes or Poor Cow?", "Kes"),
        ("which has more votes, Kes or Poor Cow?", "Poor Cow"),
        ("was Kes or the film Poor Cow of an earlier year", "Poor Cow"),
    ],
)
def test_values_are_compared(reasoner: Reasoner, question: str, answer: str) -> None:
    found = comparison(reasoner, question)
    assert found is not None
    assert reasoner.graph.names[found.answer] == answer


def test_a_comparison_needs_two_values_and_one_direction(reasoner: Reasoner) -> None:
    assert comparison(reasoner, "which is newer by year, Kes or Cathy?") is None
    assert comparison(reasoner, "which year, Kes or Poor Cow?") is None
    assert comparison(reasoner, "which came first after Kes, Poor Cow or Kes?") is None


def test_an_answer_shows_the_facts_of_both_parts(reasoner: Reasoner) -> None:
    ids = [f"e{at}" for at in range(len(reasoner.graph.names))]
    names = GraphNames(ids, ["RELATES_TO"] * len(reasoner.graph.relations))
    both = of_two_topics("films directed by Ken Loach starred Carol White", reasoner, names)
    assert both is not None
    assert [(f.subject, f.object) for f in both.facts] == [
        ("Poor Cow", "Ken Loach"),
        ("Poor Cow", "Carol White"),
    ]
    least = of_two_topics("which has the first year, Kes or Poor Cow?", reasoner, names)
    assert least is not None
    assert {f.object for f in least.facts} == {"1969", "1967"}
    assert of_two_topics("films directed by Ken Loach", reasoner, names) is None
