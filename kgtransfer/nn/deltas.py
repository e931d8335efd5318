"""What training changed in a network's weights, stored small.

The change of a matrix is cut to a low rank, which a truncated singular value decomposition does
best (Eckart and Young, 1936), and its factors are rounded to 8 bits, each component by a scale of
its own. Factors of twice the rank then take the room that 16 bits took.
"""

from __future__ import annotations

import torch
from jaxtyping import Float, Int8
from torch import Tensor, nn

_STEPS = 127


def compress_deltas(
    base: dict[str, Tensor], tuned: dict[str, Tensor], rank: int
) -> dict[str, Tensor]:
    """The change from `base` to `tuned`: matrices cut to `rank`, anything small whole in fp16.

    Of a matrix `NAME` (out, in) there are `NAME.a` (out, rank), `NAME.b` (rank, in) and
    `NAME.scale` (rank,); of anything else there is `NAME.full`.
    """
    deltas: dict[str, Tensor] = {}
    for name, before in base.items():
        change = (tuned[name] - before).float()
        if not bool(change.any()):
            continue
        if change.ndim == 2 and min(change.shape) > 2 * rank:
            left, sizes, right = torch.linalg.svd(change, full_matrices=False)
            a, wide = _rounded(left[:, :rank].T)
            b, high = _rounded(right[:rank])
            deltas[f"{name}.a"], deltas[f"{name}.b"] = a.T.contiguous(), b.contiguous()
            deltas[f"{name}.scale"] = (sizes[:rank] * wide * high).contiguous()
        else:
            deltas[f"{name}.full"] = change.half().contiguous()
    return deltas


def merge_deltas(network: nn.Module, deltas: dict[str, Tensor]) -> None:
    """Add stored changes to a network's weights; factors without a scale count as they are.

    Raises:
        KeyError: the network has no parameter of that name.
    """
    parameters = dict(network.named_parameters())
    with torch.no_grad():
        for key, value in deltas.items():
            name, _, kind = key.rpartition(".")
            if kind == "a":
                a, b = value.float(), deltas[f"{name}.b"].float()
                scale = deltas.get(f"{name}.scale")
                parameters[name].add_((a if scale is None else a * scale) @ b)
            elif kind == "full":
                parameters[name].add_(value.float())


def _rounded(
    rows: Float[Tensor, "rank width"],
) -> tuple[Int8[Tensor, "rank width"], Float[Tensor, rank]]:
    """Each row in steps of a 127th of its largest value, and these steps."""
    step = rows.abs().amax(1).clamp(min=1e-12) / _STEPS
    return (rows / step[:, None]).round().to(torch.int8), step
