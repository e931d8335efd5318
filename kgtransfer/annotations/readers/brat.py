"""brat's standoff: `page.ann` with entities (T) and relations (R) beside `page.txt`.

A discontinuous entity, and relations with it, are passed over with a warning; events, attributes
and notes are not read.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

from kgtransfer.annotations.record import AnnotatedText, Marked, Related, annotated
from kgtransfer.errors import InputError

log = logging.getLogger(__name__)


def read(path: Path) -> Iterator[AnnotatedText]:
    """One text: the whole page."""
    page = path.with_suffix(".txt")
    if not page.is_file():
        raise InputError("the annotated text is missing", where=str(page))
    text = page.read_bytes().decode("utf-8")  # offsets count line ends as they are
    entities: list[Marked] = []
    numbers: dict[str, int] = {}
    passed: set[str] = set()
    relations: list[tuple[str, str, str, str]] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        where = f"{path}:{number}"
        fields = line.split("\t")
        if line[:1] == "T":
            if len(fields) > 1 and ";" in fields[1]:
                log.warning("%s: a discontinuous entity is passed over", where)
                passed.add(fields[0])
                continue
            numbers[fields[0]] = len(entities)
            entities.append(_entity(fields, text, where))
        elif line[:1] == "R":
            relations.append((where, *_relation(fields, where)))
    found = []
    for where, label, first, second in relations:
        if passed & {first, second}:
            continue
        if first not in numbers or second not in numbers:
            missing = second if first in numbers else first
            raise InputError(f"the relation's end {missing} is no entity", where=where)
        found.append(Related(numbers[first], label, numbers[second]))
    yield annotated(text, entities, found, where=str(path))


def _entity(fields: list[str], text: str, where: str) -> Marked:
    try:
        label, start, end = fields[1].split()
        marked = Marked(int(start), int(end), label)
    except (ValueError, IndexError) as error:
        raise InputError(
            "not an entity", where=where, hint="Expected: T1<tab>Type 0 7<tab>its text"
        ) from error
    found = text[marked.start : marked.end]
    if len(fields) > 2 and " ".join(found.split()) != " ".join(fields[2].split()):
        raise InputError(
            f"the text at {start}:{end} is {found!r} and not {fields[2]!r}", where=where
        )
    return marked


def _relation(fields: list[str], where: str) -> tuple[str, str, str]:
    try:
        label, *ends = fields[1].split()
        arguments = dict(end.split(":", 1) for end in ends)
        first, second = (arguments[k] for k in sorted(arguments)[:2])
    except (ValueError, IndexError) as error:
        raise InputError(
            "not a relation", where=where, hint="Expected: R1<tab>predicate Arg1:T1 Arg2:T2"
        ) from error
    return label, first, second
