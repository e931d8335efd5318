"""Build an index folder, reuse what the previous one has embedded, and swap it in whole.

    index/
      current            the name of the newest whole folder, replaced in one step
      r12-3f9a.../       arrays (.npy), texts and meta.json of revision 12

A folder is written under a temporary name and renamed when it is complete, so that a reader never
sees half an index and an interrupted build leaves the old one in force.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import uuid
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

import numpy as np

from kgtransfer.language_models.encoder import PassageVectors, TextEncoder
from kgtransfer.records import GraphContent, Span
from kgtransfer.retrieve.index import CURRENT, FORMAT, META, GraphIndex
from kgtransfer.retrieve.layout import Passages, write_layout
from kgtransfer.retrieve.tables import Rows, RowWriter, save

log = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


def build_index(
    content: GraphContent,
    encoder: TextEncoder,
    root: Path,
    *,
    revision: int,
    progress: Progress | None = None,
) -> GraphIndex:
    """Build the index of a graph under `root`, swap it in, prune older ones, and open it.

    Args:
        content: the whole graph, from the ledger's projection or from a store.
        encoder: embeds each chunk and its cells (see `layout.CELL`).
        root: the folder of all revisions.
        revision: the graph's revision that this is the index of.
        progress: called with (chunks embedded, chunks to embed).
    """
    root.mkdir(parents=True, exist_ok=True)
    previous = GraphIndex.open_if_any(root)
    folder = root / f".building-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    try:
        passages = write_layout(content, folder)
        del content  # a large graph is not needed while its texts are embedded
        reused = _embed(passages, encoder, folder, previous, progress)
        meta = {
            "format": FORMAT,
            "revision": revision,
            "encoder": encoder.fingerprint,
            "dimension": encoder.dimension,
            "chunks": len(passages.texts),
            "reused": reused,
            "sums": {path.name: _sum(path) for path in sorted(folder.iterdir())},
        }
        (folder / META).write_text(json.dumps(meta, indent=1), encoding="utf-8")
        name = f"r{revision}-{folder.name.rpartition('-')[2]}"
        os.replace(folder, root / name)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    _point_to(root, name)
    _remove_others(root, {name, *({previous.folder.name} if previous else ())})
    return GraphIndex(root / name)


def _point_to(root: Path, name: str) -> None:
    pointer = root / f".{CURRENT}-{name}"
    pointer.write_text(name, encoding="utf-8")
    os.replace(pointer, root / CURRENT)


def damaged(index: GraphIndex) -> list[str]:
    """The files of an index that are not as they were written."""
    sums: dict[str, str] = index.meta.get("sums", {})
    paths = ((name, index.folder / name) for name in sorted(sums))
    return [name for name, path in paths if not path.exists() or _sum(path) != sums[name]]


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()[:32]


def prune(root: Path) -> None:
    """Remove all folders but the newest; readers of older ones must open it again."""
    current = GraphIndex.open_if_any(root)
    _remove_others(root, {current.folder.name} if current else set())


def _remove_others(root: Path, keep: set[str]) -> None:
    """A build keeps the folder before the newest, too: a reader may still be opening it."""
    for folder in root.iterdir() if root.exists() else ():
        if folder.is_dir() and folder.name not in keep:
            shutil.rmtree(folder, ignore_errors=True)


def _embed(
    passages: Passages,
    encoder: TextEncoder,
    folder: Path,
    previous: GraphIndex | None,
    progress: Progress | None,
) -> int:
    """Write passage and cell vectors; return how many chunks were reused.

    Equal texts are embedded once, whether an index before this one holds them or not.
    """
    keys = [_key(text, passages.spans(at)) for at, text in enumerate(passages.texts)]
    vectors = np.zeros((len(keys), encoder.dimension), np.float32)
    first = passages.cells.cell_rows
    rows = RowWriter.create(folder, "cell_vectors", int(first[-1]), encoder.dimension)
    known = previous.embedded(encoder) if previous else {}
    fresh: dict[bytes, int] = {}
    again: list[tuple[int, int]] = []
    for at, key in enumerate(keys):
        if previous is not None and key in known:
            vectors[at] = previous.chunk_vectors[known[key]]
            rows.copy(first[at], previous.cell_vectors, previous.cells_of(known[key]))
        elif fresh.setdefault(key, at) != at:
            again.append((at, fresh[key]))
    for done, (at, encoded) in enumerate(_encoded(passages, fresh.values(), encoder), start=1):
        vectors[at] = encoded.passage
        rows.write(first[at], encoded.spans)
        if progress is not None and (done % 32 == 0 or done == len(fresh)):
            progress(done, len(fresh))
    rows.flush()
    written = Rows(folder, "cell_vectors")
    for at, same in again:
        vectors[at] = vectors[same]
        rows.copy(first[at], written, slice(first[same], first[same + 1]))
    rows.close()
    save(folder, "chunk_vectors", vectors)
    save(folder, "embedding_keys", np.asarray(keys, "S32"))
    log.info("embedded %d chunks, reused %d", len(fresh), len(keys) - len(fresh))
    return len(keys) - len(fresh)


def _encoded(
    passages: Passages, rows: Collection[int], encoder: TextEncoder
) -> Iterator[tuple[int, PassageVectors]]:
    texts = ((passages.texts[at], passages.spans(at)) for at in rows)
    yield from zip(rows, encoder.encode_passages(texts), strict=True)


def _key(text: str, cells: Sequence[Span]) -> bytes:
    """What a chunk's vectors depend on, beside the encoder."""
    digest = hashlib.sha256(text.encode("utf-8", errors="replace"))
    digest.update(json.dumps(cells).encode())
    return digest.hexdigest()[:32].encode()
