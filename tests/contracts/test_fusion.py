"""What every `Fusion` holds to."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from kgtransfer.nn.fusion import Alignment, Fusion, GatedCrossAttention

WIDTH, NODE = 32, 12


def opened() -> GatedCrossAttention:
    """A block as it may be after training: gates open."""
    torch.manual_seed(3)
    block = GatedCrossAttention(WIDTH, NODE, inner=16, heads=2).eval()
    with torch.no_grad():
        block.token_gate.fill_(0.7)
        block.node_gate.fill_(-0.4)
    return block


def inputs(nodes: int = 5) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    torch.manual_seed(1)
    token_mask = torch.ones(2, 7, dtype=torch.bool)
    token_mask[1, 5:] = False
    node_mask = torch.ones(2, nodes, dtype=torch.bool)
    if nodes:
        node_mask[1, -1] = False
    return torch.randn(2, 7, WIDTH), token_mask, torch.randn(2, nodes, NODE), node_mask


@pytest.fixture(params=[opened], ids=["gated cross-attention"])
def fusion(request: pytest.FixtureRequest) -> Fusion:
    block: Fusion = request.param()
    return block


def test_shapes_stay(fusion: Fusion) -> None:
    tokens, token_mask, nodes, node_mask = inputs()
    fused, updated = fusion(tokens, token_mask, nodes, node_mask)
    assert (fused.shape, updated.shape) == (tokens.shape, nodes.shape)


def test_tokens_do_not_depend_on_the_order_of_nodes(fusion: Fusion) -> None:
    tokens, token_mask, nodes, node_mask = inputs()
    order = torch.tensor([3, 0, 4, 2, 1])
    fused, updated = fusion(tokens, token_mask, nodes, node_mask)
    again, moved = fusion(tokens, token_mask, nodes[:, order], node_mask[:, order])
    assert torch.allclose(fused, again, atol=1e-5)
    assert torch.allclose(updated[:, order], moved, atol=1e-5)


def test_masked_nodes_and_padding_say_nothing(fusion: Fusion) -> None:
    tokens, token_mask, nodes, node_mask = inputs()
    changed_nodes, changed_tokens = nodes.clone(), tokens.clone()
    changed_nodes[1, -1] += 9.0
    changed_tokens[1, 6] += 9.0
    fused, updated = fusion(tokens, token_mask, nodes, node_mask)
    again, _ = fusion(tokens, token_mask, changed_nodes, node_mask)
    _, same = fusion(changed_tokens, token_mask, nodes, node_mask)
    assert torch.allclose(fused, again, atol=1e-5)
    assert torch.allclose(updated, same, atol=1e-5)


def test_no_nodes_and_only_masked_nodes_mean_the_same(fusion: Fusion) -> None:
    tokens, token_mask, nodes, node_mask = inputs()
    none = fusion(tokens, token_mask, nodes[:, :0], node_mask[:, :0])[0]
    masked = fusion(tokens, token_mask, nodes, torch.zeros_like(node_mask))[0]
    assert torch.isfinite(none).all()
    assert torch.allclose(none, masked, atol=1e-5)


def test_a_new_block_is_the_identity_and_its_gates_learn() -> None:
    block = GatedCrossAttention(WIDTH, NODE, inner=16, heads=2)
    tokens, token_mask, nodes, node_mask = inputs()
    fused, updated = block(tokens, token_mask, nodes, node_mask)
    assert torch.equal(fused, tokens)
    assert torch.equal(updated, nodes)
    (fused.pow(2).sum() + updated.pow(3).sum()).backward()
    for gate in (block.token_gate, block.node_gate):
        assert gate.grad is not None
        assert abs(float(gate.grad)) > 0


def test_alignment_is_least_for_matching_pairs() -> None:
    torch.manual_seed(0)
    align = Alignment(8, 8)
    with torch.no_grad():
        align.node.weight.copy_(align.text.weight)
        align.node.bias.copy_(align.text.bias)
    states = torch.randn(6, 8)
    assert align(states, states) < align(states, states.flip(0))
    assert align(states[:1], states[:1]).item() == 0.0
