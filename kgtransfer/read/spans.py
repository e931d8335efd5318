"""From the reader's log-probabilities to scored character spans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgtransfer.read.windows import Window

if TYPE_CHECKING:
    from kgtransfer.nn.reader import ReaderOutput

MAX_SPAN_TOKENS = 24


@dataclass(frozen=True, slots=True)
class ScoredSpan:
    """A proposed answer: characters `[start, end)` of text `source`.

    `score` is log P(start) + log P(end) within its window, `answerable` the window's log P(span).
    """

    source: int
    start: int
    end: int
    score: float
    answerable: float

    @property
    def total(self) -> float:
        """Both together: log P(the window answers, and with this span)."""
        return self.score + self.answerable


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found in one window: class log-probabilities and its best spans."""

    source: int
    span: float
    yes: float
    no: float
    none: float
    spans: tuple[ScoredSpan, ...]


def decode(output: ReaderOutput, windows: Sequence[Window], top: int = 3) -> list[Reading]:
    """The `top` spans of each window, best first, and its classes."""
    import torch

    readings: list[Reading] = []
    with torch.no_grad():
        classes = output.classes.tolist()
        for row, window in enumerate(windows):
            length = len(window.offsets)
            part = slice(window.first, window.first + length)
            spans: list[ScoredSpan] = []
            if length:
                pair = output.starts[row, part, None] + output.ends[row, None, part]
                band = torch.ones(length, length, dtype=torch.bool).triu()
                pair = pair.masked_fill(~(band & band.tril(MAX_SPAN_TOKENS - 1)), -1e9)
                best = pair.flatten().topk(min(top, length))
                for value, index in zip(best.values.tolist(), best.indices.tolist(), strict=True):
                    first, last = divmod(index, length)
                    start, end = window.offsets[first][0], window.offsets[last][1]
                    spans.append(ScoredSpan(window.source, start, end, value, classes[row][0]))
            span, yes, no, none = classes[row]
            readings.append(Reading(window.source, span, yes, no, none, tuple(spans)))
    return readings


def merge_windows(readings: Sequence[Reading], top: int = 3) -> list[ScoredSpan]:
    """The best distinct spans over all windows, each once, best first."""
    best: dict[tuple[int, int, int], ScoredSpan] = {}
    for reading in readings:
        for span in reading.spans:
            key = (span.source, span.start, span.end)
            if key not in best or span.total > best[key].total:
                best[key] = span
    return sorted(best.values(), key=lambda s: (-s.total, s.source, s.start))[:top]
