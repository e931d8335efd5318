"""What the readers of JSON share: objects with their line, and errors that name it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kgtransfer.errors import InputError


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """("file:line", object) of each line that is not empty.

    Raises:
        InputError: a line is no JSON object.
    """
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        where = f"{path}:{number}"
        try:
            row = json.loads(line)
        except ValueError as error:
            raise InputError(f"not JSON ({error})", where=where) from error
        if not isinstance(row, dict):
            raise InputError("not a JSON object", where=where)
        yield where, row


@contextmanager
def shaped(where: str, kind: str) -> Iterator[None]:
    """Turn what a record lacks or misstates into an error that names its place."""
    try:
        yield
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
        what = f"lacks {error}" if isinstance(error, KeyError) else f"is misshapen ({error})"
        raise InputError(f"the record {what}", where=where, hint=f"Not as {kind}.") from error
