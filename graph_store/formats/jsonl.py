"""Canonical JSON Lines: one element a line, sorted, without times and revisions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from graph_store.errors import FormatError
from graph_store.formats.elements import SINGULAR, columns, content_of, record_of
from graph_store.records import KINDS, GraphContent, Record


def canonical_lines(content: GraphContent) -> Iterator[str]:
    """One JSON object per element, sorted by kind and id, without line ends.

    Equal graphs give equal bytes.
    """
    for kind in KINDS.values():
        for record in sorted(getattr(content, kind), key=lambda record: record.id):
            element = {"kind": SINGULAR[kind], **asdict(record)}
            yield json.dumps(element, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def write_jsonl(content: GraphContent, path: Path) -> None:
    """Write the canonical lines."""
    with path.open("w", encoding="utf-8", newline="\n") as stream:
        for line in canonical_lines(content):
            stream.write(line + "\n")


def read_jsonl(path: Path) -> GraphContent:
    """Read canonical lines.

    Raises:
        FormatError: a line is not one; it is named.
    """
    return content_of(_records(path))


def _records(path: Path) -> Iterator[Record]:
    with path.open(encoding="utf-8", newline="\n") as stream:
        for number, line in enumerate(stream, 1):
            try:
                yield _record(json.loads(line))
            except (ValueError, TypeError, KeyError) as error:
                raise FormatError(f"line {number} is no element ({error})") from error
            except FormatError as error:
                raise FormatError(f"line {number}: {error.what}") from error


def _record(element: dict[str, Any]) -> Record:
    if set(element) == set(columns("value")):  # its own kind (date, ...) stands where others' does
        return record_of("value", element)
    return record_of(element.pop("kind"), element)
