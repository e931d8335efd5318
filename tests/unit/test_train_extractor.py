from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from kgtransfer.extract.weights import new_model
from kgtransfer.language_models.backbone import PACKAGED, load_backbone
from kgtransfer.nn.extraction import ExtractionModel
from kgtransfer.train.averaging import average
from kgtransfer.train.extraction_batches import (
    Example,
    entity_logits,
    frozen_states,
    prepare,
    without_casing,
)
from kgtransfer.train.extraction_data import LabelledText
from kgtransfer.train.extractor import (
    ExtractorConfig,
    batches,
    kept_and_held_out,
    texts_read,
)


@pytest.fixture(scope="module")
def model() -> ExtractionModel:
    torch.manual_seed(0)
    return new_model(load_backbone(PACKAGED), 3, 1).eval()


def _config(**keys: Any) -> ExtractorConfig:
    return ExtractorConfig(data=Path("d"), output=Path("o"), **keys)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 60), st.floats(0, 0.9), st.integers(0, 5), st.integers(1, 4))
def test_what_a_run_read_is_told_from_its_configuration(
    size: int, share: float, seed: int, epochs: int
) -> None:
    config = _config(shares={"wnut17": share}, seed=seed, epochs=epochs)
    pool: Any = {"wnut17": list(range(size))}
    read: list[Any] = [
        text
        for epoch in range(epochs)
        for batch in batches([], pool, config, epoch)
        for text in batch
    ]
    assert texts_read(config, "wnut17", size) == set(read)
    assert texts_read(config, "btc", size) == set()


def test_held_out_texts_are_never_read() -> None:
    config = _config(shares={"uner": 1.0}, hold_out={"uner": 0.4}, epochs=2)
    kept, out = kept_and_held_out(range(50), 0.4)
    assert len(out) == 20
    assert texts_read(config, "uner", 50) == set(kept)
    assert not set(kept) & set(out)
    # a first run that read the first 60 % of its own first order read none of them
    first = _config(shares={"uner": 0.2}, epochs=3)
    assert not texts_read(first, "uner", 50) & set(out)


def test_two_extractors_become_their_mean(model: ExtractionModel) -> None:
    other = copy.deepcopy(model)
    for parameter in other.parameters():
        parameter.data += 1.0
    before = [parameter.clone() for parameter in model.parameters()]
    average(model, dict(other.named_parameters()))
    for own, was in zip(model.parameters(), before, strict=True):
        assert torch.allclose(own, was + 0.5, atol=1e-6)


def test_without_casing_a_name_looks_like_any_word(model: ExtractionModel) -> None:
    text = LabelledText(0, ("Ann", "met", "IBM", "."), (0,))
    cased = prepare(text, load_backbone(PACKAGED).tokenizer)
    bare = without_casing(cased)
    assert any(cased.pieces.shapes)
    assert not any(bare.pieces.shapes)
    assert bare.pieces.ids == cased.pieces.ids
    assert not torch.equal(
        entity_logits(model, cased, states(model, cased)),
        entity_logits(model, bare, states(model, cased)),
    )


def states(model: ExtractionModel, example: Example) -> Tensor:
    return model.states(frozen_states(example, model), torch.tensor(example.pieces.shapes))[0]
