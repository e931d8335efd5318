"""Folders of tables: CSV in the shape of `neo4j-admin database import`, and Parquet.

CSV: files with nodes and files with relationships, every one with its header, and the arguments
that name them. Lists are joined by U+001F, so that any text may be in them:

    cd FOLDER && neo4j-admin database import full neo4j @import.args

Parquet: one file for each kind of element, its fields as columns.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from graph_store.cypher import INFERRED, MARK
from graph_store.errors import FormatError
from graph_store.formats.elements import (
    SINGULAR,
    columns,
    content_of,
    record_of,
    values_of,
)
from graph_store.records import KINDS, GraphContent, Record, Value

ARRAY = "\x1f"
_TYPES = {"str": "", "int": ":long", "float": ":double", "bool": ":boolean", "tuple": ":string[]"}
_NODES = {"document": "Document", "chunk": "Chunk", "entity": "Entity", "value": "Value"}
_ENDS = {
    "about": ("document", "entity"),
    "mention": ("chunk", "entity"),
    "fact": ("subject", "object"),
    "inference": ("subject", "object"),
}
_PLURAL = {singular: plural for plural, singular in SINGULAR.items()}
_NUMBER = columns("value") | {"value": "float"}
"""The columns of values that are numbers."""
_RELATIONSHIPS = {"ABOUT": "about", "MENTIONS": "mention", "MAY_MENTION": "mention",
                  INFERRED: "inference"}  # fmt: skip

Row = dict[str, str | None]
Table = dict[str, list[Row]]


def write_csv(content: GraphContent, folder: Path) -> None:
    """Write the folder, which must not be there."""
    folder.mkdir()
    tables = sorted(_tables(content).items())
    for name, rows in tables:
        with (folder / name).open("w", encoding="utf-8", newline="") as stream:
            stream.write(_line(rows[0]))
            stream.writelines(_line(row.values()) for row in rows)
    arguments = ["--array-delimiter=U+001F", "--multiline-fields=true"]
    arguments += [f"--{name.partition('-')[0]}={name}" for name, _ in tables]
    (folder / "import.args").write_text("\n".join(arguments) + "\n", encoding="utf-8")


def read_csv(folder: Path) -> GraphContent:
    """Read such a folder.

    Raises:
        FormatError: it is none, or a file of it is damaged.
    """
    if not list(folder.glob("nodes-*.csv")):
        raise FormatError("there are no nodes-*.csv files", where=str(folder))
    return content_of(_csv_records(folder))


def write_parquet(content: GraphContent, folder: Path) -> None:
    """Write the folder, which must not be there."""
    pyarrow, parquet = _arrow()
    folder.mkdir()
    kinds = {"str": "string", "int": "int64", "float": "float64", "bool": "bool_"}
    for kind in KINDS.values():
        types = columns(SINGULAR[kind])
        rows = [_flat(record) for record in getattr(content, kind)]
        schema = pyarrow.schema(
            [
                pyarrow.field(
                    name,
                    pyarrow.list_(pyarrow.string())
                    if type_.startswith("tuple")
                    else getattr(pyarrow, kinds[type_.split(" | ")[0]])(),
                )
                for name, type_ in types.items()
            ]
            + ([pyarrow.field("number", pyarrow.float64())] if kind == "values" else [])
        )
        table = pyarrow.Table.from_pylist(rows, schema)
        parquet.write_table(table, folder / f"{kind}.parquet", compression="zstd")


def read_parquet(folder: Path) -> GraphContent:
    """Read such a folder.

    Raises:
        FormatError: it is none, or a file of it is damaged.
    """
    pyarrow, parquet = _arrow()

    def records() -> Iterator[Record]:
        for kind in KINDS.values():
            if kind == "inferences" and not (folder / f"{kind}.parquet").exists():
                continue  # written before there were any
            try:
                rows = parquet.read_table(folder / f"{kind}.parquet").to_pylist()
            except (OSError, pyarrow.ArrowException) as error:
                where = str(folder / f"{kind}.parquet")
                raise FormatError(f"can't be read ({error})", where=where) from error
            for row in rows:
                yield record_of(SINGULAR[kind], _unflat(row) if kind == "values" else row)

    return content_of(records())


def _arrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise FormatError(
            "Parquet needs the package pyarrow",
            hint="Install it: pip install 'kgtransfer[parquet]'.",
        ) from error
    return pyarrow, parquet


def _flat(record: Record) -> dict[str, Any]:
    """A value that is a number has a column of its own."""
    fields = {k: list(v) if isinstance(v, tuple) else v for k, v in values_of(record).items()}
    if isinstance(record, Value):
        number = not isinstance(record.value, str)
        fields |= {"value": None if number else record.value}
        fields |= {"number": float(record.value) if number else None}
    return fields


def _unflat(row: dict[str, Any]) -> dict[str, Any]:
    number = row.pop("number", None)
    return row if number is None else row | {"value": number}


# -- CSV -------------------------------------------------------------------------------------------


def _tables(content: GraphContent) -> Table:
    tables: Table = defaultdict(list)
    for kind, label in _NODES.items():
        for record in getattr(content, _PLURAL[kind]):
            fields = values_of(record)
            numbers = isinstance(fields.get("value"), float)  # a column has one type
            cells = _cells(_NUMBER if numbers else columns(kind), fields, ("document", "id"))
            labels = f"Entity{ARRAY}{record.type}" if kind == "entity" else label
            row = {"id:ID": record.id, **cells, f"{MARK}:boolean": "true", ":LABEL": labels}
            tables[f"nodes-{label}{'-numbers' if numbers else ''}.csv"].append(row)
    for chunk in content.chunks:
        tables["relationships-PART_OF.csv"].append(_row(chunk.id, chunk.document, {}, "PART_OF"))
    for about in content.abouts:
        tables["relationships-ABOUT.csv"].append(_row(about.document, about.entity, {}, "ABOUT"))
    for mention in content.mentions:
        type_ = "MAY_MENTION" if mention.ambiguous else "MENTIONS"
        without = ("chunk", "entity", "ambiguous")
        cells = _cells(columns("mention"), values_of(mention), without)
        cells["count:long"] = str(len(mention.spans))
        row = _row(mention.chunk, mention.entity, cells, type_)
        tables[f"relationships-{type_}.csv"].append(row)
    for fact in content.facts:
        cells = _cells(columns("fact"), values_of(fact), ("subject", "object", "type"))
        row = _row(fact.subject, fact.object, cells, fact.type)
        tables["relationships-facts.csv"].append(row)
    for inference in content.inferences:
        cells = _cells(columns("inference"), values_of(inference), ("subject", "object"))
        row = _row(inference.subject, inference.object, cells, INFERRED)
        tables[f"relationships-{INFERRED}.csv"].append(row)
    return tables


def _row(start: str, end: str, cells: Row, type_: str) -> Row:
    return {":START_ID": start, **cells, ":END_ID": end, ":TYPE": type_}


def _cells(types: dict[str, str], fields: dict[str, Any], without: tuple[str, ...]) -> Row:
    return {
        name + _suffix(types[name]): _cell(value)
        for name, value in fields.items()
        if name not in without
    }


def _suffix(type_: str) -> str:
    return _TYPES[type_.split(" | ")[0].partition("[")[0]]


def _line(cells: Iterable[str | None]) -> str:
    """What is null stays without quotes, which tells it from an empty text."""
    quoted = ("" if cell is None else '"' + cell.replace('"', '""') + '"' for cell in cells)
    return ",".join(quoted) + "\n"


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return ARRAY.join(value) if isinstance(value, tuple) else str(value)


def _csv_records(folder: Path) -> Iterator[Record]:
    owners = {row[":START_ID"]: row[":END_ID"] for row in _rows(folder, "PART_OF")}
    for kind, label in _NODES.items():
        for suffix, types in (("", columns(kind)), ("-numbers", _NUMBER)):
            for row in _read(folder / f"nodes-{label}{suffix}.csv"):
                fields = _fields(types, row) | {"id": row["id:ID"]}
                if kind == "entity":
                    fields["type"] = row[":LABEL"].rpartition(ARRAY)[2]
                if kind == "chunk":
                    fields["document"] = owners.get(row["id:ID"], "")
                yield record_of(kind, fields)
    for path in sorted(folder.glob("relationships-*.csv")):
        for row in _read(path):
            type_ = row[":TYPE"]
            if type_ == "PART_OF":
                continue
            kind = _RELATIONSHIPS.get(type_, "fact")
            ends = dict(zip(_ENDS[kind], (row[":START_ID"], row[":END_ID"]), strict=True))
            found: dict[str, Any] = _fields(columns(kind), row) | ends
            if kind == "mention":
                found["ambiguous"] = type_ == "MAY_MENTION"
            elif kind == "fact":
                found["type"] = type_
            yield record_of(kind, found)


def _rows(folder: Path, type_: str) -> Iterable[dict[str, str]]:
    return _read(folder / f"relationships-{type_}.csv")


def _read(path: Path) -> Iterator[dict[str, str]]:
    if not path.exists():
        return
    csv.field_size_limit(1 << 30)
    with path.open(encoding="utf-8", newline="") as stream:
        for number, row in enumerate(csv.DictReader(stream), 2):
            if None in row or None in row.values():
                raise FormatError(f"row {number} has another number of cells", where=str(path))
            yield row


def _fields(types: dict[str, str], row: dict[str, str]) -> dict[str, Any]:
    return {
        name: _python(row[name + _suffix(type_)], type_)
        for name, type_ in types.items()
        if name + _suffix(type_) in row
    }


def _python(cell: str, type_: str) -> Any:
    if cell == "" and "None" in type_:
        return None
    match type_.split(" | ")[0].partition("[")[0]:
        case "int":
            return int(cell)
        case "float":
            return float(cell)
        case "bool":
            return cell == "true"
        case "tuple":
            return tuple(cell.split(ARRAY)) if cell else ()
        case _:
            return cell
