"""What a graph can be asked: its predicates between which types, and which fit a phrase."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field

import numpy as np

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.names import STOPWORDS, fold, split_bracket
from kgtransfer.retrieve.fact_table import fact_table
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.linking import link_question
from kgtransfer.text2cypher.pattern import Relation

LEAST_LIKENESS = 0.6
LEAST_LEAD = 0.05
VALUE = "Value"


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a question: where it stands, and the entities that it may mean."""

    start: int
    end: int
    ids: tuple[str, ...]
    called: tuple[str, ...]
    """Their names in the graph."""
    labels: frozenset[str]
    whole: frozenset[str]
    """Those of them that are called exactly so, without a bracket behind."""


@dataclass(slots=True)
class GraphSchema:
    """Read off the index, so that writing a query starts no server.

    `signatures` counts (subject's type, predicate, object's type), a value's being "Value".
    """

    index: GraphIndex
    encoder: TextEncoder
    relations: dict[str, Relation] = field(default_factory=dict)
    signatures: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    facts_of: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """(entity's id, predicate) to "s" and "o": at which end the entity stands."""

    @classmethod
    def of(cls, index: GraphIndex, encoder: TextEncoder) -> GraphSchema:
        """Read the facts of an index."""
        schema = cls(index, encoder)
        table = fact_table(index)
        count = len(index.entity_ids)
        kinds = list(index.entity_types)
        ends: dict[tuple[str, str], set[str]] = defaultdict(set)
        for subject, number, target in table.rows.tolist():
            predicate = table.predicates[number]
            kind = kinds[target] if target < count else VALUE
            schema.signatures[kinds[subject], predicate, kind] += 1
            ends[table.ids[subject], predicate].add("s")
            ends[table.ids[target], predicate].add("o")
        schema.facts_of = dict(ends)
        schema.relations = {
            predicate: Relation(predicate, kind)
            for predicate, kind in zip(table.predicates, table.types, strict=True)
        }
        return schema

    def fits(self, predicate: str, subject: str, target: str) -> int:
        """How many facts join such types; an empty type is any entity, or a value at the end."""
        return sum(
            count
            for (s, p, o), count in self.signatures.items()
            if p == predicate and subject in ("", s) and target in ("", o)
        )

    def names_in(self, question: str) -> list[Named]:
        """The names of the graph in a question."""
        index = self.index
        _, links = link_question(index, question)
        found = []
        for link in links:
            numbers = [int(entity) for entity in link.entities]
            own = [n for n in numbers if fold(split_bracket(index.entity_names[n])[0]) == link.key]
            whole = [n for n in numbers if fold(index.entity_names[n]) == link.key]
            chosen = own or numbers
            if chosen:
                found.append(
                    Named(
                        *link.asked,
                        tuple(index.entity_ids[n] for n in chosen),
                        tuple(index.entity_names[n] for n in chosen),
                        frozenset(index.entity_types[n] for n in chosen),
                        frozenset(index.entity_ids[n] for n in whole),
                    )
                )
        return found

    def by_words(self) -> dict[str, tuple[str, ...]]:
        """Predicates by their own words: "place_of_birth" as "place of birth"."""
        found: dict[str, list[str]] = defaultdict(list)
        for predicate in self.relations:
            words = fold(predicate.replace("_", " "))
            if words and words not in STOPWORDS:
                found[words].append(f"{predicate}>")
        return {words: tuple(senses) for words, senses in found.items()}

    def like(self, phrase: str) -> str:
        """The predicate whose name is most like a phrase; empty where none stands out."""
        names = sorted(self.relations)
        vectors = self.encoder.encode([phrase, *(n.replace("_", " ") for n in names)])
        likeness = vectors[1:] @ vectors[0]
        order = np.argsort(-likeness)
        best = float(likeness[order[0]]) if len(order) else 0.0
        lead = best - float(likeness[order[1]]) if len(order) > 1 else best
        return names[int(order[0])] if best >= LEAST_LIKENESS and lead >= LEAST_LEAD else ""
