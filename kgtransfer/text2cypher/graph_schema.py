"""What a graph can be asked: its predicates between which types, and which fit a phrase."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.names import STOPWORDS, fold, split_bracket
from kgtransfer.records import FloatArray
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


def plural(words: str) -> str:
    """The regular plural of a noun phrase by its last word."""
    if words.endswith("y") and words[-2:-1] not in set("aeiou"):
        return f"{words[:-1]}ies"
    return words if words.endswith("s") else f"{words}s"


class Held(NamedTuple):
    """A fact as one of its ends holds it."""

    starts: bool
    """Whether this end is the fact's subject."""
    other: str
    fact: int
    """Its number in the index."""


@dataclass(slots=True)
class GraphSchema:
    """Read off the index, so that writing a query starts no server.

    `signatures` counts (subject's type, predicate, object's type), a value's being "Value".
    """

    index: GraphIndex
    encoder: TextEncoder
    relations: dict[str, Relation] = field(default_factory=dict)
    signatures: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    held: dict[tuple[str, str], list[Held]] = field(default_factory=dict)
    """(entity's or value's id, predicate) to the facts that it holds: stated, and not negated."""
    _spoken: FloatArray | None = None
    """The vectors of the predicates' names, in their order."""

    @classmethod
    def of(cls, index: GraphIndex, encoder: TextEncoder) -> GraphSchema:
        """Read the facts of an index."""
        schema = cls(index, encoder)
        kinds = dict(zip(index.entity_ids, index.entity_types, strict=True))
        held: dict[tuple[str, str], list[Held]] = defaultdict(list)
        for number, text in enumerate(index.facts):
            fact = json.loads(text)
            if fact["negated"] or not fact["stated"]:
                continue
            subject, predicate, target = fact["subject"], fact["predicate"], fact["object"]
            schema.signatures[kinds[subject], predicate, kinds.get(target, VALUE)] += 1
            schema.relations.setdefault(predicate, Relation(predicate, fact["type"]))
            held[subject, predicate].append(Held(True, target, number))
            held[target, predicate].append(Held(False, subject, number))
        schema.held = dict(held)
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
        """Predicates by their own words: "place_of_birth" as "place of birth", also several."""
        found: dict[str, list[str]] = defaultdict(list)
        for predicate, relation in self.relations.items():
            words = fold(predicate.replace("_", " "))
            if words and words not in STOPWORDS:
                found[words].append(f"{predicate}>")
                if not relation.is_open and words.split()[-1] not in STOPWORDS:
                    found[plural(words)].append(f"{predicate}>")
        return {words: tuple(senses) for words, senses in found.items()}

    def like(self, phrase: str) -> str:
        """The predicate whose name is most like a phrase; empty where none stands out."""
        names = sorted(self.relations)
        if self._spoken is None:
            self._spoken = self.encoder.encode([name.replace("_", " ") for name in names])
        likeness = self._spoken @ self.encoder.encode([phrase])[0]
        order = np.argsort(-likeness)
        best = float(likeness[order[0]]) if len(order) else 0.0
        lead = best - float(likeness[order[1]]) if len(order) > 1 else best
        return names[int(order[0])] if best >= LEAST_LIKENESS and lead >= LEAST_LEAD else ""
