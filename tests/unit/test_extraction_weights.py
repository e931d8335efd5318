from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from kgtransfer.config import shipped
from kgtransfer.errors import ModelError
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.weights import CONFIG, WEIGHTS, load_extractor


def folder_with(tmp_path: Path, weights: bytes | None, **changes: object) -> Path:
    """A copy of the shipped configuration beside other weights."""
    config = json.loads((shipped("models", "extractor") / CONFIG).read_text())
    (tmp_path / CONFIG).write_text(json.dumps(config | changes))
    if weights is not None:
        (tmp_path / WEIGHTS).write_bytes(weights)
    return tmp_path


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be read"):
        load_extractor(tmp_path)
    with pytest.raises(ModelError, match="No such file"):
        load_extractor(folder_with(tmp_path, None))


@pytest.mark.parametrize("keep", [0, 5, 1000])
def test_a_damaged_file_is_refused(tmp_path: Path, keep: int) -> None:
    whole = (shipped("models", "extractor") / WEIGHTS).read_bytes()
    with pytest.raises(ModelError, match="damaged"):
        load_extractor(folder_with(tmp_path, whole[:keep]))


def test_a_model_for_other_types_is_refused(tmp_path: Path) -> None:
    save_file({"x": torch.zeros(1)}, tmp_path / WEIGHTS)
    with pytest.raises(ModelError, match="other types"):
        load_extractor(folder_with(tmp_path, None, types=["Person"]))


def test_the_shipped_predicates_are_those_of_the_schema() -> None:
    config = json.loads((shipped("models", "extractor") / CONFIG).read_text())
    assert set(config["predicates"]) == set(load_schema().by_id)
    assert (shipped("models", "extractor") / WEIGHTS).stat().st_size < 9_000_000
