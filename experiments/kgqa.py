"""Train a reasoner several times and ask it the questions that were kept for reporting.

    python experiments/kgqa.py experiments/reasoner-12.toml --data DIR --seeds 3

Writes experiments/results/kgqa-NAME.json: Hits@1 and F1 of each seed by file, their means,
and for a run that leaves out types of questions, these types apart. Seeds that the file has stay.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from kgtransfer.cli.options import plain
from kgtransfer.config import read_run
from kgtransfer.evaluate.kgqa import evaluate_kgqa
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.train.kgqa_data import open_reasoner
from kgtransfer.train.reasoner import ReasonerConfig, train_reasoner

METAQA = Path("kgqa/metaqa")
HOPS = ("1-hop", "2-hop", "3-hop")


def measure(config: ReasonerConfig, first: int | None) -> list[dict[str, Any]]:
    folder = config.data / METAQA
    reasoner = open_reasoner(folder / "kb.txt", config.output)
    files = [folder / hop / "dev.txt" for hop in HOPS]
    types = [folder / hop / "dev_qtype.txt" for hop in HOPS]
    runs = [("all", frozenset[str]())]
    if config.left_out:
        runs.append(("left out", frozenset(config.left_out)))
    return [
        {"which": name, **{k: v for k, v in plain(file).items() if k != "by_type"}}
        for name, only in runs
        for file in evaluate_kgqa(
            reasoner, files, types=types, part="report", only=only, first=first
        )
        if file.questions
    ]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("config", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0])
    parser.add_argument("--first", type=int)
    parser.add_argument("--work", type=Path, default=Path("runs"))
    given = parser.parse_args()
    name = given.config.stem.removeprefix("reasoner-")
    result_file = Path(__file__).parent / "results" / f"kgqa-{name}.json"
    stored = json.loads(result_file.read_text("utf-8")) if result_file.exists() else {}
    seeds = [s for s in stored.get("seeds", []) if s["seed"] not in given.seeds]
    for seed in given.seeds:
        output = given.work / f"{given.config.stem}-{seed}"
        config = read_run(given.config, ReasonerConfig, data=given.data, output=output, seed=seed)
        trained = train_reasoner(config)
        seeds.append({"seed": seed, "trained": trained, "files": measure(config, given.first)})
        means = [
            {
                "which": rows[0]["which"],
                "file": rows[0]["file"],
                "questions": rows[0]["questions"],
                "hits1": round(sum(r["given_topic"]["hits1"] for r in rows) / len(rows), 2),
                "own_linking": round(sum(r["own_linking"]["hits1"] for r in rows) / len(rows), 2),
                "f1": round(sum(r["given_topic"]["f1"] for r in rows) / len(rows), 2),
            }
            for rows in zip(*(s["files"] for s in seeds), strict=True)
        ]
        result = {
            "config": given.config.name,
            "mean": means,
            "seeds": seeds,
            "data": data_files(given.data / METAQA / hop / "dev.txt" for hop in HOPS),
            "versions": versions("transformers"),
            "machine": machine(),
        }
        result_file.write_text(
            json.dumps(result, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
        )
        print(name, seed, [(m["which"], m["hits1"], m["own_linking"]) for m in means], flush=True)


if __name__ == "__main__":
    main()
