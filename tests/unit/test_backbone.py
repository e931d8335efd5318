"""A backbone loads from the package or a folder, equals the library's own, and fails clearly."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from kgtransfer.errors import ModelError
from kgtransfer.language_models.backbone import PACKAGED, load_backbone, model_source

TEXTS = ["Kes is a 1969 film directed by Ken Loach.", "Who?", "Ærø " * 40]


@pytest.mark.slow
def test_our_bert_equals_the_library_s() -> None:
    from transformers import AutoModel

    backbone = load_backbone(PACKAGED)
    theirs = AutoModel.from_pretrained(model_source(PACKAGED)).eval()
    batch = backbone.tokenizer(TEXTS, padding=True, return_tensors="pt")
    with torch.inference_mode():
        ours = backbone.model(
            batch["input_ids"], batch["attention_mask"], output_hidden_states=True
        )
        expected = theirs(
            batch["input_ids"], attention_mask=batch["attention_mask"], output_hidden_states=True
        )
    real = batch["attention_mask"].bool()
    for mine, other in zip(ours.hidden_states, expected.hidden_states, strict=True):
        assert torch.allclose(mine[real], other[real], atol=1e-4)


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        load_backbone(str(tmp_path / "nowhere"))


@pytest.mark.slow
def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    for file in Path(model_source(PACKAGED)).glob("*.json"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="can't be loaded"):
        load_backbone(str(tmp_path))
