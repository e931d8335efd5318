"""A server that is down, slow, broken or talks nonsense costs the written answer, nothing else."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from kgtransfer.errors import ModelError
from kgtransfer.generate.endpoint import EndpointGenerator
from kgtransfer.language_models.endpoint import Endpoint
from kgtransfer.records import AnswerSentence
from tests.chat_server import ChatServer, chat_server
from tests.contracts.test_generator import GOOD, KEY, written


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setenv(KEY, "secret-key")
    with chat_server() as running:
        running.says = GOOD
        yield running


def generator(server: ChatServer) -> EndpointGenerator:
    return EndpointGenerator("m", Endpoint(server.url, KEY), first_pause=0.01)


def test_the_prompt_holds_numbered_passages_and_the_key_goes_in_its_header(
    server: ChatServer,
) -> None:
    assert written(generator(server))[1].sentences == (
        AnswerSentence("Kes was directed by Ken Loach.", True, (1,)),
    )
    (asked,) = server.asked
    said = asked["messages"][-1]["content"]
    assert "[1] Kes\nKes is a 1969 film" in said
    assert said.endswith("Question: Who directed Kes?")
    assert server.keys == ["Bearer secret-key"]


@pytest.mark.parametrize("fault", ["500", "429", "503", "hang up", "not streamed"])
def test_one_fault_before_the_first_word_is_outlived(server: ChatServer, fault: str) -> None:
    server.faults = [fault]
    assert written(generator(server))[1].text == GOOD


@pytest.mark.parametrize("fault", ["no max_tokens", "no temperature"])
def test_a_server_that_takes_other_words_is_asked_in_them(server: ChatServer, fault: str) -> None:
    server.faults = [fault]
    assert written(generator(server))[1].text == GOOD
    assert fault[3:] not in server.asked[1]


@pytest.mark.parametrize(
    ("faults", "note"),
    [
        (["500", "500"], "status 500"),
        (["hang up", "hang up"], "connection failed"),
        (["401"], KEY),
        (["404"], "a model of this server"),
        (["cut off"], "ends in the middle"),
        (["breaks"], "out of memory"),
        (["too long"], "cut off"),
        (["no events", "no events"], "no event"),
        (["a page", "a page"], "ends in the middle"),
    ],
)
def test_a_fault_is_the_readers_answer_with_a_note(
    server: ChatServer, faults: list[str], note: str, caplog: pytest.LogCaptureFixture
) -> None:
    server.faults = list(faults)
    with caplog.at_level(logging.DEBUG):
        _, answer = written(generator(server))
    assert answer.text == "the reader's"
    assert answer.sentences == ()
    assert note in answer.note
    assert "secret-key" not in answer.note + caplog.text  # the server repeats it in its errors
    assert len(server.asked) == len(faults)


def test_a_stalling_server_is_left_in_time(server: ChatServer) -> None:
    server.faults = ["stalls"]
    _, answer = written(generator(server), seconds=0.5)
    assert answer.text == "the reader's"
    assert "0.5 s" in answer.note


def test_no_server_at_all() -> None:
    with chat_server() as gone:
        url = gone.url
    nobody = EndpointGenerator("m", Endpoint(url, "KGTEST_NO_KEY"), first_pause=0.01)
    _, answer = written(nobody)
    assert answer.text == "the reader's"
    assert "connection failed" in answer.note


def test_texts_go_unencrypted_only_where_that_is_allowed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(KEY, raising=False)
    away = "http://example.com/v1"
    with pytest.raises(ModelError, match="endpoint_plain_http"):
        EndpointGenerator("m", Endpoint(away, KEY))
    EndpointGenerator("m", Endpoint(away, KEY, plain_http=True))
    monkeypatch.setenv(KEY, "secret-key")
    with pytest.raises(ModelError, match="the key"):
        EndpointGenerator("m", Endpoint(away, KEY, plain_http=True))
    with pytest.raises(ModelError) as caught:
        EndpointGenerator("m", Endpoint("http://me:word@example.com/v1", "KGTEST_NO_KEY"))
    assert "word" not in str(caught.value)


def test_a_key_that_no_header_can_hold_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "sécret\nkey")
    with pytest.raises(ModelError, match=KEY) as caught:
        EndpointGenerator("m", Endpoint("https://example.com/v1", KEY))._client.key()
    assert "cret" not in str(caught.value)
