"""The quality report of a ledger: one record, each part of it measured in a module of its own."""

from __future__ import annotations

from dataclasses import dataclass

from kgtransfer.extract.schema import Schema, load_schema
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.quality import counts, suspects
from kgtransfer.quality.graph import Graph, Said
from kgtransfer.quality.judge import draw


@dataclass(frozen=True, slots=True)
class QualityReport:
    """What a graph holds and what looks wrong in it.

    `suspicious` counts all findings by kind; `merges` and `splits` hold the plainest.
    """

    revision: int
    documents: int
    entities: int
    values: int
    facts: int
    stated: int
    negated: int
    facts_per_document: counts.Spread
    sentences: counts.SentenceCount
    types: tuple[counts.TypeCount, ...]
    predicates: tuple[counts.PredicateCount, ...]
    open_relations: counts.OpenShare
    suspicious: dict[str, int]
    merges: tuple[suspects.Suspect, ...]
    splits: tuple[suspects.Suspect, ...]
    shared_names: tuple[suspects.Shared, ...]
    sample: tuple[Said, ...]


def quality_report(
    ledger: Ledger, *, sample: int = 20, seed: int = 0, schema: Schema | None = None
) -> QualityReport:
    """Measure a ledger; the graph's store is not needed.

    Args:
        ledger: is read.
        sample: so many stated facts are drawn to be judged.
        seed: of the sample and of all examples.
        schema: says which predicates are known (the shipped one by default).
    """
    graph = Graph(ledger, schema or load_schema())
    counted = counts.predicates(graph, seed)
    merges, splits = suspects.merges(graph), suspects.splits(graph)
    shared = suspects.shared_names(graph)
    kinds = {"names borne by several entities": len(shared)}
    for suspect in (*merges, *splits):
        kinds[suspect.label] = kinds.get(suspect.label, 0) + 1
    return QualityReport(
        ledger.revision,
        len(graph.documents),
        len(graph.entities),
        len(graph.values),
        len(graph.facts),
        sum(f.stated for f in graph.facts),
        sum(bool(f.negated) for f in graph.facts),
        counts.spread(graph),
        counts.sentences(graph, seed),
        counts.types(graph),
        counted,
        counts.open_share(counted),
        dict(sorted(kinds.items())),
        suspects.plainest(merges),
        suspects.plainest(splits),
        tuple(shared[: suspects.MOST]),
        tuple(graph.said(f) for f in draw(graph.facts, sample, seed)),
    )
