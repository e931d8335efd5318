"""Text to vectors: whole texts, and spans of a passage pooled in the passage's own pass.

A vector is the mean of token states (Reimers and Gurevych 2019, "Sentence-BERT"), L2-normalised.
Text that is longer than a window is read in overlapping windows and never truncated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from kgtransfer.language_models.backbone import PACKAGED, Backbone, load_backbone
from kgtransfer.records import FloatArray, Span

if TYPE_CHECKING:
    from tokenizers import Encoding
    from torch import Tensor

_Ints = np.ndarray[Any, np.dtype[np.int64]]

MAX_WINDOW = 256
"""Tokens of a window, special ones included; sentence encoders were trained on less than that."""
OVERLAP = 32
_TOKENS_PER_BATCH = 4096
_TEXTS_PER_BATCH = 32


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """A passage's own vector (d,) and one for each asked span (n, d), all of length 1."""

    passage: FloatArray
    spans: FloatArray


class TextEncoder(Protocol):
    """Turns text into vectors of length 1, so that a dot product is a cosine."""

    @property
    def fingerprint(self) -> str:
        """Tells encoders apart: vectors are kept and reused under it."""
        ...

    @property
    def dimension(self) -> int:
        """The length of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One vector for each text: (n, d)."""
        ...

    def encode_passage(self, text: str, spans: Sequence[Span]) -> PassageVectors:
        """The passage's vector and the mean over each character span, from one pass.

        A span without a token in it gets the passage's vector.
        """
        ...

    def encode_passages(
        self, passages: Iterable[tuple[str, Sequence[Span]]]
    ) -> Iterator[PassageVectors]:
        """`encode_passage` of each, in order; several go through the model together."""
        ...


class MiniLMEncoder:
    """Mean pooling over any Hugging Face encoder; by default the packaged all-MiniLM-L6-v2.

    Args:
        name: the packaged model's name, a folder, or a hub id.
        device: a torch device.

    Raises:
        ModelError: the model can't be loaded.
    """

    def __init__(self, name: str = PACKAGED, *, device: str = "cpu") -> None:
        self._backbone: Backbone = load_backbone(name)
        self._device = device
        self._backbone.model.to(device)
        self._window = min(self._backbone.max_tokens, MAX_WINDOW)
        self._overlap = min(OVERLAP, self._window // 4)

    @property
    def fingerprint(self) -> str:
        """The model's and the pooling's."""
        return f"{self._backbone.fingerprint}-mean{self._window}"

    @property
    def dimension(self) -> int:
        """The model's hidden size."""
        return self._backbone.dimension

    @property
    def backbone(self) -> Backbone:
        """The loaded model, for others to share."""
        return self._backbone

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """One vector for each text: (n, d)."""
        vectors = [v.passage for v in self.encode_passages((text, ()) for text in texts)]
        return np.stack(vectors) if vectors else np.zeros((0, self.dimension), np.float32)

    def encode_passage(self, text: str, spans: Sequence[Span]) -> PassageVectors:
        """The passage's vector and the mean over each character span, from one pass."""
        return next(self.encode_passages([(text, spans)]))

    def encode_passages(
        self, passages: Iterable[tuple[str, Sequence[Span]]]
    ) -> Iterator[PassageVectors]:
        """Encode in order; texts of one length go through the model together."""
        shelf: list[tuple[str, Sequence[Span]]] = []
        for passage in passages:
            shelf.append(passage)
            if len(shelf) == 16 * _TEXTS_PER_BATCH:
                yield from self._encode(shelf)
                shelf = []
        if shelf:
            yield from self._encode(shelf)

    def _encode(self, passages: list[tuple[str, Sequence[Span]]]) -> list[PassageVectors]:
        tokenizer = self._backbone.tokenizer
        windows = tokenizer.windows([text for text, _ in passages], self._window, self._overlap)
        owners, encoded = zip(*windows, strict=True)
        states: list[list[_Window]] = [[] for _ in passages]
        expected = Counter(owners)
        done: list[PassageVectors | None] = [None] * len(passages)
        for batch in _batches([len(encoding.ids) for encoding in encoded]):
            hidden = self._forward([encoded[at].ids for at in batch])
            for row, at in enumerate(batch):
                owner = owners[at]
                states[owner].append(_window(encoded[at], hidden[row]))
                if len(states[owner]) == expected[owner]:  # pool at once: states are large
                    done[owner] = _pool(states[owner], passages[owner][1], self._overlap)
                    states[owner] = []
        return [vectors for vectors in done if vectors is not None]

    def _forward(self, ids: list[list[int]]) -> FloatArray:
        """Token states (windows, tokens, d) of some windows, given their token ids."""
        import torch

        longest = max(map(len, ids))
        pad = self._backbone.tokenizer.pad
        padded = torch.tensor([row + [pad] * (longest - len(row)) for row in ids])
        mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in ids])
        with torch.inference_mode():
            output: Tensor = self._backbone.model(
                input_ids=padded.to(self._device), attention_mask=mask.to(self._device)
            ).last_hidden_state
        states: FloatArray = output.float().cpu().numpy()
        return states


@dataclass(frozen=True, slots=True)
class _Window:
    """Token states (t, d) of one window, with their character offsets, special tokens apart."""

    starts: _Ints
    ends: _Ints
    states: FloatArray
    special: FloatArray


def _batches(lengths: list[int]) -> Iterator[list[int]]:
    """Indices by length, longest first, as many together as fit."""
    order = sorted(range(len(lengths)), key=lambda at: (-lengths[at], at))
    while order:
        size = max(1, min(_TEXTS_PER_BATCH, _TOKENS_PER_BATCH // lengths[order[0]]))
        yield order[:size]
        order = order[size:]


def _window(encoding: Encoding, states: FloatArray) -> _Window:
    offsets = np.asarray(encoding.offsets, dtype=np.int64).reshape(-1, 2)
    special = np.asarray(encoding.special_tokens_mask, dtype=bool)
    states = states[: len(offsets)]
    words = ~special
    return _Window(offsets[words, 0], offsets[words, 1], states[words], states[special])


def _pool(windows: list[_Window], spans: Sequence[Span], overlap: int) -> PassageVectors:
    windows = sorted(windows, key=lambda w: int(w.starts[0]) if len(w.starts) else 0)
    starts, ends, states = _stitch(windows, overlap)
    special = np.concatenate([w.special for w in windows])
    whole = np.concatenate([states, special])
    passage = _unit(whole.mean(0) if len(whole) else np.zeros(states.shape[1], np.float32))
    pooled = np.repeat(passage[None], len(spans), axis=0)
    sums = np.concatenate([np.zeros((1, states.shape[1])), np.cumsum(states, 0, dtype=np.float64)])
    for row, (start, end) in enumerate(spans):
        first = int(np.searchsorted(ends, start, side="right"))
        last = int(np.searchsorted(starts, end, side="left"))
        if first < last:
            pooled[row] = _unit((sums[last] - sums[first]) / (last - first))
    return PassageVectors(passage, pooled)


def _stitch(windows: list[_Window], overlap: int) -> tuple[_Ints, _Ints, FloatArray]:
    """One row for each token: each from the window where it stands farther from the edge."""
    half = overlap // 2
    parts = []
    for at, window in enumerate(windows):
        first = half if at else 0
        last = len(window.starts) - (overlap - half) if at + 1 < len(windows) else None
        parts.append(
            (window.starts[first:last], window.ends[first:last], window.states[first:last])
        )
    starts, ends, states = (np.concatenate(column) for column in zip(*parts, strict=True))
    return starts, ends, states


def _unit(vector: np.ndarray[Any, Any]) -> FloatArray:
    length = float(np.linalg.norm(vector))
    return (vector / max(length, 1e-12)).astype(np.float32)
