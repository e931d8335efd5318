from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.late import (
    AskedWords,
    WordsNear,
    asked_words,
    content_words,
    said_in_one_sentence,
    unsaid,
    weighted,
)
from kgtransfer.retrieve.scoring import Scorer
from tests.fakes import HashingEncoder
from tests.small_graph import small_graph

PAGES = {
    "Bridge": "It is long. It is wide. It is old. Engineers rivet girders. It is grey.",
    "Harbour": "It is long. It is wide. Girders are here. Nobody ever rivets a thing.",
    "Chapel": "It is a quiet place with a bell.",
}


@pytest.fixture
def index(tmp_path: Path) -> GraphIndex:
    return build_index(small_graph(PAGES), HashingEncoder(256), tmp_path, revision=1)


def asked(index: GraphIndex, question: str) -> AskedWords:
    words = content_words(question)
    spans = [span for _, span in words]
    vectors = HashingEncoder(256).encode_passage(question, spans).spans
    return asked_words(words, vectors, [], index.bm25)


def rows(index: GraphIndex) -> dict[str, int]:
    return {index.titles[int(d)]: at for at, d in enumerate(index.chunk_document)}


def test_content_words_are_those_that_say_something() -> None:
    assert [word for word, _ in content_words("Who is the king's rival?")] == ["king", "rival"]
    assert content_words("京都の塔")[0] == ("京都", (0, 2))
    assert [word for word, _ in content_words("who is it")] == ["who", "is", "it"]
    assert content_words("?!") == []


def test_a_chunk_counts_at_its_nearest_place(index: GraphIndex) -> None:
    question, at = asked(index, "Who rivets the girders and the bell?"), rows(index)
    near = WordsNear(index, np.arange(len(index)), question).chunks
    bell = [word for word, _ in content_words("Who rivets the girders and the bell?")].index("bell")
    assert near[at["Chapel"], bell] > near[[at["Bridge"], at["Harbour"]], bell].max() + 0.1
    assert WordsNear(index, np.zeros(0, np.int64), question).chunks.shape == (0, 3)


def test_what_the_named_page_leaves_unsaid_is_looked_for_elsewhere(index: GraphIndex) -> None:
    question, at = asked(index, "Does the bell ring for the engineers?"), rows(index)
    near = WordsNear(index, np.arange(len(index)), question).chunks
    named = np.arange(len(index)) == at["Chapel"]
    left = unsaid(near, question.rarity, named)
    assert left.argmax() == at["Bridge"]
    assert weighted(near, question.rarity)[at["Chapel"]] > left[at["Chapel"]]


def test_words_of_one_sentence_count_together(index: GraphIndex) -> None:
    at = rows(index)
    said = said_in_one_sentence(index, np.arange(len(index)), asked(index, "Who rivets girders?"))
    assert said[at["Bridge"]] == pytest.approx(1)
    assert 0 < said[at["Harbour"]] < 1
    assert said[at["Chapel"]] == 0


def test_a_question_without_a_word_scores_nothing(index: GraphIndex) -> None:
    words = Scorer(index, HashingEncoder(256)).score("?!").words
    chunks = np.arange(len(index))
    near = WordsNear(index, chunks, words).chunks
    assert not weighted(near, words.rarity).any()
    assert not unsaid(near, words.rarity, np.zeros(len(chunks), bool)).any()
    assert not said_in_one_sentence(index, chunks, words).any()
