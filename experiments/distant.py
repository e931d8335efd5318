"""Teaching two relations by triples and texts, and by as many annotated texts. Resumes.

python experiments/distant.py DATA RESULT [--seeds 0 1] [--arms triples gold] [--common 0.2]

DATA is the folder with extraction/. The relations are KnowledgeNet's CEO and EMPLOYEE_OR_MEMBER_OF,
which the shipped schema has not. For a seed, `--pairs` pairs of names are drawn for each from the
facts of folds 1 to 3 and kept as triples; the texts are the passages of these folds, whatever they
are annotated with. Then as many passages of the same folds that state the relation, with their
annotations, as the triples found texts, and as many without. Both are measured on passages of fold
4, of which all facts of the relation are annotated.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import random
from dataclasses import asdict
from pathlib import Path
from typing import Any

from teach import Remembering
from teach_data import related

from kgtransfer.annotations import AnnotatedText, Related
from kgtransfer.annotations.readers import native
from kgtransfer.config import read_run
from kgtransfer.extract.extractor import load_extractor
from kgtransfer.train.distant import Limits, examples
from kgtransfer.train.known import read_known
from kgtransfer.train.teach import TeachConfig, teach_extractor

RELATIONS = {"CEO": "chief_executive_officer", "EMPLOYEE_OR_MEMBER_OF": "employee_or_member_of"}
TESTED = 70


def texts_of(data: Path, out: Path) -> Path:
    """All passages of folds 1 to 3, each a document."""
    lines = (data / "extraction/knowledgenet/train.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [row for row in map(json.loads, lines) if row["fold"] in (1, 2, 3)]
    passages = sorted({(row["doc"], row["pass_start"], row["passage"]) for row in rows})
    file = out / "texts.jsonl"
    file.write_text(
        "".join(
            json.dumps({"id": f"{doc}-{start}", "title": "", "text": text}) + "\n"
            for doc, start, text in passages
        ),
        encoding="utf-8",
    )
    return file


def pairs_of(texts: list[AnnotatedText]) -> list[tuple[str, str]]:
    """The pairs of names that are annotated."""
    found = set()
    for text in texts:
        for r in text.relations:
            ends = [text.text[slice(*text.entities[i][:2])] for i in (r.subject, r.object)]
            if all(end[:1].isupper() and end.lower() not in ("he", "she", "it") for end in ends):
                found.add((ends[0], ends[1]))
    return sorted(found)


def right_share(found: list[AnnotatedText], gold: list[AnnotatedText]) -> dict[str, int]:
    """Of the relations of texts that are annotated for them, how many are annotated."""
    by_text = {text.text: text for text in gold}
    counts = {"judged": 0, "right": 0}
    for text in found:
        if text.text in by_text:
            known = list(places(by_text[text.text]))
            for ends in places(text):
                counts["judged"] += 1
                counts["right"] += any(meets(ends, other) for other in known)
    return counts


def places(text: AnnotatedText) -> list[tuple[Any, Any]]:
    return [(text.entities[r.subject], text.entities[r.object]) for r in text.relations]


def meets(ends: tuple[Any, Any], others: tuple[Any, Any]) -> bool:
    return all(a.start < b.end and b.start < a.end for a, b in zip(ends, others, strict=True))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("result", type=Path)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1])
    parser.add_argument("--pairs", type=int, default=100)
    parser.add_argument("--arms", nargs="+", default=["triples", "gold"])
    parser.add_argument("--common", type=float, default=0.2)
    parser.add_argument("--runs", type=Path, default=Path("runs/distant"))
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    teacher = Remembering(load_extractor())
    toml = Path(__file__).with_name("distant.toml")
    pools = {name: related(options.data, name) for name in RELATIONS}
    for seed in options.seeds:
        out = options.runs / str(seed)
        out.mkdir(parents=True, exist_ok=True)
        chance = random.Random(seed)
        tests = []
        for name, (_, held) in pools.items():
            tests.append(out / f"test-{name}.jsonl")
            save(tests[-1], held[:TESTED])
        with (out / "triples.csv").open("w", encoding="utf-8", newline="") as file:
            for name, (train, _) in pools.items():
                pairs = pairs_of(train)
                for subject, target in chance.sample(pairs, min(options.pairs, len(pairs))):
                    csv.writer(file).writerow([subject, name.lower(), target])
        common = {"test": tests, "seed": seed, "common": options.common}
        texts = texts_of(options.data, out)
        run = read_run(
            toml, TeachConfig, **common, output=out / "taught-by-triples",
            triples=[out / "triples.csv"], texts=[texts],
        )  # fmt: skip
        known = read_known(run.triples, run.labels)
        rows = [json.loads(line)["text"] for line in texts.read_text(encoding="utf-8").splitlines()]
        found = examples(
            known, rows, teacher, Limits(common=options.common, held_out=0.0, seed=seed)
        )
        gold = []
        for name, (train, _) in pools.items():
            used = found.matched[RELATIONS[name]].taught
            state = [text for text in train if text.relations]
            silent = [text for text in train if not text.relations]
            gold.append(out / f"gold-{name}.jsonl")
            save(gold[-1], [*chance.sample(state, min(used, len(state))),
                            *chance.sample(silent, min(used, len(silent)))])  # fmt: skip
        arms = {
            "triples": run,
            "gold": read_run(
                toml, TeachConfig, **common, output=out / "taught-by-gold", annotations=gold
            ),
        }
        for arm, config in arms.items():
            name = f"{arm}, seed {seed}" + (
                f", common {options.common}" if options.common != 0.2 else ""
            )
            if arm not in options.arms or name in read(options.result):
                continue
            row = asdict(teach_extractor(config, teacher))
            if arm == "triples":
                row["matched_right"] = {
                    name: right_share(only(found.train, RELATIONS[name]), train)
                    for name, (train, _) in pools.items()
                }
            done = {**read(options.result), name: row}
            options.result.parent.mkdir(parents=True, exist_ok=True)
            options.result.write_text(json.dumps(done, indent=1) + "\n", encoding="utf-8")
            print(name, json.dumps(row["before"]), json.dumps(row["after"]), flush=True)


def only(texts: list[AnnotatedText], predicate: str) -> list[AnnotatedText]:
    return [
        AnnotatedText(
            text.text,
            text.entities,
            tuple(Related(*r) for r in text.relations if r.predicate == predicate),
        )
        for text in texts
    ]


def save(path: Path, texts: list[AnnotatedText]) -> None:
    path.write_text("".join(native.write(text) + "\n" for text in texts), encoding="utf-8")


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


if __name__ == "__main__":
    main()
