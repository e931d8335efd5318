"""Labelled texts for the extractor: one record for every corpus, whatever its annotation covers.

A corpus that does not mark works or dates says nothing about them; so each word carries the set
of tags that its annotation allows, and each pair of entities says for each predicate whether it
holds, does not hold, or is unknown.
"""

from __future__ import annotations

import json
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from kgtransfer.errors import InputError
from kgtransfer.extract.labels import MISC_TYPES, STYLES, TAG_TYPES, UNKNOWN_TYPE, tags_of
from kgtransfer.extract.schema import Schema

Item = TypeVar("Item")
Triple = tuple[int, int, int]
"""Subject entity, object entity, predicate's number (from 1; 0 is the threshold)."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text in words, with what its annotation says.

    `allowed` (words, tags) marks the tags that it allows, None where entities are not annotated.
    `mentions` are (first word, last word + 1, entity); `types` number each entity's type.
    `positive` and `negative` list triples; `exhaustive` says that all others do not hold, else
    they are unknown. `evidence` gives sentences by triple.
    """

    style: int
    words: tuple[str, ...]
    sentences: tuple[int, ...]
    allowed: npt.NDArray[np.bool_] | None = None
    mentions: tuple[tuple[int, int, int], ...] = ()
    types: tuple[int, ...] = ()
    positive: frozenset[Triple] = frozenset()
    negative: frozenset[Triple] = frozenset()
    exhaustive: bool = False
    evidence: dict[Triple, tuple[int, ...]] = field(default_factory=dict)
    title: str = ""


_REDOCRED_TYPES = {
    "PER": "Person",
    "ORG": "Organization",
    "LOC": "Location",
    "TIME": "date",
    "NUM": "number",
}


def read_redocred(path: Path, schema: Schema) -> list[LabelledText]:
    """Documents in Re-DocRED's format (Tan et al. 2022).

    Its MISC lumps works, events and products together: a predicate's domain and range narrow it.
    """
    numbers = predicate_numbers(schema)
    texts = []
    for document in _json(path):
        words = [word for sentence in document["sents"] for word in sentence]
        lengths = [len(sentence) for sentence in document["sents"]]
        starts = [0, *np.cumsum(lengths)[:-1].tolist()]
        triples = [(label["h"], label["t"], numbers[label["r"]]) for label in document["labels"]]
        narrowed = _narrowed(document, schema)
        mentions = sorted(
            (starts[m["sent_id"]] + m["pos"][0], starts[m["sent_id"]] + m["pos"][1], e)
            for e, cluster in enumerate(document["vertexSet"])
            for m in cluster
        )
        allowed = outside(len(words), ())
        for start, end, entity in mentions:
            mark(allowed, start, end, narrowed[entity])
        texts.append(
            LabelledText(
                STYLES.index("redocred"),
                tuple(words),
                tuple(starts),
                allowed,
                tuple(mentions),
                tuple(_type_number(types) for types in narrowed),
                frozenset(triples),
                exhaustive=True,
                evidence={
                    triple: tuple(label["evidence"])
                    for triple, label in zip(triples, document["labels"], strict=True)
                    if label["evidence"]
                },
                title=document["title"],
            )
        )
    return texts


def _narrowed(document: dict[str, Any], schema: Schema) -> list[set[str]]:
    """The types that each entity may have, by its annotation and its relations."""
    types: list[set[str]] = []
    for cluster in document["vertexSet"]:
        name = Counter(m["type"] for m in cluster).most_common(1)[0][0]
        types.append({_REDOCRED_TYPES[name]} if name in _REDOCRED_TYPES else set(MISC_TYPES))
    votes: dict[int, list[set[str]]] = defaultdict(list)
    for label in document["labels"]:
        predicate = schema.by_id[label["r"]]
        votes[label["h"]].append(set(predicate.domain))
        votes[label["t"]].append(set(predicate.range))
    for entity, expected in votes.items():
        for ends in sorted(expected, key=len):
            if len(types[entity]) > 1 and types[entity] & ends:
                types[entity] &= ends
    return types


def read_fewrel(path: Path, schema: Schema) -> list[LabelledText]:
    """FewRel (Han et al. 2018): one pair a sentence; other relations of the set do not hold.

    Nor does the relation hold the other way round, unless it says the same, or between its
    subject and other capitalised words: without them a model learns that any pair is related.
    """
    content = _json(path)
    numbers = predicate_numbers(schema)
    shared = {relation for relation in content if relation in numbers}
    texts = []
    for relation in sorted(shared):
        predicate = schema.by_id[relation]
        for sample in content[relation]:
            mentions = [
                (min(place), max(place) + 1, entity)
                for entity, end in enumerate(("h", "t"))
                for place in sample[end][2]
            ]
            negative = {(0, 1, numbers[r]) for r in shared - {relation}}
            if predicate.inverse != predicate.name:
                negative.add((1, 0, numbers[relation]))
            types = [_only(predicate.domain), _only(predicate.range)]
            for start, end in _capitalised(sample["tokens"], mentions):
                negative.add((0, len(types), numbers[relation]))
                mentions.append((start, end, len(types)))
                types.append(UNKNOWN_TYPE)
            texts.append(
                LabelledText(
                    STYLES.index("fewrel"),
                    tuple(sample["tokens"]),
                    (0,),
                    mentions=tuple(mentions),
                    types=tuple(types),
                    positive=frozenset({(0, 1, numbers[relation])}),
                    negative=frozenset(negative),
                )
            )
    return texts


def _capitalised(
    words: Sequence[str], mentions: Sequence[tuple[int, int, int]]
) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words outside of the mentions, but for a sentence's first word."""
    taken = {i for start, end, _ in mentions for i in range(start, end)} | {0}
    start = None
    for i, word in enumerate([*words, ""]):
        name = word[:1].isupper() and i not in taken
        if name and start is None:
            start = i
        elif not name and start is not None:
            yield start, i
            start = None


def predicate_numbers(schema: Schema) -> dict[str, int]:
    """Wikidata id to the predicate's column in the relation head."""
    return {predicate.id: i for i, predicate in enumerate(schema.predicates.values(), 1)}


def outside(words: int, unmarked: Iterable[str]) -> npt.NDArray[np.bool_]:
    """Words that are outside any marked entity; those of the types `unmarked` may still be."""
    allowed = np.zeros((words, 2 * len(TAG_TYPES) + 1), dtype=np.bool_)
    allowed[:, 0] = True
    for name in unmarked:
        allowed[:, tags_of(name)] = True
    return allowed


def mark(allowed: npt.NDArray[np.bool_], start: int, end: int, types: Iterable[str]) -> None:
    """Note an entity of one of the types at words start to end."""
    allowed[start:end] = False
    for name in types:
        begin, inside = tags_of(name)
        allowed[start, begin] = True
        allowed[start + 1 : end, inside] = True


def shuffled(texts: Sequence[Item], seed: int) -> list[Item]:
    """A copy in an order that the seed fixes."""
    order = list(texts)
    random.Random(seed).shuffle(order)
    return order


def _type_number(types: set[str]) -> int:
    if len(types) == 1:
        return TAG_TYPES.index(next(iter(types)))
    return TAG_TYPES.index("Misc")


def _only(types: Sequence[str]) -> int:
    return TAG_TYPES.index(types[0]) if len(types) == 1 else UNKNOWN_TYPE


def _json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("no such data set", where=str(path)) from error
