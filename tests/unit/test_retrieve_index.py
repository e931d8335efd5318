from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kgtransfer.errors import CorruptWorkspace, WorkspaceError
from kgtransfer.records import FloatArray, GraphContent
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.index import CURRENT, GraphIndex
from tests.fakes import HashingEncoder
from tests.small_graph import PAGES, small_graph


def test_an_index_holds_the_graph(tmp_path: Path) -> None:
    content = small_graph()
    index = build_index(content, HashingEncoder(), tmp_path, revision=3)
    assert index.revision == 3
    assert set(index.chunk_texts) == set(PAGES.values())
    assert {index.document(at) for at in range(len(index.documents))} == set(content.documents)
    assert [index.fact(at) for at in range(len(index.facts))] == list(content.facts)
    assert "dark river 1990 film" in index.name_number
    edges = {
        (index.chunk_ids[int(c)], index.entity_ids[int(e)])
        for c, e in zip(index.mention_chunk, index.mention_entity, strict=True)
    }
    assert edges == {(m.chunk, m.entity) for m in content.mentions}


def test_every_mention_keeps_its_place_and_its_window(tmp_path: Path) -> None:
    encoder = HashingEncoder(256)
    index = build_index(small_graph(sentences_per_chunk=1), encoder, tmp_path, revision=1)
    windows = index.window_vectors(np.arange(len(index.mention_chunk)))
    for row, (start, end) in enumerate(index.mention_span):
        named = index.chunk_texts[int(index.mention_chunk[row])][start:end]
        assert named[0].isupper() or named[0].isdigit()
        assert windows[row] @ encoder.encode([named])[0] > 0.2
    assert np.allclose(np.linalg.norm(windows, axis=1), 1, atol=1e-3)


def test_a_change_embeds_only_what_is_new(tmp_path: Path) -> None:
    encoder = HashingEncoder()
    build_index(small_graph(), encoder, tmp_path, revision=1)
    first = encoder.encoded
    pages = {**PAGES, "Coventry": "Coventry is a city in the West Midlands."}
    updated = build_index(small_graph(pages), encoder, tmp_path, revision=2)
    assert (first, encoder.encoded) == (len(PAGES), len(PAGES) + 1)
    anew = build_index(small_graph(pages), HashingEncoder(), tmp_path / "anew", revision=2)
    assert np.array_equal(updated.chunk_vectors, anew.chunk_vectors)
    assert np.array_equal(updated.cell_vectors.codes, anew.cell_vectors.codes)


def test_another_encoder_embeds_everything_again(tmp_path: Path) -> None:
    build_index(small_graph(), HashingEncoder(32), tmp_path, revision=1)
    encoder = HashingEncoder(64)
    index = build_index(small_graph(), encoder, tmp_path, revision=1)
    assert encoder.encoded == len(PAGES)
    assert index.dimension == 64


def test_a_failed_build_leaves_the_old_index(tmp_path: Path) -> None:
    class Failing(HashingEncoder):
        def encode(self, texts: Sequence[str]) -> FloatArray:
            raise RuntimeError("out of memory")

    build_index(small_graph(), HashingEncoder(32), tmp_path, revision=1)
    with pytest.raises(RuntimeError, match="out of memory"):
        build_index(small_graph(), Failing(), tmp_path, revision=2)
    assert GraphIndex.open(tmp_path).revision == 1
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".building")]


def test_old_folders_go_and_open_readers_stay(tmp_path: Path) -> None:
    reader = build_index(small_graph(), HashingEncoder(), tmp_path, revision=1)
    for revision in (2, 3, 4):
        build_index(small_graph(), HashingEncoder(), tmp_path, revision=revision)
    assert sum(p.is_dir() for p in tmp_path.iterdir()) == 2
    assert set(reader.chunk_texts) == set(PAGES.values())


def test_no_index_and_a_damaged_one_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="no index yet"):
        GraphIndex.open(tmp_path)
    index = build_index(small_graph(), HashingEncoder(), tmp_path, revision=1)
    (index.folder / "chunk_vectors.npy").unlink()
    with pytest.raises(CorruptWorkspace, match="rebuild"):
        GraphIndex.open(tmp_path)
    assert (tmp_path / CURRENT).exists()


def test_an_index_of_nothing(tmp_path: Path) -> None:
    assert len(build_index(GraphContent(), HashingEncoder(), tmp_path, revision=0)) == 0


def test_documents_without_text_or_subject_are_kept(tmp_path: Path) -> None:
    content = small_graph()
    lonely = replace(content.documents[0], id="d0", title="")
    content = replace(content, documents=(lonely, *content.documents), abouts=())
    index = build_index(content, HashingEncoder(), tmp_path, revision=1)
    assert (index.first_chunk == -1).sum() == 1
