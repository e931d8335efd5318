"""What relations join in an annotated text, and a long text in passages."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from kgtransfer.annotations.record import AnnotatedText, Marked, Related
from kgtransfer.corpus.chunks import make_chunks
from kgtransfer.extract.labels import TAG_TYPES, UNKNOWN_TYPE
from kgtransfer.records import Extraction, Span

log = logging.getLogger(__name__)


class Ends:
    """What relations join in a text: the extractor's clusters and values, annotated entities."""

    def __init__(
        self,
        words: list[Span],
        extraction: Extraction,
        annotated: AnnotatedText,
        number: dict[str, int],
    ) -> None:
        self.mentions: list[tuple[int, int, int]] = []
        self.types: list[int] = []
        self._words = words
        self._places: dict[Span, int] = {}
        own: dict[object, int] = {}
        names = [m for m in extraction.mentions if m.named]
        taken = flat(annotated.entities)
        for m in names:
            covered = any(t.start < m.end and m.start < t.end for t in taken)
            if not covered or (m.start, m.end) in {(t.start, t.end) for t in taken}:
                entity = self._entity(own, m.cluster, number.get(m.type, UNKNOWN_TYPE))
                self._add((m.start, m.end), entity)
        for t in taken:
            if (t.start, t.end) in self._places:
                if t.label in number:
                    own_type = min(number[t.label], UNKNOWN_TYPE)
                    self.types[self._places[t.start, t.end]] = own_type
                continue
            pronoun = next(
                (m for m in extraction.mentions if m.pronoun and m.start == t.start), None
            )
            if pronoun is not None:
                if pronoun.cluster in own:
                    self._places[t.start, t.end] = own[pronoun.cluster]
                continue
            key = ("annotated", annotated.text[t.start : t.end].casefold())
            entity = self._entity(own, key, number.get(t.label, UNKNOWN_TYPE))
            self._add((t.start, t.end), entity)
        values = set()
        for index, v in enumerate(extraction.values):
            kind = "date" if v.kind == "date" else "number"
            if (v.start, v.end) in self._places:
                self.types[self._places[v.start, v.end]] = TAG_TYPES.index(kind)
                values.add(self._places[v.start, v.end])
            elif not any(t.start < v.end and v.start < t.end for t in taken):
                entity = self._entity(own, ("value", index), TAG_TYPES.index(kind))
                self._add((v.start, v.end), entity)
                values.add(entity)
        self.values = frozenset(values)
        self.mentions.sort()
        self._of_marked = [self._places.get((m.start, m.end)) for m in annotated.entities]

    def _entity(self, own: dict[object, int], key: object, kind: int) -> int:
        if key not in own:
            own[key] = len(self.types)
            self.types.append(min(kind, UNKNOWN_TYPE))
        return own[key]

    def _add(self, span: Span, entity: int) -> None:
        inside = list(words_inside(self._words, Marked(*span, "")))
        if inside:
            self._places[span] = entity
            self.mentions.append((inside[0], inside[-1] + 1, entity))

    def relations(self, related: Iterable[Related]) -> Iterator[tuple[int, str, int]]:
        """(subject entity, predicate, object entity) of those whose ends are known."""
        for subject, name, object_ in related:
            first, second = self._of_marked[subject], self._of_marked[object_]
            if first is not None and second is not None and first != second:
                yield first, name, second


def passages(text: AnnotatedText) -> Iterator[AnnotatedText]:
    """A long text in the pieces that are extracted one by one; relations across them are lost."""
    kept = 0
    for chunk in make_chunks("d", text.text):
        numbers: dict[int, int] = {}
        for i, marked in enumerate(text.entities):
            if chunk.start <= marked.start and marked.end <= chunk.end:
                numbers[i] = len(numbers)

        def moved(marked: Marked, start: int = chunk.start) -> Marked:
            return Marked(marked.start - start, marked.end - start, marked.label)

        def inside(
            relations: Iterable[Related], numbers: dict[int, int] = numbers
        ) -> tuple[Related, ...]:
            return tuple(
                Related(numbers[r.subject], r.predicate, numbers[r.object])
                for r in relations
                if r.subject in numbers and r.object in numbers
            )

        part = replace(
            text,
            text=chunk.text,
            entities=tuple(moved(text.entities[i]) for i in numbers),
            relations=inside(text.relations),
            wrong_entities=tuple(
                moved(m)
                for m in text.wrong_entities
                if chunk.start <= m.start and m.end <= chunk.end
            ),
            wrong_relations=inside(text.wrong_relations),
            start=text.start + chunk.start,
        )
        kept += len(part.relations)
        yield part
    if kept < len(text.relations):
        log.warning(
            "%d relations between distant passages of one text are left out",
            len(text.relations) - kept,
        )


def flat(entities: Iterable[Marked]) -> list[Marked]:
    """Of spans that overlap the longest; tags know no nesting."""
    chosen: list[Marked] = []
    for marked in sorted(entities, key=lambda m: (m.start - m.end, m.start)):
        if all(marked.end <= c.start or c.end <= marked.start for c in chosen):
            chosen.append(marked)
    return sorted(chosen)


def words_inside(words: Sequence[Span], marked: Marked) -> Iterator[int]:
    """The numbers of the words that a span touches."""
    return (i for i, (a, b) in enumerate(words) if a < marked.end and marked.start < b)
