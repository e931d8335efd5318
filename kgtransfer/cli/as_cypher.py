"""`kgtransfer ask --as-cypher`: questions about the graph as Cypher."""

from __future__ import annotations

import json as json_format
import shlex
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from kgtransfer.cli.options import json_text, plain
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from kgtransfer.text2cypher.write import Translation
    from kgtransfer.workspace import Workspace


def write_queries(folder: Path, questions: Iterable[str], *, run: bool, json: bool) -> None:
    """Print the query of each question, and its rows if asked; refusals say why.

    Raises:
        UsageError: the only question was not understood.
    """
    from kgtransfer.text2cypher.write import translate
    from kgtransfer.workspace import Workspace

    asked = refused = 0
    with Workspace.open(folder) as workspace:
        _refuse_foreign(workspace)
        for question in questions:
            asked += 1
            found = translate(question, workspace.graph_schema)
            refused += found.query is None
            rows = _rows(workspace, found) if run and found.query is not None else None
            if json:
                record = plain(replace(found, pattern=None)) | (
                    {} if rows is None else {"rows": rows}
                )
                del record["pattern"]
                typer.echo(json_text(record))
            else:
                _print(found, rows)
    if refused and refused == asked == 1:
        raise typer.Exit(UsageError.exit_code)


def _refuse_foreign(workspace: Workspace) -> None:
    if workspace.settings.mapping:
        raise UsageError(
            "--as-cypher does not know the labels of a graph that others made",
            where=str(workspace.folder),
            hint="Ask without it, or write the query for `kgtransfer cypher` yourself.",
        )


def _rows(workspace: Workspace, found: Translation) -> dict[str, Any]:
    assert found.query is not None
    limits = workspace.settings
    result = workspace.store.query(
        found.query.text,
        found.query.parameters,
        seconds=limits.query_seconds,
        rows=limits.query_rows,
    )
    shown: dict[str, Any] = result.to_json()
    return shown


def _print(found: Translation, rows: dict[str, Any] | None) -> None:
    if found.query is None:
        typer.echo(f"not understood: {found.refusal}", err=True)
        typer.echo(
            "Ask for names, types and relations of the graph: “Which films did X direct?”, “How "
            "many people were born in Y?”, “Who was born first, A or B?”",
            err=True,
        )
        return
    typer.echo(f"understood: {found.understood}", err=True)
    for assumed in found.unsure:
        typer.echo(f"  but: {assumed}", err=True)
    typer.echo(found.query.text)
    parameters = json_format.dumps(found.query.parameters, ensure_ascii=False)
    if rows is None:
        typer.echo(
            f"run it with: kgtransfer cypher QUERY --params {shlex.quote(parameters)}", err=True
        )
        return
    typer.echo(f"parameters: {parameters}", err=True)
    for row in rows["rows"]:
        typer.echo("  " + ", ".join(str(cell) for cell in row))
    count = len(rows["rows"])
    typer.echo(f"{count} row{'s' if count != 1 else ''}", err=True)
