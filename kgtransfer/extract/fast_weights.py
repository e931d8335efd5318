"""The fast tagger's files: one safetensors file in half precision, and what it was trained for."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save_file

from kgtransfer.errors import ModelError
from kgtransfer.extract.labels import STYLES, TAG_TYPES, TAGS
from kgtransfer.extract.spelling import ROWS
from kgtransfer.nn.tagger import TokenTagger

CONFIG, WEIGHTS = "config.json", "model.safetensors"
SHAPES = 12
PARTS = (
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN",
    "PUNCT", "SCONJ", "SYM", "VERB", "X",
)  # fmt: skip
"""Universal parts of speech, by number."""
_HINT = "Install kgtransfer again, or train it with `kgtransfer train fast`."


@dataclass(frozen=True, slots=True)
class FastTagger:
    """A trained tagger and a name for its version."""

    model: TokenTagger
    fingerprint: str


def new_tagger(width: int = 128, dilations: tuple[int, ...] = (1, 1, 2, 4)) -> TokenTagger:
    """An untrained tagger for our tags."""
    return TokenTagger(ROWS, SHAPES, TAGS, len(PARTS), len(STYLES), width, dilations)


def save_tagger(folder: Path, model: TokenTagger) -> None:
    """Write weights and configuration."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file({k: v.half().contiguous() for k, v in model.state_dict().items()}, folder / WEIGHTS)
    config = {
        "kind": "fast tagger",
        "width": model.norm.normalized_shape[0],
        "dilations": list(model.dilations),
        "types": list(TAG_TYPES),
        "styles": list(STYLES),
        "parts": list(PARTS),
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


@lru_cache(maxsize=2)
def shared_tagger(folder: str) -> FastTagger:
    """The tagger of a folder, loaded once for all components.

    Raises:
        ModelError: a file is missing or damaged, or belongs to another version.
    """
    path = Path(folder)
    try:
        config_bytes, weights = (path / CONFIG).read_bytes(), (path / WEIGHTS).read_bytes()
        config = json.loads(config_bytes)
        tensors = load_file(path / WEIGHTS)
        fits = (config["types"], config["styles"], config["parts"]) == (
            list(TAG_TYPES), list(STYLES), list(PARTS),
        )  # fmt: skip
        model = new_tagger(int(config["width"]), tuple(config["dilations"]))
        model.load_state_dict({name: value.float() for name, value in tensors.items()})
    except OSError as error:
        what = f"the fast tagger can't be read ({error.strerror})"
        raise ModelError(what, where=folder, hint=_HINT) from error
    except (ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        what = f"the fast tagger is damaged ({str(error).splitlines()[0]})"
        raise ModelError(what, where=folder, hint=_HINT) from error
    if not fits:
        raise ModelError("the fast tagger was trained for other types", where=folder, hint=_HINT)
    model.eval().requires_grad_(False)
    return FastTagger(model, hashlib.sha256(config_bytes + weights).hexdigest()[:16])
