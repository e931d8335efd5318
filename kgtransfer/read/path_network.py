"""The trained path reader behind one call: a question, pages and the ways to them in, spans out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from kgtransfer.errors import ModelError
from kgtransfer.read.network import EXTRA, PageReading, TextReader, page_reading
from kgtransfer.read.pages import Evidence
from kgtransfer.read.spans import Reading, decode
from kgtransfer.read.trails import Trail, mention_state, path_batch, question_tokens
from kgtransfer.read.windows import Window, batches
from kgtransfer.records import Passage

if TYPE_CHECKING:
    from torch import Tensor

    from kgtransfer.nn.path_reader import PathReader

WEIGHTS = "model.safetensors"
FOLDER = "paths"
"""Of the path reader, in the folder of the reader that it was trained from."""


@dataclass(frozen=True, slots=True)
class PathReading:
    """What was found on a page at the end of a path.

    `ends` and `goes_on` are the log-probabilities of the path ending here or leading on.
    """

    page: PageReading
    ends: float
    goes_on: float
    windows: tuple[tuple[Window, Tensor], ...]

    def state(self, evidence: Evidence) -> Tensor | None:
        """The state of a mention on the page, below the path; None where it was not read."""
        for window, states in self.windows:
            found = mention_state(states, window, (evidence.start, evidence.end))
            if found is not None:
                return found
        return None


class ReadsPaths(Protocol):
    """What reads pages at the end of paths; see `PathPageReader`."""

    def read(
        self, question: str, asked: Sequence[tuple[Passage, Trail | None]]
    ) -> list[PathReading]:
        """What the whole question finds in each passage."""
        ...


class PathPageReader:
    """A path reader with the tokenizer of the reader that it was made of."""

    def __init__(self, network: PathReader, reader: TextReader) -> None:
        self.network, self.cutter = network, reader.cutter

    @classmethod
    def load(cls, folder: Path, reader: TextReader, of: Path | None = None) -> PathPageReader:
        """Load the path reader that `folder` holds, to go with the reader it was trained from.

        Raises:
            ModelError: a file is missing or damaged, or not trained from the reader in `of`.
        """
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        from kgtransfer.nn.path_reader import NODE_EXTRAS, PathReader

        try:
            settings = json.loads((folder / "config.json").read_text(encoding="utf-8"))
            if of is not None and settings["reader"] != fingerprint(of):
                raise ValueError("it was trained from another reader")
            width = settings["node_width"] - NODE_EXTRAS
            network = PathReader(reader.network, width, settings["rank"])
            tensors = {n: t.float() for n, t in load_file(folder / WEIGHTS).items()}
            missing = network.trained().keys() - tensors.keys()
            if missing:
                raise ValueError(f"{len(missing)} tensors are missing")
            network.load_state_dict(tensors, strict=False)
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            reason = str(error).splitlines()[0] if str(error) else type(error).__name__
            raise ModelError(
                f"the path reader can't be loaded ({reason})",
                where=str(folder),
                hint="Install the package again, or train it: kgtransfer train fusion CONFIG.",
            ) from error
        network.eval()
        return cls(network, reader)

    def read(
        self,
        question: str,
        asked: Sequence[tuple[Passage, Trail | None]],
        *,
        titles: Sequence[str] | None = None,
        top: int = 3,
    ) -> list[PathReading]:
        """Ask the whole question of each passage, at the end of its trail (None: of no trail).

        `titles` replace those of the passages.
        """
        from kgtransfer.language_models.products import reading

        if not asked:
            return []
        windows = self.cutter.cut(
            [question] * len(asked),
            titles or [p.title for p, _ in asked],
            [p.text for p, _ in asked],
        )
        places = question_tokens(self.cutter, question)
        readings: list[Reading] = []
        kept: list[tuple[Window, Tensor]] = []
        stops: list[float] = []
        with reading():
            for part in batches(windows):
                batch = self.cutter.batch(part)
                states = self.network.encode(batch).float()
                path = path_batch(
                    [asked[w.source][1] for w in part],
                    [places] * len(part),
                    states,
                    batch,
                    self.network.node_width,
                )
                output = self.network.read(states, batch, path)
                readings += decode(output.reading, part, top + EXTRA)
                stops += output.stops.tolist()
                kept += zip(part, states, strict=True)
        return [self._reading(i, p, readings, stops, kept, top) for i, (p, _) in enumerate(asked)]

    def _reading(
        self,
        source: int,
        passage: Passage,
        readings: Sequence[Reading],
        stops: Sequence[float],
        kept: Sequence[tuple[Window, Tensor]],
        top: int,
    ) -> PathReading:
        import torch.nn.functional as F
        from torch import tensor

        own = [i for i, reading in enumerate(readings) if reading.source == source]
        best = max(own, key=lambda i: readings[i].spans[0].total if readings[i].spans else -99.0)
        stop = tensor(stops[best])
        return PathReading(
            page_reading(passage, [readings[i] for i in own], top),
            float(F.logsigmoid(stop)),
            float(F.logsigmoid(-stop)),
            tuple(kept[i] for i in own),
        )


def load_beside(folder: Path, reader: TextReader) -> PathPageReader | None:
    """The path reader in a reader's folder, if it has one.

    Raises:
        ModelError: as `PathPageReader.load`.
    """
    beside = folder / FOLDER
    return PathPageReader.load(beside, reader, folder) if beside.is_dir() else None


def fingerprint(reader: Path) -> str:
    """Names a trained reader by its weights.

    Raises:
        OSError: they can't be read.
    """
    return hashlib.sha256((reader / WEIGHTS).read_bytes()).hexdigest()[:16]
