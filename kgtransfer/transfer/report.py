"""From cells to a table: means, 95 % intervals, and gains over training from scratch."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgtransfer.evaluate.intervals import Estimate, bootstrap
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.transfer.config import Method, TransferConfig
from kgtransfer.transfer.experiment import Cell, Start

UNCERTAINTY = (
    "95 % percentile bootstrap over test questions and seeds together (10,000 draws); "
    "a gain is the mean of paired differences on the same questions and seeds"
)


@dataclass(frozen=True, slots=True)
class Row:
    """One method with one number of labels: from the source, from scratch, and the gain.

    `graph_gain` is F1 from the source with fusion minus without it; None where only one was run.
    """

    labels: int
    method: Method | None
    fusion: bool
    exact: Estimate
    f1: Estimate
    scratch_exact: Estimate
    scratch_f1: Estimate
    gain_exact: Estimate
    gain_f1: Estimate
    graph_gain: Estimate | None


Key = tuple[Start, Method | None, bool, int]


def summarise(cells: Iterable[Cell]) -> list[Row]:
    """One row for each number of labels, method and setting of fusion, in this order."""
    grouped: dict[Key, list[Cell]] = {}
    for cell in cells:
        grouped.setdefault((cell.start, cell.method, cell.fusion, cell.budget), []).append(cell)
    exact = {key: [c.exact for c in _by_seed(group)] for key, group in grouped.items()}
    f1 = {key: [c.f1 for c in _by_seed(group)] for key, group in grouped.items()}
    rows: list[Row] = []
    for key in grouped:
        start, method, fusion, labels = key
        scratch: Key = ("scratch", method, fusion, labels)
        plain: Key = ("source", method, False, labels)
        if start == "scratch" or scratch not in grouped:
            continue
        rows.append(
            Row(
                labels,
                method,
                fusion,
                bootstrap(exact[key]),
                bootstrap(f1[key]),
                bootstrap(exact[scratch]),
                bootstrap(f1[scratch]),
                bootstrap(_difference(exact[key], exact[scratch])),
                bootstrap(_difference(f1[key], f1[scratch])),
                bootstrap(_difference(f1[key], f1[plain])) if fusion and plain in f1 else None,
            )
        )
    return sorted(rows, key=lambda row: (row.labels, row.method or "", row.fusion))


def best_rows(rows: Sequence[Row]) -> list[Row]:
    """For each number of labels the row with the highest F1."""
    best: dict[int, Row] = {}
    for row in rows:
        if row.labels not in best or row.f1.mean > best[row.labels].f1.mean:
            best[row.labels] = row
    return list(best.values())


def detectable(rows: Sequence[Row]) -> float:
    """The smallest F1 gain whose interval would leave out zero: the widest gain's half width."""
    return max(((row.gain_f1.high - row.gain_f1.low) / 2 for row in rows), default=0.0)


def describe(
    name: str, config: TransferConfig, ceiling: float, rows: Sequence[Row], seconds: float
) -> dict[str, Any]:
    """What is saved of an experiment beside its cells.

    Raises:
        InputError: a question file can't be read any more.
    """
    questions = [source.questions for source in config.source] + [config.target.questions]
    return {
        "experiment": name,
        "settings": config.model_dump(mode="json", exclude={"data"}),
        "uncertainty": UNCERTAINTY,
        "reachable": ceiling,
        "detectable_f1": detectable(rows),
        "rows": [_rounded(asdict(row)) for row in rows],
        "data_sha256": data_files(config.data / file for file in questions),
        "versions": versions("peft"),
        "machine": machine(),
        "seconds": round(seconds),
    }


def save(path: Path, report: dict[str, Any], cells: Sequence[Cell]) -> None:
    """Write the report, and each cell with its score by question, one cell a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    head = json.dumps(report, indent=1, ensure_ascii=False)
    lines = ",\n".join("  " + json.dumps(_rounded(asdict(cell))) for cell in cells)
    path.write_text(f'{head[:-2]},\n "cells": [\n{lines}\n ]\n}}\n', encoding="utf-8")


def _by_seed(group: list[Cell]) -> list[Cell]:
    return sorted(group, key=lambda cell: cell.seed)


def _difference(
    one: Sequence[Sequence[float]], other: Sequence[Sequence[float]]
) -> list[list[float]]:
    return [[a - b for a, b in zip(*pair, strict=True)] for pair in zip(one, other, strict=True)]


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 4)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value
