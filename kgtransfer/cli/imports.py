"""`kgtransfer import`: what others made, brought in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json

app = typer.Typer(no_args_is_help=True, help="Bring in what was made elsewhere.")


@app.command()
def graph(
    file: Annotated[Path, typer.Argument(help="What `kgtransfer export` wrote, in any format.")],
    store: Annotated[str, typer.Option(help="The database's address; it holds no graph yet.")],
    user: Annotated[str, typer.Option(help="Its user.")] = "neo4j",
    password: Annotated[
        str, typer.Option(envvar="KGTRANSFER_STORE_PASSWORD", help="The user's password.")
    ] = "",
    database: Annotated[str, typer.Option(help="Its name, on editions with several.")] = "",
    json: JsonOption = False,
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
    count = sum(1 for _ in content)
    if json:
        print_json({"elements": count, "store": store})
    else:
        typer.echo(f"{count} elements are in {store}")


@app.command()
def triples(
    files: Annotated[
        list[Path],
        typer.Argument(help="Subject, predicate, object: .csv, .tsv, .txt (tab or |), or RDF."),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Put files of triples into the graph: facts without a text.

    A file that was imported before is replaced. Wrong lines are named, and the others go in.

    Example: kgtransfer import triples films.tsv people.ttl
    """
    from kgtransfer.cli.options import plain
    from kgtransfer.corpus.triples import read_triple_files
    from kgtransfer.imports import import_triples
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace, create=True) as w, w.roots() as roots:
        report, count = import_triples(w, read_triple_files(files, roots=roots))
    if json:
        print_json({**plain(report), "triples": count})
    else:
        typer.echo(
            f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged "
            f"({count:,} triples read) in {sum(report.seconds.values()):.1f} s"
        )
        typer.echo(
            f"The graph: {report.documents} documents, {report.entities} entities, "
            f"{report.facts} facts (revision {report.revision})."
        )
        for problem in report.problems:
            typer.echo(f"not read: {problem.uri}: {problem.reason}", err=True)
    if report.problems:
        raise typer.Exit(1)
