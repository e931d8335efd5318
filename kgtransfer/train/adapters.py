"""Low-rank adapters (Hu et al., 2022, arXiv:2106.09685) on an encoder, and what they came to."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from kgtransfer.errors import ModelError

ADAPTED = ("query", "value", "dense", "q_proj", "v_proj", "o_proj", "q_lin", "v_lin", "out_lin")
"""Names of the linear layers that LoRA is put on, in the common families of models."""


def add_adapters(encoder: nn.Module, rank: int) -> None:
    """Freeze the encoder and put trainable adapters on its linear layers, in place.

    Raises:
        ModelError: the encoder has no layer that adapters could be put on.
    """
    import peft

    linear = [name for name, module in encoder.named_modules() if isinstance(module, nn.Linear)]
    targets = [name for name in linear if name.rsplit(".", 1)[-1] in ADAPTED]
    if not targets:
        raise ModelError(
            f"LoRA needs linear layers named {', '.join(ADAPTED)}",
            where=type(encoder).__name__,
            hint="Name another backbone, or train without adapters.",
        )
    settings = peft.LoraConfig(
        r=rank, lora_alpha=2 * rank, lora_dropout=0.0, target_modules=targets
    )
    peft.inject_adapter_in_model(settings, encoder)
    for name, parameter in encoder.named_parameters():
        parameter.requires_grad_("lora_" in name)


def adapter_deltas(encoder: nn.Module) -> dict[str, Tensor]:
    """What trained adapters add to the encoder: `NAME.a` @ `NAME.b` in fp16, by its own names."""
    deltas: dict[str, Tensor] = {}
    for name, module in encoder.named_modules():
        if hasattr(module, "lora_A"):
            scale = module.scaling["default"]
            a, b = module.lora_A["default"].weight, module.lora_B["default"].weight
            with torch.no_grad():
                deltas[f"{name}.weight.a"] = (scale * b).half().contiguous()
                deltas[f"{name}.weight.b"] = a.half().contiguous()
    return deltas
