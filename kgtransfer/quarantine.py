"""What a workspace's schema keeps out of the graph, and where facts contradict each other.

Nothing is stored for it: the ledger holds every statement as it was extracted, and what the schema
in force objects to is in quarantine. So a schema that allows more lets it out by itself, and the
order in which documents came plays no part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kgtransfer.contract import Objection, contract_of
from kgtransfer.errors import UsageError
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.ledger.statements import StatementAt
from kgtransfer.link import Bounds
from kgtransfer.link.aggregate import make_entity, make_value
from kgtransfer.link.signatures import fact_id, is_value, read_value
from kgtransfer.records import Fact
from kgtransfer.schema import load_schema


@dataclass(frozen=True, slots=True)
class Held:
    """A statement or an entity that the schema keeps out of the graph.

    `document` is the uri of where it was found, `quote` the sentence that states it (the name, of
    an entity), empty where it was inferred. A person's assertion has no document. Of an entity,
    `predicate` and `object` are empty; `mentions` counts the passages that name it.
    """

    reason: str
    why: str
    subject: str
    subject_type: str
    predicate: str
    object: str
    object_type: str
    document: str
    quote: str
    confidence: float
    mentions: int = 0


@dataclass(frozen=True, slots=True)
class Quarantine:
    """How many statements and entities are held, by reason and predicate, and the first of them."""

    statements: int
    entities: int
    reasons: dict[str, int]
    predicates: dict[str, int]
    held: tuple[Held, ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """One of several objects of a functional predicate."""

    object: str
    confidence: float
    statements: int


@dataclass(frozen=True, slots=True)
class Conflict:
    """A subject with several objects of a predicate that has one for each. All are in the graph."""

    subject: str
    subject_type: str
    predicate: str
    claims: tuple[Claim, ...]


Key = tuple[str, str, str, str, str, str]
Objected = tuple[StatementAt, Objection]


@dataclass(slots=True)
class _Found:
    statements: list[Objected] = field(default_factory=list)
    entities: list[tuple[str, str, int, Objection]] = field(default_factory=list)


def quarantine(
    ledger: Ledger,
    *,
    reason: str = "",
    predicate: str = "",
    document: str = "",
    limit: int | None = None,
) -> Quarantine:
    """What the schema in force keeps out of the graph.

    Args:
        ledger: of the workspace.
        reason: one of `contract.REASONS`, or all.
        predicate: only statements with it.
        document: the id of the only document to look at.
        limit: so many are described; all are counted.
    """
    found = _find(ledger, document)
    statements = [
        (statement, objection)
        for statement, objection in found.statements
        if reason in ("", objection.reason) and predicate in ("", statement.predicate)
    ]
    entities = [] if predicate or reason not in ("", "type") else found.entities
    reasons = Counter(o.reason for _, o in statements) + Counter(o.reason for *_, o in entities)
    found_held = described(ledger, statements, entities)
    return Quarantine(
        len(statements),
        len(entities),
        dict(reasons.most_common()),
        dict(Counter(statement.predicate for statement, _ in statements).most_common()),
        tuple(held for held, _ in zip(found_held, range(_most(limit)), strict=False)),
    )


def keys(ledger: Ledger) -> dict[Key, Objected]:
    """The statements in quarantine under what tells them apart, whatever the schema."""
    return {
        (s.document, s.chunk, s.sentence, s.subject, s.predicate, s.object): (s, objection)
        for s, objection in _find(ledger, "").statements
    }


def conflicts(ledger: Ledger, *, predicate: str = "") -> Iterator[Conflict]:
    """Subjects with several objects of a functional predicate, by predicate and subject.

    Dates that are the same as far as they go are one. Without a schema of the workspace's own, the
    shipped one says which predicates are functional.
    """
    contract = contract_of(ledger.links.schema_text())
    bounds = Bounds(ledger.links, contract)
    schema = contract.schema or load_schema()
    functional = {p.name for p in schema.predicates.values() if p.functional}
    if predicate:
        functional &= {predicate}
    stated = ledger.statements.of(functional)
    for (name, subject), group in groupby(stated, lambda s: (s.predicate, s.subject)):
        objects = [s for s in group if bounds.objection(*s) is None]
        if len(_distinct([_comparable(ledger, s.object) for s in objects])) > 1:
            facts = [ledger.history.element("facts", fact_id(*s), ledger.revision) for s in objects]
            claims = [
                Claim(name_of(ledger, fact.object), fact.confidence, fact.statement_count)
                for fact in facts
                if isinstance(fact, Fact)
            ]
            claims.sort(key=lambda claim: (-claim.confidence, claim.object))
            yield Conflict(name_of(ledger, subject), bounds.kind(subject), name, tuple(claims))


def _distinct(values: Iterable[str]) -> list[str]:
    """Without those that only say less: 1950 beside 1950-05-03."""
    kept: list[str] = []
    for value in sorted(set(values), key=lambda value: (-len(value), value)):
        if not any(longer.startswith(value + "-") for longer in kept):
            kept.append(value)
    return kept


def _find(ledger: Ledger, document: str) -> _Found:
    contract = contract_of(ledger.links.schema_text())
    found = _Found()
    if contract.schema is None:
        return found
    bounds = Bounds(ledger.links, contract)
    for statement in ledger.statements(document):
        objection = bounds.objection(statement.subject, statement.predicate, statement.object)
        if objection is not None:
            found.statements.append((statement, objection))
    if any(contract.objection_to(kind) for kind in ledger.links.types()):
        for entity, type_, mentions in ledger.statements.elements(document):
            objection = contract.objection_to(type_)
            if objection is not None:
                found.entities.append((entity, type_, mentions, objection))
    return found


def described(
    ledger: Ledger,
    statements: Iterable[Objected],
    entities: Iterable[tuple[str, str, int, Objection]] = (),
) -> Iterator[Held]:
    """Statements and entities in quarantine as people call them."""
    bounds = Bounds(ledger.links, contract_of(ledger.links.schema_text()))
    for s, objection in statements:
        yield Held(
            *objection,
            subject=name_of(ledger, s.subject),
            subject_type=bounds.kind(s.subject),
            predicate=s.predicate,
            object=name_of(ledger, s.object),
            object_type=bounds.kind(s.object),
            document=_uri(ledger, s.document),
            quote=ledger.statements.quote(s.chunk, s.sentence),
            confidence=s.confidence,
        )
    for entity, type_, mentions, objection in entities:
        document, chunk, spans = ledger.statements.first_mention(entity)
        quote = ledger.statements.quote(chunk, spans.partition(",")[0])
        name = name_of(ledger, entity)
        place = _uri(ledger, document)
        yield Held(*objection, name, type_, "", "", "", place, quote, 1.0, mentions)


def name_of(ledger: Ledger, element: str) -> str:
    """What documents call an entity or a value, whether or not the graph holds it."""
    totals = ledger.statements.totals(element)
    if not totals:
        return element
    if is_value(totals[0].signature):
        return make_value(element, totals).text
    return make_entity(element, ledger.links.kind_of(element), totals).name


def _comparable(ledger: Ledger, element: str) -> str:
    """A value as text; an entity by its id."""
    found = ledger.links.kind_of(element)
    return " ".join(map(str, read_value(found)[1:])).strip() if is_value(found) else element


def _uri(ledger: Ledger, document: str) -> str:
    record = ledger.links.document(document)
    return record.uri if record else ""


def _most(limit: int | None) -> int:
    if limit is not None and limit < 0:
        raise UsageError("a limit is 0 or more")
    return 1 << 62 if limit is None else limit
