"""A graph as a file, and a file as a graph: whatever was written is read back equal.

| ending | what it is |
|---|---|
| `.jsonl` | canonical JSON Lines: equal graphs give equal bytes |
| `.json`, `.graphml` | node-link JSON and GraphML, by NetworkX |
| `.ttl`, `.nt`, `.jsonld` | RDF: Turtle, N-Triples, JSON-LD |
| `.csv` | a folder in the shape of `neo4j-admin database import` |
| `.parquet` | a folder of Parquet files (needs pyarrow) |

GraphML alone loses something: characters that XML can't hold.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from graph_store.errors import FormatError, StoreError
from graph_store.formats.graphs import (
    from_networkx,
    read_graphml,
    read_node_link,
    to_networkx,
    to_pyg,
    write_graphml,
    write_node_link,
)
from graph_store.formats.jsonl import canonical_lines, read_jsonl, write_jsonl
from graph_store.formats.rdf import NAMESPACE, from_rdf, read_rdf, to_rdf, write_rdf
from graph_store.formats.tables import read_csv, read_parquet, write_csv, write_parquet
from graph_store.records import GraphContent

__all__ = [
    "FORMATS",
    "NAMESPACE",
    "Format",
    "canonical_lines",
    "export",
    "format_of",
    "from_networkx",
    "from_rdf",
    "read",
    "to_networkx",
    "to_pyg",
    "to_rdf",
]


class Format(NamedTuple):
    """How a graph is written to a path, and read from it."""

    write: Callable[[GraphContent, Path], None]
    read: Callable[[Path], GraphContent]


FORMATS: dict[str, Format] = {
    ".jsonl": Format(write_jsonl, read_jsonl),
    ".graphml": Format(write_graphml, read_graphml),
    ".json": Format(write_node_link, read_node_link),
    **{
        suffix: Format(partial(write_rdf, suffix=suffix), partial(read_rdf, suffix=suffix))
        for suffix in (".ttl", ".nt", ".jsonld")
    },
    ".csv": Format(write_csv, read_csv),
    ".parquet": Format(write_parquet, read_parquet),
}
"""By the path's ending."""


def export(content: GraphContent, path: Path) -> None:
    """Write the graph in the format that the path's ending names, replacing what is there.

    Raises:
        FormatError: the ending is unknown.
        StoreError: the path can't be written.
    """
    write = format_of(path).write
    draft = path.with_name(f".{path.name}.part")
    try:
        _remove(draft)
        write(content, draft)
        if draft.is_dir() and path.is_dir():
            _remove(path)
        draft.replace(path)
    except OSError as error:
        _remove(draft)
        raise StoreError(f"can't be written ({error.strerror})", where=str(path)) from error


def read(path: Path) -> GraphContent:
    """Read a graph in the format that the path's ending names.

    Raises:
        FormatError: the ending is unknown, or what is in the file is no graph of ours.
        StoreError: the path can't be read.
    """
    reader = format_of(path).read
    try:
        return reader(path)
    except FormatError as error:
        raise FormatError(error.what, where=error.where or str(path), hint=error.hint) from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"can't be read ({error})", where=str(path)) from error


def format_of(path: Path) -> Format:
    """What writes and reads paths with this ending.

    Raises:
        FormatError: the ending is unknown.
    """
    found = FORMATS.get(path.suffix.lower())
    if found is None:
        raise FormatError(
            f"unknown format {path.suffix!r}",
            where=str(path),
            hint=f"Use a file name that ends in one of {', '.join(FORMATS)}.",
        )
    return found


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
