"""What all cells of an experiment share: the language model, the target, and how it is scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from kgtransfer.errors import ConfigError
from kgtransfer.evaluate.answers import exact_match, f1_score
from kgtransfer.language_models.encoder import MiniLMEncoder
from kgtransfer.nn.reader import ReaderNetwork
from kgtransfer.read.spans import Reading, decode
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train.questions import ReadingExample
from kgtransfer.train.reader import Marked, NodesOf
from kgtransfer.transfer.config import TransferConfig
from kgtransfer.transfer.tasks import Question, Target, nearest_pages, reachable, read_target

EVALUATION_BATCH = 16


@dataclass(frozen=True, slots=True)
class Material:
    """What all cells share: the language model, the target's questions, and their windows."""

    encoder: MiniLMEncoder
    cutter: WindowCutter
    target: Target
    windows: tuple[Marked, ...]
    """Every window of every test question's pages, sorted by length."""
    owners: tuple[int, ...]
    """The test question of each window."""

    @property
    def ceiling(self) -> float:
        """The share of test questions whose answer stands on a page that is read."""
        return reachable(self.target.test)


def prepare(config: TransferConfig) -> Material:
    """Load the language model, split the target, choose and cut the test questions' pages.

    Raises:
        ConfigError: the target has fewer questions than are asked for.
        InputError: a question file is missing or of another format.
        ModelError: the language model can't be loaded.
    """
    torch.set_num_threads(config.threads)
    target = read_target(config.target, config.data)
    if max(config.budgets) > len(target.pool):
        raise ConfigError(
            f"budgets: {max(config.budgets)} labels are asked for, but after holding out "
            f"{config.target.test} questions there are {len(target.pool)}"
        )
    encoder = MiniLMEncoder(config.backbone)
    test = nearest_pages(target.test, encoder, config.target.pages)
    cutter = WindowCutter(encoder.backbone.tokenizer, tokens=config.window_tokens)
    windows, owners = _cut(cutter, test)
    return Material(encoder, cutter, Target(target.pool, test), windows, owners)


def score(
    network: ReaderNetwork, material: Material, graph: NodesOf | None
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Exact match and F1 of each test question's best span over all of its pages."""
    network.eval()
    best: dict[int, tuple[float, str]] = {}
    for start in range(0, len(material.windows), EVALUATION_BATCH):
        rows = material.windows[start : start + EVALUATION_BATCH]
        owners = material.owners[start : start + EVALUATION_BATCH]
        for owner, (_, example), reading in zip(
            owners, rows, _read(network, material.cutter, rows, graph), strict=True
        ):
            for span in reading.spans:
                found = (span.total, example.text[span.start : span.end])
                best[owner] = max(best.get(owner, found), found)
    answers = [(best[i][1] if i in best else None, q) for i, q in enumerate(material.target.test)]
    return (
        tuple(exact_match(answer, q.answers) for answer, q in answers),
        tuple(f1_score(answer, q.answers) for answer, q in answers),
    )


def _cut(
    cutter: WindowCutter, questions: Sequence[Question]
) -> tuple[tuple[Marked, ...], tuple[int, ...]]:
    """Windows of all pages with the question each belongs to, sorted by length."""
    asked = [(owner, q, page) for owner, q in enumerate(questions) for page in q.pages]
    examples = [ReadingExample(q.text, title, text, (), "none") for _, q, (title, text) in asked]
    windows = cutter.cut(
        [e.question for e in examples], [e.title for e in examples], [e.text for e in examples]
    )
    windows.sort(key=lambda window: len(window.ids))
    marked = tuple((window, examples[window.source]) for window in windows)
    return marked, tuple(asked[window.source][0] for window in windows)


def _read(
    network: ReaderNetwork, cutter: WindowCutter, rows: Sequence[Marked], graph: NodesOf | None
) -> list[Reading]:
    windows = [window for window, _ in rows]
    nodes = graph(rows) if graph else None
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        return decode(network(cutter.batch(windows, nodes, network.node_width)), windows, top=1)
