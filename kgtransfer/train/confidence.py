"""`kgtransfer train confidence CONFIG`: how sure a reader is, made to mean how often it is right.

Logistic regression (Platt, 1999) over the signs of `kgtransfer.read.confidence` without negative
weights, once for answers that were read and once for comparisons. The cases are a workspace's
questions, single hops of theirs, and questions on single pages; many are asked again without the
passages that answer them, as they are in use. Judging is by five folds of the questions, each
judged by weights that the others gave; what is kept is fitted on all. Each set of questions counts
as much as any other, however many it has, since nobody knows which one a user's will be like.
"""

from __future__ import annotations

import json
import logging
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.names import fold
from kgtransfer.read.answer import Reader
from kgtransfer.read.confidence import COMPARED, READ, Confidence, Signs
from kgtransfer.records import FloatArray, Passage, Subgraph
from kgtransfer.train.page_questions import read_questions
from kgtransfer.train.questions import gold_titles, steps
from kgtransfer.train.wordings import ask
from kgtransfer.workspace import Workspace

log = logging.getLogger(__name__)
THRESHOLDS = (0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9)
FOLDS = 5
PRECISION = 0.9


class ConfidenceConfig(BaseModel):
    """A run that fits a reader's confidence (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder that `questions` and `pages` lie in."""
    output: Path
    """The reader's folder: the confidence is written into its config.json."""
    workspace: Path
    """Where the questions' documents were ingested."""
    questions: tuple[Path, ...]
    """In the format of 2WikiMultihopQA, HotpotQA or MuSiQue; an answer and evidence suffice."""
    pages: Path | None = None
    """A file in SQuAD's format; its last questions are asked of their page among others."""
    retriever_model: str = "default"
    single_pages: int = 150
    unanswerable: float = Field(default=0.5, ge=0, le=1)
    """The share of the cases that are asked once more without what answers them."""
    ridge: float = 1.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Case:
    """A question with its subgraph and its right answers (none where it has no answer)."""

    question: str
    subgraph: Subgraph
    golds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was read for a case; `signs` is None where nothing was."""

    source: str
    """The set of questions that it is of."""
    group: int
    """The number of its question."""
    signs: Signs | None
    compared: bool
    right: bool


def train_confidence(config: ConfidenceConfig) -> dict[str, Any]:
    """Fit, judge, and write "calibration" into the reader's config.json.

    Returns:
        The calibration; how many cases there were, and how many of them were answered rightly; and
        over the folds, for each set and threshold, the share that is answered and the precision of
        these answers.
    """
    opened = Workspace.open(
        config.workspace, reader=str(config.output), retriever_model=config.retriever_model
    )
    with opened as workspace:
        cases = gather(config, workspace)
        judged = [judge(workspace.reader, case, *of) for of, case in cases]
    log.info("%d cases", len(judged))
    sure, right = by_folds(judged, config.ridge)
    precise = threshold_for(PRECISION, sure, right, shares(judged))
    found = replace(fit(judged, config.ridge), precise=precise)
    file = config.output / "config.json"
    description = json.loads(file.read_text(encoding="utf-8")) | {"calibration": asdict(found)}
    file.write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return {
        "calibration": asdict(found),
        "cases": len(judged),
        "right": sum(right),
        "thresholds": {
            source: coverage(
                [sure[at] for at, case in enumerate(judged) if case.source == source],
                [case.right for case in judged if case.source == source],
                sorted({*THRESHOLDS, precise}),
            )
            for source in dict.fromkeys(case.source for case in judged)
        },
    }


def gather(
    config: ConfidenceConfig, workspace: Workspace
) -> Iterator[tuple[tuple[str, int], Case]]:
    """All cases with their set and the number of their question."""
    rng = random.Random(config.seed)
    read = workspace.settings.read_passages
    index = workspace.retriever.index
    documents: dict[str, set[str]] = defaultdict(set)
    for id_, title in zip(index.document_ids, index.titles, strict=True):
        documents[fold(title)].add(id_)

    def case(question: str, golds: Sequence[str], gone: Iterable[str] = ()) -> Case:
        titled = set().union(*(documents[title] for title in gone))
        left = frozenset(index.document_ids) - titled if titled else None
        found = workspace.retriever.retrieve(question, top_k=read, documents=left)
        return Case(question, found, tuple(golds))

    number = 0
    for file in config.questions:
        for item in _load(config.data / file):
            number += 1
            of = file.parts[-2] if len(file.parts) > 1 else file.stem, number
            yield of, case(item["question"], [item["answer"], *item.get("answer_aliases", ())])
            titles = gold_titles(item)
            if titles and rng.random() < config.unanswerable:
                yield of, case(item["question"], (), titles)
            if (hop := one_hop(item, rng)) is not None:
                asked = case(hop[0], [hop[1]])
                yield of, asked
                if rng.random() < config.unanswerable:
                    yield of, without_answer(asked)
    if config.pages is not None:
        file = config.data / config.pages
        for page in single_pages(file, config, read, workspace.encoder):
            number += 1
            yield (file.stem, number), page
            if rng.random() < config.unanswerable:
                yield (file.stem, number), without_answer(page)


def one_hop(item: Mapping[str, Any], rng: random.Random) -> tuple[str, str] | None:
    """A question about one step of a question's evidence and its answer, where the file has it."""
    evidence = item.get("evidences") or item.get("evidence")
    if evidence:
        subject, relation, object_ = rng.choice(evidence)
        return ask(relation, subject, rng), object_
    if item.get("question_decomposition"):
        question, answer, _ = rng.choice(list(steps(item, rng)))
        return question, answer
    return None


def without_answer(case: Case) -> Case:
    """The same question without any passage that holds an answer or is titled by one."""
    golds = [fold(gold) for gold in case.golds]
    held = {
        p.chunk
        for p in case.subgraph.passages
        if any(f" {g} " in f" {fold(p.title)} {fold(p.text)} " for g in golds)
    }
    kept = tuple(p for p in case.subgraph.passages if p.chunk not in held)
    facts = tuple(f for f in case.subgraph.facts if not f.chunks or not set(f.chunks) <= held)
    return Case(case.question, replace(case.subgraph, passages=kept, facts=facts), ())


def single_pages(
    file: Path, config: ConfidenceConfig, read: int, encoder: TextEncoder
) -> Iterator[Case]:
    """Questions with their own page among others, the most similar to the question first."""
    rng = random.Random(config.seed)
    asked = read_questions(file)[-config.single_pages :]
    texts = list(dict.fromkeys(one.text for one in asked))
    vectors = dict(zip(texts, encoder.encode(texts), strict=True))
    questions = encoder.encode([one.question for one in asked])
    for one, question in zip(asked, questions, strict=True):
        others = rng.sample(asked, min(read - 1, len(asked)))
        pages = list(dict.fromkeys((page.title, page.text) for page in (one, *others)))
        likeness = np.stack([vectors[text] for _, text in pages]) @ question
        passages = tuple(
            Passage(f"d{at}", pages[at][0], f"c{at}", float(likeness[at]), pages[at][1], 0)
            for at in np.argsort(-likeness, kind="stable").tolist()
        )
        yield Case(one.question, Subgraph(one.question, passages), one.golds)


def judge(reader: Reader, case: Case, source: str, group: int) -> Judged:
    """Read a case and compare with its answers."""
    trace = reader.trace(case.question, case.subgraph)
    if trace is None:
        return Judged(source, group, None, False, False)
    right = _plain(trace.candidate.text) in {_plain(gold) for gold in case.golds}
    return Judged(source, group, trace.signs, trace.compared, right)


def _plain(answer: str) -> str:
    """An answer without case, punctuation and articles."""
    return re.sub(r"\b(?:a|an|the)\b ?", "", fold(answer)).strip()


def shares(judged: Sequence[Judged]) -> FloatArray:
    """A weight for each case: every set's come to the same, their mean is 1."""
    sizes = Counter(case.source for case in judged)
    each = [len(judged) / (len(sizes) * sizes[case.source]) for case in judged]
    return np.asarray(each, np.float32)


def fit(judged: Sequence[Judged], ridge: float = 1.0) -> Confidence:
    """The weights that make the confidence of these cases mean how often they are right."""
    found: list[dict[str, float]] = []
    for compared, names in ((False, READ), (True, COMPARED)):
        cases = [c for c in judged if c.signs is not None and c.compared == compared]
        rows = [(1.0, *(c.signs[name] for name in names)) for c in cases if c.signs]
        weights = nonnegative(rows, [float(c.right) for c in cases], ridge, shares(cases))
        named = zip(("bias", *names), weights, strict=True) if cases else ()
        found.append({name: round(float(weight), 4) for name, weight in named})
    return Confidence(found[0], found[1])


def by_folds(judged: Sequence[Judged], ridge: float = 1.0) -> tuple[list[float], list[bool]]:
    """Each case's confidence by the weights of the other folds, and whether it is right."""
    sure = [0.0] * len(judged)
    for fold_ in range(FOLDS):
        fitted = fit([c for c in judged if c.group % FOLDS != fold_], ridge)
        for at, case in enumerate(judged):
            if case.group % FOLDS == fold_ and case.signs is not None:
                sure[at] = fitted.probability(case.signs, compared=case.compared)
    return sure, [case.right for case in judged]


def threshold_for(
    precision: float, sure: Sequence[float], right: Sequence[bool], weights: FloatArray
) -> float:
    """The least confidence, in hundredths, from which so many answers are right; 0.99 if none."""
    confidence, correct = np.asarray(sure), np.asarray(right)
    for hundredth in range(1, 100):
        answered = confidence >= hundredth / 100
        if answered.any() and np.average(correct[answered], weights=weights[answered]) >= precision:
            return hundredth / 100
    return 0.99


def coverage(
    sure: Sequence[float], right: Sequence[bool], thresholds: Iterable[float] = THRESHOLDS
) -> list[dict[str, float]]:
    """For each threshold, the share of cases that are answered and how many of these rightly."""
    confidence, correct = np.asarray(sure), np.asarray(right)
    rows = []
    for threshold in thresholds:
        answered = confidence >= threshold
        share = float(answered.mean()) if len(answered) else 0.0
        precision = float(correct[answered].mean()) if answered.any() else 0.0
        rows.append({"threshold": threshold, "coverage": share, "precision": precision})
    return [{key: round(value, 3) for key, value in row.items()} for row in rows]


def nonnegative(
    rows: Sequence[Sequence[float]], right: Sequence[float], ridge: float, weights: FloatArray
) -> FloatArray:
    """Logistic regression without a negative weight but the bias's: such columns are left out."""
    if not len(right):
        return np.zeros(0, np.float32)
    x = np.asarray(rows, np.float64)
    kept = list(range(x.shape[1]))
    while True:
        found = logistic(x[:, kept], right, ridge, weights)
        least = min(range(1, len(kept)), key=lambda at: found[at], default=0)
        if least == 0 or found[least] >= 0:
            fitted = np.zeros(x.shape[1], np.float32)
            fitted[kept] = found
            return fitted
        del kept[least]


def logistic(
    rows: Any, right: Sequence[float], ridge: float = 1.0, weights: FloatArray | None = None
) -> FloatArray:
    """Logistic regression by Newton's method; the first column is the bias.

    Args:
        rows: (cases, columns).
        right: 1 or 0 for each case.
        ridge: how much large weights are held back.
        weights: how much each case counts; the same by default.
    """
    x, y = np.asarray(rows, np.float64), np.asarray(right, np.float64)
    count = np.ones(len(y)) if weights is None else np.asarray(weights, np.float64)
    found = np.zeros(x.shape[1])
    penalty = ridge * np.eye(x.shape[1])
    penalty[0, 0] = 1e-3
    for _ in range(50):
        probability = 1 / (1 + np.exp(-x @ found))
        gradient = x.T @ (count * (probability - y)) + penalty @ found
        spread = count * probability * (1 - probability)
        curvature = (x * spread[:, None]).T @ x + penalty
        step = np.linalg.solve(curvature, gradient)
        found -= step
        if np.abs(step).max() < 1e-8:
            break
    return found.astype(np.float32)


def _load(file: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
