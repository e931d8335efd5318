"""Options that many commands share, and how results are printed."""

from __future__ import annotations

import dataclasses
import json
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


def print_json(value: Any) -> None:
    """Print a record, or a structure of records, as one JSON document."""
    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=2))


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
