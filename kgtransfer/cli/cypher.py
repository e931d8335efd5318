"""`kgtransfer cypher`: explore the graph."""

from __future__ import annotations

import csv
import json as json_format
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgtransfer.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    print_json,
    print_table,
    readable,
)
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from graph_store.values import QueryResult


def cypher(
    query: Annotated[str, typer.Argument(help="The query, or - to read it from standard input.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    param: Annotated[
        list[str] | None, typer.Option(help="name=value; the value is JSON, or else a text.")
    ] = None,
    params: Annotated[str, typer.Option(help="All parameters as one JSON object.")] = "",
    write: Annotated[bool, typer.Option(help="Allow the query to change the graph.")] = False,
    seconds: Annotated[float | None, typer.Option(min=0.001, help="Time limit.")] = None,
    rows: Annotated[int | None, typer.Option(min=1, help="Row limit.")] = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: JsonOption = False,
) -> None:
    """Run a Cypher query, read-only unless --write.

    Example: kgtransfer cypher "MATCH (w:Work)-[:DIRECTOR]->(p:Person) RETURN w.name, p.name"
    """
    from kgtransfer.workspace import Workspace

    text = readable(sys.stdin.read() if query == "-" else query, where="the query")
    parameters = _parameters(param or [], params)
    with Workspace.open(workspace) as w:
        limit_s = seconds if seconds is not None else w.settings.query_seconds
        limit_rows = rows if rows is not None else w.settings.query_rows
        if write:
            with w.writing():
                result = w.store.query(
                    text, parameters, write=True, seconds=limit_s, rows=limit_rows
                )
        else:
            result = w.store.query(text, parameters, seconds=limit_s, rows=limit_rows)
    if json:
        print_json(_as_json(result))
    elif as_csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(result.columns)
        writer.writerows([[_cell(v) for v in row] for row in result.rows])
    else:
        _print_table(result)
    if result.truncated:
        reason = (
            "rows; ask for more with --rows" if len(result.rows) == limit_rows else "large rows"
        )
        typer.echo(f"cut after {len(result.rows)} {reason}", err=True)


def _parameters(pairs: list[str], whole: str) -> dict[str, Any]:
    try:
        parameters: Any = json_format.loads(whole) if whole else {}
    except ValueError as error:
        raise UsageError(f"not JSON: {error}", where="--params") from error
    if not isinstance(parameters, dict):
        raise UsageError("not a JSON object", where="--params", hint='Example: {"name": "Kes"}')
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"not name=value: {pair!r}", where="--param")
        try:
            parameters[name] = json_format.loads(value)
        except ValueError:
            parameters[name] = value
    return parameters


def _as_json(result: QueryResult) -> dict[str, Any]:
    from graph_store.values import to_json

    return {
        "columns": list(result.columns),
        "rows": [[to_json(value) for value in row] for row in result.rows],
        "truncated": result.truncated,
    }


def _cell(value: Any) -> str:
    from graph_store.values import to_json

    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json_format.dumps(to_json(value), ensure_ascii=False)


def _print_table(result: QueryResult) -> None:
    print_table(result.columns, ([_cell(value) for value in row] for row in result.rows))
    count = len(result.rows)
    typer.echo(f"{count} row{'s' if count != 1 else ''} in {result.seconds * 1000:.0f} ms")
