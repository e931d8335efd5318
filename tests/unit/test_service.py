"""The service: the command line's records and errors over HTTP, for this machine alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from graph_store.values import QueryResult
from kgtransfer.cli import ask as cli_ask
from kgtransfer.errors import (
    CorruptWorkspace,
    KGTransferError,
    ModelError,
    QueryError,
    QueryTimeout,
    ReadOnlyViolation,
    StoreAuthError,
    UsageError,
    WorkspaceBusy,
    WorkspaceError,
)
from kgtransfer.read.network import Found, PageReading
from kgtransfer.read.pages import Evidence
from kgtransfer.records import (
    Answer,
    Citation,
    CypherQuery,
    FactAnswer,
    GraphContent,
    GraphDelta,
    Passage,
    Subgraph,
)
from kgtransfer.service import questions
from kgtransfer.service.app import create_app, run
from kgtransfer.service.errors import STATUS
from kgtransfer.workspace import Workspace
from tests.chat_server import ChatServer, chat_server
from tests.workspaces import fake_workspace

HOST = "http://127.0.0.1:8080"
KES = {"title": "Kes", "text": "Kes was directed by Ken Loach. Ken Loach was born in Nuneaton."}


class MemoryStore:
    """Takes deltas and answers one query, so that no server is needed."""

    def __init__(self) -> None:
        self.at = 0
        self.asked: dict[str, Any] = {}
        self.failure: KGTransferError | None = None

    def revision(self) -> int:
        return self.at

    def is_loading(self) -> bool:
        return False

    def apply(self, delta: GraphDelta) -> None:
        self.at = delta.revision

    def clear(self) -> None:
        self.at = 0

    def arrays(self) -> GraphContent:
        return GraphContent()

    def query(self, text: str, parameters: dict[str, Any], **limits: Any) -> QueryResult:
        if self.failure:
            raise self.failure
        self.asked = {"text": text, "parameters": parameters, **limits}
        return QueryResult(("name",), (("Kes",),), truncated=False, seconds=0.01)

    def close(self) -> None:
        pass


class FirstSentence:
    """A reader that quotes the start of the best passage, and finds whatever it is asked for."""

    SAYS = KES["text"]

    @property
    def text_reader(self) -> FirstSentence:
        return self

    def ask(self, asked: list[tuple[str, Passage]]) -> list[PageReading]:
        whole = [Found(Evidence(p, 0, len(p.text)), -0.1) for _, p in asked]
        return [PageReading(f.evidence.passage, (f,), -9.0, -9.0, -9.0) for f in whole]

    def read(self, question: str, subgraph: Subgraph, **_: object) -> Answer:
        if not subgraph.passages:
            return Answer(question, None, True, 0.0)
        p = subgraph.passages[0]
        end = p.start + len(p.text)
        citation = Citation(p.document, p.title, p.chunk, p.start, end, p.text)
        return Answer(question, p.text, False, 0.9, (citation,), (), subgraph.passages)


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def client(tmp_path: Path, store: MemoryStore) -> Iterator[TestClient]:
    def opened() -> Workspace:
        workspace = fake_workspace(tmp_path / "w", retriever="bm25")
        workspace.__dict__["store"] = store
        workspace.__dict__["reader"] = FirstSentence()
        return workspace

    with TestClient(create_app(tmp_path / "w", max_upload=10_000, opened=opened), HOST) as client:
        yield client


def test_documents_go_in_are_listed_asked_and_removed(client: TestClient) -> None:
    assert client.get("/health").json()["status"] == "empty"
    assert client.post("/ask", json={"question": "Who?"}).status_code == 404
    added = client.post("/documents", json=KES)
    assert (added.status_code, added.json()["added"]) == (201, 1)
    assert client.post("/documents", json=KES).status_code == 200  # nothing new
    files = [("files", ("a.md", b"# Poor Cow\n\nA film.")), ("files", ("b.txt", b""))]
    report = client.post("/documents", files=files).json()
    assert [p["uri"] for p in report["problems"]] == ["uploads/b.txt"]
    listed = client.get("/documents").json()
    assert [d["title"] for d in listed] == ["Kes", "Poor Cow"]
    assert client.get("/health").json()["status"] == "ok"

    answer = client.post("/ask", json={"question": "Who directed Kes?", "top_k": 1}).json()
    assert len(answer["passages"]) == 1
    (citation,) = answer["citations"]
    whole = client.get(f"/documents/{citation['document']}").json()
    assert whole["text"][citation["start"] : citation["end"]] == citation["quote"]

    for document in listed:
        removed = client.delete(f"/documents/{document['id']}")
        assert removed.json()["removed"] == 1
    assert client.get("/documents").json() == []
    missing = client.delete("/documents/d0")
    assert (missing.status_code, missing.json()["error"]) == (404, "there is no document 'd0'")


def test_an_answer_is_what_the_command_line_prints(
    client: TestClient, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    citation = Citation("d1", "Kes", "c1", 0, 3, "Kes")
    fact = FactAnswer("Kes", "director", "Ken Loach", 0.9, (citation,))
    passage = Passage("d1", "Kes", "c1", 1.5, "Kes is a film.", 0)
    query = CypherQuery("MATCH (e:Entity {id: $e}) RETURN e.name", {"e": "e1"})
    found = Answer(
        "Who?", "Ken", False, 0.8, (citation,), (fact,), (passage,), {"read": 2.0}, query
    )
    monkeypatch.setattr(questions, "answer", lambda *_, **__: found)
    client.post("/documents", json=KES)
    served = client.post("/ask", json={"question": "Who?"}).json()
    cli_ask._print_json_line(found, pretty=False)
    printed = json.loads(capsys.readouterr().out)
    assert served == printed
    assert list(served) == list(printed)


@pytest.fixture
def writing(
    tmp_path: Path, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[TestClient, ChatServer]]:
    """A service whose generator is a scripted server."""
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with chat_server() as server:
        server.says = "Kes was directed by Ken Loach [1]. It was filmed on the moon [1]."

        def opened() -> Workspace:
            settings: dict[str, Any] = {"generator": "endpoint:m", "endpoint_url": server.url}
            workspace = fake_workspace(tmp_path / "w", retriever="bm25", **settings)
            workspace.__dict__["store"] = store
            workspace.__dict__["reader"] = FirstSentence()
            return workspace

        with TestClient(create_app(tmp_path / "w", opened=opened), HOST) as client:
            client.post("/documents", json=KES)
            yield client, server


def test_a_generator_writes_and_streams(writing: tuple[TestClient, ChatServer]) -> None:
    client, server = writing
    body = {"question": "Who directed Kes?"}
    answer = client.post("/ask", json=body).json()
    assert [s["supported"] for s in answer["sentences"]] == [True, False]
    assert answer["citations"][0]["quote"] == "Kes was directed by Ken Loach."
    assert answer["generator"] == "endpoint:m"
    assert client.post("/ask", json={**body, "generate": False}).json()["sentences"] == []

    response = client.post("/ask/stream", json=body)
    lines = [json.loads(line) for line in response.text.splitlines()]
    assert [next(iter(line)) for line in lines] == ["sentence", "sentence", "answer"]
    assert [line["sentence"] for line in lines[:2]] == answer["sentences"]
    assert lines[2]["answer"]["answer"] == answer["answer"]
    server.faults = ["cut off"]
    last = json.loads(client.post("/ask/stream", json=body).text.splitlines()[-1])
    assert "ends in the middle" in last["answer"]["note"]
    assert last["answer"]["answer"] == FirstSentence.SAYS


def test_writing_without_a_generator_says_what_to_set(client: TestClient) -> None:
    client.post("/documents", json=KES)
    for path in ("/ask", "/ask/stream"):
        refused = client.post(path, json={"question": "Who?", "generate": True})
        assert (refused.status_code, refused.json()["where"]) == (400, "generate")


def test_cypher_is_read_only_and_keeps_to_the_limits(
    client: TestClient, store: MemoryStore
) -> None:
    body = {"query": "RETURN $n AS name", "parameters": {"n": "Kes"}, "rows": 10**9, "seconds": 99}
    table = client.post("/cypher", json=body).json()
    assert (table["columns"], table["rows"], table["truncated"]) == (["name"], [["Kes"]], False)
    assert store.asked["parameters"] == {"n": "Kes"}
    assert (store.asked["rows"], store.asked["seconds"]) == (1000, 5.0)
    assert not store.asked.get("write")
    store.failure = ReadOnlyViolation("writes are not allowed", where="line 1", hint="Use --write")
    refused = client.post("/cypher", json=body)
    assert refused.status_code == 403
    assert refused.json() == {
        "error": "writes are not allowed",
        "where": "line 1",
        "hint": "Use --write",
    }


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (UsageError("x"), 400),
        (QueryError("x"), 400),
        (QueryTimeout("x"), 408),
        (StoreAuthError("x"), 503),
        (ModelError("x"), 503),
        (WorkspaceBusy("x"), 409),
        (CorruptWorkspace("x"), 500),
        (WorkspaceError("x"), 404),
    ],
)
def test_each_class_of_error_has_its_status(
    client: TestClient, store: MemoryStore, error: KGTransferError, status: int
) -> None:
    store.failure = error
    assert client.post("/cypher", json={"query": "RETURN 1"}).status_code == status


@pytest.mark.parametrize(
    ("body", "content_type", "status", "message"),
    [
        (b'{"text": ""}', "application/json", 422, "at least 1 character"),
        (b'{"text": "a", "titel": "b"}', "application/json", 422, "Extra inputs"),
        (b'{"text": " "}', "application/json", 422, "empty text"),
        (b"[]", "application/json", 400, "no document"),
        (b"{", "application/json", 400, "Invalid JSON"),
        (b"x", "text/plain", 400, "can't read a body of type 'text/plain'"),
        (b"x" * 20_000, "application/json", 413, "more than"),
    ],
)
def test_bad_documents_are_refused_with_the_reason(
    client: TestClient, body: bytes, content_type: str, status: int, message: str
) -> None:
    response = client.post("/documents", content=body, headers={"content-type": content_type})
    assert response.status_code == status
    assert message in response.json()["error"]
    assert set(response.json()) == {"error", "where", "hint"}


def test_an_upload_that_cannot_be_read_says_why(client: TestClient) -> None:
    response = client.post("/documents", files={"files": ("../../a.pdf", b"%PDF-1.4 no more")})
    assert response.status_code == 422
    assert response.json()["where"] == "uploads/a.pdf"
    assert "damaged PDF" in response.json()["error"]


def test_a_change_ends_when_the_service_stops(client: TestClient) -> None:
    app: Any = client.app
    app.state.served._closing.set()
    response = client.post("/documents", json=KES)
    assert (response.status_code, response.json()["error"]) == (503, "the service is stopping")


def test_wrong_requests_name_the_field(client: TestClient) -> None:
    response = client.post("/ask", json={"question": "Who?", "retreiver": "bm25"})
    assert (response.status_code, response.json()["where"]) == (422, "body.retreiver")
    assert client.get("/nothing").status_code == 404
    assert set(client.get("/nothing").json()) == {"error", "where", "hint"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "evil.example"}, 403),
        ({"host": "127.0.0.1.evil.example:8080"}, 403),
        ({"host": "localhost:8080"}, 200),
        ({"host": "[::1]:8080"}, 200),
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": HOST}, 200),
    ],
)
def test_only_this_machine_and_its_own_pages_get_in(
    client: TestClient, headers: dict[str, str], status: int
) -> None:
    assert client.get("/documents", headers=headers).status_code == status


def test_only_loopback_addresses_are_served(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can be reached from other machines"):
        run(tmp_path, host="0.0.0.0")


def test_every_error_of_ours_has_a_status() -> None:
    def below(kind: type[Exception]) -> Iterator[type[Exception]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    assert all(set(kind.__mro__) & set(STATUS) for kind in below(KGTransferError))


def test_the_page_loads_nothing_from_elsewhere(client: TestClient) -> None:
    home = client.get("/")
    assert "text/html" in home.headers["content-type"]
    assert "default-src 'none'" in home.headers["content-security-policy"]
    for path in ("/docs", "/docs/docs.js", "/docs/docs.css"):
        assert "http" not in client.get(path).text.replace('lang="en"', "")
    assert {"/ask", "/cypher", "/documents", "/health"} <= set(
        client.get("/openapi.json").json()["paths"]
    )
