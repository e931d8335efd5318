"""A question and pages as windows of tokens, each token with its exact place in the page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kgtransfer.records import Span

if TYPE_CHECKING:
    from kgtransfer.language_models.tokenizer import Tokenizer
    from kgtransfer.nn.reader import ReaderBatch

QUESTION_TOKENS = 48
TITLE_TOKENS = 24
TOGETHER = 640
"""Tokens of a batch: what is between two products then stays in the processor's cache."""
STEP = 32
"""Batches are filled up to a multiple of so many tokens and nodes: for products in bfloat16 a
kernel is made for each shape when it is first met, which takes longer than the product."""


@dataclass(frozen=True, slots=True)
class Window:
    """One input of the reader: question, title and a stretch of the text.

    `offsets[k]` are the character positions, in the text, of the token at `first + k`.
    """

    source: int
    """Which of the texts it is cut from."""
    ids: tuple[int, ...]
    segment: int
    """Where the second segment (title and text) begins."""
    first: int
    offsets: tuple[Span, ...]


class WindowCutter:
    """Cuts texts into overlapping windows of at most `tokens` tokens."""

    def __init__(self, tokenizer: Tokenizer, *, tokens: int = 160, overlap: int = 32) -> None:
        self.tokenizer, self.tokens, self.overlap = tokenizer, tokens, overlap
        self._colon = self._plain([":"])[0]

    def cut(
        self, questions: Sequence[str], titles: Sequence[str], texts: Sequence[str]
    ) -> list[Window]:
        """Windows of every (question, title, text), in order; together they cover each text."""
        heads, names = self._plain(questions), self._plain(titles)
        opening, closing = self.tokenizer.opening, self.tokenizer.closing
        windows: list[Window] = []
        for i, encoding in enumerate(self.tokenizer.encode(texts)):
            ids, offsets = encoding.ids, encoding.offsets
            question = [opening, *heads[i][:QUESTION_TOKENS], closing]
            title = [*names[i][:TITLE_TOKENS], *self._colon] if names[i] else []
            prefix = question + title
            room = max(16, self.tokens - len(prefix) - 1)
            for begin in _starts(len(ids), room, self.overlap):
                part = slice(begin, begin + room)
                windows.append(
                    Window(
                        i,
                        (*prefix, *ids[part], closing),
                        len(question),
                        len(prefix),
                        tuple(offsets[part]),
                    )
                )
        return windows

    def batch(
        self, windows: Sequence[Window], nodes: Any = None, node_width: int = 0
    ) -> ReaderBatch:
        """Pad windows to tensors; `nodes` is a pair (states (b, n, w), mask (b, n)) or None."""
        import torch

        from kgtransfer.nn.reader import ReaderBatch

        longest = max(len(w.ids) for w in windows)
        size = longest + -longest % STEP
        shape = (len(windows), size)
        ids = torch.full(shape, self.tokenizer.pad)
        mask, text = torch.zeros(shape, dtype=torch.bool), torch.zeros(shape, dtype=torch.bool)
        types = torch.zeros(shape, dtype=torch.long)
        for row, window in enumerate(windows):
            length = len(window.ids)
            ids[row, :length] = torch.tensor(window.ids)
            mask[row, :length] = True
            types[row, window.segment : length] = 1
            text[row, window.first : window.first + len(window.offsets)] = True
        if nodes is None:
            nodes = (
                torch.zeros(len(windows), 0, node_width),
                torch.zeros(len(windows), 0, dtype=torch.bool),
            )
        states, real = nodes
        fill = -states.shape[1] % STEP
        states = torch.nn.functional.pad(states, (0, 0, 0, fill))
        real = torch.nn.functional.pad(real, (0, fill))
        return ReaderBatch(ids, mask, types, text, states, real)

    def _plain(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.tokenizer.encode(texts)]


def batches(windows: Sequence[Window]) -> Iterator[list[Window]]:
    """Windows that go through a network together: by length, so that little is filled up."""
    left = sorted(windows, key=lambda w: -len(w.ids))
    while left:
        size = max(1, TOGETHER // len(left[0].ids))
        yield left[:size]
        left = left[size:]


def _starts(length: int, room: int, overlap: int) -> list[int]:
    """Where windows begin; the last one is moved back so that it is full."""
    if length <= room:
        return [0]
    step = max(1, room - min(overlap, room // 2))
    starts = list(range(0, length - room, step))
    return [*starts, length - room]
