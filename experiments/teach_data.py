"""Annotations to teach from, made of public corpora: one type of CrossNER, one relation of
KnowledgeNet that the shipped schema does not have.

python experiments/teach_data.py DATA OUT [--domain music] [--type musicgenre] [--relation CEO]

DATA is the folder with extraction/. Writes to OUT, for each seed 0, 1, 2 and each number of
examples 20, 50, 100, a JSONL of annotated sentences that have the type and as many that have not
(type-N-SEED.jsonl), likewise for the relation; and test-type.jsonl, test-relation.jsonl.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path
from typing import Any

from kgtransfer.annotations import AnnotatedText, Marked, Related
from kgtransfer.annotations.readers import conll, native

SIZES, SEEDS = (20, 50, 100), (0, 1, 2)
TEST_TEXTS = 400
Texts = list[AnnotatedText]


def typed(data: Path, domain: str, label: str) -> tuple[Texts, Texts]:
    """(train pool, test) of a CrossNER domain: sentences with the type marked and nothing else."""
    folder = data / "extraction" / "crossner" / domain
    parts = []
    for name in ("train", "dev"):
        columns = folder / f"{name}.txt"
        parts.append([_only(text, label) for text in conll.read(columns)])
    # The train part is small: two thirds of the dev sentences join it, the others judge.
    train, dev = parts
    order = list(dev)
    random.Random(13).shuffle(order)
    return train + order[: 2 * len(order) // 3], order[2 * len(order) // 3 :]


def _only(text: AnnotatedText, label: str) -> AnnotatedText:
    return AnnotatedText(text.text, tuple(m for m in text.entities if m.label == label))


def related(data: Path, relation: str) -> tuple[Texts, Texts]:
    """(train pool, test) of a KnowledgeNet property: folds 1 to 3, and fold 4."""
    passages: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    path = data / "extraction" / "knowledgenet" / "train.jsonl"
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if row["property"] == relation:
            passages[row["doc"], row["pass_start"]].append(row)
    train, test = [], []
    for _, rows in sorted(passages.items()):
        (test if rows[0]["fold"] == 4 else train).append(_passage(rows))
    random.Random(13).shuffle(test)
    return train, test[:TEST_TEXTS]


def _passage(rows: list[dict[str, Any]]) -> AnnotatedText:
    at = rows[0]["pass_start"]
    spans: list[Marked] = []
    relations = set()
    for row in rows:
        if row["subj_start"] is None:
            continue
        ends = [
            Marked(row[f"{end}_start"] - at, row[f"{end}_end"] - at, "name")
            for end in ("subj", "obj")
        ]
        spans += [end for end in ends if end not in spans]
        relations.add(Related(spans.index(ends[0]), row["property"].lower(), spans.index(ends[1])))
    order = sorted(spans)
    moved = [order.index(span) for span in spans]
    return AnnotatedText(
        rows[0]["passage"],
        tuple(order),
        tuple(Related(moved[r.subject], r.predicate, moved[r.object]) for r in sorted(relations)),
    )


def write(folder: Path, name: str, train: Texts, test: Texts) -> None:
    """The samples and the test file."""
    marked = {True: [], False: []}  # type: dict[bool, Texts]
    for text in train:
        marked[bool(text.relations) if name == "relation" else bool(text.entities)].append(text)
    print(f"{name}: {len(marked[True])} with, {len(marked[False])} without; {len(test)} to test")
    for seed in SEEDS:
        order = {has: random.Random(seed).sample(pool, len(pool)) for has, pool in marked.items()}
        for size in SIZES:
            texts = [*order[True][:size], *order[False][:size]]
            _save(folder / f"{name}-{size}-{seed}.jsonl", texts)
    _save(folder / f"test-{name}.jsonl", test)


def _save(path: Path, texts: Texts) -> None:
    path.write_text("".join(native.write(text) + "\n" for text in texts), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--domain", default="music")
    parser.add_argument("--type", default="musicgenre")
    parser.add_argument("--relation", default="CEO")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    write(options.out, "type", *typed(options.data, options.domain, options.type))
    write(options.out, "relation", *related(options.data, options.relation))


if __name__ == "__main__":
    main()
