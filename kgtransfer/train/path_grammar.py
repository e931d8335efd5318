"""Longer questions from relation names, phrase in phrase: "the genres of the books written by the
author of X".

`path_composition` puts one whole question into another, which yields few good noun phrases and no
path of three single hops. Here each hop, or pair of hops ("that share their author with X"), is a
noun phrase of its own, around the topic or around the phrase before it; the last one is the
question. Nouns of kinds ("books", "places") stand between the relations, since people put them
there, and are of no path. The wordings of film databases are left out on purpose, as in
`path_generation`.
"""

from __future__ import annotations

import random

import numpy as np

from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.paths import MOST_NODES, ScoredPath
from kgtransfer.reason.question import TOPIC
from kgtransfer.train.path_composition import walk
from kgtransfer.train.path_examples import PathExample
from kgtransfer.train.path_generation import (
    ALIASES,
    ASKED_BACKWARDS,
    BACKWARDS,
    FELLOWS,
    FORWARDS,
    SHARED,
)
from kgtransfer.train.wordings import NATURAL

LENGTHS = (1, 2, 2, 2, 3, 3, 3, 4)
PAIRS = 0.35
"""How often two hops are one phrase, forwards and back or back and forwards."""
WORKS = (
    "books", "songs", "albums", "games", "works", "novels", "plays", "shows", "paintings", "things"
)  # fmt: skip
OTHERS = (
    "people", "ones", "companies", "places", "artists", "teams", "groups", "things", "persons",
    "organisations", "things",
)  # fmt: skip
VERBS: dict[str, tuple[str, str]] = {
    "author": ("wrote", "written by"), "composer": ("composed", "composed by"),
    "performer": ("performed", "performed by"), "producer": ("produced", "produced by"),
    "developer": ("developed", "developed by"), "publisher": ("published", "published by"),
    "creator": ("created", "created by"), "manufacturer": ("made", "made by"),
    "founded by": ("founded", "founded by"), "owned by": ("owns", "owned by"),
    "lyrics by": ("wrote the lyrics of", "with lyrics by"),
    "record label": ("released", "released by"),
}  # fmt: skip
"""Of relations whose object acts: what it does to the subject, and what the subject is."""
AHEAD = ("the {r} of {s}", "{s}'s {r}", "the {r}s of {s}", "the {s} {r}", "{s} {r}s")
AHEAD_VERB = ("the one who {v} {s}", "who {v} {s}", "the person who {v} {s}", "those who {v} {s}")
BACK = (
    "the {k} with the {r} {s}", "{k} whose {r} is {s}", "the {k} that have {s} as {r}",
    "the {k} whose {r} is {s}", "what {s} is the {r} of", "the {k} that {s} is the {r} of",
    "those with {r} {s}", "the {s} {r} {k}",
)  # fmt: skip
BACK_VERB = (
    "the {k} {p} {s}", "{k} {p} {s}", "the {k} that were {p} {s}", "the {k} that {s} {v}",
    "the {k} {p} the {r} {s}", "the {k} which {s} {v}", "the {k} for {r} {s}",
)  # fmt: skip
SHARE = (
    "the {k} that share {r}s with the {k1} {s}", "the {k} that share {r} with {s}",
    "the {k} with the same {r} as {s}", "the {k} whose {r} is also the {r} of {s}",
    "the {k} that have the same {r} as {s}", "{k} which share a {r} with {s}",
    "the {k} by the {r} of {s}", "the other {k} of {s}'s {r}", "the {k} of the {r}s of {s}",
)  # fmt: skip
SHARE_VERB = (
    "the {k} whose {r}s also {v} {s}", "the {k} {p} the {r} of {s}", "the {k} {p} {s} {r}s",
    "the {k} {p} who {v} {s}", "the {k} {p} the one who {v} {s}", "the {k} that {s}'s {r} {v}",
    "the {k} that the {r} of the {k1} {s} also {v}",
)  # fmt: skip
FELLOW = (
    "the co-{r}s of {s}", "the {r}s who worked with {s}", "the fellow {r}s of {s}",
    "the other {r}s of the {k} of {s}", "the {r}s together with {s}", "{s}'s co-{r}s",
    "the {r}s of the {k} with the {r} {s}", "those who were {r} along with {s}",
)  # fmt: skip
PHRASES: dict[tuple[bool, bool], tuple[tuple[str, ...], tuple[str, ...]]] = {
    (False, False): (AHEAD, AHEAD_VERB), (False, True): (BACK, BACK_VERB),
    (True, False): (SHARE, SHARE_VERB), (True, True): (FELLOW, ()),
}  # fmt: skip
"""By whether it is a pair, and begins backwards: phrases by a relation's name, and by its verb."""
ASK_AHEAD = (
    "what are the {r}s of {s}", "who are the {r}s of {s}", "{s} have which {r}",
    "which {r} have {s}", "what is the {r} of {s}", "who is the {r} of {s}", "{s} have what {r}s",
    "what {r} are {s}",
    "the {r}s of {s} are what", "what were the {r}s of {s}", "who is listed as {r} of {s}",
    "{s} were in which {r}s", "in which {r}s are {s}", "{s} are of what {r}",
)  # fmt: skip
ASK_AHEAD_VERB = (
    "who {v} {s}", "{s} were {p} whom", "{s} are {p} who", "which person {v} {s}",
    "by whom were {s} {v}", "who were {s} {p}",
)  # fmt: skip
ASK_BACK = ("what are {s}", "which are {s}", "{s}", "what were {s}", "name {s}", "list {s}")
"""Around a whole phrase."""
WHOLE = 0.6
"""How often what goes backwards is asked for so."""


def grammatical(
    graph: FactGraph, called: list[str], *, count: int, hops: int, rng: random.Random
) -> list[PathExample]:
    """Questions of one to `hops` hops, each with the one path that it means.

    Args:
        graph: its own relation names choose the natural wordings.
        called: what the relations are called in this course.
        count: of questions.
        hops: the longest path.
        rng: chooses.
    """
    sources = [np.flatnonzero(_has(graph, r)).tolist() for r in range(graph.directed)]
    sources = [nodes for nodes in sources if nodes]
    examples: list[PathExample] = []
    for _ in range(50 * count):
        topic = rng.choice(rng.choice(sources))
        units = _units(graph, topic, min(hops, rng.choice(LENGTHS)), rng)
        path = tuple(relation for unit in units for relation in unit)
        available = walk(graph, topic, path) if path else None
        if available is None:
            continue
        phrase = TOPIC
        for unit in units[:-1]:
            phrase = _phrase(unit, graph, called, rng).replace("{s}", phrase)
        text = _question(units[-1], graph, called, rng).replace("{s}", phrase)
        examples.append(PathExample(text, topic, (ScoredPath(path, 1.0, available),)))
        if len(examples) == count:
            break
    return examples


def _units(graph: FactGraph, topic: int, length: int, rng: random.Random) -> list[tuple[int, ...]]:
    """Hops and pairs of hops from a topic, of so many hops in all; [] where the walk ends early."""
    units: list[tuple[int, ...]] = []
    frontier, left, last = np.asarray([topic], np.int64), length, -1
    while left:
        step = graph.step(frontier, (topic,))
        choices = [r for r in step.relations.tolist() if r != _reverse(graph, last)]
        if not choices:
            return []
        relation = rng.choice(choices)
        frontier, _ = step.of(int(np.searchsorted(step.relations, relation)))
        unit: tuple[int, ...] = (relation,)
        if left > 1 and rng.random() < PAIRS and len(frontier) <= MOST_NODES:
            back = _reverse(graph, relation)
            step = graph.step(frontier, (topic,))
            if back in step.relations:
                frontier, _ = step.of(int(np.searchsorted(step.relations, back)))
                unit = (relation, back)
        if len(frontier) > MOST_NODES:
            return []
        units.append(unit)
        left, last = left - len(unit), unit[-1] if len(unit) == 1 else -1
    return units


def _has(graph: FactGraph, relation: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Which nodes the directed relation goes on from."""
    found = np.zeros(len(graph.names), bool)
    owner = np.repeat(np.arange(len(graph.names)), np.diff(graph.pointers))
    found[owner[graph.edge_relation == relation]] = True
    return found


def _reverse(graph: FactGraph, relation: int) -> int:
    return (relation + len(graph.relations)) % graph.directed if relation >= 0 else -1


def _phrase(unit: tuple[int, ...], graph: FactGraph, called: list[str], rng: random.Random) -> str:
    """A noun phrase for a unit, around "{s}"."""
    backwards, number = divmod(unit[0], len(graph.relations))
    name = graph.relations[number]
    plain, verbal = PHRASES[len(unit) > 1, bool(backwards)]
    verb = VERBS.get(name)
    chosen = rng.choice(verbal if verb and verbal and rng.random() < 0.6 else plain)
    return _filled(chosen, name, called[number], rng)


def _question(
    unit: tuple[int, ...], graph: FactGraph, called: list[str], rng: random.Random
) -> str:
    """A question for the last unit, around "{s}"."""
    backwards, number = divmod(unit[0], len(graph.relations))
    name = graph.relations[number]
    if (len(unit) > 1 or backwards) and rng.random() < WHOLE:
        return rng.choice(ASK_BACK).replace("{s}", _phrase(unit, graph, called, rng))
    own: tuple[str, ...] = ()
    generic: tuple[str, ...] = FELLOWS if backwards else SHARED
    if len(unit) == 1 and backwards:
        own, generic = ASKED_BACKWARDS.get(name, ()), BACKWARDS
    elif len(unit) == 1:
        own, generic = NATURAL.get(name, ()), (*FORWARDS, *ASK_AHEAD, *ASK_AHEAD)
        own = (*own, *ASK_AHEAD_VERB) if name in VERBS else own
    chosen = rng.choice(own if own and rng.random() < 0.5 else generic)
    return _filled(chosen.rstrip("?"), name, called[number], rng)


def _filled(template: str, name: str, called: str, rng: random.Random) -> str:
    """A template with a relation's name or verb and a noun in it; "{s}" stays."""
    verb, passive = VERBS.get(name, ("", ""))
    kinds = WORKS if verb else OTHERS
    noun = rng.choice(kinds)
    names = (name, called.removeprefix("has "), *ALIASES.get(name, ())[-1:])
    if "{p}" in template or "{v}" in template:
        names = (name,)
    relation = rng.choice(names)
    if "{r}s" in template and relation.endswith("s"):
        template = template.replace("{r}s", "{r}")
    text = (
        template.lower()
        .replace("{s}", "\0")
        .format(r=relation, v=verb, p=passive, k=noun, k1=noun.removesuffix("s"))
    )
    return text.replace("\0", "{s}")
