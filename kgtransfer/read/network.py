"""The trained reader behind one call: questions about passages in, scored spans out."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kgtransfer.errors import ModelError
from kgtransfer.read.boundaries import is_phrase, trimmed
from kgtransfer.read.nodes import NodeView
from kgtransfer.read.pages import Evidence
from kgtransfer.read.spans import Reading, decode, merge_windows
from kgtransfer.read.windows import WindowCutter, batches
from kgtransfer.records import Passage

if TYPE_CHECKING:
    from kgtransfer.nn.reader import ReaderNetwork

WEIGHTS = "model.safetensors"
EXTRA = 3
"""More spans are decoded than are kept, because some are no phrases."""
NO_PHRASE = 3.0


@dataclass(frozen=True, slots=True)
class Found:
    """A span that may answer, with its log-probability (class and span together)."""

    evidence: Evidence
    score: float

    @property
    def text(self) -> str:
        """The answer as written on the page."""
        return self.evidence.text


@dataclass(frozen=True, slots=True)
class PageReading:
    """What one question found in one passage: spans, best first, and yes, no, none (logs)."""

    passage: Passage
    spans: tuple[Found, ...]
    yes: float
    no: float
    none: float


Ask = Callable[[Sequence[tuple[str, Passage]]], list[PageReading]]
"""Questions, each with a passage, to what was read there."""


class TextReader:
    """A loaded reader network with its tokenizer."""

    def __init__(
        self, network: ReaderNetwork, cutter: WindowCutter, settings: dict[str, Any]
    ) -> None:
        self.network, self.cutter, self.settings = network, cutter, settings

    @classmethod
    def load(cls, folder: Path, adapter: Path | None = None) -> TextReader:
        """Load the reader that `folder` holds (config.json and model.safetensors).

        Args:
            folder: its folder.
            adapter: a file of weights that adapt it to a workspace.

        Raises:
            ModelError: a file is missing or damaged, or the language model can't be loaded.
        """
        from safetensors import SafetensorError

        from kgtransfer.language_models.backbone import load_backbone
        from kgtransfer.nn.reader import ReaderNetwork, load_weights

        try:
            settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            backbone = load_backbone(settings["backbone"])
            network = ReaderNetwork(backbone.model, backbone.dimension)
            load_weights(network, folder / WEIGHTS)
            if adapter is not None:
                load_weights(network, adapter)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the reader can't be loaded ({reason})",
                where=str(folder),
                hint="Install the package again, or name another folder with the setting `reader`.",
            ) from error
        network.eval()
        cutter = WindowCutter(backbone.tokenizer, tokens=settings["window_tokens"])
        return cls(network, cutter, settings)

    def ask(
        self, asked: Sequence[tuple[str, Passage]], nodes: NodeView | None = None, top: int = 3
    ) -> list[PageReading]:
        """Ask each question of its passage; all windows go through the network in batches.

        With `nodes` the graph's embeddings enter through the fusion block.
        """
        from kgtransfer.language_models.products import reading

        if not asked:
            return []
        windows = self.cutter.cut(
            [q for q, _ in asked], [p.title for _, p in asked], [p.text for _, p in asked]
        )
        readings: list[Reading] = []
        with reading():
            for part in batches(windows):
                graph = nodes.batch([asked[w.source][1].chunk for w in part]) if nodes else None
                batch = self.cutter.batch(part, graph, self.network.node_width)
                readings += decode(self.network(batch), part, top + EXTRA)
        return [
            page_reading(passage, [r for r in readings if r.source == i], top)
            for i, (_, passage) in enumerate(asked)
        ]


def page_reading(passage: Passage, readings: Sequence[Reading], top: int) -> PageReading:
    """A passage's best phrases, by the readings of its windows."""
    best: dict[tuple[int, int], float] = {}
    for span in merge_windows(readings, top + EXTRA):
        start, end = trimmed(passage.text, span.start, span.end)
        if start < end:
            score = span.total - (0.0 if is_phrase(passage.text[start:end]) else NO_PHRASE)
            best[start, end] = max(score, best.get((start, end), score))
    spans = [Found(Evidence(passage, *place), score) for place, score in best.items()]
    return PageReading(
        passage,
        tuple(sorted(spans, key=lambda f: -f.score)[:top]),
        max(r.yes for r in readings),
        max(r.no for r in readings),
        min(r.none for r in readings),
    )
