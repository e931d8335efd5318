"""What rules infer, beside the facts of an index, and the sentences that facts rest on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from kgtransfer.records import Citation, Fact, Inference
from kgtransfer.retrieve.fact_table import FactTable
from kgtransfer.retrieve.index import GraphIndex

Row = tuple[int, int, int]
"""Subject, predicate and object by number."""


@dataclass(frozen=True, slots=True)
class InferredTable:
    """Facts and inferences as one table, and which of its rows are inferred."""

    table: FactTable
    inferred: dict[Row, Inference]


def with_inferences(index: GraphIndex, table: FactTable) -> InferredTable:
    """Add what rules infer to the facts of an index."""
    number = {id_: at for at, id_ in enumerate(table.ids)}
    predicates = {name: at for at, name in enumerate(table.predicates)}
    types = list(table.types)
    inferred: dict[Row, Inference] = {}
    for inference in index.inferences:
        predicate = predicates.setdefault(inference.predicate, len(predicates))
        if predicate == len(types):
            types.append("RELATES_TO")
        inferred[number[inference.subject], predicate, number[inference.object]] = inference
    more = np.asarray(list(inferred), np.int64).reshape(-1, 3)
    rows = np.concatenate([table.rows, more])
    return InferredTable(
        replace(table, predicates=list(predicates), types=types, rows=rows), inferred
    )


def cited(index: GraphIndex, fact: Fact) -> Iterator[Citation]:
    """The sentences that state a fact."""
    for chunk, start, end in fact.stating():
        if (number := index.chunk_number.get(chunk)) is not None:
            passage = index.passage(number)
            yield passage.quote(start - passage.start, end - passage.start)
