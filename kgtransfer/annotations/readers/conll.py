"""CoNLL columns with BIO tags (IOB1, IOB2, BIOES, BILOU): a word a line, an empty line between
sentences. The word is the first column, or the second after a counter; the tag is the last one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from kgtransfer.annotations.record import AnnotatedText, Marked, annotated
from kgtransfer.errors import InputError

_TAG = re.compile(r"O|[BIESLU]-\S+")
Row = tuple[int, list[str]]


def read(path: Path) -> Iterator[AnnotatedText]:
    """One text for each sentence, its words joined by spaces."""
    column: int | None = None
    for rows in _sentences(path):
        if column is None:
            column = _tag_column(rows, path)
        yield _read(rows, column, path)


def _sentences(path: Path) -> Iterator[list[Row]]:
    rows: list[Row] = []
    lines = path.read_text(encoding="utf-8").splitlines()
    for number, line in enumerate([*lines, ""], 1):
        fields = line.split("\t") if "\t" in line else line.split()
        if not line.strip() or fields[0] == "-DOCSTART-":
            if rows:
                yield rows
            rows = []
        elif not (line.startswith("# ") and "\t" not in line):
            rows.append((number, [field.strip() for field in fields]))


def _tag_column(rows: list[Row], path: Path) -> int:
    width = min(len(fields) for _, fields in rows)
    for column in range(width - 1, 0, -1):
        if all(_TAG.fullmatch(fields[column]) for _, fields in rows):
            return column
    raise InputError(
        "no column holds BIO tags",
        where=f"{path}:{rows[0][0]}",
        hint="A line is a word and its tag, such as `Paris B-Location`; O is outside.",
    )


def _read(rows: list[Row], column: int, path: Path) -> AnnotatedText:
    words, places, at = [], [], 0
    counted = column > 1 and all(f[0] == str(i) for i, (_, f) in enumerate(rows, 1))
    for number, fields in rows:
        if len(fields) <= column or not _TAG.fullmatch(fields[column]):
            found = fields[column] if len(fields) > column else ""
            raise InputError(f"{found!r} is no BIO tag", where=f"{path}:{number}")
        word = fields[counted]
        words.append(word)
        places.append((at, at + len(word)))
        at += len(word) + 1
    entities: list[Marked] = []
    before = "O"
    for (_, fields), (start, end) in zip(rows, places, strict=True):
        prefix, _, label = fields[column].partition("-")
        goes_on = prefix in "IEL" and before[:1] in "BI" and before[2:] == label
        if prefix != "O" and goes_on:
            entities[-1] = Marked(entities[-1].start, end, label)
        elif prefix != "O":
            entities.append(Marked(start, end, label))
        before = fields[column]
    return annotated(" ".join(words), entities, where=f"{path}:{rows[0][0]}")
