"""The things of a text that share a sentence: which they are, and what is read of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from kgtransfer.extract.extractor import Extractor
from kgtransfer.names import find_names, fold
from kgtransfer.records import Extraction, Span
from kgtransfer.train.known import Known, Pair, value_key

_SURE = 0.8
"""The least confidence of a relation that speaks against another one between the same two."""


class Thing(NamedTuple):
    """Something that a text names: its identity (empty where unknown), type and places."""

    id: str
    type: str
    places: tuple[Span, ...]


class Link(NamedTuple):
    """Two things of a text, by number, in one sentence, and where they stand closest in one."""

    subject: int
    object: int
    places: tuple[Span, Span]

    @property
    def gap(self) -> int:
        """The characters between the two."""
        (a, b), (c, d) = self.places
        return max(c - b, a - d)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text, its things, those that share a sentence, and the predicates surely read of two."""

    text: str
    things: tuple[Thing, ...]
    links: tuple[Link, ...]
    read: dict[tuple[int, int], set[str]] = field(default_factory=dict)

    def pair(self, link: Link) -> Pair:
        """The identities of the ends."""
        return self.things[link.subject].id, self.things[link.object].id


def read_passage(text: str, known: Known, extractor: Extractor) -> Passage:
    """Find the things of a text, by their names and by what the extractor takes for the same."""
    extraction = extractor.extract(text, "en")
    things = tuple(_things(text, extraction, known))
    best: dict[tuple[int, int], Link] = {}
    for sentence in extraction.sentences:
        for link in _within(sentence, things):
            ends = (link.subject, link.object)
            if ends not in best or link.gap < best[ends].gap:
                best[ends] = link
    links = tuple(best[ends] for ends in sorted(best))
    return Passage(text, things, links, _read(extraction, things))


def _things(text: str, extraction: Extraction, known: Known) -> Iterator[Thing]:
    clusters: dict[int, list[Span]] = {}
    types: dict[int, str] = {}
    for m in extraction.mentions:
        if m.named:
            clusters.setdefault(m.cluster, []).append((m.start, m.end))
            types[m.cluster] = m.type
    for cluster, places in clusters.items():
        names = [fold(text[start:end]) for start, end in places]
        yield Thing(known.meant_by(names), types[cluster], tuple(places))
    taken = [place for places in clusters.values() for place in places]
    for v in extraction.values:
        if not _meets((v.start, v.end), taken):
            kind = "date" if v.kind == "date" else "number"
            yield Thing(value_key(v.value), kind, ((v.start, v.end),))
            taken.append((v.start, v.end))
    # What only the triples name: words that the extractor is yet to learn.
    others: dict[str, list[Span]] = {}
    for start, end, key in find_names(text, known.kinds_by_name.__contains__, cased=False):
        if not _meets((start, end), taken):
            others.setdefault(known.meant_by([key]), []).append((start, end))
    for thing, places in others.items():
        yield Thing(thing, "", tuple(places))


def _meets(place: Span, others: list[Span]) -> bool:
    return any(place[0] < end and start < place[1] for start, end in others)


def _within(sentence: Span, things: tuple[Thing, ...]) -> Iterator[Link]:
    """The pairs of a sentence; a value is no subject."""
    inside = [
        (number, place)
        for number, thing in enumerate(things)
        for place in thing.places
        if sentence[0] <= place[0] and place[1] <= sentence[1]
    ]
    for i, place in inside:
        if things[i].type not in ("date", "number"):
            yield from (Link(i, j, (place, target)) for j, target in inside if i != j)


def _read(extraction: Extraction, things: tuple[Thing, ...]) -> dict[tuple[int, int], set[str]]:
    number = {place: i for i, thing in enumerate(things) for place in thing.places}
    first = {m.cluster: (m.start, m.end) for m in reversed(extraction.mentions) if m.named}
    read: dict[tuple[int, int], set[str]] = {}
    for said in extraction.statements:
        if said.confidence < _SURE or said.sentence is None or " " in said.predicate:
            continue  # an open relation may mean anything
        subject = first.get(extraction.mentions[said.subject].cluster)
        if said.object_is_value:
            value = extraction.values[said.object]
            target: Span | None = (value.start, value.end)
        else:
            target = first.get(extraction.mentions[said.object].cluster)
        if subject in number and target in number:
            ends = number[subject], number[target]
            read.setdefault(ends, set()).add(said.predicate)
            read.setdefault(ends[::-1], set()).add(f"{said.predicate} of")
    return read
