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
    from transformers import AutoModel, AutoTokenizer

    backbone = load_backbone(PACKAGED)
    theirs = AutoModel.from_pretrained(model_source(PACKAGED)).eval()
    tokenizer = AutoTokenizer.from_pretrained(model_source(PACKAGED))
    batch = tokenizer(TEXTS, padding=True, return_tensors="pt")
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


@pytest.mark.slow
def test_our_tokens_equal_the_library_s() -> None:
    from transformers import AutoTokenizer

    theirs = AutoTokenizer.from_pretrained(model_source(PACKAGED))
    ours = load_backbone(PACKAGED).tokenizer
    assert (ours.opening, ours.closing, ours.pad) == (
        theirs.cls_token_id, theirs.sep_token_id, theirs.pad_token_id,
    )  # fmt: skip
    plain = theirs(TEXTS, add_special_tokens=False, return_offsets_mapping=True)
    assert [e.ids for e in ours.encode(TEXTS)] == plain["input_ids"]
    assert [e.offsets for e in ours.encode(TEXTS)] == plain["offset_mapping"]
    words = ["Kes", "", "Barnsley", "…", "1969"]
    cut = theirs(words, is_split_into_words=True)
    assert ours.encode_words(words).ids == cut["input_ids"]
    assert ours.encode_words(words).word_ids == cut.word_ids()
    limited = theirs(
        TEXTS, truncation=True, max_length=16, stride=4, return_overflowing_tokens=True
    )
    windows = list(ours.windows(TEXTS, 16, 4))
    assert [index for index, _ in windows] == limited["overflow_to_sample_mapping"]
    assert [window.ids for _, window in windows] == limited["input_ids"]


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
