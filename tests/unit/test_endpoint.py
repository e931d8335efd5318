"""An endpoint that fails, stalls, talks nonsense or invents costs time at most, never the truth."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kgtransfer.errors import ModelError
from kgtransfer.extract.endpoint import EndpointExtractor
from kgtransfer.extract.workers import ChunkFailed, extract_many
from kgtransfer.language_models.endpoint import Endpoint, seconds_asked
from tests.chat_server import ChatServer, chat_server

TEXT = "Dark River is a film directed by Ann Lee. It was released in 1990."
KEY = "KGTEST_KEY"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ChatServer]:
    monkeypatch.setenv(KEY, "secret-key")
    with chat_server() as running:
        yield running


def ask(server: ChatServer, tries: int = 3, timeout: float = 5.0) -> EndpointExtractor:
    return EndpointExtractor("m", Endpoint(server.url, KEY, timeout, tries), first_pause=0.01)


def test_it_asks_by_schema_with_the_key_and_gives_offsets(server: ChatServer) -> None:
    found = ask(server).extract(TEXT, "en")
    assert [TEXT[m.start : m.end] for m in found.mentions] == ["Dark River", "Ann Lee"]
    assert [s.predicate for s in found.statements] == ["director"]
    (asked,) = server.asked
    schema = asked["response_format"]["json_schema"]["schema"]
    assert "Person" in schema["properties"]["entities"]["items"]["properties"]["type"]["enum"]
    assert asked["messages"][-1]["content"] == TEXT
    assert server.keys == ["Bearer secret-key"]


@pytest.mark.parametrize(
    "fault", ["500", "503", "retry after", "no json", "other shape", "cut", "half", "hang up"]
)
def test_a_fault_is_outlived(server: ChatServer, fault: str) -> None:
    server.faults = [fault, fault]
    extractor = ask(server)
    assert extractor.extract(TEXT, "en").statements
    assert len(server.asked) == 3


def test_a_trickling_answer_is_given_up_in_time(server: ChatServer) -> None:
    server.faults = ["slow"]
    assert ask(server, timeout=0.3).extract(TEXT, "en").statements
    assert len(server.asked) == 2


def test_a_cut_answer_is_asked_for_with_more_room(server: ChatServer) -> None:
    server.faults = ["cut"]
    ask(server).extract(TEXT, "en")
    first, second = (asked["max_tokens"] for asked in server.asked)
    assert second > first


def test_a_server_without_json_schemas_is_asked_in_words(server: ChatServer) -> None:
    server.faults = ["no schema"]
    extractor = ask(server)
    assert extractor.extract(TEXT, "en").statements
    extractor.extract(TEXT, "en")
    assert ["response_format" in asked for asked in server.asked] == [True, False, False]


@pytest.mark.parametrize(("status", "says"), [("401", KEY), ("404", "a model of this server")])
def test_a_refusal_is_not_asked_again(server: ChatServer, status: str, says: str) -> None:
    server.faults = [status]
    with pytest.raises(ModelError, match=says) as caught:
        ask(server).extract(TEXT, "en")
    assert len(server.asked) == 1
    assert "secret-key" not in str(caught.value)


def test_what_is_not_in_the_text_is_refused_and_counted(server: ChatServer) -> None:
    good = {"subject": "Dark River", "predicate": "director", "object": "Ann Lee"}
    quote = "a film directed by Ann Lee"
    server.answer = lambda text: {
        "entities": [
            {"name": "Dark River", "type": "Work"},
            {"name": "Steven Spielberg", "type": "Person"},
            {"title": "no name"},
        ],
        "statements": [
            {**good, "quote": quote},
            {**good, "object": "Steven Spielberg", "quote": quote},
            {**good, "quote": "directed by the great Ann Lee"},
            {**good, "predicate": "producer", "quote": ""},
            {**good, "predicate": "is in love with", "quote": "It was released in"},
        ],
    }
    extractor = ask(server)
    found = extractor.extract(TEXT, "en")
    assert [(s.predicate, TEXT[slice(*s.sentence or ())]) for s in found.statements] == [
        ("director", "Dark River is a film directed by Ann Lee.")
    ]
    assert {TEXT[m.start : m.end] for m in found.mentions} == {"Dark River", "Ann Lee"}
    assert extractor.refused == 6


def test_a_failing_chunk_is_named_and_the_others_are_kept(server: ChatServer) -> None:
    server.always = lambda text: "500" if "number 3." in text else ""
    items = [(i, f"Ann Lee met Bob Ray on page number {i}.", "en") for i in range(6)]
    done: list[int] = []
    with pytest.raises(ChunkFailed, match=r"number 3\.") as caught:
        done.extend(key for key, _ in extract_many(ask(server, tries=2), items, workers=2))
    assert caught.value.key == 3
    assert {0, 1, 2} <= set(done)
    server.always = lambda text: ""
    results = dict(extract_many(ask(server), items, workers=3))
    assert sorted(results) == list(range(6))


def test_a_key_never_goes_out_unencrypted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, "secret-key")
    with pytest.raises(ModelError, match="https"):
        EndpointExtractor("m", Endpoint("http://example.com/v1", KEY))
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with pytest.raises(ModelError, match="endpoint_url"):
        EndpointExtractor("m", Endpoint("", KEY))


@pytest.mark.parametrize(
    ("after", "seconds"),
    [("7", 7.0), ("-1", 0.0), ("Wed, 21 Oct 2015 07:28:00 GMT", 0.0), ("soon", None), ("", None)],
)
def test_a_pause_that_a_server_asks_for(after: str, seconds: float | None) -> None:
    assert seconds_asked(after) == seconds


def test_another_model_is_another_extractor(server: ChatServer) -> None:
    one, other = (EndpointExtractor(name, Endpoint(server.url, KEY)) for name in ("a", "b"))
    patient = EndpointExtractor("a", Endpoint(server.url, KEY, timeout=600, tries=9))
    assert one.fingerprint != other.fingerprint
    assert one.fingerprint == patient.fingerprint
