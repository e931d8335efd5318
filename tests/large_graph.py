"""A synthetic graph of our own model, as large as is asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator

from graph_store.records import About, Chunk, Document, Entity, Fact, GraphContent, Mention, Record

TEXT = "A passage of about a hundred words that stands for the text of a chunk. " * 8
TYPES = ("Person", "Organization", "Location", "Work", "Event")
PREDICATES = 60


def large_graph(scale: float) -> GraphContent:
    """At a scale of 1: 50,000 chunks, 100,000 entities, 600,000 mentions and 500,000 facts."""
    return GraphContent.of(_records(scale, random.Random(0)))


def _records(scale: float, rng: random.Random) -> Iterator[Record]:
    chunks, entities, facts, mentions = (
        int(scale * n) for n in (50_000, 100_000, 500_000, 600_000)
    )
    documents = chunks // 5

    def some_entity() -> str:
        return f"e{int(entities * rng.random() ** 2):024}"

    for number in range(documents):
        yield Document(f"d{number:024}", f"bulk/{number}", f"Page {number}", "en", "0" * 64)
        yield About(f"d{number:024}", f"e{number:024}")
    for number in range(chunks):
        document = f"d{number // 5:024}"
        start = number % 5 * len(TEXT)
        yield Chunk(f"c{number:024}", document, TEXT, start, start + len(TEXT), number % 5)
    for number in range(entities):
        kind = TYPES[number % len(TYPES)]
        yield Entity(f"e{number:024}", f"Name {number}", kind, (f"Alias {number}",), 6)
    for chunk, entity in {(rng.randrange(chunks), some_entity()) for _ in range(mentions)}:
        yield Mention(f"c{chunk:024}", entity, ("0:6",), 2)
    for number in range(facts):
        predicate = f"predicate_{number % PREDICATES}"
        stating = (f"c{rng.randrange(chunks):024}",)
        yield Fact(
            f"f{number:024}", some_entity(), predicate, predicate.upper(), some_entity(),
            0.8, 1, stating, ("0:70",),
        )  # fmt: skip
