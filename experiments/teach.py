"""Teaching with 20, 50 and 100 examples: gain and cost over three seeds. Resumes.

python experiments/teach_data.py DATA runs/teach
python experiments/teach.py DATA runs/teach experiments/results/teach.json
python experiments/teach.py DATA runs/teach experiments/results/teach.json --sizes 50 --seeds 0 \
    --set replay=0

DATA is the folder with extraction/. The old types and relations are measured on Re-DocRED documents
451 to 500, which no part of the extractor was trained on.
"""

from __future__ import annotations

import argparse
import json
import logging
from dataclasses import asdict
from pathlib import Path
from typing import Any

from kgtransfer.config import read_run
from kgtransfer.evaluate.extraction import evaluate_extraction
from kgtransfer.extract.extractor import Extractor, load_extractor
from kgtransfer.records import Extraction
from kgtransfer.train.teach import TeachConfig, teach_extractor

SIZES, SEEDS = (20, 50, 100), (0, 1, 2)
FIRST = 450


class Remembering:
    """An extractor that reads each text once."""

    def __init__(self, extractor: Extractor) -> None:
        self.extractor, self.fingerprint = extractor, extractor.fingerprint
        self.known: dict[str, Extraction] = {}

    def extract(self, text: str, language: str) -> Extraction:
        if text not in self.known:
            self.known[text] = self.extractor.extract(text, language)
        return self.known[text]


def old_measures(extractor: Extractor, data: Path) -> dict[str, Any]:
    found = evaluate_extraction(extractor, data / "extraction/redocred/dev.json", first=FIRST)
    lenient, strict = (found["relations"][kind]["all"] for kind in ("lenient", "strict"))
    return {
        "entities_typed_f1": found["entities"]["typed"]["f1"],
        "relations_strict_f1": strict["f1"],
        "relations_lenient_f1": lenient["f1"],
        "relations_lenient_precision": lenient["precision"],
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("annotations", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--seeds", type=int, nargs="+", default=SEEDS)
    parser.add_argument("--set", action="append", default=[], help="KEY=JSON of the configuration.")
    parser.add_argument("--runs", type=Path, default=Path("runs/taught"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    changed = {k: json.loads(v) for k, _, v in (s.partition("=") for s in options.set)}
    done: dict[str, Any] = {}
    if options.result.exists():
        done = json.loads(options.result.read_text(encoding="utf-8"))
    teacher = Remembering(load_extractor())
    if "before" not in done:
        done["before"] = old_measures(load_extractor(), options.data)
    for size in options.sizes:
        for seed in options.seeds:
            name = f"{size} examples, seed {seed}" + "".join(f", {s}" for s in options.set)
            if name in done:
                continue
            chosen = {
                "output": options.runs / f"{size}-{seed}",
                "annotations": [
                    options.annotations / f"{kind}-{size}-{seed}.jsonl"
                    for kind in ("type", "relation")
                ],
                "test": [options.annotations / f"test-{k}.jsonl" for k in ("type", "relation")],
                "seed": seed,
            }
            toml = Path(__file__).with_name("teach.toml")
            config = read_run(toml, TeachConfig, **{**chosen, **changed})
            taught = asdict(teach_extractor(config, teacher))
            taught["old"] = old_measures(load_extractor(str(config.output)), options.data)
            done[name] = taught
            options.result.parent.mkdir(parents=True, exist_ok=True)
            options.result.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
            print(name, json.dumps(taught["after"]), json.dumps(taught["old"]), flush=True)


if __name__ == "__main__":
    main()
