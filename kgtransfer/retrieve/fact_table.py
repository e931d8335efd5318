"""All facts of an index as one table of numbers, and what its nodes are called."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.tables import AnyArray


@dataclass(frozen=True, slots=True)
class FactTable:
    """Nodes are the entities, then the values, as the index numbers them."""

    ids: list[str]
    names: list[str]
    predicates: list[str]
    types: list[str]
    """The relationship type of each predicate."""
    rows: AnyArray
    """(facts, 3): subject, predicate, object by number; stated facts that are not negated."""


def fact_table(index: GraphIndex) -> FactTable:
    """Read the facts of an index."""
    number = {id_: at for at, id_ in enumerate((*index.entity_ids, *index.value_ids))}
    predicates: dict[str, int] = {}
    types: list[str] = []
    rows = []
    for text in index.facts:
        fact = json.loads(text)
        if fact["negated"] or not fact["stated"]:
            continue
        predicate = predicates.setdefault(fact["predicate"], len(predicates))
        if predicate == len(types):
            types.append(fact["type"])
        rows.append((number[fact["subject"]], predicate, number[fact["object"]]))
    return FactTable(
        list(number),
        [*index.entity_names, *index.value_texts],
        list(predicates),
        types,
        np.asarray(rows, np.int64).reshape(-1, 3),
    )


def names_of_nodes(index: GraphIndex) -> Iterator[tuple[str, int]]:
    """(name, node) for every name; an alias by its key, as the index keeps it."""
    yield from ((name, node) for node, name in enumerate((*index.entity_names, *index.value_texts)))
    pointers, bearers = index.name_entities.tolist(), index.name_entity_bearers.tolist()
    for at, key in enumerate(index.names):
        for entity, strength in bearers[pointers[at] : pointers[at + 1]]:
            if strength == 0:
                yield key, entity


def states_without_text(index: GraphIndex) -> bool:
    """Whether some document has facts and no text: files of triples were imported."""
    return bool((index.first_chunk < 0).any()) and len(index.facts) > 0
