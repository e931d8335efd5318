"""The stored facts against gold triples: how much of what questions need does the graph hold?

Things are compared by name (the names that the graph gives an entity, without brackets), dates as
dates. The gold triples are 2WikiMultihopQA's evidence (https://aclanthology.org/2020.coling-main.580),
which Wikidata states and the page need not: so the share among those whose object stands on the
subject's page is the fairer one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from kgtransfer.names import fold, split_bracket
from kgtransfer.records import GraphContent
from kgtransfer.values import dates_in, find_values

Triple = tuple[str, str, str]
"""(subject, relation, object), by names."""

FUNCTIONAL = frozenset(
    ["date_of_birth", "date_of_death", "place_of_birth", "place_of_death", "father", "mother"]
)
"""Predicates with one object, and where the gold's is known: another object is wrong."""
BOTH_WAYS = frozenset({"spouse", "sibling"})


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many."""

    found: int = 0
    of: int = 0

    @property
    def percent(self) -> float:
        """The share in per cent; 0 of nothing."""
        return round(100 * self.found / self.of, 1) if self.of else 0.0

    def __add__(self, other: Share) -> Share:
        return Share(self.found + other.found, self.of + other.of)


@dataclass(frozen=True, slots=True)
class GraphReport:
    """What of the gold triples the graph holds.

    `facts`: the same subject, predicate and object; `any_predicate`: some fact between the two;
    `on_page` and `any_predicate_on_page`: the same where the object's name or date stands in the
    text of a page that bears the subject's name; `links`: the object has a page, and the subject's
    page mentions it for certain (`may_links`: or possibly); `functional`: facts whose subject and
    predicate a gold triple of a functional predicate has, that have its object (precision).
    """

    triples: int
    facts: Share
    on_page: Share
    any_predicate: Share
    any_predicate_on_page: Share
    links: Share
    may_links: Share
    functional: Share
    by_relation: dict[str, Share] = field(default_factory=dict)
    """`on_page` for each relation, the commonest first."""

    def as_json(self) -> dict[str, Any]:
        """For a results file."""
        return asdict(self)


def gold_triples(questions: Iterable[Mapping[str, Any]]) -> list[Triple]:
    """The distinct evidence triples of questions in 2Wiki's format, sorted."""
    found = {tuple(map(str, triple)) for q in questions for triple in q.get("evidence", ())}
    return sorted((s, r, o) for s, r, o in found)


def evaluate_graph(
    content: GraphContent, triples: Iterable[Triple], *, plain: bool = False
) -> GraphReport:
    """Compare a graph's facts with gold triples (see `GraphReport`).

    Args:
        content: the graph.
        triples: the gold, by names.
        plain: leave out facts that no sentence states, or that are negated.
    """
    if plain:
        stated = tuple(fact for fact in content.facts if fact.stated and not fact.negated)
        content = replace(content, facts=stated)
    graph = _Named(content)
    shares: dict[str, Share] = defaultdict(Share)
    by_relation: dict[str, Share] = defaultdict(Share)
    total = 0
    for subject, relation, object_ in triples:
        total += 1
        predicates = graph.predicates(subject, object_)
        same, any_ = relation.replace(" ", "_") in predicates, bool(predicates)
        shares["facts"] += Share(same, 1)
        shares["any_predicate"] += Share(any_, 1)
        if graph.says(subject, object_):
            shares["on_page"] += Share(same, 1)
            shares["any_predicate_on_page"] += Share(any_, 1)
            by_relation[relation] += Share(same, 1)
        link = graph.link(subject, object_)
        if link is not None:
            shares["links"] += Share(link == "certain", 1)
            shares["may_links"] += Share(link != "", 1)
        shares["functional"] += graph.precision(subject, relation.replace(" ", "_"), object_)
    order = sorted(by_relation, key=lambda name: (-by_relation[name].of, name))
    return GraphReport(
        triples=total,
        facts=shares["facts"],
        on_page=shares["on_page"],
        any_predicate=shares["any_predicate"],
        any_predicate_on_page=shares["any_predicate_on_page"],
        links=shares["links"],
        may_links=shares["may_links"],
        functional=shares["functional"],
        by_relation={name: by_relation[name] for name in order},
    )


class _Named:
    """A graph, looked up by names."""

    def __init__(self, content: GraphContent) -> None:
        self._nodes: dict[str, set[str]] = defaultdict(set)
        for entity in content.entities:
            for form in (entity.name, *entity.aliases):
                self._nodes[_key(form)].add(entity.id)
        self._dates: dict[str, str] = {}
        for value in content.values:
            self._nodes[_key(value.text)].add(value.id)
            if value.kind == "date":
                self._dates[value.id] = str(value.value)
        self._facts: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for fact in content.facts:
            self._facts[fact.subject].append((fact.predicate, fact.object))
        self._read_pages(content)

    def _read_pages(self, content: GraphContent) -> None:
        texts: dict[str, list[str]] = defaultdict(list)
        for chunk in sorted(content.chunks, key=lambda chunk: (chunk.document, chunk.position)):
            texts[chunk.document].append(chunk.text)
        self._texts = {id_: "".join(parts) for id_, parts in texts.items()}
        self._pages: dict[str, set[str]] = defaultdict(set)
        for document in content.documents:
            self._pages[_key(document.title)].add(document.id)
            self._pages[fold(document.title)].add(document.id)
        self._about: dict[str, str] = {a.document: a.entity for a in content.abouts}
        document_of = {chunk.id: chunk.document for chunk in content.chunks}
        self._mentions: dict[str, dict[str, bool]] = defaultdict(dict)
        for mention in content.mentions:
            mentioned = self._mentions[document_of[mention.chunk]]
            known = mentioned.get(mention.entity, False)
            mentioned[mention.entity] = known or not mention.ambiguous

    def predicates(self, subject: str, object_: str) -> set[str]:
        """The predicates of all facts from the one to the other, of the two-way ones either way."""
        found = {p for s in self._nodes_of(subject) for p, o in self._facts[s]
                 if self._is(o, object_)}  # fmt: skip
        back = {p for s in self._nodes_of(object_) for p, o in self._facts[s]
                if self._is(o, subject)}  # fmt: skip
        return found | (back & BOTH_WAYS)

    def precision(self, subject: str, predicate: str, object_: str) -> Share:
        """How many of the subject's facts of a functional predicate have the gold object."""
        if predicate not in FUNCTIONAL:
            return Share()
        objects = [o for s in self._nodes_of(subject) for p, o in self._facts[s] if p == predicate]
        return Share(sum(self._is(o, object_) for o in objects), len(objects))

    def says(self, subject: str, object_: str) -> bool:
        """Whether a page of the subject's name has the object's name, or date, in its text."""
        date = _date(object_)
        for page in self._pages_of(subject):
            text = self._texts.get(page, "")
            if f" {_key(object_)} " in f" {fold(text)} ":
                return True
            if date and any(str(v.value).startswith(date) for v in dates_in(text)):
                return True
        return False

    def link(self, subject: str, object_: str) -> str | None:
        """How the subject's page mentions what the object's page is about: certain, may, or not.

        None where one of them has no page.
        """
        pages = self._pages_of(subject)
        things = {self._about[p] for p in self._pages_of(object_) if p in self._about}
        if not pages or not things:
            return None
        how = [self._mentions[p][t] for p in pages for t in things if t in self._mentions[p]]
        return "" if not how else "certain" if any(how) else "may"

    def _pages_of(self, name: str) -> set[str]:
        """Documents of this title, or else of this title with another bracket."""
        return self._pages.get(fold(name)) or self._pages.get(_key(name), set())

    def _nodes_of(self, name: str) -> set[str]:
        return self._nodes.get(_key(name), set())

    def _is(self, node: str, name: str) -> bool:
        if node in self._nodes_of(name):
            return True
        date = _date(name)
        return bool(date) and self._dates.get(node, "").startswith(date)


def _key(name: str) -> str:
    return fold(split_bracket(name)[0])


def _date(text: str) -> str:
    """The date that a text is, or nothing."""
    values, dates = find_values(text), dates_in(text)
    return str(dates[0].value) if len(values) == len(dates) == 1 else ""
