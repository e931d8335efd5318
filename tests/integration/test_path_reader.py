"""The path reader over the shipped reader: its files, and answers that it takes part in."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from kgtransfer.config import shipped
from kgtransfer.errors import ModelError
from kgtransfer.nn.path_reader import PathReader
from kgtransfer.read.answer import Reader
from kgtransfer.read.network import TextReader
from kgtransfer.read.path_network import PathPageReader
from kgtransfer.read.trails import Trail
from kgtransfer.records import Passage, Subgraph
from kgtransfer.train.path_reader import FusionConfig, save

pytestmark = pytest.mark.slow

TEXTS = {
    "Kes (film)": "Kes is a 1969 British drama film directed by Ken Loach.",
    "Ken Loach": "Kenneth Charles Loach (born 17 June 1936) is an English film director. He was "
    "born in Nuneaton, Warwickshire.",
}
PASSAGES = tuple(Passage(t, t, t, 1.0, text, 0) for t, text in TEXTS.items())


@pytest.fixture(scope="module")
def with_paths(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the shipped reader with an untrained path reader beside it."""
    folder = tmp_path_factory.mktemp("reader") / "reader"
    shutil.copytree(shipped("models", "reader"), folder, ignore=shutil.ignore_patterns("paths"))
    torch.manual_seed(0)
    network = PathReader(TextReader.load(folder).network, 64)
    with torch.no_grad():
        for gate in (network.fusion.gate, network.fusion.cross.token_gate):
            gate.fill_(0.5)
    config = FusionConfig(data=Path(), output=folder / "paths", reader=folder)
    save(network, config, {})
    return folder


def test_the_way_to_a_page_changes_what_is_read_there(with_paths: Path) -> None:
    reader = TextReader.load(with_paths)
    paths = PathPageReader.load(with_paths / "paths", reader, with_paths)
    question = "Where was the director of Kes born?"
    first = paths.read(question, [(PASSAGES[0], Trail((26, 29), (), (None,)))])[0]
    mention = first.state(first.page.spans[0].evidence)
    assert mention is not None
    trail = Trail((26, 29), (mention,), (None, None))
    alone, reached = paths.read(question, [(PASSAGES[1], None), (PASSAGES[1], trail)])
    assert alone.page.spans[0].score != reached.page.spans[0].score
    again = paths.read(question, [(PASSAGES[1], trail)])[0]
    assert again.page.spans[0].text == reached.page.spans[0].text


def test_a_reader_with_paths_answers_with_the_pages_own_words(with_paths: Path) -> None:
    reader = Reader.load(with_paths)
    assert reader.paths is not None
    found = reader.read("When was the director of Kes born?", Subgraph("", PASSAGES))
    assert found.citations
    for citation in found.citations:
        assert TEXTS[citation.title][citation.start : citation.end] == citation.quote


def test_a_path_reader_of_another_reader_is_refused(with_paths: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(with_paths, folder)
    settings = json.loads((folder / "paths/config.json").read_text())
    (folder / "paths/config.json").write_text(json.dumps({**settings, "reader": "0" * 16}))
    with pytest.raises(ModelError, match="trained from another reader"):
        Reader.load(folder)


def test_a_damaged_path_reader_is_refused(with_paths: Path, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    shutil.copytree(with_paths, folder)
    (folder / "paths/model.safetensors").write_bytes(b"no weights")
    with pytest.raises(ModelError, match="can't be loaded"):
        Reader.load(folder)
