"""Tiers never mix unasked, a failing endpoint loses nothing, other languages stay text."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from kgtransfer.corpus.sources import read_sources
from kgtransfer.errors import ModelError, UsageError
from kgtransfer.extract.endpoint import EndpointExtractor
from kgtransfer.language_models.endpoint import Endpoint
from kgtransfer.pipeline import build_graph
from kgtransfer.plan import plan
from kgtransfer.report import BuildReport
from kgtransfer.rereading import Others
from kgtransfer.workspace import Workspace
from tests.chat_server import ChatServer, chat_server
from tests.fakes import CapitalisedExtractor
from tests.workspaces import fake_workspace

pytestmark = pytest.mark.slow


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    for name, friend in (("one", "Bob Ray"), ("two", "Eve Quill"), ("three", "Max Moor")):
        (folder / f"{name}.txt").write_text(f"Ann Lee met {friend} in the city of Rome.\n")
    return folder


def open_as(folder: Path, tier: str) -> Workspace:
    workspace = fake_workspace(folder, tier=tier)
    workspace.__dict__["extractor"] = CapitalisedExtractor(tier)
    return workspace


def ingest(workspace: Workspace, *paths: Path, others: Others = "refuse") -> BuildReport:
    with workspace.roots() as roots:
        sources = read_sources([str(path) for path in paths], roots=roots)
        return build_graph(workspace, sources, others=others)


def test_another_tier_asks_before_it_mixes_or_reads_again(tmp_path: Path, pages: Path) -> None:
    with open_as(tmp_path / "w", "accurate") as workspace:
        ingest(workspace, pages)
        assert [(label, n) for label, _, n in workspace.ledger.readers()] == [("accurate", 3)]
    more = tmp_path / "four.txt"
    more.write_text("Zoe Kay met Ann Lee.\n")
    with open_as(tmp_path / "w", "fast") as workspace:
        with pytest.raises(UsageError, match="3 by 'accurate'; this one is 'fast'"):
            ingest(workspace, more)
        assert plan(workspace, read_sources([str(more)])).others == {"accurate": 3}
        kept = ingest(workspace, pages, more, others="keep")
        assert (kept.added, kept.unchanged) == (1, 3)
        read = {(label, n) for label, _, n in workspace.ledger.readers()}
        assert read == {("accurate", 3), ("fast", 1)}
        (pages / "one.txt").write_text("Ann Lee met Sam Hill.\n")
        again = ingest(workspace, pages / "one.txt", others="again")
        assert again.changed == 3
        assert [(label, n) for label, _, n in workspace.ledger.readers()] == [("fast", 4)]
        texts = [
            workspace.ledger.document_text(d.document.id) for d in workspace.ledger.documents()
        ]
        assert any("Sam Hill" in text for text in texts)
        assert sum("Eve Quill" in text for text in texts) == 1
        assert ingest(workspace, pages, more).unchanged == 4
    with sqlite3.connect(tmp_path / "w" / "ledger.sqlite") as ledger_file:
        ledger_file.execute("DELETE FROM read_with")  # as a program before the tiers left it
    with (
        open_as(tmp_path / "w", "fast") as workspace,
        pytest.raises(UsageError, match="4 by 'an earlier version'"),
    ):
        ingest(workspace, more)


@pytest.fixture
def server() -> Iterator[ChatServer]:
    with chat_server() as running:
        yield running


def with_endpoint(folder: Path, server: ChatServer) -> Workspace:
    workspace = fake_workspace(folder, extractor="openai:m", endpoint_url=server.url)
    endpoint = Endpoint(server.url, tries=2)
    workspace.__dict__["extractor"] = EndpointExtractor("m", endpoint, first_pause=0.01)
    return workspace


def test_a_failing_endpoint_loses_nothing_that_was_done(
    tmp_path: Path, pages: Path, server: ChatServer
) -> None:
    with with_endpoint(tmp_path / "w", server) as workspace:
        planned = plan(workspace, read_sources([str(pages)]))
        assert (planned.requests, planned.chunks, server.asked) == (3, 3, [])
        assert planned.input_tokens > planned.output_tokens > 0
        server.always = lambda text: "503" if "Eve Quill" in text else ""
        with pytest.raises(ModelError, match=r"two\.txt, chunk 1: .*503"):
            ingest(workspace, pages)
        before = len(server.asked)
        server.always = lambda text: ""
        server.answer = lambda text: {
            "entities": [{"name": name, "type": "Person"} for name in ("Ann Lee", "Nobody")],
            "statements": [],
        }
        report = ingest(workspace, pages)
        assert (report.added, report.refused) == (3, 1)
        assert ingest(workspace, pages).unchanged == 3
        assert len(server.asked) - before == 1


TEXTS = {
    "zh": "张艺谋是中国导演,出生于陕西西安。他的电影《红高粱》获得了柏林国际电影节金熊奖。",
    "ru": "Андрей Тарковский родился в селе Завражье. Он снял фильмы «Солярис» и «Сталкер».",
    "de": "Rainer Werner Fassbinder wurde in Bad Wörishofen geboren. Er drehte sehr viele Filme, "
    "und er starb 1982 in München an einer Überdosis.",
    "en": "Ann Lee was born in Rome. She directed the film Dark River with a lot of patience.",
}


def test_other_languages_are_kept_found_as_text_and_reported(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text + "\n", encoding="utf-8")
    mixed = "\n\n".join((TEXTS["en"], TEXTS["ru"] * 12, TEXTS["en"]))
    (folder / "mixed.json").write_text(json.dumps([{"title": "Both", "text": mixed}]))
    from kgtransfer.extract.extractor import load_extractor

    with fake_workspace(tmp_path / "w", tier="fast") as workspace:
        workspace.__dict__["extractor"] = load_extractor(tier="fast")
        report = ingest(workspace, folder)
        assert report.text_only.keys() >= {"zh", "ru", "de"}
        found: dict[str, list[str]] = {}
        for stored in workspace.ledger.documents():
            text = workspace.ledger.document_text(stored.document.id)
            named = found.setdefault(stored.document.uri.rsplit("/", 1)[-1].split(".")[0], [])
            for chunk, extraction in workspace.ledger.extractions(stored.document.id):
                assert text[chunk.start : chunk.end] == chunk.text
                named += [chunk.text[m.start : m.end] for m in extraction.mentions]
        assert {name for name, names in found.items() if names} == {"en", "mixed"}
        assert not any("А" <= c <= "я" for name in found["mixed"] for c in name)
        assert "Ann Lee" in found["mixed"]
