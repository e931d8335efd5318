"""Questions with known paths as rows: windows with the states below the path, and their trails."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor

from kgtransfer.nn.path_reader import PathReader
from kgtransfer.read.path_follow import MAX_STEPS
from kgtransfer.read.trails import Trail, marks, mention_state, node_vector, question_tokens
from kgtransfer.read.windows import Window, WindowCutter
from kgtransfer.records import Span
from kgtransfer.train.path_questions import PathQuestion, Step, cropped, elsewhere
from kgtransfer.train.questions import Label, ReadingExample

Arm = Literal["graph", "text", "facts"]


@dataclass(frozen=True, slots=True)
class Row:
    """A window, what is to be found in it, and the way to it."""

    window: Window
    example: ReadingExample
    places: tuple[Span, ...]
    trail: Trail
    asked: Tensor
    """(s, tokens) which of the question's tokens ask for each step; empty rows: not known."""
    stop: float
    """1 where the path ends here, 0 where it leads on, -1 beside the path."""
    hidden: Tensor
    source: str


Read = tuple[Window, Tensor]
"""A window with its states below the path."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A page that a question is asked of, after `at` others; `mention` wrongly led to it."""

    question: int
    at: int
    step: Step
    mention: Span | None = None


class RowMaker:
    """Makes rows of questions, with the states below the path.

    Args:
        network: its lower layers give the states.
        cutter: cuts windows.
        arm: how pages are written.
        elsewhere: at which share of pages a stretch without the answer is read, too.
        seed: chooses stretches of long pages.
    """

    def __init__(
        self,
        network: PathReader,
        cutter: WindowCutter,
        *,
        arm: Arm = "graph",
        elsewhere: float = 0.0,
        seed: int = 0,
    ) -> None:
        self.network, self.cutter, self.arm, self.elsewhere = network, cutter, arm, elsewhere
        self.rng = random.Random(seed)

    def rows(
        self, questions: Sequence[PathQuestion], nodes: Sequence[dict[str, Tensor]]
    ) -> list[Row]:
        """The rows of all questions; `nodes` are each question's vectors by page title."""
        asked = [one for number, q in enumerate(questions) for one in self._asked(number, q)]
        read = self._read(questions, [(one.question, one.step) for one in asked])
        rows: list[Row] = []
        led: list[Tensor] = []
        first: Read | None = None
        for one, found in zip(asked, read, strict=True):
            question, step = questions[one.question], one.step
            if one.at == 0 and step.spans:
                led, first = [], found
            if found is None or first is None:
                led.append(torch.zeros(self.network.width))
                continue
            mentions = led[: one.at]
            pages = [s.title for s in question.steps[: one.at]]
            if one.mention is not None:
                mentions = [_at(first, one.mention)]
            vectors = [nodes[one.question].get(title) for title in (*pages, step.title)]
            trail = Trail(question.named, tuple(mentions), tuple(vectors))
            rows.append(self._row(question, one, trail, *found))
            if step.spans:
                state = mention_state(found[1], found[0], step.spans[0])
                led.append(torch.zeros(self.network.width) if state is None else state)
        return rows

    def _asked(self, number: int, question: PathQuestion) -> Iterator[_Asked]:
        for at, step in enumerate(question.steps[:MAX_STEPS]):
            yield _Asked(number, at, cropped(step, self.rng))
            other = elsewhere(step, self.rng) if self.elsewhere else None
            if other is not None and self.rng.random() < self.elsewhere:
                yield _Asked(number, at, other)
        for step, mention in question.beside:
            yield _Asked(number, 1, cropped(step, self.rng), mention)

    def _read(
        self, questions: Sequence[PathQuestion], asked: Sequence[tuple[int, Step]]
    ) -> list[Read | None]:
        """A window that holds what is to be found, with its states."""
        titles = [self._title(step) for _, step in asked]
        windows = self.cutter.cut(
            [questions[n].question for n, _ in asked], titles, [s.text for _, s in asked]
        )
        chosen: dict[int, Window] = {}
        for window in windows:
            spans = asked[window.source][1].spans
            if not spans or any(_inside(window, span) for span in spans):
                chosen.setdefault(window.source, window)
        ordered = sorted(chosen.values(), key=lambda w: len(w.ids))
        states: dict[int, Tensor] = {}
        for start in range(0, len(ordered), 32):
            part = ordered[start : start + 32]
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
                hidden = self.network.encode(self.cutter.batch(part)).half()
            for window, state in zip(part, hidden, strict=True):
                states[window.source] = state[: len(window.ids)].clone()
        return [
            (chosen[i], states[i]) if i in chosen else None for i in range(len(asked))
        ]  # fmt: skip

    def _title(self, step: Step) -> str:
        return with_links(step.title, step.linked) if self.arm == "facts" else step.title

    def _row(
        self, question: PathQuestion, one: _Asked, trail: Trail, window: Window, states: Tensor
    ) -> Row:
        places = tuple(question_tokens(self.cutter, question.question))
        step, on_path = one.step, one.mention is None
        known = on_path and all(s.asked for s in question.steps)
        asked = torch.zeros(one.at + 1, len(window.ids), dtype=torch.bool)
        if known:
            for k in range(one.at + 1):
                asked[k] = marks(places, question.steps[k].asked, len(window.ids))
        ends = one.at == len(question.steps) - 1
        stop = float(ends) if on_path and step.spans else -1.0
        label: Label = "span" if step.spans else "none"
        example = ReadingExample(question.question, step.title, step.text, step.spans, label)
        return Row(window, example, places, trail, asked, stop, states, question.source)


def _at(read: Read, mention: Span) -> Tensor:
    """The state of a mention; of the whole text where the window does not hold it."""
    window, states = read
    found = mention_state(states, window, mention)
    return states[window.first :].float().mean(0) if found is None else found


def with_links(title: str, linked: Sequence[str]) -> str:
    """A title with the pages that name it, written out."""
    return f"{title} (named on {', '.join(linked[:2])})" if linked else title


def _inside(window: Window, span: Span) -> bool:
    offsets = window.offsets
    return bool(offsets) and offsets[0][0] <= span[0] and span[1] <= offsets[-1][1]


def page_vectors(
    questions: Sequence[PathQuestion], index: Path, model: Path
) -> list[dict[str, Tensor]]:
    """The graph encoder's vectors of the candidates for each question, by page title."""
    from kgtransfer.language_models.encoder import MiniLMEncoder
    from kgtransfer.retrieve.index import GraphIndex
    from kgtransfer.retrieve.model import load_retriever
    from kgtransfer.retrieve.search import Retriever

    retriever = Retriever(GraphIndex.open(index), MiniLMEncoder(), load_retriever(model))
    opened = retriever.index
    found: list[dict[str, Tensor]] = []
    for question in questions:
        subgraph = retriever.retrieve(question.question, top_k=1)
        vectors: dict[str, Tensor] = {}
        if subgraph.node_states is not None and subgraph.node_scores is not None:
            states = torch.from_numpy(subgraph.node_states).float()
            for row, chunk in enumerate(subgraph.chunks):
                title = opened.titles[int(opened.chunk_document[opened.chunk_number[chunk]])]
                vectors.setdefault(
                    title, node_vector(states[row], float(subgraph.node_scores[row]))
                )
        found.append(vectors)
    return found
