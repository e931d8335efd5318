"""The one record that every reader of annotations makes, and what it checks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kgtransfer.errors import InputError


class Marked(NamedTuple):
    """A span of the text that names something of a type."""

    start: int
    end: int
    label: str


class Related(NamedTuple):
    """A relation between two of the text's entities, by their numbers."""

    subject: int
    predicate: str
    object: int


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A text and what a person says that it holds; offsets are code points from its start.

    `complete` says that everything of the annotated types and predicates is marked; else what is
    not marked is unknown. `wrong_entities` and `wrong_relations` were proposed and rejected.
    `document` and `start` say where the text stands in a workspace, if it does.
    """

    text: str
    entities: tuple[Marked, ...] = ()
    relations: tuple[Related, ...] = ()
    wrong_entities: tuple[Marked, ...] = ()
    wrong_relations: tuple[Related, ...] = ()
    complete: bool = True
    document: str = ""
    start: int = 0


def annotated(
    text: str,
    entities: Iterable[Marked],
    relations: Iterable[Related] = (),
    *,
    where: str,
    quotes: Sequence[str | None] = (),
    wrong_entities: Iterable[Marked] = (),
    wrong_relations: Iterable[Related] = (),
    complete: bool = True,
    document: str = "",
    start: int = 0,
) -> AnnotatedText:
    """Make the record, its entities in order of place.

    Args:
        text: what was annotated.
        entities: as the file numbers them.
        relations: by these numbers.
        where: the file and line, for errors.
        quotes: what the file says that each entity's text is, where it does.
        wrong_entities: rejected proposals.
        wrong_relations: likewise, by the same numbers.
        complete: see `AnnotatedText`.
        document: likewise.
        start: likewise.

    Raises:
        InputError: a span lies outside of the text, is empty, does not hold its quote, or has no
            label; a relation's end is no entity.
    """
    given = list(entities)
    for number, marked in enumerate(given):
        _check_span(text, marked, quotes[number] if number < len(quotes) else None, where)
    rejected = tuple(sorted(set(wrong_entities)))
    for marked in rejected:
        _check_span(text, marked, None, where)
    kept = sorted(set(given))
    number_of = {marked: i for i, marked in enumerate(kept)}
    numbers = [number_of[marked] for marked in given]
    return AnnotatedText(
        text,
        tuple(kept),
        tuple(sorted({_renumbered(r, numbers, where) for r in relations})),
        rejected,
        tuple(sorted({_renumbered(r, numbers, where) for r in wrong_relations})),
        complete,
        document,
        start,
    )


def _check_span(text: str, marked: Marked, quote: str | None, where: str) -> None:
    start, end, label = marked
    if not 0 <= start < end <= len(text):
        raise InputError(
            f"the span {start}:{end} is not within the text of {len(text)} characters", where=where
        )
    if quote is not None and text[start:end] != quote:
        raise InputError(
            f"the text at {start}:{end} is {text[start:end]!r} and not {quote!r}",
            where=where,
            hint="Offsets count Unicode characters from the start of the text, the end exclusive.",
        )
    if not label.strip():
        raise InputError(f"the span {start}:{end} has no label", where=where)


def _renumbered(relation: Related, numbers: Sequence[int], where: str) -> Related:
    subject, predicate, object_ = relation
    for end in (subject, object_):
        if not 0 <= end < len(numbers):
            raise InputError(
                f"the relation {predicate!r} has an end {end}, which is no entity", where=where
            )
    if not predicate.strip():
        raise InputError("a relation has no label", where=where)
    return Related(numbers[subject], predicate, numbers[object_])
