"""How many rows a path reader reads right, and how often it knows whether the path ends."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

import torch
import torch.nn.functional as F

from kgtransfer.nn.path_reader import PathOutput, PathReader
from kgtransfer.nn.reader import CLASSES
from kgtransfer.read.spans import Reading, decode, merge_windows
from kgtransfer.read.trails import path_batch
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train.path_rows import Row


@dataclass(frozen=True, slots=True)
class RowScore:
    """Whether a row was read right, and (None where nothing is found) whether its stop was."""

    source: str
    exact: bool
    stop: bool | None


def each_score(
    network: PathReader, cutter: WindowCutter, rows: Sequence[Row], *, with_path: bool
) -> list[RowScore]:
    """A row is right with the text of a gold span as the best span, else with its class."""
    network.eval()
    found: list[RowScore] = []
    for start in range(0, len(rows), 16):
        part = rows[start : start + 16]
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            output = forward(network, cutter, part, with_path=with_path)
        readings = decode(output.reading, [row.window for row in part])
        classes = output.reading.classes.argmax(1).tolist()
        for row, reading, label, stop in zip(
            part, readings, classes, output.stops.tolist(), strict=True
        ):
            source = f"{row.source} {len(row.trail.nodes)}"
            if row.example.label == "span":
                right = (stop > 0) == (row.stop > 0)
                found.append(RowScore(source, _is_gold(row, reading), right))
            else:
                found.append(RowScore(source, CLASSES[label] == row.example.label, None))
    return found


def shares(scores: Sequence[RowScore]) -> dict[str, float]:
    """Of rows read right, of stops, and of rows with spans by source and step."""
    right: dict[str, list[bool]] = {"exact": [s.exact for s in scores], "stop": []}
    for one in scores:
        if one.stop is not None:
            right["stop"].append(one.stop)
            right.setdefault(one.source, []).append(one.exact)
    return {name: round(sum(v) / max(1, len(v)), 4) for name, v in right.items()}


def strangers(rows: Sequence[Row], seed: int) -> list[Row]:
    """The rows with other rows' mentions and nodes; where the question names a page remains."""
    others = list(rows)
    random.Random(seed).shuffle(others)
    return [
        replace(row, trail=replace(other.trail, named=row.trail.named))
        for row, other in zip(rows, others, strict=True)
    ]


def _is_gold(row: Row, reading: Reading) -> bool:
    text = row.example.text
    golds = {text[a:b].strip(" .,").lower() for a, b in row.example.spans}
    best = merge_windows([reading], 1)
    return any(text[s.start : s.end].strip(" .,").lower() in golds for s in best)


def forward(
    network: PathReader, cutter: WindowCutter, rows: Sequence[Row], *, with_path: bool
) -> PathOutput:
    """Read a batch of rows, from the states below the path on."""
    batch = cutter.batch([row.window for row in rows])
    size = batch.ids.shape[1]
    states = torch.stack(
        [F.pad(row.hidden.float(), (0, 0, 0, size - len(row.hidden))) for row in rows]
    )
    trails = [row.trail if with_path else None for row in rows]
    path = path_batch(trails, [row.places for row in rows], states, batch, network.node_width)
    return network.read(states, batch, path)
