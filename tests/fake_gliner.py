"""A stand-in for the package `gliner`: the calls that its documentation names, and no model.

Its "weights" are a table of names in `gliner_config.json`, each with the label that finds it.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

SCORE = 0.83
"""Of every name that it finds."""


class FakeGliner:
    """Finds the names of a table where they stand."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.names: dict[str, str] = config["names"]
        self.config = SimpleNamespace(max_len=config.get("max_len", 384))
        self.asked: list[tuple[str, list[str]]] = []

    @classmethod
    def from_pretrained(
        cls, model_id: str, *, local_files_only: bool, map_location: str
    ) -> FakeGliner:
        assert local_files_only
        assert map_location == "cpu"
        return cls(json.loads((Path(model_id) / "gliner_config.json").read_text()))

    def eval(self) -> FakeGliner:
        return self

    def predict_entities(
        self, text: str, labels: list[str], threshold: float
    ) -> list[dict[str, Any]]:
        self.asked.append((text, labels))
        words = len(re.findall(r"\w+(?:[-_]\w+)*|\S", text))
        assert words <= self.config.max_len, "the package cuts off what is longer"
        return [
            {"start": found.start(), "end": found.end(), "text": name, "label": label,
             "score": SCORE}
            for name, label in self.names.items()
            for found in re.finditer(re.escape(name), text)
            if label in labels and threshold <= SCORE
        ]  # fmt: skip


def save(folder: Path, names: Mapping[str, str], **config: Any) -> Path:
    """A folder that looks like a GLiNER model's."""
    folder.mkdir(parents=True, exist_ok=True)
    said = {"model_name": "tiny", "encoder_config": {"model_type": "bert"}, "names": dict(names)}
    (folder / "gliner_config.json").write_text(json.dumps(said | config))
    (folder / "model.safetensors").write_bytes(b"none")
    return folder


@contextmanager
def installed() -> Iterator[None]:
    """As if the package were this class."""
    module = ModuleType("gliner")
    module.GLiNER = FakeGliner  # type: ignore[attr-defined]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gliner", module)
        yield
