"""Which facts of a page a question asks for."""

from __future__ import annotations

import pytest

from kgtransfer.read.facts import objects_asked
from kgtransfer.read.pages import Page
from kgtransfer.records import Fact, Passage, Subgraph

PASSAGE = Passage("d", "Ken Loach", "c", 1.0, "Ken Loach ...", 0)
PAGE = Page("d", "Ken Loach", (PASSAGE,), (0.0,))
FACTS = {
    "date_of_birth": "17 June 1936",
    "date_of_death": "never",
    "place_of_birth": "Nuneaton",
    "country": "England",
    "spouse": "Lesley Ashton",
}


def subgraph() -> Subgraph:
    facts = tuple(
        Fact(p, "loach", p, p.upper(), object_, 0.9, 1, (), ()) for p, object_ in FACTS.items()
    )
    names = {"loach": "Ken Loach"} | {object_: object_ for object_ in FACTS.values()}
    return Subgraph("?", (PASSAGE,), facts=facts, names=names)


@pytest.mark.parametrize(
    ("question", "objects"),
    [
        ("What is the date of birth of Ken Loach?", {"17 june 1936"}),
        ("When was Ken Loach born?", {"17 june 1936"}),
        ("Where was Ken Loach born?", {"nuneaton"}),
        ("Who did Ken Loach marry?", {"lesley ashton"}),
        ("Which country is Ken Loach from?", {"england"}),
        ("Which award did Ken Loach win?", set()),
    ],
)
def test_only_the_predicate_that_is_named_best_is_asked(question: str, objects: set[str]) -> None:
    assert set(objects_asked(question, PAGE, subgraph())) == objects
