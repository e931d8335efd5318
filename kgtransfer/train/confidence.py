"""`kgtransfer train confidence CONFIG`: how sure a reader is, made to mean how often it is right.

Logistic regression (Platt, 1999) over `confidence_features`; for comparisons the share that was
right, by whether both sides were read for certain. The cases are a workspace's questions, one-hop
questions from their evidence, and questions on single pages; some are asked without the passages
that hold the answer, as they are in use. Every second question fits, the others judge.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from kgtransfer.names import fold
from kgtransfer.read.answer import Reader
from kgtransfer.records import FloatArray, Passage, Subgraph
from kgtransfer.train.questions import squad
from kgtransfer.train.wordings import ask
from kgtransfer.workspace import Workspace

log = logging.getLogger(__name__)
THRESHOLDS = (0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)


class ConfidenceConfig(BaseModel):
    """A run that fits a reader's confidence (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder that `questions` and `pages` lie in."""
    output: Path
    """The reader's folder: the confidence is written into its config.json."""
    workspace: Path
    """Where the questions' documents were ingested."""
    questions: Path
    """In 2WikiMultihopQA's format: question, answer, evidences (or evidence)."""
    pages: Path | None = None
    """A file in SQuAD's format; its last questions are asked of their page among others."""
    retriever_model: str = "default"
    single_pages: int = 150
    unanswerable: float = Field(default=0.3, ge=0, le=1)
    """The share of the cases that are asked without the passages that hold the answer."""
    ridge: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its subgraph and its right answers (none where it has no answer)."""

    question: str
    subgraph: Subgraph
    golds: tuple[str, ...]


def without_answer(case: Case) -> Case:
    """The same question without any passage that holds an answer or is titled by one."""
    golds = [fold(gold) for gold in case.golds]
    kept = tuple(
        p
        for p in case.subgraph.passages
        if not any(f" {g} " in f" {fold(p.title)} {fold(p.text)} " for g in golds)
    )
    return Case(case.question, replace(case.subgraph, passages=kept), ())


def train_confidence(config: ConfidenceConfig) -> dict[str, Any]:
    """Fit, judge on the other half, and write "calibration" into the reader's config.json.

    Returns:
        The calibration, how many cases fitted, and for each threshold of the judging half the
        share that is answered and the precision of these answers.
    """
    opened = Workspace.open(
        config.workspace, reader=str(config.output), retriever_model=config.retriever_model
    )
    with opened as workspace:
        halves: tuple[list[Case], list[Case]] = ([], [])
        for number, group in enumerate(gather(config, workspace)):
            halves[number % 2].extend(group)
        rng = random.Random(config.seed)
        fitting, judging = (
            [without_answer(c) if rng.random() < config.unanswerable else c for c in half]
            for half in halves
        )
        log.info("%d cases fit, %d judge", len(fitting), len(judging))
        reader = workspace.reader
        found = calibrate(reader, fitting, ridge=config.ridge)
        reader.weights, reader.compared = found["weights"], found["compared"]
        curve = coverage(reader, judging)
    file = config.output / "config.json"
    description = json.loads(file.read_text(encoding="utf-8")) | {"calibration": found}
    file.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return {"calibration": found, "cases": len(fitting), "held_out": curve}


def gather(config: ConfidenceConfig, workspace: Workspace) -> Iterator[list[Case]]:
    """The cases of each question: itself, and one hop of its evidence; then single pages."""
    rng = random.Random(config.seed)
    read = workspace.settings.read_passages

    def case(question: str, golds: Sequence[str]) -> Case:
        found = workspace.retriever.retrieve(question, top_k=read)
        return Case(question, found, tuple(golds))

    for item in json.loads((config.data / config.questions).read_text(encoding="utf-8")):
        cases = [case(item["question"], [item["answer"], *item.get("answer_aliases", ())])]
        evidence = item.get("evidences") or item.get("evidence")
        if evidence:
            subject, relation, object_ = rng.choice(evidence)
            hop = case(ask(relation, subject, rng), [object_])
            cases += [hop] if without_answer(hop).subgraph != hop.subgraph else []
        yield cases
    if config.pages is not None:
        yield from ([case] for case in single_pages(config.data / config.pages, config, read))


def single_pages(file: Path, config: ConfidenceConfig, read: int) -> Iterator[Case]:
    """Questions with their own page among others, in random order."""
    rng = random.Random(config.seed)
    examples = list(squad(file, rng))[-config.single_pages :]
    for example in examples:
        others = rng.sample(examples, min(read - 1, len(examples)))
        texts = list(dict.fromkeys([example.text, *(other.text for other in others)]))
        rng.shuffle(texts)
        passages = (
            Passage(f"d{i}", f"Page {i}", f"c{i}", 1 / (i + 1), text, 0)
            for i, text in enumerate(texts)
        )
        golds = tuple(example.text[start:end] for start, end in example.spans)
        yield Case(example.question, Subgraph(example.question, tuple(passages)), golds)


def coverage(reader: Reader, cases: Iterable[Case]) -> list[dict[str, float]]:
    """For each threshold, the share of cases that are answered and how many of these rightly."""
    sure: list[float] = []
    right: list[bool] = []
    for case in cases:
        trace = reader.trace(case.question, case.subgraph)
        sure.append(reader.confidence(trace) if trace else 0.0)
        right.append(trace is not None and _is_right(trace.candidate.text, case))
    confidence, correct = np.asarray(sure), np.asarray(right)
    rows = []
    for threshold in THRESHOLDS:
        answered = confidence >= threshold
        share = float(answered.mean()) if len(answered) else 0.0
        precision = float(correct[answered].mean()) if answered.any() else 0.0
        rows.append({"threshold": threshold, "coverage": share, "precision": precision})
    return [{key: round(value, 3) for key, value in row.items()} for row in rows]


def _is_right(text: str, case: Case) -> bool:
    return fold(text) in {fold(gold) for gold in case.golds}


def calibrate(
    reader: Reader, cases: Iterable[Case], *, ridge: float = 1.0
) -> dict[str, list[float]]:
    """Weights of the confidence, and the share of right answers among comparisons.

    Returns what config.json keeps under "calibration": `weights` (bias first) and `compared`
    (certain, uncertain).
    """
    rows: list[tuple[float, ...]] = []
    right: list[float] = []
    compared: dict[bool, list[float]] = {True: [], False: []}
    for case in cases:
        trace = reader.trace(case.question, case.subgraph)
        if trace is None:
            continue
        correct = float(_is_right(trace.candidate.text, case))
        if trace.certain is not None:
            compared[trace.certain].append(correct)
        else:
            rows.append((1.0, *trace.features))
            right.append(correct)
    return {
        "weights": [round(float(w), 4) for w in logistic(rows, right, ridge)],
        "compared": [round(_share(compared[certain]), 3) for certain in (True, False)],
    }


def logistic(
    rows: Sequence[Sequence[float]], right: Sequence[float], ridge: float = 1.0
) -> FloatArray:
    """Weights of a logistic regression by Newton's method; the first column is the bias."""
    x, y = np.asarray(rows, np.float64), np.asarray(right, np.float64)
    weights = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 1e-3
    for _ in range(50):
        probability = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (probability - y) + penalty @ weights
        curvature = (x * (probability * (1 - probability))[:, None]).T @ x + penalty
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-8:
            break
    return weights.astype(np.float32)


def _share(values: list[float]) -> float:
    """With one right and one wrong case beside those seen, so that few cases claim little."""
    return (sum(values) + 1) / (len(values) + 2)
