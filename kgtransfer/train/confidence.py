"""`kgtransfer train confidence CONFIG`: how sure a reader is, made to mean how often it is right.

The cases are a workspace's questions, single hops of theirs, and questions on single pages; many
are asked again without the passages that answer them, as they are in use. Judging is by five folds
of the questions, each judged by weights that the others gave; what is kept is fitted on all.
"""

from __future__ import annotations

import json
import logging
import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.names import fold
from kgtransfer.read.answer import Reader
from kgtransfer.records import Passage, Subgraph
from kgtransfer.train.calibration import (
    THRESHOLDS,
    Judged,
    by_folds,
    coverage,
    fit,
    shares,
    threshold_for,
)
from kgtransfer.train.page_questions import read_questions
from kgtransfer.train.questions import gold_titles, steps
from kgtransfer.train.wordings import ask
from kgtransfer.workspace import Workspace

log = logging.getLogger(__name__)
PRECISION = 0.9


class ProseConfig(BaseModel):
    """Questions over prose, each with its passage or without an answer."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    workspace: Path
    """Where their documents were ingested."""
    questions: Path
    """In SQuAD's format."""
    most: int = 1000
    """At most so many, spread over the file."""


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
    prose: ProseConfig | None = None
    """Questions over other kinds of text, asked of a workspace of their own."""
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


def train_confidence(config: ConfidenceConfig) -> dict[str, Any]:
    """Fit, judge, and write "calibration" into the reader's config.json.

    Returns:
        The calibration; how many cases there were, and how many of them were answered rightly; and
        over the folds, for each set and threshold, the share that is answered and the precision of
        these answers.
    """
    models: dict[str, Any] = {
        "reader": str(config.output),
        "retriever_model": config.retriever_model,
    }
    with Workspace.open(config.workspace, **models) as workspace:
        cases = gather(config, workspace)
        judged = [judge(workspace.reader, case, *of) for of, case in cases]
    if config.prose is not None:
        with Workspace.open(config.prose.workspace, **models) as workspace:
            cases = gather_prose(config, config.prose, workspace)
            judged += [judge(workspace.reader, case, *of) for of, case in cases]
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


def gather_prose(
    config: ConfidenceConfig, prose: ProseConfig, workspace: Workspace
) -> Iterator[tuple[tuple[str, int], Case]]:
    """Questions over prose, some of them once more without the passages that answer them."""
    rng = random.Random(config.seed)
    asked = read_questions(prose.questions)
    for number in range(0, len(asked), -(-len(asked) // prose.most)):
        one = asked[number]
        found = workspace.retriever.retrieve(one.question, top_k=workspace.settings.read_passages)
        case = Case(one.question, found, one.golds)
        yield (prose.questions.parent.name, number), case
        if one.golds and rng.random() < config.unanswerable:
            yield (prose.questions.parent.name, number), without_answer(case)


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


def _load(file: Path) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return loaded
