"""Prodigy's JSONL: spans, relations, and an answer.

`accept` says that the whole text is annotated; `reject` that the spans and relations shown are
wrong (other ones are unknown); `ignore` leaves a line out.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgtransfer.annotations.readers.lines import json_lines, shaped
from kgtransfer.annotations.record import AnnotatedText, Marked, Related, annotated
from kgtransfer.errors import InputError


def read(path: Path) -> Iterator[AnnotatedText]:
    """Read each line that was not ignored."""
    for where, row in json_lines(path):
        answer = row.get("answer", "accept")
        if answer not in ("accept", "reject", "ignore"):
            raise InputError(f"{answer!r} is no answer of Prodigy's", where=where)
        if answer != "ignore":
            with shaped(where, "Prodigy's span or relation tasks"):
                yield _read(row, where, accepted=answer == "accept")


def _read(row: dict[str, Any], where: str, *, accepted: bool) -> AnnotatedText:
    spans = [_marked(span) for span in row.get("spans") or ()]
    relations = []
    for relation in row.get("relations") or ():
        ends = []
        for end in ("head_span", "child_span"):
            marked = _marked(relation[end])
            if marked not in spans:
                spans.append(marked)
            ends.append(spans.index(marked))
        relations.append(Related(ends[0], relation["label"], ends[1]))
    if accepted:
        return annotated(row["text"], spans, relations, where=where)
    if relations:  # the entities stand; what was rejected is the relations
        return annotated(row["text"], spans, where=where, wrong_relations=relations, complete=False)
    return annotated(row["text"], (), where=where, wrong_entities=spans, complete=False)


def _marked(span: dict[str, Any]) -> Marked:
    return Marked(int(span["start"]), int(span["end"]), str(span["label"]))
