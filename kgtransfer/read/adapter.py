"""What adapts the reader to one workspace: weights beside it, for the base that they belong to."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

WEIGHTS = "model.safetensors"
RECORD = "adapter.json"


@dataclass(frozen=True, slots=True)
class Adapter:
    """A stored adapter: its folder, the digest of its base, and how it was found to be better."""

    folder: Path
    base: str
    report: dict[str, Any]

    @classmethod
    def open(cls, folder: Path) -> Adapter | None:
        """The adapter in a folder; None where there is none, or none that is whole."""
        try:
            stored = json.loads((folder / RECORD).read_text(encoding="utf-8"))
            adapter = cls(folder, str(stored["base"]), dict(stored["report"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
        return adapter if adapter.weights.exists() else None

    @property
    def weights(self) -> Path:
        """The file of its weights."""
        return self.folder / WEIGHTS

    def fits(self, reader: Path) -> bool:
        """Whether it was trained on the reader in this folder."""
        return self.base == digest_of(reader)


def digest_of(reader: Path) -> str:
    """What a reader's files come to; empty where they can't be read."""
    digest = hashlib.sha256()
    try:
        for name in (WEIGHTS, "config.json"):
            digest.update((reader / name).read_bytes())
    except OSError:
        return ""
    return digest.hexdigest()[:32]


def store(draft: Path, folder: Path) -> None:
    """Put a whole adapter's folder in the place of the one before."""
    drop(folder)
    draft.replace(folder)


def drop(folder: Path) -> bool:
    """Remove an adapter; whether there was one."""
    there = folder.exists()
    shutil.rmtree(folder, ignore_errors=True)
    return there
