"""What is in the graph: documents, remove, stats, show, export, rebuild."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kgtransfer.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    plain,
    print_json,
    print_table,
)
from kgtransfer.cli.schema import note_schema


def documents(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """List the documents.

    Example: kgtransfer documents --json
    """
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        listed = list(w.ledger.documents())
    if json:
        print_json(listed)
        return
    found = (stored.document for stored in listed)
    print_table(
        ("id", "uri", "title", "language"), ((d.id, d.uri, d.title, d.language) for d in found)
    )


def remove(
    document: Annotated[list[str], typer.Argument(help="Ids or uris, as `documents` shows them.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Remove documents; the graph is then the one that the others alone would have made.

    Example: kgtransfer remove notes.md
    """
    from kgtransfer.pipeline import remove_documents
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        report = remove_documents(w, document)
    if json:
        print_json(report)
    else:
        typer.echo(
            f"{report.removed} removed; {report.documents} documents, {report.entities} entities, "
            f"{report.facts} facts remain (revision {report.revision})."
        )


def stats(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Count what the graph holds, by label and relationship type.

    Example: kgtransfer stats
    """
    from kgtransfer.foreign import stats_of
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        counts = stats_of(w.content()) if w.settings.mapping else w.store.stats()
        readers = [] if w.settings.mapping else w.ledger.readers()
        note_schema(w)
    if json:
        listed = [{"extractor": r, "fingerprint": f, "documents": n} for r, f, n in readers]
        print_json({**plain(counts), "read_by": listed})
        return
    rows: list[tuple[str, str] | None] = []
    for group in (counts.nodes, counts.entity_types, counts.relationships):
        ordered = sorted(group.items(), key=lambda item: (-item[1], item[0]))
        rows += [*((name, f"{count:,}") for name, count in ordered), None]
    for label, fingerprint, count in readers:
        read_by = f"documents read by {label or 'an earlier version'} {fingerprint}"
        rows.append((read_by, f"{count:,}"))
    print_table(("", "count"), rows)


def show(
    entity: Annotated[str, typer.Argument(help="An entity's name or id.")],
    html: Annotated[
        Path | None, typer.Option(help="Write a page with a drawing to this file instead.")
    ] = None,
    hops: Annotated[int, typer.Option(min=1, max=3, help="How far a fact may be.")] = 1,
    facts: Annotated[int, typer.Option(min=1, max=1000, help="So many facts at most.")] = 80,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Show the facts around an entity, with the sentences that state them.

    Example: kgtransfer show "Dark River" --html river.html
    """
    from kgtransfer.history import find_entity
    from kgtransfer.show import entity_of, neighbourhood, tree, write_page
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        index = w.open_index()
        id_ = entity_of(index, entity) if w.settings.mapping else find_entity(w.ledger, entity).id
        around = neighbourhood(index, id_, hops=hops, most=facts)
    if html is not None:
        write_page(around, html)
        typer.echo(f"wrote {html}", err=True)
    if json:
        print_json(around)
    elif html is None:
        from rich.console import Console

        Console().print(tree(around))


def export(
    file: Annotated[
        Path,
        typer.Argument(
            help=".jsonl (canonical), .json (node-link), .graphml, .ttl, .nt, .jsonld, or the "
            "folders .csv (as neo4j-admin imports them) and .parquet."
        ),
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Write the whole graph to a file; the ending chooses the format.

    Example: kgtransfer export graph.ttl
    """
    from graph_store.formats import export as write
    from graph_store.formats import format_of
    from kgtransfer.workspace import Workspace

    format_of(file)  # a wrong ending is better known before the work
    with Workspace.open(workspace) as w:
        write(w.content(), file)
    print_json({"file": file}) if json else typer.echo(f"wrote {file}", err=True)


def rebuild(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Make the graph and the index again from the ledger, without extracting anew.

    Where kgtransfer.toml maps a graph that others made, read that graph into the index.

    Example: kgtransfer rebuild
    """
    from kgtransfer.config import load_settings
    from kgtransfer.pipeline import rebuild_graph
    from kgtransfer.workspace import Workspace

    mapped = bool(load_settings(workspace).mapping)
    with Workspace.open(workspace, create=mapped) as w:
        report = rebuild_graph(w)
    if json:
        print_json(report)
    else:
        typer.echo(
            f"rebuilt revision {report.revision}: {report.documents} documents, "
            f"{report.entities} entities, {report.facts} facts."
        )
