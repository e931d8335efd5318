"""The past of the graph and people's decisions: log, diff, snapshot, restore, undo, merge, ..."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import (
    DEFAULT_WORKSPACE,
    JsonOption,
    WorkspaceOption,
    print_json,
    print_table,
)

if TYPE_CHECKING:
    from kgtransfer.ledger.history import Revision
    from kgtransfer.report import BuildReport
    from kgtransfer.workspace import Workspace

MOST_SHOWN = 50
Reason = Annotated[str, typer.Option("--reason", help="Kept with the decision.")]
One = Annotated[str, typer.Argument(help="An entity's name or id.")]


def log(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """List the revisions: when, why, what changed, and the snapshots.

    Example: kgtransfer log
    """
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        history = w.ledger.history
        revisions, snapshots, first = history.revisions(), history.snapshots(), history.first
    if json:
        print_json({"revisions": revisions, "snapshots": snapshots, "kept_from": first})
        return
    names = {key: [s.name for s in same] for key, same in groupby(snapshots, lambda s: s.revision)}
    rows = []
    for revision in reversed(revisions):
        counts = (_counted(revision, kind) for kind in ("documents", "entities", "facts"))
        marks = ", ".join(names.get(revision.id, ()))
        when = revision.time[:16].replace("T", "\N{NO-BREAK SPACE}")
        rows.append((str(revision.id), when, revision.reason, *counts, marks))
    columns = ("", "time (UTC)", "reason", "documents", "entities", "facts", "snapshots")
    print_table(columns, rows)


def diff(
    old: Annotated[str, typer.Argument(help="A revision or snapshot, as `log` shows them.")],
    new: Annotated[str, typer.Argument(help="Another; by default the newest.")] = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Show which documents, entities and facts differ between two revisions.

    Example: kgtransfer diff 3 4
    """
    from kgtransfer import history
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        changes = list(history.diff(w, old, new))
    if json:
        print_json(changes)
        return
    for (what, how), group in groupby(
        sorted(changes, key=lambda c: (c.what, c.how, c.name)), lambda c: (c.what, c.how)
    ):
        found = list(group)
        typer.echo(f"{len(found)} {what} {how}")
        for change in found[:MOST_SHOWN]:
            typer.echo(f"  {change.name}")
        if len(found) > MOST_SHOWN:
            typer.echo(f"  and {len(found) - MOST_SHOWN} more (--json lists them)")
    if not changes:
        typer.echo("nothing differs")


def snapshot(
    name: Annotated[str, typer.Argument(help="What to call the newest revision.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Give the newest revision a name, for `diff` and `restore`.

    Example: kgtransfer snapshot before-the-merge
    """
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w, w.writing():
        made = w.ledger.history.snapshot(name)
    print_json(made) if json else typer.echo(f"{made.name} is revision {made.revision}.")


def restore(
    name: Annotated[str, typer.Argument(help="A revision or snapshot, as `log` shows them.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Make the documents, decisions and schema of an earlier revision the present ones.

    Example: kgtransfer restore before-the-merge
    """
    from kgtransfer import history

    _change(workspace, json, lambda w: history.restore(w, name))


def undo(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Take the last revision back; once more, and it is there again.

    Example: kgtransfer undo
    """
    from kgtransfer import history

    _change(workspace, json, history.undo)


def purge(
    document: Annotated[str, typer.Argument(help="The document's id or uri.")] = "",
    before: Annotated[
        str, typer.Option(help="Instead: forget what was in force only before a revision.")
    ] = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Remove a document and its text from history and files as well; this can't be undone.

    Example: kgtransfer purge notes.md
    """
    from kgtransfer import history
    from kgtransfer.errors import UsageError
    from kgtransfer.workspace import Workspace

    if bool(document) == bool(before):
        raise UsageError("name a document, or a revision with --before")
    if document:
        _change(workspace, json, lambda w: history.purge(w, document))
        return
    with Workspace.open(workspace) as w:
        first = history.forget_before(w, before)
    print_json({"kept_from": first}) if json else typer.echo(f"kept from revision {first} on.")


def merge(
    one: One,
    other: Annotated[str, typer.Argument(help="Another, which becomes the first.")],
    reason: Reason = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Say that two entities are one thing.

    Example: kgtransfer merge "Ken Loach" "Kenneth Loach" --reason "full name"
    """
    from kgtransfer import history

    _change(workspace, json, lambda w: history.merge(w, one, other, reason))


def never(
    one: One,
    other: Annotated[str, typer.Argument(help="Another.")],
    reason: Reason = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Say that two entities are two things, whatever the rules say.

    Example: kgtransfer never "Dark River (1990 film)" "Dark River (2017 film)"
    """
    from kgtransfer import history

    _change(workspace, json, lambda w: history.never(w, one, other, reason))


def split(
    entity: One,
    document: Annotated[
        list[str] | None,
        typer.Option(help="A document that means another thing by the name; repeatable."),
    ] = None,
    reason: Reason = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Say that one entity is several things.

    Example: kgtransfer split "John Smith" --document notes/court.md
    """
    from kgtransfer import history

    documents = tuple(document or ())
    _change(workspace, json, lambda w: history.split(w, entity, documents, reason))


def assert_fact(
    subject: One,
    predicate: Annotated[str, typer.Argument(help="A predicate of the schema, or any phrase.")],
    object_: Annotated[
        str, typer.Argument(metavar="OBJECT", help="An entity's name or id, or a value.")
    ],
    value: Annotated[bool, typer.Option("--value", help="OBJECT is a date or an amount.")] = False,
    reason: Reason = "",
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """State a fact that no document states.

    Example: kgtransfer assert "Dark River" director "Edgar Romero" --reason "the poster"
    """
    from kgtransfer import history

    _change(
        workspace,
        json,
        lambda w: history.assert_fact(w, subject, predicate, object_, value=value, reason=reason),
    )


def _change(workspace: Path, json: bool, change: Callable[[Workspace], BuildReport]) -> None:
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        report = change(w)
    if json:
        print_json(report)
        return
    typer.echo(
        f"revision {report.revision}: {report.documents} documents, {report.entities} entities, "
        f"{report.facts} facts."
    )


def _counted(revision: Revision, kind: str) -> str:
    signs = {"added": "+", "changed": "~", "removed": "-"}
    counts = revision.counts.get(kind, {})
    return " ".join(f"{sign}{counts[how]}" for how, sign in signs.items() if how in counts)
