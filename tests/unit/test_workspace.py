"""A workspace is made once, refused when it doesn't fit, and written to by one process."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from kgtransfer.errors import ConfigError, CorruptWorkspace, WorkspaceBusy, WorkspaceError
from kgtransfer.retrieve.index import CURRENT
from kgtransfer.storage import MARKER
from kgtransfer.workspace import Workspace


def test_it_is_made_once_and_keeps_its_identity(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no workspace here"):
        Workspace.open(tmp_path / "w")
    (tmp_path / "file").touch()
    with pytest.raises(WorkspaceError, match="this is a file"):
        Workspace.open(tmp_path / "file", create=True)
    made = Workspace.open(tmp_path / "w", create=True)
    assert Workspace.open(tmp_path / "w", create=True).id == made.id


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (json.dumps({"format": 99, "id": "x"}), WorkspaceError),
        ("{", CorruptWorkspace),
        ("[]", CorruptWorkspace),
    ],
)
def test_one_that_does_not_fit_is_refused(
    tmp_path: Path, content: str, error: type[WorkspaceError]
) -> None:
    (tmp_path / MARKER).write_text(content)
    with pytest.raises(error):
        Workspace.open(tmp_path)


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"folders": 5}'])
def test_damaged_names_of_folders_are_one_line(tmp_path: Path, content: str) -> None:
    workspace = Workspace.open(tmp_path, create=True)
    with workspace.roots() as roots:
        name = roots.name(tmp_path)
    with workspace.roots() as roots:
        assert roots.folders == {name: str(tmp_path.resolve())}
    (tmp_path / "roots.json").write_text(content)
    with pytest.raises(CorruptWorkspace, match="delete it"), workspace.roots():
        pass
    assert (tmp_path / "roots.json").read_text() == content


def test_a_lost_ledger_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path, create=True)
    workspace.ledger.close()
    (tmp_path / "index").mkdir()
    (tmp_path / "index" / CURRENT).write_text("r1-0")
    with Workspace.open(tmp_path) as whole:
        assert whole.ledger.revision == 0
    (tmp_path / "ledger.sqlite").unlink()
    for _ in range(2):
        with pytest.raises(CorruptWorkspace, match="the ledger is gone"):
            _ = Workspace.open(tmp_path).ledger
        (tmp_path / "ledger.sqlite").touch()


def test_only_one_writer_at_a_time(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path, create=True)
    other = Workspace.open(tmp_path)
    with workspace.writing(), pytest.raises(WorkspaceBusy), other.writing():
        pass
    with other.writing():
        pass


def test_an_unknown_setting_names_the_nearest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Workspace.open(tmp_path, create=True)
    (tmp_path / "kgtransfer.toml").write_text("retreiver = 'bm25'\n")
    with pytest.raises(ConfigError, match="Did you mean 'retriever'"):
        Workspace.open(tmp_path)
    (tmp_path / "kgtransfer.toml").write_text("retriever = 'bm25'\ntop_k = 7\n")
    monkeypatch.setenv("KGTRANSFER_RETRIEVER", "dense")
    settings = Workspace.open(tmp_path, top_k=9).settings
    assert (settings.retriever, settings.top_k) == ("dense", 9)
    monkeypatch.setenv("KGTRANSFER_TOPK", "3")
    with pytest.raises(ConfigError, match="Did you mean 'top_k'"):
        Workspace.open(tmp_path)
    monkeypatch.delenv("KGTRANSFER_TOPK")
    monkeypatch.setenv("KGTRANSFER_METADATA_KEYS", '["year"]')
    assert Workspace.open(tmp_path).settings.metadata_keys == ("year",)
    monkeypatch.setenv("KGTRANSFER_METADATA_KEYS", "year")
    with pytest.raises(ConfigError, match=r"metadata_keys.*as JSON"):
        Workspace.open(tmp_path)
    monkeypatch.delenv("KGTRANSFER_METADATA_KEYS")
    monkeypatch.setenv("KGTRANSFER_TOP_K", "")  # as a compose file hands on what is not set
    assert Workspace.open(tmp_path).settings.top_k == 7
    monkeypatch.setenv("KGTRANSFER_TOP_K", "many")
    with pytest.raises(ConfigError, match="top_k"):
        Workspace.open(tmp_path)
