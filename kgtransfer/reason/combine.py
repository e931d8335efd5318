"""Questions with two topics: what fits both ("films directed by X starring Y"), and which of both
comes first ("which came out first, X or Y"), over a graph's facts alone.

A conjunction is cut between its topics: each part is a question of its own, walked from its own
topic, and what both walks reach is the answer. A comparison reads one value of each topic, by the
relation that the question means most, and takes the least or the greatest.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kgtransfer.reason.answer import PathAnswer, Reasoner
from kgtransfer.reason.linking import Topic
from kgtransfer.reason.question import mask_topic
from kgtransfer.reason.search import Hop
from kgtransfer.values import find_values

MOST_HEAD = 4
"""So many words of a question may say what it asks for ("which of the films")."""
MOST_PATHS = 4
"""So many paths of each part are tried: the likeliest pair that reaches anything is taken."""
MEETING = 0.7
"""How sure a meeting makes that could not be chance, where each path alone is not."""
_OR = re.compile(r"\s*,?\s*or\s+(?:the\s+)?(?:\w+\s+){0,2}", re.IGNORECASE)
_AND = re.compile(r"\s*,?\s*(?:and|as well as)\s+(?:the\s+)?", re.IGNORECASE)
_JOIN = re.compile(r"^\s*(?:,|and|but|that|which|who)\s+", re.IGNORECASE)
_LEAST = re.compile(
    r"\b(?:first|earlier|earliest|before|older|oldest|sooner|less|least|fewer|fewest|smaller|"
    r"smallest|lower|lowest|shorter|shortest)\b",
    re.IGNORECASE,
)
_MOST = re.compile(
    r"\b(?:later|latest|last|after|newer|newest|younger|youngest|recent|recently|more|most|larger|"
    r"largest|bigger|biggest|higher|highest|longer|longest|greater|greatest)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Conjunction:
    """What two paths both reach, the more often reached first, and how sure both are together."""

    parts: tuple[PathAnswer, PathAnswer]
    answers: tuple[int, ...]
    confidence: float


@dataclass(frozen=True, slots=True)
class Comparison:
    """The topic whose value is the least (or greatest), and the facts that say both values."""

    answer: int
    facts: tuple[tuple[int, Hop, int], ...]
    confidence: float
    greatest: bool


def conjunction(reasoner: Reasoner, question: str) -> Conjunction | None:
    """The answer of a question with two topics; None where it is none, or nothing fits both."""
    topics = sorted(reasoner.linker.names(question))[:2]
    if len(topics) < 2 or _OR.fullmatch(question, topics[0].span[1], topics[1].span[0]):
        return None
    one, other = topics
    first = reasoner.paths_from(question[: one.span[1]] + "?", one, each=MOST_PATHS)
    second = [
        path
        for text, topic in _second(question, one, other)
        for path in reasoner.paths_from(text, topic, each=MOST_PATHS)
    ]
    pairs = sorted(
        ((a, b) for a in first for b in second),
        key=lambda pair: -(pair[0].walk.log_probability + pair[1].walk.log_probability),
    )
    for tries, pair in enumerate(pairs, start=1):
        shared = set(np.intersect1d(pair[0].walk.nodes, pair[1].walk.nodes).tolist())
        shared -= {*one.nodes, *other.nodes}
        if shared:
            answers = tuple(node for node in pair[0].answers if node in shared)
            return Conjunction(pair, answers, _sure(pair, tries, len(reasoner.graph.names)))
    return None


def _sure(pair: tuple[PathAnswer, PathAnswer], tries: int, size: int) -> float:
    """How sure a pair of paths is that reaches something in common.

    Part of a question leaves each path in doubt, but two wrong ones seldom meet: by chance as often
    as sets of their sizes do in a graph of `size` nodes, over as many pairs as were tried.
    """
    one, other = (part.confidence for part in pair)
    either = 1.0 - (1.0 - one) * (1.0 - other)
    sizes = len(pair[0].walk.nodes) * len(pair[1].walk.nodes)
    chance = 1.0 - math.exp(-tries * sizes / max(1, size))
    return either + (1.0 - either) * (1.0 - chance) * MEETING


def _second(question: str, one: Topic, other: Topic) -> Iterator[tuple[str, Topic]]:
    """How the second topic's part may read as a question of its own."""
    between = question[one.span[1] : other.span[0]]
    name, tail = question[slice(*other.span)], question[other.span[1] :]
    before = question[: one.span[0]]
    if _AND.fullmatch(between):  # "starring X and Y": both share the words before
        yield _placed(before, name, tail, other)
        return
    clause = _JOIN.sub("", between.lstrip())
    words = before.split()
    for count in range(1, min(MOST_HEAD, len(words)) + 1):
        yield _placed(f"{' '.join(words[:count])} {clause}", name, tail, other)


def _placed(before: str, name: str, tail: str, topic: Topic) -> tuple[str, Topic]:
    return before + name + tail, Topic((len(before), len(before) + len(name)), topic.nodes)


def comparison(reasoner: Reasoner, question: str) -> Comparison | None:
    """The answer of "which is first, A or B"; None where it is none, or a value is missing."""
    topics = sorted(reasoner.linker.names(question))[-2:]
    least, most = _LEAST.search(question), _MOST.search(question)
    if len(topics) < 2 or bool(least) == bool(most):
        return None
    one, other = topics
    if not _OR.fullmatch(question, one.span[1], other.span[0]):
        return None
    values = [_values(reasoner, topic) for topic in topics]
    relations = sorted(values[0].keys() & values[1].keys())
    if not relations:
        return None
    masked = mask_topic(question, one.span)
    logits, _ = reasoner.model.scores(masked, reasoner.graph.relations)
    relation = max(relations, key=lambda r: (float(logits[0, r]), -r))
    (a, node_a, value_a), (b, node_b, value_b) = (found[relation] for found in values)
    if a == b:
        return None
    answer = (node_a if a < b else node_b) if least else (node_a if a > b else node_b)
    hop = Hop(relation, backwards=False)
    facts = ((node_a, hop, value_a), (node_b, hop, value_b))
    # With one relation to choose from there is no doubt about which is meant.
    chosen = np.asarray([float(logits[0, r]) for r in relations])
    sure = float(
        np.exp(float(logits[0, relation]) - chosen.max()) / np.exp(chosen - chosen.max()).sum()
    )
    return Comparison(answer, facts, sure, greatest=bool(most))


def _values(reasoner: Reasoner, topic: Topic) -> dict[int, tuple[float, int, int]]:
    """By relation the least of a topic's values, with the topic's node and the value's."""
    found: dict[int, tuple[float, int, int]] = {}
    for node in topic.nodes:
        step = reasoner.graph.step(np.asarray([node], np.int64))
        for at, relation in enumerate(step.relations.tolist()):
            if relation >= len(reasoner.graph.relations):
                continue
            for target in step.of(at)[0].tolist():
                size = _comparable(reasoner.graph.names[target])
                if size is not None and (relation not in found or size < found[relation][0]):
                    found[relation] = (size, node, target)
    return found


def _comparable(text: str) -> float | None:
    """A date as a number of years, or a number; None for anything else."""
    if re.fullmatch(r"[-+]?\d+(?:\.\d+)?", text):
        return float(text)
    values = [v for v in find_values(text) if (v.start, v.end) == (0, len(text))]
    if len(values) != 1:
        return None
    value = values[0].value
    if values[0].kind != "date":
        return value if isinstance(value, float) else None
    parts = [int(part) for part in str(value).split("-") if part.isdecimal()]
    return sum(part / scale for part, scale in zip(parts, (1, 12, 365), strict=False)) or None
