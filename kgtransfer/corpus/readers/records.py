"""Files of many documents: JSON Lines, CSV, and JSON corpora of titles and texts."""

from __future__ import annotations

import csv
import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from kgtransfer.corpus.encoding import clean, decode, decode_lines
from kgtransfer.corpus.readers.reader import BadRecord, ReadDocument
from kgtransfer.errors import InputError

TEXTS = ("text", "content", "body", "passage", "paragraph_text")
TITLES = ("title", "name")
KEYS = ("id", "_id", "idx")

_COLUMNS = "It needs a field 'text'; 'title' and 'id' are used, others become metadata"


def read_jsonl(data: bytes) -> Iterator[ReadDocument | BadRecord]:
    """Yield a document for each line that is a JSON object with a text."""
    keys: Counter[str] = Counter()
    for number, line in enumerate(decode_lines(data), 1):
        if isinstance(line, InputError):
            yield BadRecord(f"line {number}", line.what)
            continue
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except (ValueError, RecursionError) as error:
            yield BadRecord(f"line {number}", f"not valid JSON ({error})")
            continue
        yield _document(record, str(number), f"line {number}", keys)


def read_json(data: bytes) -> Iterator[ReadDocument | BadRecord]:
    """Yield the documents of `[{title, text}, ...]`, `{title: [sentence, ...]}` or one object.

    Raises:
        InputError: it is not JSON, or of another form.
    """
    try:
        content = json.loads(decode(data))
    except (ValueError, RecursionError) as error:
        raise InputError(f"not valid JSON ({error})") from error
    keys: Counter[str] = Counter()
    if isinstance(content, list) and any(_has_text(record) for record in content):
        for index, record in enumerate(content):
            yield _document(record, str(index), f"record {index}", keys)
    elif _has_text(content):
        yield _document(content, "", "", keys)
    elif isinstance(content, dict) and content and all(map(_is_text, content.values())):
        for title, value in content.items():
            text = value if isinstance(value, str) else "".join(_spaced(value))
            yield _document({"title": title, "text": text}, title, title, keys)
    else:
        raise InputError("not a corpus", hint="Expected a list of objects with 'title' and 'text'")


def read_csv(data: bytes) -> Iterator[ReadDocument | BadRecord]:
    """Yield a document for each row. The first row names the columns; tab and ; part them too.

    Raises:
        InputError: no column holds text.
    """
    csv.field_size_limit(sys.maxsize)  # the default refuses texts over 128 kB
    lines = []
    for number, decoded in enumerate(decode_lines(data), 1):
        if isinstance(decoded, InputError):
            yield BadRecord(f"line {number}", decoded.what)
            decoded = ""  # an empty line is no row, and keeps the numbers right
        lines.append(decoded + "\n")
    delimiter = max(",;\t|", key=(lines[0] if lines else "").count)
    columns: list[str] | None = None
    keys: Counter[str] = Counter()
    for line, row in _csv_rows(lines, delimiter):
        place = f"line {line}"
        if isinstance(row, str):
            yield BadRecord(place, row)
        elif columns is None:
            columns = [" ".join(name.lower().split()) for name in row]
            if not set(TEXTS) & set(columns):
                raise InputError(
                    f"no column of text among {', '.join(columns)[:200]}", hint=_COLUMNS
                )
        elif row and len(row) != len(columns):
            yield BadRecord(place, f"{len(row)} fields where the header has {len(columns)}")
        elif row:
            yield _document(dict(zip(columns, row, strict=True)), str(line), place, keys)


def _csv_rows(lines: list[str], delimiter: str) -> Iterator[tuple[int, list[str] | str]]:
    """Yield each row, or what is wrong with it, with the number of its first line.

    A quote that is never closed swallows the rest of the file; reading goes on at the line after
    it, a limited number of times, since each costs a pass over the rest.
    """
    start, lives = 0, 20
    while start < len(lines):
        rows = csv.reader(lines[start:], delimiter=delimiter, strict=True)
        before = 0
        while True:
            before = rows.line_num
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield start + before + 1, f"not valid CSV ({error})"
                if start + rows.line_num >= len(lines) and rows.line_num - before > 1 and lives:
                    break
                continue
            yield start + before + 1, row
        start, lives = start + before + 1, lives - 1


def _document(record: Any, key: str, place: str, keys: Counter[str]) -> ReadDocument | BadRecord:
    """Make a document of a record; `key` is used where it has no id of its own."""
    if not isinstance(record, Mapping):
        return BadRecord(place, "not an object with a text")
    text = _first(record, TEXTS)
    if not isinstance(text, str):
        return BadRecord(place, f"no text. {_COLUMNS}")
    if not clean(text).strip():
        return BadRecord(place, "empty text")
    own = _first(record, KEYS)
    key = clean(str(own)) if own not in (None, "") else key
    keys[key] += 1
    if keys[key] > 1:
        return BadRecord(place, f"a second record with the id {key!r}")
    title = " ".join(clean(str(_first(record, TITLES) or "")).split())
    used = {*TEXTS, *TITLES, *KEYS}
    rest = {clean(str(k)): _plain(v) for k, v in record.items() if k not in used and v is not None}
    return ReadDocument(clean(text), title, key, {k: v for k, v in rest.items() if v != ""})


def _first(record: Mapping[str, Any], names: tuple[str, ...]) -> Any:
    return next((record[name] for name in names if record.get(name) is not None), None)


def _plain(value: Any) -> str:
    return clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _has_text(record: Any) -> bool:
    return isinstance(record, dict) and isinstance(_first(record, TEXTS), str)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(part, str) for part in value)
    )


def _spaced(sentences: list[str]) -> Iterator[str]:
    for index, sentence in enumerate(sentences):
        yield sentence if index == 0 or sentence[:1].isspace() else f" {sentence}"
