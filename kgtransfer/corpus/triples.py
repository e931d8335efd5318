"""Files of triples (subject, predicate, object): what each line states, by names.

Where the file has names only, a name is an identity: equal names are one thing, and names that
differ in anything are two. RDF tells things apart by IRI, whatever they are called.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from kgtransfer.corpus.encoding import decode_lines
from kgtransfer.corpus.roots import Roots, uri_part
from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.errors import InputError
from kgtransfer.records import Triple, TripleSource

RDF = frozenset({".ttl", ".nt", ".nq", ".n3", ".rdf", ".owl", ".xml", ".trig", ".jsonld"})
MOST_PROBLEMS = 20
"""So many wrong lines of a file are named; the rest are counted."""
_HEADERS = (
    {"subject", "subj", "s", "head", "source", "from"},
    {"predicate", "pred", "p", "relation", "property", "type", "label"},
    {"object", "obj", "o", "tail", "target", "to", "value"},
)
_NUMBER = re.compile(r"[-+]?(?:0|[1-9]\d*)(?:\.\d+)?")
_DATE = re.compile(r"[12]\d{3}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)?")
_OF_DATES = re.compile(r"year|date|born|died|birth|death|founded|established|released?\b", re.I)
_SPACES = re.compile(r"\s+")


def read_triple_files(
    paths: Sequence[Path], *, roots: Roots | None = None
) -> Iterator[TripleSource | SourceProblem]:
    """Yield each file as one source, and what is wrong in it, line by line.

    A file with wrong lines still gives the others.
    """
    roots = Roots() if roots is None else roots
    for path in paths:
        uri = uri_part(path)
        try:
            if path.is_dir():
                raise InputError("a folder; name the files in it")
            data = path.read_bytes()
            uri = roots.uri(roots.root_of(path), path)
            triples, problems = read_triples(data, path.suffix.lower())
            if not triples and not problems:
                raise InputError("no triples in it")
        except InputError as error:
            yield SourceProblem(uri, f"{error.what}. {error.hint}" if error.hint else error.what)
            continue
        except OSError as error:
            yield SourceProblem(uri, error.strerror or str(error))
            continue
        for problem in problems[:MOST_PROBLEMS]:
            yield SourceProblem(uri, problem)
        if len(problems) > MOST_PROBLEMS:
            yield SourceProblem(uri, f"{len(problems) - MOST_PROBLEMS} more lines like these")
        if triples:
            yield TripleSource(uri, hashlib.sha256(data).hexdigest(), tuple(triples))


def read_triples(data: bytes, suffix: str) -> tuple[list[Triple], list[str]]:
    """The triples of a file's content, each once, in their order; and what is wrong, by line.

    Raises:
        InputError: it is binary, of no known form, or not the RDF that its ending says.
    """
    if suffix in RDF:
        from kgtransfer.corpus.triples_rdf import read_rdf

        return read_rdf(data, suffix), []
    rows, problems = _rows(data, suffix)
    if rows and all(
        cell.casefold() in known for cell, known in zip(rows[0], _HEADERS, strict=True)
    ):
        rows = rows[1:]
    return _with_values(list(dict.fromkeys(rows))), problems


def _rows(data: bytes, suffix: str) -> tuple[list[tuple[str, str, str]], list[str]]:
    lines = decode_lines(data)
    split = _splitter(lines, suffix)
    rows: list[tuple[str, str, str]] = []
    problems: list[str] = []
    for number, line in enumerate(lines, 1):
        if isinstance(line, InputError):
            problems.append(f"line {number}: {line.what}")
            continue
        if not line.strip():
            continue
        cells = [_SPACES.sub(" ", cell).strip() for cell in split(line)]
        if len(cells) != 3:
            problems.append(f"line {number}: {len(cells)} fields, not subject, predicate, object")
        elif not all(cells):
            name = ("subject", "predicate", "object")[cells.index("")]
            problems.append(f"line {number}: the {name} is empty")
        else:
            rows.append((cells[0], cells[1], cells[2]))
    return rows, problems


LONGEST = 10_000
"""Characters of a field; a longer one is no name."""


def _splitter(lines: Sequence[str | InputError], suffix: str) -> Callable[[str], list[str]]:
    """How a file's lines are cut: by the one of its characters that most often makes three."""
    head = [line for line in lines[:200] if isinstance(line, str) and line.strip()]
    separators = "\t" if suffix == ".tsv" else ",;|\t" if suffix == ".csv" else "|\t,;"
    ways: list[Callable[[str], list[str]]] = [
        _quoted(separator) if separator in ",;" else _plain(separator) for separator in separators
    ]
    fit = [sum(len(way(line)) == 3 for line in head) for way in ways]
    if head and not max(fit):
        raise InputError(
            "no line has three fields",
            hint="A line is subject, predicate and object, parted by tab, | or comma",
        )
    return ways[fit.index(max(fit))] if head else ways[0]


def _plain(separator: str) -> Callable[[str], list[str]]:
    return lambda line: line.split(separator)


def _quoted(separator: str) -> Callable[[str], list[str]]:
    def split(line: str) -> list[str]:
        try:
            fields = next(csv.reader([line], delimiter=separator), [])
        except csv.Error:
            return []
        return [] if any(len(field) > LONGEST for field in fields) else fields

    return split


def _with_values(rows: Sequence[tuple[str, str, str]]) -> list[Triple]:
    """A predicate whose objects are all numbers, or all dates, has values; others have things."""
    subjects = {subject for subject, _, _ in rows}
    objects: dict[str, set[str]] = {}
    for _, predicate, object_ in rows:
        objects.setdefault(predicate, set()).add(object_)
    kinds = {
        predicate: "" if found & subjects else _kind(predicate, found)
        for predicate, found in objects.items()
    }
    return [
        Triple(subject, predicate, object_, kind=kinds[predicate],
               value=_value(kinds[predicate], object_))
        for subject, predicate, object_ in rows
    ]  # fmt: skip


def _kind(predicate: str, objects: set[str]) -> str:
    if all(_DATE.fullmatch(text) for text in objects) and (
        _OF_DATES.search(predicate.replace("_", " ")) or any("-" in text for text in objects)
    ):
        return "date"
    return "number" if all(_NUMBER.fullmatch(text) for text in objects) else ""


def _value(kind: str, text: str) -> str | float:
    return float(text) if kind == "number" else text if kind else ""
