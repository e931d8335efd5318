"""Label Studio: its JSON export, tasks one a line, and JSON-MIN.

Of several annotators' answers to a task the last one that was not cancelled is taken; a task
without any is left out. Its offsets may count UTF-16 units, which the quoted text tells.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgtransfer.annotations.readers.lines import json_lines, shaped
from kgtransfer.annotations.record import AnnotatedText, Marked, Related, annotated
from kgtransfer.errors import InputError

_KIND = "Label Studio's JSON export of a text task"


def read(path: Path) -> Iterator[AnnotatedText]:
    """Read each task."""
    for where, task in _tasks(path):
        with shaped(where, _KIND):
            text = _task(task, where)
        if text is not None:
            yield text


def _tasks(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if path.suffix == ".jsonl":
        yield from json_lines(path)
        return
    try:
        tasks = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InputError(f"not JSON ({error})", where=str(path)) from error
    if not isinstance(tasks, list):
        raise InputError("not a list of tasks", where=str(path), hint=f"Expected: {_KIND}.")
    for number, task in enumerate(tasks, 1):
        yield f"{path}: task {number}", task


def _task(task: dict[str, Any], where: str) -> AnnotatedText | None:
    if "data" not in task:
        return _minimal(task, where)
    text = task["data"].get("text")
    if not isinstance(text, str):
        raise InputError("the task has no text", where=where, hint="Expected: data.text.")
    answers = [a for a in task.get("annotations", ()) if not a.get("was_cancelled")]
    return _answer(text, answers[-1]["result"], where) if answers else None


def _answer(text: str, result: list[dict[str, Any]], where: str) -> AnnotatedText:
    entities: list[Marked] = []
    numbers: dict[str, int] = {}
    for item in result:
        labels = item.get("value", {}).get("labels")
        if item.get("type") == "labels" and labels:
            numbers.setdefault(item["id"], len(entities))
            entities += [_placed(text, item["value"], label, where) for label in labels]
    relations = []
    for item in result:
        if item.get("type") == "relation":
            ends = numbers[item["from_id"]], numbers[item["to_id"]]
            subject, object_ = ends[::-1] if item.get("direction") == "left" else ends
            relations += [Related(subject, label, object_) for label in item.get("labels") or ()]
    return annotated(text, entities, relations, where=where)


def _minimal(task: dict[str, Any], where: str) -> AnnotatedText | None:
    spans = next((v for v in task.values() if isinstance(v, list) and v and "labels" in v[0]), None)
    if spans is None:
        return None
    text = task["text"]
    entities = [_placed(text, span, label, where) for span in spans for label in span["labels"]]
    return annotated(text, entities, where=where)


def _placed(text: str, value: dict[str, Any], label: str, where: str) -> Marked:
    start, end, quote = int(value["start"]), int(value["end"]), value.get("text")
    if quote is None or text[start:end] == quote:
        return Marked(start, end, label)
    units = text.encode("utf-16-le")
    start, end = (len(units[: 2 * at].decode("utf-16-le", "ignore")) for at in (start, end))
    if text[start:end] != quote:
        raise InputError(
            f"the text at {value['start']}:{value['end']} is not {quote!r}", where=where
        )
    return Marked(start, end, label)
