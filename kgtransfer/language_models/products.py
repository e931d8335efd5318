"""A BERT's products where it only reads, and in bfloat16: what can be done once is done once.

Autocast rounds a network's weights anew in every call, and oneDNN lays them out anew for every
product. Here both are kept beside the weights, and GELU is taken where the product is written.
Outside of `torch.inference_mode` and autocast everything is as torch has it, so what is trained is
not touched; weights that have changed since are rounded again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

import torch
import torch.nn.functional as F
from jaxtyping import Float
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class _Rounded:
    """A layer's weights in bfloat16, laid out for oneDNN where torch has that."""

    weight: Tensor
    bias: Tensor | None
    laid_out: bool
    version: tuple[int, int]


_rounded: WeakKeyDictionary[nn.Linear, _Rounded] = WeakKeyDictionary()


@cache
def has_bfloat16() -> bool:
    """Whether the processor multiplies bfloat16 itself; older versions of torch don't tell."""
    capabilities: dict[str, bool] = getattr(torch.cpu, "get_capabilities", dict)()
    return bool(capabilities.get("avx512_bf16") or capabilities.get("amx_bf16"))


@contextmanager
def reading() -> Iterator[None]:
    """For what only reads: no gradients, and bfloat16 where the processor has it."""
    with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16()):
        yield


def product(
    linear: nn.Module, x: Float[Tensor, "*b d"], *, gelu: bool = False
) -> Float[Tensor, "*b e"]:
    """The layer's product, and its GELU if asked for."""
    if type(linear) is not nn.Linear or not _reads(x):
        y: Tensor = linear(x)
        return F.gelu(y) if gelu else y
    held = _of(linear)
    x = x.to(torch.bfloat16)
    if held.laid_out:
        after: tuple[Any, ...] = ("gelu", [], "none") if gelu else ("none", [], "")
        done: Tensor = _onednn()._linear_pointwise(x, held.weight, held.bias, *after)
        return done
    y = F.linear(x, held.weight, held.bias)
    return F.gelu(y) if gelu else y


def _reads(x: Tensor) -> bool:
    """Whether nothing is learnt here, and products are to be in bfloat16."""
    return (
        has_bfloat16()
        and torch.is_inference_mode_enabled()
        and torch.is_autocast_enabled("cpu")
        and torch.get_autocast_dtype("cpu") == torch.bfloat16
        and x.device.type == "cpu"
    )


def _of(linear: nn.Linear) -> _Rounded:
    weight = linear.weight
    version = (0 if weight.is_inference() else weight._version, weight.data_ptr())
    held = _rounded.get(linear)
    if held is None or held.version != version:
        rounded = weight.detach().to(torch.bfloat16)
        bias = None if linear.bias is None else linear.bias.detach().to(torch.bfloat16)
        laid_out = _onednn() is not None
        if laid_out:
            rounded = _onednn()._reorder_linear_weight(rounded)
        held = _rounded[linear] = _Rounded(rounded, bias, laid_out, version)
    return held


@cache
def _onednn() -> Any:
    """Torch's products over laid out weights, which its own compiler calls; None without them."""
    ops = torch.ops.mkldnn
    has = all(hasattr(ops, name) for name in ("_linear_pointwise", "_reorder_linear_weight"))
    return ops if has and torch.backends.mkldnn.is_available() else None
