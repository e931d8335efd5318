"""New questions out of two: the topic of one becomes what the other asks for.

From "who directed X" and "what movies did X act in" comes "what movies did the one who directed X
act in", whose path is the two paths in a row. So questions of one and two hops teach what three
and four look like, and where to stop, without a question of that length.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.paths import MOST_NODES, ScoredPath
from kgtransfer.reason.question import TOPIC
from kgtransfer.train.path_examples import Path, PathExample

_PLACE = re.compile(rf"\b{TOPIC}\b")
_IS_THE = re.compile(r"^(?:who|what|which) (?:is|are|was|were) the ")
_WHICH = re.compile(r"^(?:what|which)(?: (?:is|are|was|were))?(?: the)? ")
_AUXILIARY = re.compile(r"^(the \w+(?: \w+)?) (?:did|was|does|has|is|were|do) ")
_ASKS_WHAT = re.compile(r"^what (?:did|does|do|has|was|is) (?!the )")
_OF = re.compile(rf"^the (\w+) (?:of|for) {TOPIC}$")


def compose(
    examples: Sequence[PathExample],
    meant: Mapping[str, Path],
    graph: FactGraph,
    *,
    count: int,
    hops: int,
    rng: random.Random,
) -> list[PathExample]:
    """Up to `count` questions of at most `hops` hops, each with the one path that it means.

    Args:
        examples: of the graph; their masked texts and topics are used.
        meant: the path of each masked text.
        graph: a composed question is kept where its path leads somewhere.
        count: of questions.
        hops: the longest path.
        rng: chooses.
    """
    topics: dict[str, list[int]] = defaultdict(list)
    for example in examples:
        topics[example.text].append(example.topic)
    texts = sorted(text for text in topics if len(_PLACE.findall(text)) == 1)
    composed: list[PathExample] = []
    for _ in range(20 * count if texts else 0):
        inner, outer = rng.choice(texts), rng.choice(texts)
        path = meant[inner] + meant[outer]
        if len(path) > hops:
            continue
        topic = rng.choice(topics[inner])
        available = walk(graph, topic, path)
        if available is None:
            continue
        phrase = noun_phrase(inner, rng)
        before, after = _PLACE.split(outer)
        text = f"{before}{phrase}{after}"
        composed.append(PathExample(text, topic, (ScoredPath(path, 1.0, available),)))
        if len(composed) == count:
            break
    return composed


def walk(graph: FactGraph, topic: int, path: Path) -> tuple[tuple[int, ...], ...] | None:
    """The relations that could be walked at each hop of a path; None where it leads nowhere."""
    frontier = np.asarray([topic], np.int64)
    available = []
    for relation in path:
        if len(frontier) > MOST_NODES:
            return None
        step = graph.step(frontier, (topic,))
        at = int(np.searchsorted(step.relations, relation))
        if at == len(step.relations) or step.relations[at] != relation:
            return None
        available.append(tuple(step.relations.tolist()))
        frontier, _ = step.of(at)
    return tuple(available)


def noun_phrase(question: str, rng: random.Random) -> str:
    """What a question asks for, roughly as a noun phrase: "the director of X", "X's director"."""
    question = question.rstrip(" ?")
    if _ASKS_WHAT.match(question):
        return question  # "what did X write" is a noun phrase as it is, but for its word order
    plain = _IS_THE.sub("the ", question)
    if plain == question:
        if question.startswith("who "):
            return rng.choice(("the one ", "the person ", "those ", "")) + question
        plain = _WHICH.sub("the ", question)
        if rng.random() < 0.8:
            plain = _AUXILIARY.sub(lambda m: m[1] + rng.choice((" ", " that ")), plain)
    possessed = _OF.match(plain)
    if possessed and rng.random() < 0.5:
        return rng.choice((f"the {TOPIC} {possessed[1]}", f"{TOPIC}'s {possessed[1]}"))
    return plain
