"""What is damaged, or was changed by others, is named; a rebuild mends it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kgtransfer.check import check
from kgtransfer.pipeline import rebuild_graph
from kgtransfer.workspace import Workspace
from tests.integration.test_build import store_settings  # noqa: F401  a fixture
from tests.workspaces import fake_workspace, ingest


def cypher(text: str) -> Callable[[Workspace], object]:
    return lambda w: w.store.query(text, write=True)


def cut(name: str) -> Callable[[Workspace], object]:
    def damage(w: Workspace) -> None:
        file = w.open_index().folder / name
        file.write_bytes(file.read_bytes()[:-1] + b"!")

    return damage


DAMAGES: dict[str, tuple[str, Callable[[Workspace], object]]] = {
    "1 entities changed": ("graph", cypher("MATCH (e:Entity {name: 'Manila'}) SET e.name = 'M'")),
    "1 documents missing": ("graph", cypher("MATCH (d:Document) WHERE d.uri ENDS WITH 'a.md'"
                                            " DETACH DELETE d")),
    "facts missing": ("graph", cypher("MATCH (:Entity)-[r]->() WHERE r.statement_count > 0"
                                      " DELETE r")),
    "1 entities too many": ("graph", cypher("CREATE (:Entity:Person {id: 'e0', name: 'X', type:"
                                            " 'Person', aliases: [], mention_count: 1,"
                                            " kgtransfer: true})")),
    "is at revision 7": ("graph", cypher("MATCH (m:KGTransfer) SET m.revision = 7")),
    "entities changed: ": (
        "graph", cypher("MATCH (e:Entity {name: 'Manila'}) REMOVE e.mention_count")),
    "damaged: cell_vectors.codes.npy": ("index", cut("cell_vectors.codes.npy")),
    "damaged: facts.text.npy": ("index", cut("facts.text.npy")),
}  # fmt: skip


@pytest.mark.slow
def test_what_is_wrong_is_named_and_mended(
    tmp_path: Path,
    store_settings: dict[str, Any],  # noqa: F811
) -> None:
    (tmp_path / "a.md").write_text("Dark River was directed by Edgar Romero. It lies in Manila.")
    (tmp_path / "b.md").write_text("Ann Lee met Edgar Romero in Manila.")
    with fake_workspace(tmp_path / "w", **store_settings) as w:
        ingest(w, [tmp_path / "a.md", tmp_path / "b.md"])
        findings = [(finding.subject, finding.ok) for finding in check(w)]
        assert findings == [(part, True) for part in ("ledger", "schema", "graph", "index")]
        for said, (part, damage) in DAMAGES.items():
            damage(w)
            wrong = [finding for finding in check(w) if not finding.ok]
            assert any(said in finding.state for finding in wrong), (said, wrong)
            assert {finding.subject for finding in wrong} == {part}
            rebuild_graph(w)
            assert all(finding.ok for finding in check(w)), said
