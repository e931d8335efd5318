"""What a graph holds, counted: facts of documents, types, predicates, sentences without a fact."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from kgtransfer.quality.graph import Graph, Said
from kgtransfer.records import Fact, Span

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Spread:
    """How facts lie over documents: quantiles of facts a document, and documents without any."""

    documents: int
    without: int
    mean: float
    low: int
    """A tenth of the documents have no more."""
    median: int
    high: int
    """A tenth of the documents have at least so many."""
    most: int
    without_examples: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TypeCount:
    """A type with its entities, the commonest named."""

    type: str
    entities: int
    mentions: int
    facts: int
    examples: tuple[str, ...]
    sentences: tuple[str, ...]
    """A sentence that names each example, empty where none was found."""


@dataclass(frozen=True, slots=True)
class PredicateCount:
    """A predicate with its facts; `in_schema` is false for an open relation."""

    predicate: str
    in_schema: bool
    facts: int
    stated: int
    negated: int
    confidence: float
    """The mean over the facts."""
    examples: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class SentenceCount:
    """Sentences, and those that state no fact; `names` counts those with two names or more."""

    sentences: int
    without: int
    names: int
    names_without: int
    examples: tuple[str, ...]
    """Sentences with two names or more and no fact."""


@dataclass(frozen=True, slots=True)
class OpenShare:
    """How much of the graph no predicate of the schema says."""

    predicates: int
    facts: int
    share: float


def spread(graph: Graph) -> Spread:
    """The facts of each document."""
    counts = graph.ledger.survey.facts_by_document()
    numbers = np.array(sorted(counts.values()) or [0])
    low, median, high = np.quantile(numbers, (0.1, 0.5, 0.9), method="nearest").tolist()
    without = sorted(graph.documents[d].uri for d, n in counts.items() if not n)
    return Spread(
        len(counts), len(without), round(float(numbers.mean()), 2), low, median, high,
        int(numbers[-1]), tuple(without[:EXAMPLES]),
    )  # fmt: skip


def types(graph: Graph) -> tuple[TypeCount, ...]:
    """The types, the commonest first."""
    members = defaultdict(list)
    for entity in graph.entities.values():
        members[entity.type].append(entity)
    found = []
    for type_, entities in members.items():
        top = sorted(entities, key=lambda e: (-e.mention_count, e.name, e.id))[:EXAMPLES]
        found.append(
            TypeCount(
                type_,
                len(entities),
                sum(e.mention_count for e in entities),
                sum(graph.degree[e.id] for e in entities),
                tuple(e.name for e in top),
                tuple(graph.naming_sentence(e.id) for e in top),
            )
        )
    return tuple(sorted(found, key=lambda t: (-t.entities, t.type)))


def predicates(graph: Graph, seed: int) -> tuple[PredicateCount, ...]:
    """The predicates, the commonest first, each with examples drawn at random."""
    facts: dict[str, list[Fact]] = defaultdict(list)
    for fact in graph.facts:
        facts[fact.predicate].append(fact)
    found = [
        PredicateCount(
            name,
            name in graph.schema.names,
            len(own),
            sum(f.stated for f in own),
            sum(bool(f.negated) for f in own),
            round(sum(f.confidence for f in own) / len(own), 3),
            tuple(graph.said(f) for f in _drawn([f for f in own if f.stated], f"{seed} {name}")),
        )
        for name, own in facts.items()
    ]
    return tuple(sorted(found, key=lambda p: (-p.facts, p.predicate)))


def _drawn(facts: list[Fact], seed: str) -> list[Fact]:
    return random.Random(seed).sample(facts, min(EXAMPLES, len(facts)))


def open_share(counted: tuple[PredicateCount, ...]) -> OpenShare:
    """The predicates and facts outside of the schema."""
    outside = [p for p in counted if not p.in_schema]
    total, own = sum(p.facts for p in counted), sum(p.facts for p in outside)
    return OpenShare(len(outside), own, round(own / total, 4) if total else 0.0)


def sentences(graph: Graph, seed: int) -> SentenceCount:
    """The sentences of all documents, those that state a fact taken away."""
    stating = graph.ledger.survey.stating()
    counts: Counter[str] = Counter()
    bare: list[tuple[str, Span]] = []
    for chunk, start, spans, names in graph.ledger.survey.sentences():
        said = stating.get(chunk, set())
        for first, last in spans:
            two = sum(first <= a and b <= last for a, b in names) >= 2
            states = (first + start, last + start) in said
            counts["all"] += 1
            counts["names"] += two
            if not states:
                counts["without"] += 1
                counts["names without"] += two
                if two:
                    bare.append((chunk, (first, last)))
    drawn = random.Random(seed).sample(bare, min(EXAMPLES, len(bare)))
    examples = tuple(graph.chunks[c].text[a:b] for c, (a, b) in drawn)
    return SentenceCount(
        counts["all"], counts["without"], counts["names"], counts["names without"], examples
    )
