"""How well the reader reads the last page alone: the gold one-hop question of the gold page.

    python experiments/last_hop.py INDEX QUESTIONS [--retriever FOLDER] [--output FILE]

QUESTIONS are 2Wiki's, with evidence triples. Of each compositional or inference question the last
triple's relation is asked of its subject's page, if that is among the eight retrieved passages.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import defaultdict
from pathlib import Path

from kgtransfer.config import shipped
from kgtransfer.evaluate.answers import exact_match
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.language_models.encoder import MiniLMEncoder
from kgtransfer.names import fold, split_bracket
from kgtransfer.read.network import TextReader
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import load_retriever
from kgtransfer.retrieve.search import Retriever
from kgtransfer.train.wordings import ask

TYPES = ("compositional", "inference")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("index", type=Path)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--retriever", type=Path, default=shipped("models", "retriever"))
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    model = load_retriever(options.retriever)
    retriever = Retriever(GraphIndex.open(options.index), MiniLMEncoder(), model)
    reader = TextReader.load(shipped("models", "reader"))
    rng = random.Random(0)
    found: dict[str, list[tuple[bool, float]]] = defaultdict(list)
    for question in json.loads(options.questions.read_text("utf-8")):
        if question["question_type"] not in TYPES:
            continue
        subject, relation, _ = question["evidence"][-1]
        passages = retriever.retrieve(question["question"], top_k=8).passages
        own = [p for p in passages if _name(p.title) == _name(subject)]
        readings = reader.ask([(ask(relation, p.title, rng), p) for p in own])
        spans = sorted((s for r in readings for s in r.spans), key=lambda s: -s.score)
        exact = exact_match(spans[0].text if spans else None, [question["answer"]])
        found[question["question_type"]].append((bool(own), exact))
    report = {
        kind: {
            "questions": len(rows),
            "page_found": round(100 * sum(there for there, _ in rows) / len(rows), 1),
            "exact_match": round(100 * sum(exact for _, exact in rows) / len(rows), 1),
        }
        for kind, rows in sorted(found.items())
    }
    whole = {**report, "data": data_files([options.questions]), "versions": versions()}
    print(json.dumps({**whole, "machine": machine()}, indent=1))
    if options.output:
        text = json.dumps({**whole, "machine": machine()}, indent=1)
        options.output.write_text(text + "\n", "utf-8")


def _name(title: str) -> str:
    return fold(split_bracket(title)[0])


if __name__ == "__main__":
    main()
