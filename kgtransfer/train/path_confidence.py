"""How sure a reasoner may be: fitted on held-out questions, some of which can't be answered.

A question can't be answered where the graph lacks a relation that it asks for: so half of the
questions are asked of a graph from which one relation of their path was taken.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from kgtransfer.reason.answer import confidence, path_features
from kgtransfer.reason.graph import FactGraph, Ints
from kgtransfer.reason.model import HopModel
from kgtransfer.reason.search import Walk, search
from kgtransfer.train.calibration import logistic
from kgtransfer.train.path_examples import Path, PathExample

if TYPE_CHECKING:
    from kgtransfer.train.reasoner import Course

MOST = 1200
"""Questions of a course that are used."""
PRECISION = 0.9


def fit_confidence(model: HopModel, courses: Iterable[Course], *, seed: int) -> dict[str, Any]:
    """Set a model's weights by one half of the cases, and judge them by the other.

    Returns:
        Of the judging half: cases, the share that is answered at a confidence of 0.5, how many of
        these rightly, and the greatest share that can be answered at a precision of 0.9.
    """
    rng = random.Random(seed)
    cases = [case for course in courses for case in _cases(model, course, rng)]
    rng.shuffle(cases)
    fitting, judging = cases[::2], cases[1::2]
    rows = [(1.0, *path_features(walks)) for walks, _ in fitting]
    right = [float(right) for _, right in fitting]
    if not 0 < sum(right) < len(right):
        return {}
    model.weights = [float(w) for w in logistic(rows, right, ridge=1.0)]
    sure = np.asarray([confidence(model.weights, walks) for walks, _ in judging])
    correct = np.asarray([right for _, right in judging])
    order = np.argsort(-sure)
    precision = np.cumsum(correct[order]) / np.arange(1, len(order) + 1)
    enough = np.flatnonzero(precision >= PRECISION)
    answered = sure >= 0.5
    return {
        "cases": len(judging),
        "answerable": round(float(correct.mean()), 3),
        "coverage": round(float(answered.mean()), 3),
        "precision": round(float(correct[answered].mean()), 3) if answered.any() else 0.0,
        "coverage_at_precision_0.9": round(
            float((enough[-1] + 1) / len(order)) if len(enough) else 0.0, 3
        ),
    }


def _cases(
    model: HopModel, course: Course, rng: random.Random
) -> Iterable[tuple[Sequence[Walk], bool]]:
    lacking: dict[int, FactGraph] = {}
    examples = rng.sample(course.asked, min(MOST, len(course.asked)))
    for number, example in enumerate(examples):
        path = example.paths[0].relations
        graph = course.graph
        if number % 2:
            taken = rng.choice(path) % len(graph.relations)
            if taken not in lacking:
                lacking[taken] = without_relation(graph, taken)
            graph = lacking[taken]
        relations, stops = model.scores_of(example.text, course.relations)
        likeness = None
        if not model.known.issuperset(graph.relations):
            likeness = model.likeness_of(example.text, course.relations)
        walks = search(graph, (example.topic,), relations, stops, likeness=likeness)
        if walks:
            yield walks, number % 2 == 0 and _is_right(course.graph, example, path, walks[0])


def without_relation(graph: FactGraph, relation: int) -> FactGraph:
    """The graph without the facts of one relation."""
    kept = graph.edge_relation % len(graph.relations) != relation
    before: Ints = np.concatenate([[0], np.cumsum(kept)]).astype(np.int64)
    return replace(
        graph,
        pointers=before[graph.pointers],
        edge_relation=graph.edge_relation[kept],
        edge_target=graph.edge_target[kept],
    )


def _is_right(graph: FactGraph, example: PathExample, path: Path, best: Walk) -> bool:
    """Whether the best path's first answer is among those of the example's path."""
    frontier = np.asarray([example.topic], np.int64)
    for relation in path:
        step = graph.step(frontier, (example.topic,))
        frontier, _ = step.of(int(np.searchsorted(step.relations, relation)))
    first = best.nodes[np.lexsort((best.nodes, -best.counts))[0]]
    return bool(np.isin(first, frontier))
