"""What training changed is stored small and comes back as it was."""

from __future__ import annotations

import torch

from kgtransfer.nn.deltas import compress_deltas, merge_deltas


def test_a_low_rank_change_survives_storing() -> None:
    torch.manual_seed(0)
    base = {"weight": torch.randn(20, 30), "bias": torch.randn(20), "still": torch.ones(3)}
    change = torch.randn(20, 2) @ torch.randn(2, 30)
    tuned = base | {"weight": base["weight"] + change, "bias": base["bias"] + 1.0}
    deltas = compress_deltas(base, tuned, rank=4)
    layer = torch.nn.Linear(30, 20)
    layer.load_state_dict({name: base[name] for name in ("weight", "bias")})
    merge_deltas(layer, deltas)
    assert torch.allclose(layer.weight, tuned["weight"], atol=0.05)
    assert torch.allclose(layer.bias, tuned["bias"], atol=1e-2)
    assert set(deltas) == {"weight.a", "weight.b", "weight.scale", "bias.full"}


def test_a_higher_rank_in_eight_bits_keeps_more_than_a_lower_one_in_sixteen() -> None:
    torch.manual_seed(1)
    spread = torch.diag(torch.logspace(0, -2, 48))
    change = torch.linalg.qr(torch.randn(64, 48))[0] @ spread @ torch.randn(48, 64)
    lost = []
    for rank in (8, 16):
        layer = torch.nn.Linear(64, 64, bias=False)
        torch.nn.init.zeros_(layer.weight)
        merge_deltas(
            layer, compress_deltas({"weight": torch.zeros(64, 64)}, {"weight": change}, rank)
        )
        lost.append(float((layer.weight.detach() - change).norm() / change.norm()))
    u, s, v = torch.linalg.svd(change)
    sixteen = (u[:, :8] * s[:8]).half().float() @ v[:8].half().float()
    assert lost[1] < float((sixteen - change).norm() / change.norm())
    assert lost[1] < lost[0]


def test_factors_without_a_scale_count_as_they_are() -> None:
    layer = torch.nn.Linear(3, 2, bias=False)
    torch.nn.init.zeros_(layer.weight)
    merge_deltas(layer, {"weight.a": torch.ones(2, 1).half(), "weight.b": torch.ones(1, 3).half()})
    assert torch.equal(layer.weight, torch.ones(2, 3))
