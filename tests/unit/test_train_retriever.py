from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch

from kgtransfer.config import read_run
from kgtransfer.errors import ConfigError, InputError
from kgtransfer.evaluate.retrieval import RetrievalRun, _arms, _measure
from kgtransfer.retrieve.second_hop import HOP_FEATURES
from kgtransfer.train.corpora import CorpusQuestion, NamesExtractor, graph_of, read_set
from kgtransfer.train.question_graphs import collect
from kgtransfer.train.retriever import (
    Corpus,
    RetrieverConfig,
    SetConfig,
    prepare,
    ranking_loss,
    train_model,
    train_network,
)
from tests.fakes import HashingEncoder

SYLLABLES = [
    *("Bar", "Cor", "Dun", "Fel", "Gor", "Hal", "Kel", "Lor", "Mar"),
    *("Nor", "Pel", "Ros", "Sel", "Tor", "Vel", "Wen", "Yor", "Zel"),
]
FILMS = [f"The {a}{b.lower()}" for a, b in zip(SYLLABLES, SYLLABLES[5:], strict=False)]
PEOPLE = [f"{name}o {name}etti" for name in SYLLABLES[: len(FILMS)]]
TOWNS = [f"{name}ville" for name in SYLLABLES[: len(FILMS)]]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A corpus of films and directors, and two-hop questions about their birthplaces."""
    corpus, questions = [], []
    for film, person, town in zip(FILMS, PEOPLE, TOWNS, strict=True):
        corpus.append({"title": film, "text": f"{film} is a film. It was directed by {person}."})
        corpus.append({"title": person, "text": f"{person} was an artist, born in {town}."})
        corpus.append({"title": f"{town} zoo", "text": f"A zoo was born in {town}, film it."})
        questions.append(
            {
                "question": f"Where was the director of film {film.title()} born?",
                "evidence": [[film, "director", person], [person, "place of birth", town]],
            }
        )
    (tmp_path / "corpus.json").write_text(json.dumps(corpus), encoding="utf-8")
    (tmp_path / "questions.json").write_text(json.dumps(questions), encoding="utf-8")
    return tmp_path / "questions.json", tmp_path / "corpus.json"


def config(folder: Path) -> RetrieverConfig:
    return RetrieverConfig(
        data=folder, work=folder / "work", output=folder / "out", sets=(), epochs=24, batch=2,
        rate=5e-3,
    )  # fmt: skip


def test_training_lifts_the_second_page_and_is_reproducible(files: tuple[Path, Path]) -> None:
    folder, encoder = files[0].parent, HashingEncoder(64)
    part = SetConfig(name="films", questions=files[0], corpus=files[1])
    index, questions = prepare(part, config(folder), encoder)
    examples = collect(index, encoder, questions)
    assert all(int(e.gold.sum()) == 2 and e.missed == 0 for e in examples)
    network, history = train_network(examples, config(folder), 64)
    assert history.losses[-1] < history.losses[0] / 2
    again, _ = train_network(examples, config(folder), 64)
    for left, right in zip(network.parameters(), again.parameters(), strict=True):
        assert torch.equal(left, right)
    model, _ = train_model([Corpus(index, questions)], config(folder), encoder)
    assert model.second is not None
    assert model.second[HOP_FEATURES.index("first_score")] > 0
    run = RetrievalRun(files[0], files[1], folds=2, shuffle_edges=True)
    arms = dict(_arms(run, index, encoder, questions, config(folder)))
    assert set(arms) == {"graph", "graph_shuffled", "pagerank", "dense", "bm25"}
    figures = {arm: _measure(index, questions, askers) for arm, askers in arms.items()}
    assert figures["graph"]["recall@2"] > figures["bm25"]["recall@2"] + 20


def test_sets_in_all_published_formats(tmp_path: Path, files: tuple[Path, Path]) -> None:
    context = [["A (film)", ["One.", " Two."]], ["B", ["Three."]]]
    supports = [["A (film)", 1]]
    paragraphs = [
        {"title": "A", "paragraph_text": "One.", "is_supporting": False},
        {"title": "A", "paragraph_text": "Two.", "is_supporting": True},
    ]
    items = {
        "hotpot": [{"question": "q", "context": context, "supporting_facts": supports}],
        "musique": [{"question": "q", "paragraphs": paragraphs}],
    }
    for name, content in items.items():
        path = tmp_path / f"{name}.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        loaded = read_set(path)
        assert len(loaded.documents) == 2
        (gold,) = loaded.questions[0].gold
        (document,) = [d for d in loaded.documents if d.uri == gold]
        assert document.text == ("One. Two." if name == "hotpot" else "Two.")
        assert {d.title for d in loaded.without_titles().documents} == {""}
    assert len(read_set(*files).questions[0].gold) == 2
    with pytest.raises(InputError, match="question set"):
        read_set(files[1])
    with pytest.raises(InputError, match="nothing"):
        read_set(tmp_path / "nothing.json")


def test_an_answer_has_its_place_in_a_long_document(tmp_path: Path) -> None:
    long = [" ".join(f"{word.title()} follows {at}." for at in range(60)) for word in SYLLABLES[:3]]
    answer = {"text": "Cor follows 7", "answer_start": long[1].index("Cor follows 7")}
    asked = {"question": "What does Cor follow?", "answers": [answer]}
    paragraphs = [{"context": text, "qas": [asked] * 3 if "Cor" in text else []} for text in long]
    squad = {"data": [{"title": "Long_Page", "paragraphs": paragraphs}]}
    path = tmp_path / "squad.json"
    path.write_text(json.dumps(squad), encoding="utf-8")
    part = SetConfig(name="squad", questions=path, leave_last=1, most=1)
    index, questions = prepare(part, config(tmp_path), HashingEncoder(64))
    assert index.titles[0] == "Long Page"
    assert len(questions) == 1
    (example,) = collect(index, HashingEncoder(64), questions)
    graph_chunks = [index.chunk_texts[at] for at in range(len(index))]
    assert len(graph_chunks) > int(example.gold.sum()) == 1
    run = RetrievalRun(path, methods=("bm25",))
    ((_, askers),) = _arms(run, index, HashingEncoder(64), questions, config(tmp_path))
    figures = _measure(index, questions, askers)
    assert 0 < figures["mrr"] <= 100
    assert figures["recall@10"] == 100


def test_a_set_takes_some_of_its_questions() -> None:
    asked = [CorpusQuestion(str(at), frozenset("d" if at else "")) for at in range(9)]

    def taken(**keys: int) -> str:
        part = SetConfig(name="s", questions=Path("q.json"), **keys)
        return "".join(question.text for question in part.chosen(asked))

    assert taken() == "012345678"
    assert taken(leave_last=2, most=3) == "036"
    assert taken(last=2) == "78"
    assert (taken(every=2), taken(every=2, offset=1)) == ("1357", "2468")


def test_a_corpus_graph_is_taken_up_where_it_was(files: tuple[Path, Path], tmp_path: Path) -> None:
    documents = read_set(*files).documents
    first = graph_of(documents[:9], NamesExtractor(), tmp_path / "ledger.sqlite")
    whole = graph_of(documents, NamesExtractor(), tmp_path / "ledger.sqlite")
    assert len(first.documents) == 9
    assert whole == graph_of(documents, NamesExtractor(), tmp_path / "other.sqlite")
    assert first == graph_of(documents[:9], NamesExtractor(), tmp_path / "other.sqlite")


def test_the_loss_wants_gold_above_the_others_of_its_own_graph() -> None:
    gold = torch.tensor([True, False, False, True, False])
    graph = torch.tensor([0, 0, 0, 1, 1])
    document = torch.arange(5)
    good = ranking_loss(torch.tensor([5.0, -5.0, -5.0, 5.0, -5.0]), gold, graph, document)
    bad = ranking_loss(torch.tensor([-5.0, 5.0, -5.0, 5.0, -5.0]), gold, graph, document)
    assert 0 <= good < 0.1 < bad
    scores = torch.tensor([1.0, 0.0, 0.0, 0.5, -200.0], requires_grad=True)
    ranking_loss(scores, gold, graph, document).backward()
    assert scores.grad is not None
    assert torch.isfinite(scores.grad).all()
    assert (scores.grad[:3] != 0).all()


def test_a_gold_document_counts_at_its_best_chunk() -> None:
    gold = torch.tensor([True, True, False])
    graph, document = torch.zeros(3, dtype=torch.int64), torch.tensor([7, 7, 8])
    scores = torch.tensor([5.0, -5.0, -5.0], requires_grad=True)
    loss = ranking_loss(scores, gold, graph, document)
    loss.backward()
    assert loss < 0.1
    assert scores.grad is not None
    assert scores.grad[1] == 0


def test_a_wrong_configuration_names_the_key(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('data = "d"\nwork = "w"\noutput = "o"\nsets = []\nepoch = 3\n')
    with pytest.raises(ConfigError, match="epoch"):
        read_run(path, RetrieverConfig)
