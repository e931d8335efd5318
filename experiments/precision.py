"""The same questions answered in several precisions, question by question in turn.

    python experiments/precision.py WORKSPACE QUESTIONS OUTPUT [--take 500] [--threads 1]
        [--ways float32,autocast,shipped,int8]

QUESTIONS is a JSON list of {question, answer, answer_aliases}. `float32`: reader and encoder in
single precision. `autocast`: the reader in bfloat16 by torch's autocast alone, eight windows at a
time. `shipped`: as the package does it where the processor has bfloat16. `int8`: the reader's
products by torch's dynamic quantisation. Times are CPU milliseconds of the process (other jobs
don't count) and wall ones.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from kgtransfer.answering import answer
from kgtransfer.evaluate.answers import exact_match, f1_score
from kgtransfer.language_models import products
from kgtransfer.read import network
from kgtransfer.read.answer import Reader
from kgtransfer.read.windows import Window
from kgtransfer.workspace import Workspace

Row = dict[str, Any]
SHIPPED = (products.has_bfloat16, products._reads, network.batches)


def eights(windows: Sequence[Window]) -> Iterator[list[Window]]:
    for start in range(0, len(windows), 8):
        yield list(windows[start : start + 8])


def enter(way: str) -> None:
    """Switch the package to one of the ways."""
    has, reads, batches = SHIPPED
    shipped = way == "shipped"
    products.has_bfloat16 = has if way in ("shipped", "autocast") else lambda: False
    products._reads = reads if shipped else lambda x: False
    network.batches = batches if shipped else eights


def quantised(reader: Reader) -> Reader:
    torch.backends.quantized.engine = "onednn"
    made = copy.copy(reader)
    made.text_reader = copy.copy(reader.text_reader)
    made.text_reader.network = torch.ao.quantization.quantize_dynamic(
        copy.deepcopy(reader.text_reader.network), {torch.nn.Linear}, dtype=torch.qint8
    )
    return made


def ask(workspace: Workspace, question: str, way: str) -> Row:
    enter(way)
    wall, cpu = time.perf_counter(), time.process_time()
    said = answer(workspace, question)
    return {
        "answer": said.text,
        "confidence": round(said.confidence, 4),
        "wall": 1000 * (time.perf_counter() - wall),
        "cpu": 1000 * (time.process_time() - cpu),
        "retrieve": said.timings_ms.get("retrieve", 0.0),
        "read": said.timings_ms.get("read", 0.0),
    }


def summary(rows: list[Row], way: str, first: str) -> Row:
    """Scores (percent), answers that differ from the first way's, and times (ms)."""
    own = [row[way] for row in rows]
    times = {
        f"{name}_p{p}": round(float(np.percentile([one[name] for one in own], p)), 1)
        for name in ("cpu", "wall", "retrieve", "read")
        for p in (50, 95)
    }
    golds = [[row["gold"]["answer"], *row["gold"].get("answer_aliases", [])] for row in rows]
    pairs = list(zip(own, golds, strict=True))
    return {
        "questions": len(rows),
        "em": round(100 * float(np.mean([exact_match(o["answer"], g) for o, g in pairs])), 2),
        "f1": round(100 * float(np.mean([f1_score(o["answer"], g) for o, g in pairs])), 2),
        "answers_that_differ": sum(row[way]["answer"] != row[first]["answer"] for row in rows),
        "mean_change_of_confidence": round(
            float(np.mean([abs(r[way]["confidence"] - r[first]["confidence"]) for r in rows])), 4
        ),
        **times,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    for name in ("workspace", "questions", "output"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--take", type=int, default=500)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--ways", default="float32,autocast,shipped,int8")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    ways = options.ways.split(",")
    asked = json.loads(options.questions.read_text("utf-8"))[: options.take]
    rows: list[Row] = []
    with Workspace.open(options.workspace) as workspace:
        plain = workspace.reader
        readers = {way: quantised(plain) if way == "int8" else plain for way in ways}
        for at, gold in enumerate([*asked[:5], *asked]):  # the first five warm up
            row: Row = {"gold": gold}
            for way in ways[at % len(ways) :] + ways[: at % len(ways)]:
                workspace.__dict__["reader"] = readers[way]
                row[way] = ask(workspace, gold["question"], way)
            rows.append(row)
    report = {way: summary(rows[5:], way, ways[0]) for way in ways}
    options.output.write_text(json.dumps({"threads": options.threads, **report}, indent=1) + "\n")
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
