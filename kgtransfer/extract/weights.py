"""The trained extractor on disk: a small safetensors file beside the packaged encoder.

What training changed in the encoder's upper layers is small beside the weights themselves, so it
is kept as differences of four bits each, with one scale for every 64 of them (after Liu et al.
2024, "BitDelta: Your Fine-Tune May Only Be Worth One Bit"). Heads and biases are kept as fp16.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from kgtransfer.errors import ModelError
from kgtransfer.extract.labels import STYLES, TAG_TYPES, TAGS, TYPES
from kgtransfer.extract.schema import Predicate
from kgtransfer.language_models.backbone import PACKAGED, Backbone, load_backbone
from kgtransfer.language_models.products import has_bfloat16
from kgtransfer.language_models.tokenizer import Tokenizer
from kgtransfer.nn.coreference import AntecedentScorer
from kgtransfer.nn.extraction import ExtractionModel
from kgtransfer.nn.transformer import Encoder

WEIGHTS, CONFIG = "model.safetensors", "config.json"
ANTECEDENTS = "antecedents.safetensors"
_GROUP = 64
_HINT = "Train one with `kgtransfer train extractor`, or install the package again."


@dataclass(frozen=True, slots=True)
class TrainedExtractor:
    """A model ready to read, its tokenizer, what its columns mean, and the hash of all of it.

    `types` are those of the tags. `predicates` are the columns' Wikidata ids: a schema may name
    them anew; `taught` defines those that no schema has.
    `calibration` maps a score to a confidence and `threshold` is the lowest confidence of a
    statement that is kept.
    """

    model: ExtractionModel
    tokenizer: Tokenizer
    predicates: tuple[str, ...]
    calibration: dict[str, float]
    fingerprint: str
    types: tuple[str, ...] = TAG_TYPES
    taught: tuple[Predicate, ...] = ()
    antecedents: AntecedentScorer | None = None
    """Chooses what pronouns stand for, where one was trained for this encoder."""


def new_model(
    backbone: Backbone, predicates: int, trained_layers: int = 4, taught_types: int = 0
) -> ExtractionModel:
    """An untrained model on a loaded backbone."""
    encoder = Encoder(backbone.model, trained_layers)
    return ExtractionModel(encoder, TAGS + 2 * taught_types, TYPES, len(STYLES), predicates)


def save_extractor(
    folder: Path,
    model: ExtractionModel,
    predicates: tuple[str, ...],
    calibration: dict[str, float],
    backbone: str = PACKAGED,
    types: tuple[str, ...] = TAG_TYPES,
    taught: tuple[Predicate, ...] = (),
) -> None:
    """Write weights and configuration of a trained model."""
    loaded = load_backbone(backbone)
    trained_layers = len(model.encoder.trained)
    base = new_model(loaded, len(predicates), trained_layers, _own(types)).state_dict()
    tensors: dict[str, Tensor] = {}
    for name, value in model.state_dict().items():
        if name.startswith("encoder.") and not name.startswith("encoder.trained."):
            continue
        if name.startswith("encoder.trained.") and value.dim() == 2:
            packed, scales = pack4(value - base[name])
            tensors[f"{name}.delta"], tensors[f"{name}.scale"] = packed, scales
        else:
            tensors[name] = value.half()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / WEIGHTS)
    config = {
        "backbone": backbone,
        "trained_layers": trained_layers,
        "types": list(types),
        "styles": list(STYLES),
        "predicates": list(predicates),
        "calibration": calibration,
        **({"taught": [asdict(predicate) for predicate in taught]} if taught else {}),
    }
    (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load_extractor(folder: Path, fast: bool = True) -> TrainedExtractor:
    """Read a trained model.

    Args:
        folder: what `save_extractor` wrote.
        fast: multiply in bfloat16 where the processor does; training goes on from exact weights.

    Raises:
        ModelError: a file is missing or damaged, or belongs to another version.
    """
    try:
        config_bytes = (folder / CONFIG).read_bytes()
        config = json.loads(config_bytes)
        weights = (folder / WEIGHTS).read_bytes()
        tensors = load_file(folder / WEIGHTS)
    except OSError as error:
        raise ModelError(
            f"the extractor can't be read ({error.strerror})", where=str(folder), hint=_HINT
        ) from error
    except (ValueError, SafetensorError) as error:
        raise ModelError(
            f"the extractor is damaged ({error})", where=str(folder), hint=_HINT
        ) from error
    try:
        types = tuple(config["types"])
        if types[: len(TAG_TYPES)] != TAG_TYPES or config["styles"] != list(STYLES):
            raise ModelError(
                "the extractor was trained for other types", where=str(folder), hint=_HINT
            )
        predicates = tuple(config["predicates"])
        loaded = load_backbone(config["backbone"])
        model = new_model(loaded, len(predicates), config["trained_layers"], _own(types))
        model.load_state_dict(_merged(model, tensors))
        calibration = {k: float(v) for k, v in config["calibration"].items()}
        taught = tuple(_predicate(row) for row in config.get("taught", ()))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"the extractor does not fit ({str(error).splitlines()[0]})",
            where=str(folder),
            hint=_HINT,
        ) from error
    model.eval().requires_grad_(False)
    precision = b"single"
    if fast and has_bfloat16():  # rounded otherwise, so it counts as another extractor
        model.encoder.to_bfloat16()
        precision = b"bfloat16"
    digest = hashlib.sha256(config_bytes + weights + loaded.fingerprint.encode() + precision)
    scorer = _antecedents(folder, digest)
    return TrainedExtractor(
        model, loaded.tokenizer, predicates, calibration, digest.hexdigest()[:16], types, taught,
        scorer,
    )  # fmt: skip


def save_antecedents(folder: Path, scorer: AntecedentScorer) -> None:
    """Write a scorer of antecedents beside the extractor whose encoder it was trained on."""
    tensors = {name: value.detach().contiguous() for name, value in scorer.state_dict().items()}
    save_file(tensors, folder / ANTECEDENTS)


def _antecedents(folder: Path, digest: Any) -> AntecedentScorer | None:
    """The folder's scorer, if it has one; its weights go into the digest."""
    file = folder / ANTECEDENTS
    if not file.is_file():
        return None
    try:
        digest.update(file.read_bytes())
        tensors = load_file(file)
        hidden, width = tensors["layers.1.weight"].shape
        scorer = AntecedentScorer(width, hidden)
        scorer.load_state_dict(tensors)
    except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"the scorer of antecedents is damaged ({str(error).splitlines()[0]})",
            where=str(file),
            hint=_HINT,
        ) from error
    return scorer.eval().requires_grad_(False)


def _own(types: tuple[str, ...]) -> int:
    """How many types are beyond those that ship."""
    return len(types) - len(TAG_TYPES)


def _predicate(row: dict[str, Any]) -> Predicate:
    ends = {"domain": tuple(row["domain"]), "range": tuple(row["range"])}
    return Predicate(**{**row, **ends})


def pack4(delta: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix in four bits each: two to a byte, and fp16 scales for groups of 64."""
    rows = delta.reshape(-1, _GROUP)
    scales = (rows.abs().amax(1, keepdim=True) / 7).clamp(min=1e-7).half()
    levels = (rows / scales.float()).round().clamp(-7, 7).to(torch.int8) + 8
    low, high = levels[:, 0::2].to(torch.uint8), levels[:, 1::2].to(torch.uint8)
    return low | (high << 4), scales[:, 0]


def unpack4(packed: Tensor, scales: Tensor, shape: torch.Size) -> Tensor:
    """The inverse of `pack4`, up to rounding."""
    levels = torch.stack([packed & 15, packed >> 4], -1).reshape(-1, _GROUP).float() - 8
    return (levels * scales.float()[:, None]).reshape(shape)


def _merged(model: ExtractionModel, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
    state = model.state_dict()
    for name, value in tensors.items():
        if name.endswith(".delta"):
            target = name.removesuffix(".delta")
            delta = unpack4(value, tensors[f"{target}.scale"], state[target].shape)
            state[target] = state[target] + delta
        elif not name.endswith(".scale"):
            state[name] = value.float()
    return state
