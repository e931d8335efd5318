"""GLiNER and GLiNER2 models of a folder: which are refused, and one way to ask both.

Only safetensors weights are loaded, never code of the model's own, and nothing is downloaded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from safetensors import SafetensorError

from kgtransfer.errors import ModelError

Found = list[tuple[int, int, str, float]]
"""(start, end, label, score)."""
Ask = Callable[[str, list[str], float], Found]
"""Of a text and labels, the names with at least a score."""
MOST_WORDS = 180
"""Of a text that is read in one go: an encoder of 512 pieces takes so many, labels included."""


class GlinerModel(NamedTuple):
    """A loaded model: how it is asked, and for how many words in one go."""

    ask: Ask
    most_words: int = MOST_WORDS


_WHAT = "A GLiNER model has a gliner_config.json, a GLiNER2 model a config.json of its kind."
_BACKBONES = {
    "model_name": "encoder_config",
    "labels_encoder": "labels_encoder_config",
    "labels_decoder": "labels_decoder_config",
}
"""Where a GLiNER model names another one, and where that one's configuration may stand instead."""


def find_model(name: str) -> Path:
    """The folder of a model: the one named, or where the hub's tool put the one of that id.

    Raises:
        ModelError: there is none, its weights are pickled, or it brings code.
    """
    folder = Path(name)
    if not folder.is_dir():
        folder = _fetched(name)
    _package(folder)
    if not (folder / "model.safetensors").is_file():
        raise ModelError(
            "the model has no safetensors weights (model.safetensors)",
            where=str(folder),
            hint="Pickled weights (pytorch_model.bin) are not loaded. Where you trust them, load "
            "them with the package and save them with "
            "model.save_pretrained(FOLDER, safe_serialization=True).",
        )
    for file in sorted(folder.rglob("*.json")):
        if b'"auto_map"' in file.read_bytes():
            raise _brings_code(file)
    return folder


def _fetched(name: str) -> Path:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError

    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (OSError, ValueError, HFValidationError) as error:
        raise ModelError(
            f"there is no model {name!r} on this machine",
            where="extractor",
            hint="Name a folder (gliner:FOLDER), or fetch it first: hf download ORGANISATION/NAME.",
        ) from error


def digest(folder: Path) -> str:
    """A hash of what the model is read from."""
    found = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file() and file.suffix in (".json", ".safetensors", ".model", ".txt"):
            found.update(str(file.relative_to(folder)).encode())
            found.update(file.read_bytes())
    return found.hexdigest()[:16]


def load_model(name: str) -> GlinerModel:
    """Load the model of a folder with the package that made it.

    Raises:
        ModelError: the package is not installed, or the model can't be loaded.
    """
    folder = Path(name)
    package = _package(folder)
    try:
        return _gliner2(folder) if package == "gliner2" else _gliner(folder)
    except ImportError as error:
        raise ModelError(
            f"the package `{package}` is not installed, or does not fit ({error})",
            where="extractor",
            hint=f"Install it: pip install 'kgtransfer[{package}]'.",
        ) from error
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        first = (str(error).splitlines() or ["unknown reason"])[0]
        raise ModelError(
            f"the model can't be loaded ({first})",
            where=str(folder),
            hint=f"It has to be complete, and of a version that the package `{package}` here "
            "reads; nothing is downloaded.",
        ) from error


def _package(folder: Path) -> str:
    """The package that reads a folder's model."""
    if (folder / "gliner_config.json").is_file():
        return "gliner"
    config = _json(folder / "config.json")
    if config.get("model_type") == "extractor" or "counting_layer" in config:
        return "gliner2"
    raise ModelError("there is no GLiNER model here", where=str(folder), hint=_WHAT)


def _json(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
    except ValueError as error:
        raise ModelError(f"not JSON ({error})", where=str(file), hint=_WHAT) from error
    return found if isinstance(found, dict) else {}


def _gliner(folder: Path) -> GlinerModel:
    from gliner import GLiNER

    _check_backbones(folder)
    model = GLiNER.from_pretrained(str(folder), local_files_only=True, map_location="cpu").eval()

    def ask(text: str, labels: list[str], threshold: float) -> Found:
        found = model.predict_entities(text, labels, threshold=threshold)
        return [(e["start"], e["end"], e["label"], float(e["score"])) for e in found]

    # What is longer is cut off by the package, with a warning.
    return GlinerModel(ask, min(MOST_WORDS, getattr(model.config, "max_len", 0) or MOST_WORDS))


def _check_backbones(folder: Path) -> None:
    """What a model takes from another one of the hub has to be here, and without code."""
    from transformers import PretrainedConfig

    config = _json(folder / "gliner_config.json")
    for key, own in _BACKBONES.items():
        name = config.get(key)
        if name and not config.get(own):
            said, _ = PretrainedConfig.get_config_dict(name, local_files_only=True)
            if "auto_map" in said:
                raise _brings_code(Path(name))


def _brings_code(place: Path) -> ModelError:
    return ModelError(
        "the model needs code of its own, which is not run",
        where=str(place),
        hint="Take a model whose encoder is one of transformers' own.",
    )


def _gliner2(folder: Path) -> GlinerModel:
    from gliner2 import GLiNER2

    model = GLiNER2.from_pretrained(str(folder), local_files_only=True, map_location="cpu").eval()

    def ask(text: str, labels: list[str], threshold: float) -> Found:
        found = model.extract_entities(
            text, labels, threshold=threshold, include_confidence=True, include_spans=True
        )
        return list(_flat(found["entities"]))

    return GlinerModel(ask, min(MOST_WORDS, getattr(model.config, "max_len", 0) or MOST_WORDS))


def _flat(found: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[int, int, str, float]]:
    for label, names in found.items():
        for name in names:
            yield name["start"], name["end"], label, float(name["confidence"])
