"""Plain text."""

from __future__ import annotations

from collections.abc import Iterator

from kgtransfer.corpus.encoding import decode
from kgtransfer.corpus.readers.reader import ReadDocument


def read_plain(data: bytes) -> Iterator[ReadDocument]:
    """Yield the file as one document. A plain text says nowhere what its title is."""
    yield ReadDocument(decode(data))
