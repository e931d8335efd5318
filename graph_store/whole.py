"""The whole graph, read back as the records that were applied."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from graph_store import cypher
from graph_store.records import (
    About,
    Chunk,
    Document,
    Entity,
    Fact,
    GraphContent,
    Inference,
    Mention,
    Value,
)

if TYPE_CHECKING:
    from neo4j import Session

T = TypeVar("T")
_LISTS = frozenset({"aliases", "spans", "chunks", "sentences", "premises"})


@contextmanager
def uncollected() -> Iterator[None]:
    """Make many records without the garbage collector.

    Records hold no cycles, and walking through all that are there whenever some more were made
    takes a third of the time.
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def read_whole(session: Session) -> GraphContent:
    """Every element of ours."""

    def records(kind: type[T], text: str, *more: Any) -> Iterator[T]:
        """Columns come in the order of the fields; lists become tuples."""
        result = session.run(text)
        lists = [at for at, name in enumerate(result.keys()) if name in _LISTS]
        for record in result:
            values = record.values()
            for at in lists:
                values[at] = tuple(values[at] or ())  # CSV can not tell an empty list from none
            yield kind(*values, *more)

    with uncollected():
        return GraphContent.of(
            [
                *records(Document, cypher.READ_DOCUMENTS),
                *records(Chunk, cypher.READ_CHUNKS),
                *records(Entity, cypher.READ_ENTITIES),
                *records(Value, cypher.READ_VALUES),
                *records(About, cypher.READ_ABOUTS),
                *records(Mention, cypher.read_mentions("MENTIONS"), False),
                *records(Mention, cypher.read_mentions("MAY_MENTION"), True),
                *records(Fact, cypher.READ_FACTS),
                *records(Inference, cypher.READ_INFERENCES),
            ]
        )
