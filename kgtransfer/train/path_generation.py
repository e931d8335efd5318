"""Questions made from a graph's relation names, to train where nobody has asked yet.

Each is of one hop, forwards or backwards; `path_composition` makes longer ones. A course gives some
relations another name ("place of birth" is "born in"), so that the network reads the name instead
of remembering the relation. Film databases' own wordings of relations are left out on purpose.
"""

from __future__ import annotations

import json
import random
from collections import defaultdict
from pathlib import Path

from kgtransfer.errors import InputError
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.paths import ScoredPath
from kgtransfer.reason.question import TOPIC
from kgtransfer.train.path_composition import walk
from kgtransfer.train.path_examples import PathExample
from kgtransfer.train.wordings import GENERIC, NATURAL, PERSONAL

FORWARDS = (
    *GENERIC, *PERSONAL, "{s} has which {r}", "which {r} does {s} have", "name the {r} of {s}",
    "the {r} of {s}", "list the {r} of {s}", "{s}, what is its {r}", "tell me the {r} for {s}",
)  # fmt: skip
BACKWARDS = (
    "whose {r} is {s}", "what has {s} as its {r}", "who has {s} as {r}",
    "which ones have the {r} {s}",
    "{s} is the {r} of what", "what is {s} the {r} of", "those whose {r} is {s}",
    "the ones with {r} {s}", "things that have {s} as their {r}", "who has the {r} {s}",
)  # fmt: skip
ASKED_BACKWARDS: dict[str, tuple[str, ...]] = {
    "author": ("what did {s} write", "which books did {s} write", "books by {s}"),
    "composer": ("what did {s} compose", "the music that {s} composed"),
    "performer": ("what did {s} sing", "songs performed by {s}"),
    "producer": ("what did {s} produce", "works produced by {s}"),
    "developer": ("what did {s} develop", "games developed by {s}"),
    "founded by": ("what did {s} found", "the companies founded by {s}"),
    "place of birth": ("who was born in {s}", "people born in {s}", "natives of {s}"),
    "place of death": ("who died in {s}", "people who died in {s}"),
    "educated at": ("who studied at {s}", "graduates of {s}", "who attended {s}"),
    "employer": ("who works for {s}", "people employed by {s}"),
    "member of sports team": ("who plays for {s}", "the players of {s}"),
    "publisher": ("what did {s} publish", "the books published by {s}"),
    "record label": ("what was released on {s}", "the artists signed to {s}"),
    "country of citizenship": ("who is a citizen of {s}", "people from {s}"),
    "country": ("what is in {s}", "places in {s}"),
    "owned by": ("what does {s} own", "the companies that {s} owns"),
    "religion": ("who believes in {s}", "followers of {s}"),
    "award received": ("who won {s}", "winners of {s}", "who received {s}"),
    "residence": ("who lives in {s}", "residents of {s}"),
    "genre": ("what is of the genre {s}", "works in the {s} genre"),
    "main subject": ("what is about {s}", "works about {s}"),
    "characters": ("where does {s} appear", "works in which {s} appears"),
    "child": ("who is the parent of {s}", "{s} is the child of whom"),
    "father": ("whose father is {s}", "who are the children of {s}"),
    "mother": ("whose mother is {s}", "who did {s} give birth to"),
    "conflict": ("who fought in {s}", "people who fought in {s}"),
    "manufacturer": ("what does {s} make", "products made by {s}"),
    "creator": ("what did {s} create", "works created by {s}"),
}
SHARED = (
    "which ones share their {r} with {s}", "what has the same {r} as {s}",
    "who has the same {r} as {s}", "which have the same {r} as {s}",
    "what shares its {r} with {s}", "those that share {r} with {s}", "what else has the {r} of {s}",
    "the ones with the same {r} as {s}", "{s} shares its {r} with whom",
    "who else has the {r} of {s}", "the ones that have {r} in common with {s}",
)  # fmt: skip
"""Wordings of a relation walked forwards and back."""
FELLOWS = (
    "who is a co-{r} of {s}", "the other {r} of what {s} is {r} of", "fellow {r} of {s}",
    "who was {r} together with {s}", "who else was the {r} of the same as {s}",
    "which {r} worked together with {s}", "who is {r} along with {s}",
)  # fmt: skip
"""Wordings of a relation walked back and forwards."""
ALIASES: dict[str, tuple[str, ...]] = {
    "author": ("written by", "writer"), "composer": ("composed by", "music by"),
    "performer": ("performed by", "sung by"), "producer": ("produced by",),
    "publisher": ("published by",), "developer": ("developed by",),
    "place of birth": ("born in", "birthplace"), "date of birth": ("born", "birth date"),
    "place of death": ("died in",), "date of death": ("died",), "spouse": ("married to",),
    "educated at": ("alma mater", "studied at"), "employer": ("works for",),
    "inception": ("founded", "established"), "owned by": ("owner",), "child": ("parent of",),
    "country of citizenship": ("nationality", "citizen of"), "residence": ("lives in",),
    "award received": ("won", "awards"), "member of sports team": ("plays for",),
    "headquarters location": ("based in",), "manufacturer": ("made by",),
    "creator": ("created by",), "founded by": ("founder",), "main subject": ("about",),
}  # fmt: skip
SHARES = 0.25
"""The share of questions that go forwards and back, or back and forwards."""
PLAIN_NAMES = 0.5
"""The share of relations that keep their name in a course; "has" goes before some others."""


def read_redocred(folder: Path) -> FactGraph:
    """The triples of Re-DocRED's documents as one graph.

    Raises:
        InputError: a file is missing or of another form.
    """
    try:
        documents = json.loads((folder / "dev.json").read_text(encoding="utf-8"))
        names = json.loads((folder / "pid2name.json").read_text(encoding="utf-8"))
        triples = [
            (d["vertexSet"][fact["h"]][0]["name"], names[fact["r"]][0],
             d["vertexSet"][fact["t"]][0]["name"])
            for d in documents
            for fact in d["labels"]
        ]  # fmt: skip
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise InputError(f"not Re-DocRED ({error!r})", where=str(folder)) from error
    return FactGraph.of_texts(triples)


def renamed(relations: list[str], rng: random.Random) -> list[str]:
    """Other names for some relations; no two are the same."""
    taken: set[str] = set()
    found = []
    for name in relations:
        choices = [*ALIASES.get(name, ()), f"has {name}"]
        chosen = name if rng.random() < PLAIN_NAMES else rng.choice(choices)
        found.append(name if chosen in taken else chosen)
        taken.add(found[-1])
    return found


def generate(
    graph: FactGraph, called: list[str], *, each: int, rng: random.Random
) -> list[PathExample]:
    """Up to `each` questions for each relation: one hop either way, or forwards and back.

    Args:
        graph: its own relation names choose the natural wordings.
        called: what the relations are called in this course, for the generic wordings.
        each: how many topics a relation is asked of.
        rng: chooses.
    """
    sources: dict[int, list[int]] = defaultdict(list)
    for node in range(len(graph.names)):
        for relation in set(graph.edge_relation[graph.pointers[node] : graph.pointers[node + 1]]):
            sources[int(relation)].append(node)
    examples = []
    for relation, nodes in sorted(sources.items()):
        for node in rng.sample(nodes, min(each, len(nodes))):
            shared = rng.random() < SHARES
            back = (relation + len(graph.relations)) % graph.directed
            path = (relation, back) if shared else (relation,)
            available = walk(graph, node, path)
            if available is not None:
                text = wording(relation, graph, called, rng, shared=shared)
                examples.append(PathExample(text, node, (ScoredPath(path, 1.0, available),)))
    return examples


def wording(
    relation: int, graph: FactGraph, called: list[str], rng: random.Random, *, shared: bool = False
) -> str:
    """A question for a directed relation, as people type it: in lower case, without its mark."""
    backwards, number = divmod(relation, len(graph.relations))
    name = graph.relations[number]
    own = () if shared else (ASKED_BACKWARDS if backwards else NATURAL).get(name, ())
    both = (SHARED, FELLOWS) if shared else (FORWARDS, BACKWARDS)
    generic = both[backwards]
    chosen = rng.choice(own) if own and rng.random() < 0.5 else rng.choice(generic)
    asked = rng.choice((name, called[number].removeprefix("has ")))
    text = chosen.lower().replace("{s}", "\0").format(r=asked).rstrip("?")
    return text.replace("\0", TOPIC)
