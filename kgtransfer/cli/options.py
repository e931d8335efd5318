"""Options that many commands share, and how results are printed."""

from __future__ import annotations

import codecs
import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Tier(StrEnum):
    """How thoroughly the shipped extractor reads."""

    accurate = "accurate"
    fast = "fast"


WorkspaceOption = Annotated[
    Path,
    typer.Option("--workspace", "-w", envvar="KGTRANSFER_WORKSPACE", help="The workspace folder."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON; progress goes to stderr.")]
DEFAULT_WORKSPACE = Path(".kgtransfer")
WIDEST = 2000
"""Characters of a table's line that is not for a terminal."""


def print_json(value: Any) -> None:
    """Print a record, or a structure of records, as one JSON document."""
    typer.echo(json_text(value, indent=2))


def json_text(value: Any, indent: int | None = None) -> str:
    """A record, or a structure of records, as JSON that standard output can take."""
    ascii_only = codecs.lookup(sys.stdout.encoding or "ascii").name != "utf-8"
    return json.dumps(plain(value), ensure_ascii=ascii_only, indent=indent)


def print_table(columns: Sequence[str], rows: Iterable[Sequence[str] | None]) -> None:
    """Print texts as a table, whole and as they are; None in place of a row parts two sections.

    A terminal's table is as wide as the terminal; into a file or a pipe each row goes on one line.
    """
    from rich.console import Console
    from rich.measure import Measurement
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for column in columns:
        table.add_column(Text(column), overflow="fold")
    for row in rows:
        if row is None:
            table.add_section()
        else:
            table.add_row(*map(Text, row))  # brackets in a text are no markup
    console = Console()
    if not console.is_terminal:
        options = console.options.update(max_width=WIDEST)
        console.width = max(console.width, Measurement.get(console, options, table).maximum)
    console.print(table)


def readable(text: str, where: str = "") -> str:
    """The text; a terminal or a file may have given bytes that are none.

    Raises:
        UsageError: they are not UTF-8.
    """
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        from kgtransfer.errors import UsageError

        raise UsageError(f"not UTF-8 at character {error.start + 1}", where=where) from error
    return text


def plain(value: Any) -> Any:
    """Records to dictionaries, tuples to lists, paths to texts, all the way down."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {str(k): plain(v) for k, v in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return plain(value._asdict())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(v) for v in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
