"""How a page was reached, as the tensors that the path reader takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kgtransfer.read.windows import QUESTION_TOKENS, Window, WindowCutter
from kgtransfer.records import Span

if TYPE_CHECKING:
    from torch import Tensor

    from kgtransfer.nn.path_fusion import PathBatch
    from kgtransfer.nn.reader import ReaderBatch


@dataclass(frozen=True, slots=True)
class Trail:
    """The way to a page.

    `named` are the characters of the question that name the first page. `mentions` are the states
    of the mentions that led on, one for each page before this one; `nodes` are the graph encoder's
    vectors of all pages, this one last (None: it has none).
    """

    named: Span | None
    mentions: tuple[Tensor, ...]
    nodes: tuple[Tensor | None, ...]


def node_vector(state: Tensor, logit: float) -> Tensor:
    """A graph encoder's embedding of a page with its logit, as the path reader takes it."""
    import torch

    return torch.cat([state, torch.tensor([logit / 8.0, 1.0])])


def question_tokens(cutter: WindowCutter, question: str) -> list[Span]:
    """The characters of each token of a question; the first token stands at place 1 of a window."""
    return list(cutter.tokenizer.encode([question])[0].offsets[:QUESTION_TOKENS])


def mention_state(states: Tensor, window: Window, span: Span) -> Tensor | None:
    """The mean state of the span's tokens in a window's states (tokens, width), if it is there."""
    inside = [k for k, (a, b) in enumerate(window.offsets) if a < span[1] and b > span[0]]
    if not inside:
        return None
    first, last = window.first + inside[0], window.first + inside[-1] + 1
    return states[first:last].float().mean(0)


def marks(places: Sequence[Span], spans: Sequence[Span], size: int) -> Tensor:
    """Which of a window's `size` tokens are tokens of the question's `spans`."""
    import torch

    marked = torch.zeros(size, dtype=torch.bool)
    for token, (a, b) in enumerate(places, 1):
        marked[token] = any(a < end and b > start for start, end in spans)
    return marked


def path_batch(
    trails: Sequence[Trail | None],
    places: Sequence[Sequence[Span]],
    states: Tensor,
    batch: ReaderBatch,
    node_width: int,
) -> PathBatch:
    """The paths to the windows of a batch; rows of None have none.

    Args:
        trails: one for each row.
        places: each row's `question_tokens`.
        states: below the path (rows, tokens, width).
        batch: the windows.
        node_width: of a `node_vector`.
    """
    import torch

    from kgtransfer.nn.path_fusion import PathBatch

    rows, size, width = states.shape
    longest = max((len(trail.nodes) for trail in trails if trail), default=1)
    mentions = torch.zeros(rows, longest, width)
    nodes = torch.zeros(rows, longest, node_width)
    steps = torch.zeros(rows, longest, dtype=torch.bool)
    named = torch.zeros(rows, size, dtype=torch.bool)
    question = torch.zeros(rows, size, dtype=torch.bool)
    for row, trail in enumerate(trails):
        question[row, 1 : 1 + len(places[row])] = True
        if trail is None:
            continue
        steps[row, : len(trail.nodes)] = True
        if trail.named is not None:
            named[row] = marks(places[row], [trail.named], size)
            if bool(named[row].any()):
                mentions[row, 0] = states[row, named[row]].float().mean(0)
        for at, mention in enumerate(trail.mentions, 1):
            mentions[row, at] = mention
        for at, node in enumerate(trail.nodes):
            if node is not None:
                nodes[row, at] = node
    return PathBatch(question, named, mentions, nodes, steps)
