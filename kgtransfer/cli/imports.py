"""`kgtransfer import`: what others made, brought in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Bring in what was made elsewhere.")


@app.callback()
def _group() -> None:
    """Keep `graph` a command of the group while it is the only one."""


@app.command()
def graph(
    file: Annotated[Path, typer.Argument(help="What `kgtransfer export` wrote, in any format.")],
    store: Annotated[str, typer.Option(help="The database's address; it holds no graph yet.")],
    user: Annotated[str, typer.Option(help="Its user.")] = "neo4j",
    password: Annotated[
        str, typer.Option(envvar="KGTRANSFER_STORE_PASSWORD", help="The user's password.")
    ] = "",
    database: Annotated[str, typer.Option(help="Its name, on editions with several.")] = "",
) -> None:
    """Load an exported graph into an empty database: for Cypher and for other programs.

    The graph has no ledger behind it there, so documents can't be added to it; copy a workspace to
    go on with one.

    Example: kgtransfer import graph graph.jsonl --store bolt://localhost:7687
    """
    from graph_store.connect import open_store
    from graph_store.formats import read
    from graph_store.records import GraphDelta
    from kgtransfer.errors import UsageError

    content = read(file)
    if store == "local:":
        raise UsageError("an exported graph goes into a database of your own", hint="Name a URL.")
    opened = open_store(store, Path(), user, password, database, workspace=f"file {file.name}")
    with opened as target:
        if target.revision() or target.is_loading():
            raise UsageError("the database holds a graph already", hint="Use an empty one.")
        target.apply(GraphDelta(1, content))
    typer.echo(f"{sum(1 for _ in content)} elements are in {store}")
