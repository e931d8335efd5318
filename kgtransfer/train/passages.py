"""The passages of texts that nobody labelled: of files and folders, or of a workspace."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from kgtransfer.corpus.chunks import make_chunks
from kgtransfer.corpus.sources import read_sources
from kgtransfer.records import SourceDocument


def passages_of(texts: Sequence[Path], workspace: Path | None) -> Iterator[str]:
    """The passages of the files and folders; where none are named, of the workspace.

    Raises:
        InputError: a file can't be read.
    """
    for source in read_sources(texts, strict=True):
        if isinstance(source, SourceDocument):
            for chunk in make_chunks("d", source.text):
                yield chunk.text
    if workspace is not None and not texts:
        from kgtransfer.workspace import Workspace

        with Workspace.open(workspace) as opened:
            for chunk in opened.ledger.content().chunks:
                yield chunk.text
