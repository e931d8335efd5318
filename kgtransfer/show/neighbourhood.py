"""Which facts lie around an entity, with the sentences that state them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kgtransfer.errors import UsageError
from kgtransfer.names import fold
from kgtransfer.records import Citation, Fact, Inference
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.inferred import cited

MOST_FACTS = 80


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence that states a fact: `document_text[start:end] == text`."""

    document: str
    title: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Premise:
    """A fact that something is inferred from, by names, with its sentences."""

    subject: str
    predicate: str
    object: str
    confidence: float
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A fact, by ids, with its sentences; or what a rule infers, with its premises."""

    id: str
    subject: str
    predicate: str
    object: str
    confidence: float
    stated: bool
    negated: bool
    quotes: tuple[Quote, ...]
    rule: str = ""
    """Empty for a fact."""
    premises: tuple[Premise, ...] = ()


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """What lies around `center`: names and types by id, the facts between them, what is inferred.

    `left_out` facts were not taken because there are too many.
    """

    center: str
    names: dict[str, str]
    types: dict[str, str]
    edges: tuple[Edge, ...]
    left_out: int


def neighbourhood(
    index: GraphIndex, entity: str, *, hops: int = 1, most: int = MOST_FACTS
) -> Neighbourhood:
    """Gather facts hop by hop, the surest first, and after them what rules infer.

    Args:
        index: of the newest revision.
        entity: the id of the center, which the index holds.
        hops: how far a fact may be from the center.
        most: so many facts at most.

    Raises:
        UsageError: the index leaves the entity out: only noun phrases mention it.
    """
    if entity not in index.entity_number:
        raise UsageError(
            "a term that no name stands for is only in the graph, not in the index",
            hint="Ask for it: kgtransfer cypher "
            f"'MATCH (c {{id: \"{entity}\"}})-[f]-(o) RETURN f, o'.",
        )
    reached = [entity]
    facts: dict[str, Fact] = {}
    left_out = 0
    for _ in range(hops):
        around = {fact.id: fact for each in reached for fact in _facts_of(index, each)}
        new = sorted(
            (fact for id_, fact in around.items() if id_ not in facts),
            key=lambda fact: (not fact.stated, -fact.confidence, fact.id),
        )
        room = most - len(facts)
        left_out += max(0, len(new) - room)
        facts |= {fact.id: fact for fact in new[:room]}
        seen = {*reached, entity}
        reached = sorted({e for f in new[:room] for e in (f.subject, f.object)} - seen)
    near = {entity, *(end for fact in facts.values() for end in (fact.subject, fact.object))}
    inferred = [i for i in index.inferences if entity in (i.subject, i.object) or (
        hops > 1 and {i.subject, i.object} <= near)]  # fmt: skip
    inferred.sort(key=lambda each: (-each.confidence, each.id))
    left_out += max(0, len(inferred) - (most - len(facts)))
    inferred = inferred[: most - len(facts)]
    ids = near | {end for each in inferred for end in (each.subject, each.object)}
    return Neighbourhood(
        entity,
        {id_: index.name_of(id_) for id_ in sorted(ids)},
        {id_: _type(index, id_) for id_ in sorted(ids)},
        (
            *(_edge(index, fact) for fact in facts.values()),
            *(_inferred(index, each) for each in inferred),
        ),
        left_out,
    )


def _facts_of(index: GraphIndex, entity: str) -> Iterator[Fact]:
    number = index.entity_number.get(entity)
    if number is not None:  # a value has none of its own
        first, last = index.entity_facts[number : number + 2]
        yield from map(index.fact, index.facts_by_entity[first:last].tolist())


def _edge(index: GraphIndex, fact: Fact) -> Edge:
    quotes = tuple(map(quote_of, cited(index, fact)))
    return Edge(
        fact.id, fact.subject, fact.predicate, fact.object, fact.confidence, fact.stated,
        bool(fact.negated), quotes,
    )  # fmt: skip


def _inferred(index: GraphIndex, inference: Inference) -> Edge:
    premises = tuple(premises_of(index, inference))
    return Edge(
        inference.id, inference.subject, inference.predicate, inference.object,
        inference.confidence, False, False, (), inference.rule, premises,
    )  # fmt: skip


def premises_of(index: GraphIndex, inference: Inference) -> Iterator[Premise]:
    """The facts that something is inferred from, in the order of the rule."""
    for id_ in inference.premises:
        fact = index.fact(index.fact_number[id_])
        yield Premise(
            index.name_of(fact.subject),
            fact.predicate,
            index.name_of(fact.object),
            fact.confidence,
            tuple(map(quote_of, cited(index, fact))),
        )


def quote_of(citation: Citation) -> Quote:
    """A citation as the page and the tree show it."""
    return Quote(citation.document, citation.title, citation.start, citation.end, citation.quote)


def _type(index: GraphIndex, id_: str) -> str:
    number = index.entity_number.get(id_)
    return str(index.entity_types[number]) if number is not None else "Value"


def entity_of(index: GraphIndex, name: str) -> str:
    """The id of the entity of an id, or of the only one of a name.

    Raises:
        UsageError: there is none, or there are several.
    """
    if name in index.entity_number:
        return name
    key = fold(name)
    named = zip(index.entity_ids, index.entity_names, strict=True)
    found = [id_ for id_, its_name in named if fold(its_name) == key]
    if not found:
        raise UsageError(f"there is no entity {name!r}", hint="Give its name or its id.")
    if len(found) > 1:
        several = ", ".join(found[:10])
        raise UsageError(f"several entities are called {name!r}", hint=f"Give an id: {several}")
    return found[0]
