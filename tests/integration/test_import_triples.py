"""Files of triples through a workspace: both engines hold them, and questions walk them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kgtransfer.answering import answer, explain_answer
from kgtransfer.check import check
from kgtransfer.corpus.triples import read_triple_files
from kgtransfer.history import undo
from kgtransfer.imports import import_triples
from kgtransfer.pipeline import rebuild_graph, remove_documents
from kgtransfer.read.confidence import Confidence
from kgtransfer.reason.model import UNCALIBRATED
from kgtransfer.workspace import Workspace
from tests.integration.test_build import empty, store_settings  # noqa: F401  a fixture
from tests.workspaces import canonical_export, fake_workspace, ingest

FILMS = """Kes|directed_by|Ken Loach
Raining Stones|directed_by|Ken Loach
Raining Stones|directed_by|Jim Allen
Kes|starred_actors|David Bradley
Raining Stones|starred_actors|Bruce Jones
Up|directed_by|Pete Docter
Kes|release_year|1969
Raining Stones|release_year|1993
"""


def take(workspace: Workspace, *files: Path) -> None:
    with workspace.roots() as roots:
        import_triples(workspace, read_triple_files(files, roots=roots))


class Walker:
    """A model that walks to the director and back, then to what `last` says."""

    common: frozenset[str] = frozenset()
    weights = UNCALIBRATED

    def __init__(self, last: str, sure: float = 9.0) -> None:
        self.last, self.sure = last, sure

    def likeness(self, masked: str, relations: Any) -> None:
        return None

    def scores(self, masked: str, relations: Any) -> tuple[Any, Any]:
        names = [*relations]
        logits = np.zeros((3, 2 * len(names)), np.float32)
        logits[0, names.index("directed_by")] = self.sure
        logits[1, names.index("directed_by") + len(names)] = self.sure
        logits[2, names.index(self.last)] = self.sure
        return logits, np.asarray([-9, -9, 9], np.float32)


def walking(workspace: Workspace, last: str, sure: float = 9.0) -> None:
    """Let a workspace's questions be walked by a `Walker`."""
    workspace.refresh()
    workspace.__dict__["reasoner"] = workspace.reason_with(Walker(last, sure))


@pytest.mark.slow
def test_triples_become_a_graph_that_answers_and_is_taken_back(
    tmp_path: Path,
    store_settings: dict[str, Any],  # noqa: F811
) -> None:
    file = tmp_path / "films.txt"
    file.write_text(FILMS, encoding="utf-8")
    with fake_workspace(tmp_path / "w", retriever="bm25", **empty(store_settings)) as w:
        take(w, file)
        first = canonical_export(w, tmp_path / "first.jsonl")
        assert all(finding.ok for finding in check(w))
        walking(w, "directed_by")
        found = answer(w, "who made films together with the director of Kes?")
        assert found.text is not None
        assert set(found.text.split("; ")) == {"Ken Loach", "Jim Allen"}
        assert (found.facts[0].subject, found.facts[0].object) == ("Kes", "Ken Loach")
        assert found.query is not None
        rows = w.store.query(found.query.text, found.query.parameters).rows
        assert [row[0] for row in rows] == ["Jim Allen", "Ken Loach"]
        walking(w, "release_year")
        found = answer(w, "when did the other film by the director of Kes come out?")
        assert found.text == "1993"
        assert found.query is not None
        assert [r[0] for r in w.store.query(found.query.text, found.query.parameters).rows] == [
            "1993"
        ]
        assert explain_answer(w, "when did the other film of Kes's director come out?").answer.facts
        assert answer(w, "who directed Nowhere?").abstained
        walking(w, "release_year", sure=0.1)
        assert answer(w, "when did Kes come out?").abstained
        file.write_text(FILMS.replace("Pete Docter", "Bob Peterson"), encoding="utf-8")
        take(w, file)
        assert canonical_export(w, tmp_path / "second.jsonl") != first
        undo(w)
        assert canonical_export(w, tmp_path / "undone.jsonl") == first
        rebuild_graph(w)
        assert canonical_export(w, tmp_path / "rebuilt.jsonl") == first
        (uri,) = [stored.document.uri for stored in w.ledger.documents()]
        remove_documents(w, [uri])
        assert not w.ledger.content().facts


@pytest.mark.slow
def test_of_text_and_graph_the_surer_answers(tmp_path: Path) -> None:
    (tmp_path / "films.txt").write_text(FILMS, encoding="utf-8")
    (tmp_path / "kes.md").write_text("# Kes\n\nKes came out in 1970 in Leeds.", encoding="utf-8")
    with fake_workspace(tmp_path / "w", retriever="bm25", answer_threshold=0.3) as w:
        ingest(w, [tmp_path / "kes.md"])
        take(w, tmp_path / "films.txt")
        walking(w, "release_year")
        question = "when did the other film of Kes's director come out?"
        for bias, text in ((9.0, "1970"), (-9.0, "1993")):  # surely read, surely not
            w.reader.calibration = Confidence(read={"bias": bias})
            found = answer(w, question)
            assert found.text == text
            assert bool(found.citations) == (text == "1970")
            assert explain_answer(w, question).answer.text == text
        walking(w, "release_year", sure=0.1)
        assert answer(w, question).abstained


class Reading:
    """A model that walks back over the relation that the words before the topic name."""

    common: frozenset[str] = frozenset({"which", "films"})
    weights = UNCALIBRATED

    def likeness(self, masked: str, relations: Any) -> None:
        return None

    def scores(self, masked: str, relations: Any) -> tuple[Any, Any]:
        names = [name.split("_")[0] for name in relations]
        before = masked[: masked.index("X")]
        back = [9 if name in before else -9 for name in names]
        out = [9 if name in masked else -9 for name in names]
        return np.asarray([out + back], np.float32), np.asarray([9], np.float32)


@pytest.mark.slow
def test_questions_of_two_topics_are_answered_by_queries_that_find_them_again(
    tmp_path: Path,
    store_settings: dict[str, Any],  # noqa: F811
) -> None:
    file = tmp_path / "films.txt"
    file.write_text(FILMS, encoding="utf-8")
    asked = {
        "which films directed by Ken Loach starred Bruce Jones": "Raining Stones",
        "which was released first, Kes or Raining Stones?": "Kes",
        "which was released later, Kes or Raining Stones?": "Raining Stones",
    }
    with fake_workspace(tmp_path / "w", retriever="bm25", **empty(store_settings)) as w:
        take(w, file)
        w.refresh()
        w.__dict__["reasoner"] = w.reason_with(Reading())
        for question, expected in asked.items():
            found = answer(w, question)
            assert found.text == expected
            assert len(found.facts) == 2
            assert found.query is not None
            rows = w.store.query(found.query.text, found.query.parameters).rows
            assert [row[0] for row in rows] == [expected]
