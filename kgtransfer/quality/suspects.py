"""Where resolution may have erred: one node that looks like two things, two that look like one.

Each finding says what speaks for it; none is certain. `kgtransfer split`, `merge` and `never` take
a person's decision.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from kgtransfer.names import fold, split_bracket
from kgtransfer.quality.graph import Graph
from kgtransfer.records import Entity, Fact

MOST = 25
"""So many findings of a kind are kept; the counts are of all."""
_MINORITY = 0.2
_CROWD = 30
"""A neighbour of so many facts (a country, a year) says little about who shares it."""
_APART = {
    frozenset(pair)
    for pair in (
        ("Person", "Organization"), ("Person", "Location"), ("Person", "Work"), ("Person", "Event"),
        ("Person", "Product"), ("Location", "Work"), ("Location", "Event"), ("Location", "Product"),
    )
}  # fmt: skip
_SUFFIX = re.compile(r" (?:inc|ltd|llc|plc|corp|corporation|company|co|gmbh|ag|sa)$")


@dataclass(frozen=True, slots=True)
class Suspect:
    """One node, or two, and why they are suspicious; `weight` puts the plainest first."""

    kind: str
    entities: tuple[str, ...]
    names: tuple[str, ...]
    why: str
    weight: float

    @property
    def label(self) -> str:
        """What the finding is counted under."""
        return f"{'split' if len(self.entities) > 1 else 'merge'}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Shared:
    """A name that several entities bear, with their types and how often each is mentioned."""

    name: str
    entities: tuple[str, ...]
    described: tuple[str, ...]


def merges(graph: Graph) -> list[Suspect]:
    """Nodes that look like several things, the plainest first."""
    found = [*_two_types(graph), *_several_objects(graph), *_impossible_lives(graph)]
    return sorted(found, key=lambda s: (-s.weight, s.kind, s.names, s.entities))


def plainest(suspects: Iterable[Suspect]) -> tuple[Suspect, ...]:
    """The first of each kind, in their order."""
    seen: Counter[str] = Counter()
    kept = []
    for suspect in suspects:
        seen[suspect.kind] += 1
        if seen[suspect.kind] <= MOST:
            kept.append(suspect)
    return tuple(kept)


def _two_types(graph: Graph) -> Iterator[Suspect]:
    for id_, votes in graph.ledger.survey.types().items():
        entity = graph.entities.get(id_)
        if entity is None:
            continue
        (main, most), *rest = votes.most_common()
        for other, times in rest:
            share = times / (most + times)
            apart = frozenset((main, other)) in _APART
            if apart and times >= 2 and share >= _MINORITY:
                counted = ", ".join(f"{t} {n}" for t, n in votes.most_common())
                yield Suspect(
                    "types", (id_,), (entity.name,), f"taken for {counted}", times * share
                )
                break


def _several_objects(graph: Graph) -> Iterator[Suspect]:
    """Predicates of one object that have several; which do not fit together."""
    functional = {p.name for p in graph.schema.predicates.values() if p.functional}
    objects: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in graph.facts:
        if fact.stated and not fact.negated and fact.predicate in functional:
            objects[fact.subject, fact.predicate].append(fact)
    for (subject, predicate), facts in objects.items():
        ends = {f.object: f.confidence for f in facts}
        clash = [
            (min(ends[a], ends[b]), a, b)
            for a, b in combinations(sorted(ends), 2)
            if not _fit(graph, a, b)
        ]
        if clash:
            sure, a, b = max(clash)
            why = f"{predicate}: {graph.name(a)}; {graph.name(b)}"
            if len(ends) > 2:
                why += f" ({len(ends)} objects)"
            yield Suspect(f"several {predicate}", (subject,), (graph.name(subject),), why, sure)


def _fit(graph: Graph, a: str, b: str) -> bool:
    """Whether two objects can both be right: a date within the other, a place within the other."""
    first, second = graph.values.get(a), graph.values.get(b)
    if first is not None and second is not None:
        x, y = str(first.value), str(second.value)
        return x.startswith(y) or y.startswith(x)
    if first is not None or second is not None:
        return False
    if fold(graph.name(a)) == fold(graph.name(b)):
        return True  # two nodes of one name: a split, and no merge
    return b in graph.neighbours.get(a, ())  # a town and its country


def _impossible_lives(graph: Graph) -> Iterator[Suspect]:
    years: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for fact in graph.facts:
        if fact.stated and fact.predicate in ("date_of_birth", "date_of_death"):
            value = graph.values.get(fact.object)
            found = re.match(r"-?\d{1,4}", str(value.value)) if value else None
            if found:
                years[fact.subject][fact.predicate].add(int(found[0]))
    for id_, known in years.items():
        born, died = known["date_of_birth"], known["date_of_death"]
        if born and died and not -1 < max(died) - min(born) <= 120:
            why = f"born {min(born)}, died {max(died)}"
            yield Suspect("life", (id_,), (graph.name(id_),), why, 1.0)


def splits(graph: Graph) -> list[Suspect]:
    """Pairs of nodes that look like one thing, those that share most first."""
    found: dict[tuple[str, str], Suspect] = {}
    for a, b in _alike(graph):
        pair = (min(a.id, b.id), max(a.id, b.id))
        if pair in found or (_titled(graph, a) and _titled(graph, b)) or not _types_agree(a, b):
            continue
        shared = _shared(graph, *pair)
        if shared:
            names = (graph.name(pair[0]), graph.name(pair[1]))
            top = sorted(shared, key=lambda n: (graph.degree[n], graph.name(n)))[:3]
            why = "share " + ", ".join(graph.name(n) for n in top)
            weight = sum(1 / max(2, graph.degree[n]) for n in shared)
            found[pair] = Suspect("names", pair, names, why, round(weight, 4))
    return sorted(found.values(), key=lambda s: (-s.weight, s.names, s.entities))


def _titled(graph: Graph, entity: Entity) -> bool:
    """Whether a document of that title is about it: two titles are two things."""
    return any(graph.documents[d].title for d in graph.pages.get(entity.id, ()))


def _types_agree(a: Entity, b: Entity) -> bool:
    return a.type == b.type or frozenset((a.type, b.type)) not in _APART


def _shared(graph: Graph, a: str, b: str) -> set[str]:
    """What both nodes have a fact with, crowds left out."""
    both = graph.neighbours.get(a, set()) & graph.neighbours.get(b, set())
    return {n for n in both if graph.degree[n] <= _CROWD}


def _alike(graph: Graph) -> Iterator[tuple[Entity, Entity]]:
    """Pairs whose names differ by no more than accents, case, an article, a suffix, an initial."""
    plain: dict[str, list[Entity]] = defaultdict(list)
    people: dict[tuple[str, str], list[tuple[Entity, list[str]]]] = defaultdict(list)
    for entity in graph.content.entities:
        key = _plain(entity.name)
        if key:
            plain[key].append(entity)
        words = key.split()
        if entity.type == "Person" and len(words) >= 2:
            people[words[-1], words[0][0]].append((entity, words[:-1]))
    for same in plain.values():
        yield from _pairs(same)
    for group in people.values():
        if len(group) <= _CROWD:
            for (a, given), (b, other) in combinations(group, 2):
                if given != other and _only_initials(given, other):
                    yield a, b


def _pairs(entities: list[Entity]) -> Iterator[tuple[Entity, Entity]]:
    if len(entities) <= _CROWD:
        yield from combinations(entities, 2)


def _plain(name: str) -> str:
    key = fold(split_bracket(name)[0]).removeprefix("the ")
    return _SUFFIX.sub("", key)


def _only_initials(given: list[str], other: list[str]) -> bool:
    """Whether one's given names abbreviate the other's: "j r" for "john ronald"."""
    short, long = sorted((given, other), key=lambda names: (len(names), sum(map(len, names))))
    rest = iter(long)
    for name in short:
        if not any(word == name or (1 in (len(name), len(word)) and word[0] == name[0])
                   for word in rest):  # fmt: skip
            return False
    extra = len(long) - len(short)
    return extra <= 1 and (extra == 0 or any(len(word) == 1 for word in long))


def shared_names(graph: Graph) -> list[Shared]:
    """Names that several entities bear, those with most first."""
    bearers: dict[str, list[Entity]] = defaultdict(list)
    for entity in graph.content.entities:
        bearers[fold(split_bracket(entity.name)[0])].append(entity)
    found = [
        Shared(_commonest(e.name for e in entities), *_described(graph, entities))
        for key, entities in bearers.items()
        if key and len(entities) > 1
    ]
    return sorted(found, key=lambda s: (-len(s.entities), s.name))


def _described(graph: Graph, entities: list[Entity]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    order = sorted(entities, key=lambda e: (-e.mention_count, e.id))
    return tuple(e.id for e in order), tuple(_describe(graph, e) for e in order)


def _describe(graph: Graph, entity: Entity) -> str:
    about = graph.pages.get(entity.id)
    page = f", page “{graph.documents[about[0]].title}”" if about else ""
    return f"{entity.type}, {entity.mention_count} mentions{page}"


def _commonest(names: Iterable[str]) -> str:
    counts = Counter(split_bracket(name)[0] for name in names)
    return min(counts, key=lambda name: (-counts[name], name))
