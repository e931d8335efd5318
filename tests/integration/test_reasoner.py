"""The shipped reasoner over a graph whose relations it was not trained on."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtransfer.config import shipped
from kgtransfer.errors import ModelError
from kgtransfer.reason.answer import Reasoner
from kgtransfer.reason.model import load_hops
from kgtransfer.train.kgqa_data import open_reasoner
from tests.fakes import HashingEncoder

COMPANIES = """Acme|founded by|Mary Poole
Bolt Works|founded by|Mary Poole
Acme|head office|Leeds
Mary Poole|birthplace|Hull
Mary Poole|studied at|Keele
Acme|supplier|Bolt Works
Wilson Ltd|supplier|Bolt Works
"""


@pytest.fixture(scope="module")
def reasoner(tmp_path_factory: pytest.TempPathFactory) -> Reasoner:
    file = tmp_path_factory.mktemp("kb") / "companies.txt"
    file.write_text(COMPANIES, encoding="utf-8")
    return open_reasoner(file)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answers"),
    [
        ("who founded Acme", {"Mary Poole"}),
        ("what was founded by mary poole", {"Acme", "Bolt Works"}),
        ("where is the head office of Acme?", {"Leeds"}),
        ("whose birthplace is Hull", {"Mary Poole"}),
        ("which companies have the same founder as Acme", {"Bolt Works"}),
    ],
)
def test_relations_that_it_never_saw_are_walked(
    reasoner: Reasoner, question: str, answers: set[str]
) -> None:
    found = reasoner.answer(question)
    assert found is not None
    assert {reasoner.graph.names[node] for node in found.answers} == answers
    assert found.confidence > 0.5


@pytest.mark.slow
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("where was the founder of Acme born", "Hull"),
        ("where did the founder of the supplier of Acme study", "Keele"),
    ],
)
def test_it_goes_on_while_words_are_unsaid(reasoner: Reasoner, question: str, answer: str) -> None:
    found = reasoner.answer(question)
    assert found is not None
    assert [reasoner.graph.names[node] for node in found.answers] == [answer]


@pytest.mark.slow
@pytest.mark.parametrize(
    "question", ["who composed the music of Acme", "what colour is Bolt Works"]
)
def test_what_the_graph_does_not_say_is_not_sure(reasoner: Reasoner, question: str) -> None:
    found = reasoner.answer(question)
    assert found is None or found.confidence < 0.5


def test_another_encoder_is_refused() -> None:
    folder = shipped("models", "reasoner")
    assert (folder / "model.safetensors").stat().st_size < 2_000_000
    with pytest.raises(ModelError, match="another encoder"):
        load_hops(folder, HashingEncoder())
    with pytest.raises(ModelError, match="can't be loaded"):
        load_hops(Path("nowhere"), HashingEncoder())
