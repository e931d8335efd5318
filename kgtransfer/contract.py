"""What a workspace's schema makes of what was extracted: names brought together, and objections.

Statements are renamed before they are resolved; whether their ends fit is decided on the types
that the entities have in the graph, over all documents. So nothing in a graph breaks its schema,
whatever single mentions were taken for, and the order in which documents came plays no part.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple

from kgtransfer.contributions import Row, StatementRow
from kgtransfer.names import fold
from kgtransfer.schema import Schema, load_schema, parse_schema

REASONS = ("type", "predicate", "domain", "range")
"""What a statement or an entity can break."""


class Objection(NamedTuple):
    """What is broken (one of `REASONS`), and how, in words."""

    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A schema that is in force; without one, everything stays as it was extracted."""

    schema: Schema | None = None
    read: Mapping[str, tuple[str, bool]] = field(default_factory=dict)
    """By folded name or phrase: the predicate that it means, and whether its ends are exchanged."""

    @property
    def fingerprint(self) -> str:
        """Changes whenever the graph may; empty without a schema."""
        return self.schema.meaning if self.schema else ""

    @property
    def renamed(self) -> Mapping[str, str]:
        """The types that other types count as."""
        return self.schema.renamed if self.schema else {}

    def meaning(self, phrase: str) -> tuple[str, bool]:
        """The predicate of a name or phrase, and whether it is said the other way round."""
        return self.read.get(_key(phrase), (phrase, False)) if self.read else (phrase, False)

    def rows(self, rows: Iterable[Row]) -> Iterable[Row]:
        """A document's rows with the schema's predicates."""
        return map(self._row, rows) if self.schema else rows

    def _row(self, row: Row) -> Row:
        if not isinstance(row, StatementRow):
            return row
        predicate, turned = self.meaning(row.predicate)
        if not turned:
            return row._replace(predicate=predicate)
        if row.object.startswith("="):  # a value is no subject: the statement stays as it is
            return row
        return row._replace(predicate=predicate, subject=row.object, object=row.subject)

    def objection_to(self, kind: str) -> Objection | None:
        """Why the graph can't hold elements of a type or value kind; None where it can."""
        schema = self.schema
        if schema is None or kind in schema.types or kind in schema.value_kinds:
            return None
        return Objection("type", f"the schema has no type or value kind {kind}")

    def objection(self, subject: str, predicate: str, target: str) -> Objection | None:
        """Why the graph can't hold a fact; None where it can.

        Args:
            subject: the subject's type.
            predicate: of the schema, or any phrase.
            target: the object's type or value kind.
        """
        schema = self.schema
        if schema is None:
            return None
        known = schema.predicates.get(predicate)
        if known is None and (not schema.open_phrases or predicate in _shipped_names()):
            return Objection("predicate", f"the schema has no predicate {predicate!r}")
        unknown_type = self.objection_to(subject) or self.objection_to(target)
        if unknown_type is not None or known is None:
            return unknown_type
        if known.domain and subject not in known.domain:
            allowed = " or ".join(known.domain)
            return Objection("domain", f"{predicate} is said of {allowed}, not of {subject}")
        if known.range and target not in known.range:
            allowed = " or ".join(known.range)
            return Objection("range", f"{predicate} leads to {allowed}, not to {target}")
        return None


_key = lru_cache(maxsize=10_000)(fold)
OPEN = Contract()
"""The contract of a workspace without a schema of its own."""


@lru_cache(maxsize=8)
def contract_of(text: str) -> Contract:
    """The contract of a schema's text; of an empty one, that of a workspace without a schema.

    Raises:
        ConfigError: the text is no schema.
    """
    if not text:
        return OPEN
    schema = parse_schema(text)
    return Contract(schema, dict(_readings(schema)))


def _readings(schema: Schema) -> Iterator[tuple[str, tuple[str, bool]]]:
    for predicate in schema.predicates.values():
        for phrase in (predicate.name, *predicate.synonyms):
            yield fold(phrase), (predicate.name, False)
        for phrase in predicate.turned:
            yield fold(phrase), (predicate.name, True)


@lru_cache(maxsize=1)
def _shipped_names() -> frozenset[str]:
    return load_schema().names
