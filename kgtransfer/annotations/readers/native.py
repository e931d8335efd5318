"""Our own JSONL, which `kgtransfer annotate` writes: one text a line (docs/how-to/teach.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgtransfer.annotations.readers.lines import json_lines, shaped
from kgtransfer.annotations.record import AnnotatedText, Marked, Related, annotated


def read(path: Path) -> Iterator[AnnotatedText]:
    """Read the file; of lines about the same passage of a document the last one counts."""
    texts: dict[object, AnnotatedText] = {}
    for number, (where, row) in enumerate(json_lines(path)):
        with shaped(where, "in docs/how-to/teach.md"):
            text = _read(row, where)
        texts[(text.document, text.start) if text.document else number] = text
    yield from texts.values()


def _read(row: dict[str, Any], where: str) -> AnnotatedText:
    entities = row["entities"]
    return annotated(
        row["text"],
        [_marked(e) for e in entities],
        [_related(r) for r in row.get("relations", ())],
        where=where,
        quotes=[e.get("text") for e in entities],
        wrong_entities=[_marked(e) for e in row.get("wrong_entities", ())],
        wrong_relations=[_related(r) for r in row.get("wrong_relations", ())],
        complete=bool(row.get("complete", True)),
        document=str(row.get("document", "")),
        start=int(row.get("start", 0)),
    )


def _marked(row: dict[str, Any]) -> Marked:
    return Marked(int(row["start"]), int(row["end"]), str(row["label"]))


def _related(row: dict[str, Any]) -> Related:
    return Related(int(row["subject"]), str(row["predicate"]), int(row["object"]))


def write(text: AnnotatedText) -> str:
    """One line, without its end."""
    row = {
        "text": text.text,
        "entities": [_spelled(text, marked) for marked in text.entities],
        "relations": [r._asdict() for r in text.relations],
        "wrong_entities": [_spelled(text, marked) for marked in text.wrong_entities],
        "wrong_relations": [r._asdict() for r in text.wrong_relations],
        "complete": text.complete,
        "document": text.document,
        "start": text.start,
    }
    return json.dumps(row, ensure_ascii=False)


def _spelled(text: AnnotatedText, marked: Marked) -> dict[str, object]:
    return {**marked._asdict(), "text": text.text[marked.start : marked.end]}
