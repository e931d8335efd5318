from __future__ import annotations

import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from kgtransfer.extract.entities import tagged_spans
from kgtransfer.extract.labels import TAGS
from kgtransfer.extract.weights import pack4, unpack4
from kgtransfer.nn.extraction import (
    Groups,
    RelationHead,
    allowed_label_loss,
    decode_bio,
    evidence_loss,
    threshold_loss,
)
from kgtransfer.nn.transformer import Layer


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 30), st.integers(0, 2**31))
def test_decoded_tags_never_start_inside_an_entity(words: int, seed: int) -> None:
    scores = torch.randn(words, TAGS, generator=torch.Generator().manual_seed(seed))
    tags = decode_bio(scores.log_softmax(-1))
    for before, tag in zip([0, *tags], tags, strict=False):
        if tag and tag % 2 == 0:
            assert before in (tag, tag - 1)
    assert sum(last - first for first, last, _ in tagged_spans(tags)) == sum(t > 0 for t in tags)


def test_any_allowed_tag_satisfies_the_loss() -> None:
    logits = torch.tensor([[0.0, 20.0, 0.0]])
    either = torch.tensor([[False, True, True]])
    neither = torch.tensor([[True, False, False]])
    assert allowed_label_loss(logits, either) < 0.01 < 10 < allowed_label_loss(logits, neither)


def test_an_unknown_label_neither_rewards_nor_punishes() -> None:
    labels = torch.tensor([[0, 1, -1]])
    low = threshold_loss(torch.tensor([[0.0, 5.0, -9.0]]), labels)
    high = threshold_loss(torch.tensor([[0.0, 5.0, 9.0]]), labels)
    assert torch.equal(low, high)
    assert threshold_loss(torch.tensor([[0.0, -5.0, 0.0]]), labels) > low


def test_evidence_counts_only_where_it_is_marked() -> None:
    mass = torch.tensor([[0.9, 0.1], [0.5, 0.5]])
    unmarked = torch.zeros(2, 2, dtype=torch.bool)
    marked = torch.tensor([[True, False], [False, False]])
    assert evidence_loss(mass, unmarked) == 0
    assert 0 < evidence_loss(mass, marked) < evidence_loss(mass, ~marked[:, [0, 0]] & True)


def test_an_entity_of_two_mentions_is_judged_once() -> None:
    torch.manual_seed(0)
    head = RelationHead(width=8, types=3, predicates=5, size=32, block=8).eval()
    states, attention = torch.randn(6, 8), torch.rand(2, 6, 6).softmax(-1)
    groups = Groups(
        torch.tensor([[0, 2], [2, 3], [4, 6]]),
        torch.tensor([0, 1, 0]),
        torch.tensor([0, 1]),
        torch.tensor([[0, 1], [1, 0]]),
        torch.tensor([0, 0]),
    )
    logits, context = head(states, attention, groups)
    assert logits.shape == (2, 6)
    assert context.shape == (2, 6)
    torch.testing.assert_close(context.sum(1), torch.ones(2))
    assert not torch.equal(logits[0], logits[1])


def test_four_bits_keep_a_difference_to_a_fifteenth_of_its_group() -> None:
    torch.manual_seed(0)
    delta = torch.randn(32, 128) * 1e-2
    packed, scales = pack4(delta)
    assert packed.numel() == delta.numel() // 2
    error = (unpack4(packed, scales, delta.shape) - delta).abs().reshape(-1, 64)
    assert bool((error <= scales.float()[:, None] * 0.51).all())


@given(rows=st.integers(1, 70))
@settings(max_examples=20)
def test_a_layer_in_bfloat16_reads_texts_of_any_length_alike(rows: int) -> None:
    torch.manual_seed(0)
    layer = Layer(32, 4, 64).eval()
    x = torch.randn(rows, 32)
    with torch.inference_mode():
        expected, attention = layer(x, attention=True)
        layer.to_bfloat16()
        states, same = layer(x, attention=True)
        plain, none = layer(x)
    assert none is None
    assert attention is not None
    assert same is not None
    assert torch.allclose(states, expected, atol=0.05)
    assert torch.allclose(plain, expected, atol=0.05)
    assert torch.allclose(same, attention, atol=0.05)
