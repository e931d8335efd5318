"""The hash in the ids of documents, chunks, entities, values and facts."""

from __future__ import annotations

import hashlib


def digest(*parts: str) -> str:
    """24 hexadecimal digits that name a sequence of texts."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:24]
