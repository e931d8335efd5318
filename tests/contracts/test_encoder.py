"""What every text encoder must do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from kgtransfer.errors import ModelError
from kgtransfer.language_models.encoder import MiniLMEncoder, TextEncoder
from tests.fakes import HashingEncoder

SENTENCE = "the river runs through dark hills and a director made film of it in 1990 . ,"


@pytest.fixture(scope="module")
def tiny_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of two layers with random weights, saved as any Hugging Face model is."""
    import torch
    from transformers import BertConfig, BertModel, BertTokenizerFast

    folder = tmp_path_factory.mktemp("bert")
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *sorted(set(SENTENCE.split()))]
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module", params=["hashing", "tiny", "packaged"])
def encoder(request: pytest.FixtureRequest, tiny_folder: Path) -> TextEncoder:
    builders: dict[str, Callable[[], TextEncoder]] = {
        "hashing": HashingEncoder,
        "tiny": lambda: MiniLMEncoder(str(tiny_folder)),
        "packaged": MiniLMEncoder,
    }
    return builders[request.param]()


def test_vectors_have_length_one_and_the_stated_dimension(encoder: TextEncoder) -> None:
    vectors = encoder.encode(["the dark river", "", "hills"])
    assert vectors.shape == (3, encoder.dimension)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
    assert encoder.encode([]).shape == (0, encoder.dimension)


def test_a_text_has_one_vector_whatever_stands_beside_it(encoder: TextEncoder) -> None:
    texts = ["the film", "a director made it in 1990 , and the river runs through", "hills"]
    together = encoder.encode(texts)
    alone = np.concatenate([encoder.encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)
    assert not np.allclose(together[0], together[1], atol=1e-2)


def test_spans_are_pooled_from_the_passage(encoder: TextEncoder) -> None:
    text = "the river runs through hills . a director made the film in 1990 ."
    half = text.index(" a director")
    vectors = encoder.encode_passage(text, [(0, half), (half, len(text)), (3, 3)])
    assert vectors.spans.shape == (3, encoder.dimension)
    assert np.allclose(np.linalg.norm(vectors.spans, axis=1), 1, atol=1e-4)
    assert np.allclose(vectors.passage, encoder.encode([text])[0], atol=1e-5)
    assert not np.allclose(vectors.spans[0], vectors.spans[1], atol=1e-3)
    assert np.allclose(vectors.spans[2], vectors.passage)
    assert encoder.encode_passage(text, []).spans.shape == (0, encoder.dimension)


def test_passages_come_back_in_order(encoder: TextEncoder) -> None:
    passages = [("the river " * n, [(0, 3)]) for n in (9, 1, 300, 4)]
    together = list(encoder.encode_passages(passages))
    for (text, spans), vectors in zip(passages, together, strict=True):
        alone = encoder.encode_passage(text, spans)
        assert np.allclose(vectors.passage, alone.passage, atol=1e-5)
        assert np.allclose(vectors.spans, alone.spans, atol=1e-5)


def test_long_text_is_read_to_its_end(encoder: TextEncoder) -> None:
    start = "the river runs through dark hills and " * 200
    film, hills = start + "a director made a film", start + "it runs through hills dark"
    ends = [
        encoder.encode_passage(text, [(len(start), len(text)), (0, 40)]) for text in (film, hills)
    ]
    assert not np.allclose(ends[0].passage, ends[1].passage, atol=1e-6)
    assert not np.allclose(ends[0].spans[0], ends[1].spans[0], atol=1e-2)
    assert np.allclose(ends[0].spans[1], ends[1].spans[1], atol=1e-5)
    assert not np.allclose(ends[0].spans[0], ends[0].passage, atol=1e-2)


def test_encoders_are_told_apart(encoder: TextEncoder) -> None:
    others = {HashingEncoder(32).fingerprint, HashingEncoder(16).fingerprint}
    assert encoder.fingerprint
    assert len({*others, encoder.fingerprint}) == 3


def test_a_missing_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="nowhere"):
        MiniLMEncoder(str(tmp_path / "nowhere"))
