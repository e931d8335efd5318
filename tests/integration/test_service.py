"""The service over the bundled server: what it took in is in the graph, and stays unharmed."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from kgtransfer.service.app import create_app
from tests.workspaces import fake_workspace

HOST = "http://127.0.0.1:8080"


@pytest.mark.slow
def test_documents_are_found_by_cypher_which_may_only_read(tmp_path: Path) -> None:
    app = create_app(tmp_path / "w", opened=lambda: fake_workspace(tmp_path / "w"))
    with TestClient(app, HOST) as client:
        text = "Kes was directed by Ken Loach. Ken Loach was born in Nuneaton."
        report = client.post("/documents", json={"title": "Kes", "text": text, "uri": "kes"})
        assert report.json()["facts"] >= 1

        query = "MATCH (f:Entity)-[:DIRECTOR]->(p:Entity {name: $name}) RETURN f.name"
        table = client.post("/cypher", json={"query": query, "parameters": {"name": "Ken Loach"}})
        assert table.json()["rows"] == [["Kes"]]
        many = client.post("/cypher", json={"query": "UNWIND range(1, 9) AS n RETURN n", "rows": 3})
        assert (len(many.json()["rows"]), many.json()["truncated"]) == (3, True)

        for query, status in (("MATCH (n) DETACH DELETE n", 403), ("MATCH (n", 400)):
            assert client.post("/cypher", json={"query": query}).status_code == status
        (document,) = client.get("/documents").json()
        assert client.delete(f"/documents/{document['id']}").json()["documents"] == 0
        count = client.post("/cypher", json={"query": "MATCH (e:Entity) RETURN count(e)"})
        assert count.json()["rows"] == [[0]]
