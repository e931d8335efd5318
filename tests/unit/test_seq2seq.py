"""Linearised triplets, whole ones only; and which model folders are refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from kgtransfer.errors import ModelError
from kgtransfer.extract.seq2seq import Seq2SeqExtractor, triplets


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (
            "<s><triplet> Dark River <subj> Ann Lee <obj> director <subj> 1990 <obj> inception"
            " <triplet> Ann Lee <subj> Rome <obj> place of birth</s><pad>",
            [
                ("Dark River", "director", "Ann Lee", ("", "")),
                ("Dark River", "inception", "1990", ("", "")),
                ("Ann Lee", "place of birth", "Rome", ("", "")),
            ],
        ),
        (
            "<triplet> Ann Lee <per> Rome <loc> place of birth",
            [("Ann Lee", "place of birth", "Rome", ("Person", "Location"))],
        ),
        ("<triplet> Dark River <subj> Ann Lee", []),
        ("<triplet> <subj> Ann <obj> director", []),
        ("nothing at all", []),
    ],
)
def test_whole_triplets_are_read(written: str, found: list[object]) -> None:
    assert list(triplets(written)) == found


def test_a_folder_without_safe_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no model here"):
        Seq2SeqExtractor(tmp_path)
    (tmp_path / "config.json").write_text('{"model_type": "t5"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(ModelError, match="safetensors"):
        Seq2SeqExtractor(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"broken")
    with pytest.raises(ModelError, match="can't be loaded"):
        Seq2SeqExtractor(tmp_path).extract("Ann Lee met Bob Ray.", "en")
