"""Recall of several trained retrievers, and of those without training, on several question sets.

    python experiments/retrieval_sets.py experiments/retrieval-sets.toml runs/retriever-unseen ... \
        --data DIR [--typos] --output results/retrieval-sets.json

Each question is scored once for all of them. Several folders with commas between them are the folds
of one: question n is asked of the one at n modulo their number.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kgtransfer.config import read_run
from kgtransfer.evaluate.metrics import recall_at
from kgtransfer.evaluate.retrieval import HELD, KS
from kgtransfer.evaluate.typos import with_typos
from kgtransfer.language_models.encoder import MiniLMEncoder, TextEncoder
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import RetrieverModel, load_retriever
from kgtransfer.retrieve.ranking import rank
from kgtransfer.retrieve.scoring import Scorer, ranked
from kgtransfer.retrieve.tables import AnyArray
from kgtransfer.train.corpora import CorpusQuestion
from kgtransfer.train.retriever import RetrieverConfig, prepare

_DEEPEST = 40


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("config", type=Path, help="whose [[sets]] are asked")
    parser.add_argument("models", nargs="*", help="folders of trained retrievers")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--typos", action="store_true")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    config = read_run(arguments.config, RetrieverConfig, data=arguments.data)
    encoder = MiniLMEncoder(config.encoder)
    models = {
        Path(folders).name: [load_retriever(Path(folder)) for folder in folders.split(",")]
        for folders in arguments.models
    }
    report = {}
    for part in config.sets:
        index, questions = prepare(part, config, encoder)
        asked = [question for question in questions if question.gold]
        if arguments.typos:
            asked = [replace(q, text=with_typos(q.text)) for q in asked]
        rows = list(_rows(index, encoder, asked, models))
        means = {arm: (100 * np.mean([row[arm] for row in rows], 0)).round(1) for arm in rows[0]}
        report[part.name] = {
            "questions": len(asked),
            "recall at " + ", ".join(map(str, KS)): {a: m.tolist() for a, m in means.items()},
        }
        print(part.name, json.dumps(report[part.name]), flush=True)
    if arguments.output:
        arguments.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def _rows(
    index: GraphIndex,
    encoder: TextEncoder,
    questions: Sequence[CorpusQuestion],
    models: dict[str, list[RetrieverModel]],
) -> Iterator[dict[str, list[float]]]:
    """Each question's recall by arm."""
    scorer = Scorer(index, encoder)
    for at, question in enumerate(questions):
        scores = scorer.score(question.text)
        found = {"bm25": scores.bm25, "dense": scores.dense, "pagerank": scores.walk}
        orders = {arm: ranked(column, _DEEPEST) for arm, column in found.items()}
        for arm, folds in models.items():
            nodes = rank(index, encoder, scores, folds[at % len(folds)])
            orders[arm] = nodes.chunks[nodes.order()[:_DEEPEST]]
        yield {arm: _recall(index, order, question) for arm, order in orders.items()}


def _recall(index: GraphIndex, chunks: AnyArray, question: CorpusQuestion) -> list[float]:
    uris = [index.document(int(index.chunk_document[chunk])).uri for chunk in chunks]
    units, gold = uris, set(question.gold)
    if question.places:
        spans = index.chunk_spans(chunks).tolist()
        holds = [question.holds(uri, *span) for uri, span in zip(uris, spans, strict=True)]
        units = [HELD if h else str(c) for h, c in zip(holds, chunks, strict=True)]
        gold = {HELD}
    order = list(dict.fromkeys(units))
    return [recall_at(order, gold, k) for k in KS]


if __name__ == "__main__":
    main()
