"""Resolved mentions against gold ones: does the graph keep one node per thing, over all documents?

Two mentions of one gold thing should hang on one entity. Pairs are counted over the whole corpus;
B3 (Bagga and Baldwin 1998, "Algorithms for scoring coreference chains") weighs every mention
alike. A gold mention that the graph does not have, or leaves undecided between several entities,
is a thing of its own there.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kgtransfer.errors import InputError
from kgtransfer.records import GraphContent, Span


@dataclass(frozen=True, slots=True)
class GoldMention:
    """A span of a document's text, in code points, that names the thing of an id."""

    uri: str
    start: int
    end: int
    thing: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Precision, recall and F1, in per cent."""

    precision: float
    recall: float
    f1: float

    @classmethod
    def of(cls, precision: float, recall: float) -> Agreement:
        """Of two shares."""
        both = precision + recall
        f1 = 2 * precision * recall / both if both else 0.0
        return cls(*(round(100 * share, 1) for share in (precision, recall, f1)))


@dataclass(frozen=True, slots=True)
class ResolutionReport:
    """How gold mentions hang together in the graph.

    `found` of `mentions` are mentions of some entity there, `undecided` more of several. `pairs`
    and `b_cubed` are over all gold mentions, `found_pairs` and `found_b_cubed` over those found.
    `across_pairs` are pairs of two documents. `merged` entities hold several gold things, `split`
    things are spread over several entities; `worst` names the largest of both.
    """

    mentions: int
    things: int
    found: int
    undecided: int
    pairs: Agreement
    across_pairs: Agreement
    b_cubed: Agreement
    found_pairs: Agreement
    found_b_cubed: Agreement
    merged: int
    split: int
    worst: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """For a result file."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A gold mention with the entity that has it, or a name for none."""

    document: str
    thing: str
    entity: str
    found: bool


def read_gold(path: Path) -> list[GoldMention]:
    """Read gold mentions: a JSON object with uri, start, end and thing on every line.

    Raises:
        InputError: the file can't be read, or a line is none.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"can't be read ({error})", where=str(path)) from error
    gold = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                row = json.loads(line)
                place = int(row["start"]), int(row["end"])
                gold.append(GoldMention(str(row["uri"]), *place, str(row["thing"])))
            except (ValueError, KeyError, TypeError) as error:
                raise InputError(
                    f"line {number} is no gold mention ({error})",
                    where=str(path),
                    hint='Write {"uri": ..., "start": ..., "end": ..., "thing": ...} on each.',
                ) from error
    return gold


def evaluate_resolution(content: GraphContent, gold: Iterable[GoldMention]) -> ResolutionReport:
    """Compare the entities that a graph's mentions belong to with the gold things.

    Args:
        content: the graph.
        gold: mentions of its documents; those of other documents are an error.

    Raises:
        InputError: a mention is of a document that the graph does not have.
    """
    placed, undecided = _place(content, list(gold))
    found = [mention for mention in placed if mention.found]
    cells = Counter((m.thing, m.entity) for m in found)
    things, entities = defaultdict(set), defaultdict(set)
    for thing, entity in cells:
        things[thing].add(entity)
        entities[entity].add(thing)
    names = {entity.id: entity.name for entity in content.entities}
    merged = {entity: held for entity, held in entities.items() if len(held) > 1}
    split = {thing: held for thing, held in things.items() if len(held) > 1}
    return ResolutionReport(
        len(placed),
        len({m.thing for m in placed}),
        len(found),
        undecided,
        _pairs(placed),
        _pairs(placed, across=True),
        _b_cubed(placed),
        _pairs(found),
        _b_cubed(found),
        len(merged),
        len(split),
        tuple(_worst(merged, split, names)),
    )


def _place(content: GraphContent, gold: Sequence[GoldMention]) -> tuple[list[_Placed], int]:
    """Each gold mention with its entity: that of the mention which overlaps it most."""
    documents = {document.uri: document.id for document in content.documents}
    owners = {chunk.id: chunk.document for chunk in content.chunks}
    spans: dict[str, list[tuple[int, int, str, bool]]] = defaultdict(list)
    for mention in content.mentions:
        for text in mention.spans:
            start, _, end = text.partition(":")
            spans[owners[mention.chunk]].append(
                (int(start), int(end), mention.entity, mention.ambiguous)
            )
    placed, undecided = [], 0
    for number, named in enumerate(gold):
        document = documents.get(named.uri)
        if document is None:
            raise InputError(f"the graph has no document {named.uri!r}", hint="See `documents`.")
        best = _best(spans[document], (named.start, named.end))
        found = best is not None and not best[1]
        undecided += best is not None and best[1]
        entity = best[0] if best is not None and found else f"none {number}"
        placed.append(_Placed(document, named.thing, entity, found))
    return placed, undecided


def _best(spans: Iterable[tuple[int, int, str, bool]], place: Span) -> tuple[str, bool] | None:
    """The entity (and whether it is one of several) of the span that fits best, if one overlaps."""
    best, fit = None, 0.0
    for start, end, entity, ambiguous in spans:
        shared = min(end, place[1]) - max(start, place[0])
        share = shared / (max(end, place[1]) - min(start, place[0]))
        if share > fit:
            best, fit = (entity, ambiguous), share
    return best


def _choose(counts: Iterable[int]) -> int:
    return sum(n * (n - 1) // 2 for n in counts)


def _pairs(placed: Sequence[_Placed], *, across: bool = False) -> Agreement:
    """Pairs of mentions that agree; `across`: those of two documents only."""

    def count(*keys: str) -> int:
        inside = Counter(tuple(getattr(m, k) for k in keys) for m in placed)
        if not across:
            return _choose(inside.values())
        within = Counter((m.document, *(getattr(m, k) for k in keys)) for m in placed)
        return _choose(inside.values()) - _choose(within.values())

    both, entity, thing = count("thing", "entity"), count("entity"), count("thing")
    return Agreement.of(both / entity if entity else 1.0, both / thing if thing else 1.0)


def _b_cubed(placed: Sequence[_Placed]) -> Agreement:
    if not placed:
        return Agreement.of(0.0, 0.0)
    cells = Counter((m.thing, m.entity) for m in placed)
    things, entities = Counter(m.thing for m in placed), Counter(m.entity for m in placed)
    precision = sum(n * n / entities[entity] for (_, entity), n in cells.items())
    recall = sum(n * n / things[thing] for (thing, _), n in cells.items())
    return Agreement.of(precision / len(placed), recall / len(placed))


def _worst(
    merged: dict[str, set[str]], split: dict[str, set[str]], names: dict[str, str]
) -> Iterator[str]:
    for entity in sorted(merged, key=lambda e: (-len(merged[e]), e))[:10]:
        yield f"{names[entity]!r} holds {', '.join(sorted(merged[entity])[:5])}"
    for thing in sorted(split, key=lambda t: (-len(split[t]), t))[:10]:
        held = sorted(names[entity] for entity in split[thing])
        yield f"{thing} is spread over {', '.join(map(repr, held[:5]))}"
