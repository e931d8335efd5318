"""Load a Hugging Face causal language model from this machine, with a graph adapter of ours."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgtransfer.errors import ModelError

if TYPE_CHECKING:
    from kgtransfer.nn.generation import GraphAdapter, GraphCausalModel

ADAPTER = "adapter.safetensors"
CONFIG = "generator.json"


@dataclass(frozen=True, slots=True)
class CausalModel:
    """A causal model in evaluation mode with its tokenizer; `network` holds the model.

    `most_tokens` is what fits into it, prompt and answer together.
    """

    network: GraphCausalModel
    tokenizer: Any
    ends: frozenset[int]
    most_tokens: int
    device: str


def load_causal(folder: Path, adapter: GraphAdapter | None = None) -> CausalModel:
    """Load a model's folder, or the folder of an adapter, which names its model.

    Weights are safetensors only, code of a model's own never runs, and nothing is downloaded. It
    runs on a CUDA device where there is one.

    Args:
        folder: of a causal model of transformers, or one that `save_adapter` made.
        adapter: an adapter to put on the model, for training.

    Raises:
        ModelError: files are missing or damaged, or it is no causal model.
    """
    import torch
    from safetensors import SafetensorError

    from kgtransfer.nn.generation import GraphCausalModel

    try:
        if adapter is None and (folder / CONFIG).is_file():
            adapter, folder = _stored_adapter(folder)
        model, tokenizer = _load(folder)
        network = GraphCausalModel(model, adapter)
    except (OSError, ValueError, KeyError, RuntimeError, ImportError, SafetensorError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"the language model can't be loaded ({reason})",
            where=str(folder),
            hint="Name the folder of a causal model of transformers (config.json, safetensors "
            "weights, a tokenizer), or one that `kgtransfer train generator` made.",
        ) from error
    device = "cuda" if torch.cuda.is_available() else "cpu"
    network.to(device).eval()
    most = int(getattr(model.config, "max_position_embeddings", 0) or 2048)
    return CausalModel(network, tokenizer, _ends(model, tokenizer), most, device)


def _load(folder: Path) -> tuple[Any, Any]:
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from transformers.utils import logging as library_log

    from kgtransfer.language_models.products import has_bfloat16

    if not folder.is_dir():
        raise OSError("there is no such folder")
    if not any(folder.glob("*.safetensors")):
        raise OSError("it holds no safetensors weights")
    library_log.disable_progress_bar()
    kept = {"local_files_only": True, "trust_remote_code": False}
    tokenizer = AutoTokenizer.from_pretrained(folder, use_fast=True, **kept)
    import torch

    reduced = torch.cuda.is_available() or has_bfloat16()
    model = AutoModelForCausalLM.from_pretrained(
        folder, use_safetensors=True, dtype="auto" if reduced else torch.float32, **kept
    )
    return model, tokenizer


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """The tokens that end an answer."""
    generation = getattr(model, "generation_config", None)
    found: set[int] = set()
    for said in (getattr(generation, "eos_token_id", None), tokenizer.eos_token_id):
        found |= set(said) if isinstance(said, list) else {said} if said is not None else set()
    return frozenset(found)


def decoder_width(model: Any) -> int:
    """The width of a model's hidden states."""
    return int(model.config.hidden_size)


def save_adapter(folder: Path, adapter: GraphAdapter, model: Path) -> None:
    """Write an adapter and what it was made for; `load_causal` reads it."""
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.contiguous().cpu() for k, v in adapter.state_dict().items()}, folder / ADAPTER)
    settings = {
        "model": str(model.absolute()),
        "width": adapter.width,
        "node_width": adapter.node_width,
        "layers": list(adapter.layers),
        "inner": adapter.inner,
        "heads": adapter.heads,
        "scale": adapter.scale,
    }
    (folder / CONFIG).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def _stored_adapter(folder: Path) -> tuple[GraphAdapter, Path]:
    from safetensors.torch import load_file

    from kgtransfer.nn.generation import GraphAdapter

    stored = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    adapter = GraphAdapter(
        stored["width"],
        stored["node_width"],
        stored["layers"],
        inner=stored["inner"],
        heads=stored["heads"],
        scale=stored["scale"],
    )
    adapter.load_state_dict(load_file(folder / ADAPTER))
    return adapter, Path(stored["model"])
