"""What the path adds to the reading of single pages: held-out rows, arm against arm.

    python experiments/fusion_rows.py CONFIG --models DIR [--data DIR] [--seeds 0] [--output FILE]

CONFIG is `fusion-graph.toml`; DIR holds `graph-SEED` and `text-SEED`, trained with that seed. A row
is a page on or beside the path of a held-out question, of which the whole question is asked. Arms:
text, the text network; graph; shuffled, the graph network told another row's path; untold, the
graph network told none.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch

from kgtransfer.config import read_run
from kgtransfer.evaluate.intervals import bootstrap
from kgtransfer.evaluate.provenance import machine, versions
from kgtransfer.read.network import TextReader
from kgtransfer.read.path_network import PathPageReader
from kgtransfer.train.path_reader import FusionConfig, make_rows, split
from kgtransfer.train.path_score import RowScore, each_score, shares, strangers


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("config", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(1)
    given = {"data": options.data} if options.data else {}
    scores: dict[str, list[list[RowScore]]] = {}
    for seed in options.seeds:
        config = read_run(options.config, FusionConfig, seed=seed, **given)
        for arm, found in _scores(config, options.models).items():
            scores.setdefault(arm, []).append(found)
    report = {
        "rows": [len(part) for part in scores["graph"]],
        "arms": {arm: [shares(part) for part in parts] for arm, parts in scores.items()},
        "graph_minus": {arm: _difference(scores, arm) for arm in scores if arm != "graph"},
        "versions": versions(),
        "machine": machine(),
    }
    print(json.dumps(report, indent=1))
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _scores(config: FusionConfig, models: Path) -> dict[str, list[RowScore]]:
    reader = TextReader.load(config.reader)
    graph, text = (
        PathPageReader.load(models / f"{arm}-{config.seed}", reader).network
        for arm in ("graph", "text")
    )
    rows = make_rows(graph, reader.cutter, split(config)[1], config)
    others = strangers(rows, config.seed)
    cutter = reader.cutter
    return {
        "text": each_score(text, cutter, rows, with_path=False),
        "shuffled": each_score(graph, cutter, others, with_path=True),
        "untold": each_score(graph, cutter, rows, with_path=False),
        "graph": each_score(graph, cutter, rows, with_path=True),
    }


def _difference(scores: dict[str, list[list[RowScore]]], arm: str) -> list[float]:
    """The mean difference of exact rows in points, with its 95 % interval over rows and seeds."""
    size = min(len(part) for part in scores["graph"])
    table = [
        [100.0 * (a.exact - b.exact) for a, b in zip(own[:size], other[:size], strict=True)]
        for own, other in zip(scores["graph"], scores[arm], strict=True)
    ]
    estimate = bootstrap(table)
    return [round(value, 1) for value in (estimate.mean, estimate.low, estimate.high)]


if __name__ == "__main__":
    main()
