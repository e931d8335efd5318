"""The trained reasoner: its files, and questions through its network."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgtransfer.errors import ModelError
from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.reason.question import relation_vectors, word_vectors
from kgtransfer.records import FloatArray

if TYPE_CHECKING:
    from torch import Tensor

    from kgtransfer.nn.reasoner import HopNetwork

CONFIG, WEIGHTS = "config.json", "model.safetensors"
UNCALIBRATED = (1.0, 1.0, 0.0, 0.0, 0.0)
"""Weights of the confidence before it is fitted."""
_KEPT = 4096


class HopModel:
    """A hop network with the encoder whose vectors it was trained on."""

    def __init__(
        self,
        network: HopNetwork,
        encoder: TextEncoder,
        common: frozenset[str] = frozenset(),
        weights: Sequence[float] = UNCALIBRATED,
        known: frozenset[str] = frozenset(),
    ) -> None:
        self.network, self.encoder = network, encoder
        self.common: frozenset[str] = common
        """Words that the questions of training consist of, beside their topics."""
        self.weights: list[float] = list(weights)
        """Of the confidence: see `answer.confidence`."""
        self.known: frozenset[str] = known
        """Relations that people's questions were trained on: of these it knows when to stop."""
        self._names = lru_cache(8)(lambda names: relation_vectors(list(names), encoder))
        self._scores = lru_cache(_KEPT)(self._score)
        self._likeness = lru_cache(_KEPT)(self._alike)
        self._words = lru_cache(1)(lambda masked: word_vectors([masked], encoder)[0])

    def scores(self, masked: str, relations: Sequence[str]) -> tuple[FloatArray, FloatArray]:
        """Logits of directed relations (hops, 2 r) and of stopping (hops,) of a masked question."""
        return self._scores(masked, tuple(relations))

    def likeness(self, masked: str, relations: Sequence[str]) -> FloatArray:
        """Cosines (words, r) of a masked question's words and relations' names, -1 if known."""
        return self._likeness(masked, tuple(relations))

    def _alike(self, masked: str, relations: tuple[str, ...]) -> FloatArray:
        found = self.likeness_of(masked, self._names(relations))
        found[:, [name in self.known for name in relations]] = -1.0
        return found

    def likeness_of(self, masked: str, vectors: FloatArray) -> FloatArray:
        """The same for relations by the vectors of their names."""
        words = self._words(masked)
        found: FloatArray = _unit(words) @ _unit(vectors).T
        return found

    def _score(self, masked: str, relations: tuple[str, ...]) -> tuple[FloatArray, FloatArray]:
        return self.scores_of(masked, self._names(relations))

    def scores_of(self, masked: str, vectors: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The same for relations by the vectors of their names."""
        import torch

        words, mask = pad([self._words(masked)])
        with torch.inference_mode():
            said = self.network(words, mask, torch.from_numpy(vectors))
        return said.relations[0].numpy(), said.stops[0].numpy()

    def save(self, folder: Path) -> None:
        """Write config.json and, in half precision, model.safetensors."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        weights = self.network.state_dict()
        save_file({k: v.half().contiguous() for k, v in weights.items()}, folder / WEIGHTS)
        config = {
            "encoder": self.encoder.fingerprint,
            "network": self.network.config.as_dict(),
            "confidence": [round(weight, 4) for weight in self.weights],
            "common": " ".join(sorted(self.common)),
            "known": sorted(self.known),
        }
        (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def _unit(rows: FloatArray) -> FloatArray:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.maximum(lengths, 1e-9), np.float32)


def load_hops(folder: Path, encoder: TextEncoder) -> HopModel:
    """Load a trained reasoner.

    Raises:
        ModelError: files are missing or damaged, or it was trained on another encoder.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from kgtransfer.nn.reasoner import HopConfig, HopNetwork

    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        network = HopNetwork(HopConfig(**config["network"]))
        network.load_state_dict({k: v.float() for k, v in load_file(folder / WEIGHTS).items()})
        trained_on = str(config["encoder"])
        common = frozenset(str(config["common"]).split())
        weights = [float(weight) for weight in config["confidence"]]
        known = frozenset(str(name) for name in config.get("known", ()))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"the reasoner can't be loaded ({str(error).splitlines()[0]})",
            where=str(folder),
            hint="Name the folder of a trained reasoner: kgtransfer train reasoner CONFIG.",
        ) from error
    if trained_on != encoder.fingerprint:
        raise ModelError(
            "the reasoner was trained on another encoder",
            where=str(folder),
            hint="Train it again: kgtransfer train reasoner CONFIG, or use its encoder.",
        )
    network.eval()
    return HopModel(network, encoder, common, weights, known)


def pad(rows: Sequence[FloatArray]) -> tuple[Tensor, Tensor]:
    """Word vectors of several questions as one tensor (b, t, d), and which rows are words."""
    import torch

    longest = max(len(row) for row in rows)
    words = np.zeros((len(rows), longest, rows[0].shape[1]), np.float32)
    mask = np.zeros((len(rows), longest), bool)
    for at, row in enumerate(rows):
        words[at, : len(row)] = row
        mask[at, : len(row)] = True
    return torch.from_numpy(words), torch.from_numpy(mask)
