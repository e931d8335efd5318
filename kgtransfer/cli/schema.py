"""The schema of a workspace: `schema`, `migrate`, `quarantine`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from kgtransfer.migrate import Difference, Preview
    from kgtransfer.quarantine import Conflict, Held, Quarantine
    from kgtransfer.workspace import Workspace

app = typer.Typer(no_args_is_help=True, help="The types and predicates that the graph may hold.")
MOST_GROUPS = 15
Limit = Annotated[int, typer.Option(min=0, help="Show so many; all are counted.")]


@app.command()
def init(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Write schema.yaml into the workspace, to be edited: it begins as the shipped schema.

    Example: kgtransfer schema init
    """
    from kgtransfer.errors import UsageError
    from kgtransfer.schema import SCHEMA_FILE, template
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace, create=True) as w:
        file = w.folder / SCHEMA_FILE
        in_force = w.ledger.history.schema()
        if file.exists():
            raise UsageError(f"there is a {SCHEMA_FILE} already", hint="Edit it, or move it away.")
        file.write_text(in_force or template(), encoding="utf-8")
    if json:
        print_json({"file": file})
    else:
        typer.echo(f"wrote {file}: edit it, then see `kgtransfer migrate`.")


@app.command()
def show(
    shipped: Annotated[bool, typer.Option(help="The schema that ships with the program.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Print the schema in force, or with --json what it comes to.

    Example: kgtransfer schema show > schema.yaml
    """
    from kgtransfer.schema import parse_schema, template
    from kgtransfer.workspace import Workspace

    in_force = ""
    if not shipped:
        with Workspace.open(workspace) as w:
            in_force = w.ledger.history.schema()
            if not in_force:
                typer.echo("In force is the shipped schema; nothing is kept out.", err=True)
            note_schema(w)
    text = in_force or template()
    print_json(parse_schema(text)) if json else typer.echo(text, nl=False)


def migrate(
    yes: Annotated[bool, typer.Option("--yes", help="Apply it.")] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Show what the workspace's schema.yaml would change in the graph; with --yes, apply it.

    Nothing is extracted anew, and `undo` takes it back.

    Example: kgtransfer migrate --yes
    """
    from kgtransfer import migrate as migration
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        if not w.schema_pending():
            _say_in_force(w, json)
            return
        if not yes:
            preview = migration.preview(w)
            print_json(preview) if json else _print_preview(preview)
            return
        report = migration.migrate(w)
        held = _held_in(w)
    if json:
        print_json(report)
        return
    typer.echo(
        f"revision {report.revision}: {report.documents} documents, {report.entities} entities, "
        f"{report.facts} facts; {held} statements in quarantine. `kgtransfer undo` takes it back."
    )


def quarantine(
    reason: Annotated[str, typer.Option(help="Only type, predicate, domain or range.")] = "",
    predicate: Annotated[str, typer.Option(help="Only statements with this predicate.")] = "",
    document: Annotated[str, typer.Option(help="Only of a document, by id or uri.")] = "",
    conflicts: Annotated[
        bool, typer.Option(help="Instead: facts with several objects where one is expected.")
    ] = False,
    limit: Limit = 50,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """List what the schema keeps out of the graph, with the reason and the sentence.

    Example: kgtransfer quarantine --predicate director --limit 10
    """
    from kgtransfer import quarantine as held
    from kgtransfer.contract import REASONS
    from kgtransfer.errors import UsageError
    from kgtransfer.pipeline import known_document
    from kgtransfer.workspace import Workspace

    if reason not in ("", *REASONS):
        raise UsageError(f"there is no reason {reason!r}", hint=f"Reasons: {', '.join(REASONS)}")
    if conflicts and (reason or document):
        raise UsageError("--conflicts goes with --predicate alone")
    with Workspace.open(workspace) as w:
        note_schema(w)
        if conflicts:
            found = list(held.conflicts(w.ledger, predicate=predicate))
            shown = found[:limit]
            print_json({"count": len(found), "conflicts": shown}) if json else _print_conflicts(
                shown, len(found)
            )
            return
        id_ = known_document(w.ledger, document) if document else ""
        listed = held.quarantine(
            w.ledger, reason=reason, predicate=predicate, document=id_, limit=limit
        )
        own = bool(w.ledger.history.schema())
    print_json(listed) if json else _print_quarantine(listed, own=own)


def note_schema(w: Workspace) -> None:
    """Say on stderr that schema.yaml is not applied, or that it is wrong."""
    from kgtransfer.errors import ConfigError

    try:
        if w.schema_pending():
            typer.echo("note: schema.yaml is not applied yet; see `kgtransfer migrate`.", err=True)
    except ConfigError as error:
        typer.echo(f"note: the schema in force stays what it was: {error}", err=True)


# -- printing --------------------------------------------------------------------------------------


def _say_in_force(w: Workspace, json: bool) -> None:
    if json:
        print_json({"pending": False})
    elif w.ledger.history.schema():
        typer.echo("nothing to migrate: schema.yaml is in force.")
    else:
        typer.echo("nothing to migrate: there is no schema.yaml (`kgtransfer schema init`).")


def _held_in(w: Workspace) -> int:
    from kgtransfer.quarantine import quarantine as listing

    return listing(w.ledger, limit=0).statements


def _print_preview(preview: Preview) -> None:
    if preview.is_empty:
        typer.echo(
            "The graph stays as it is; `kgtransfer migrate --yes` puts schema.yaml in force."
        )
        return
    typer.echo(f"{preview.documents} documents are concerned")
    for kind in ("entities", "facts", "values"):
        typer.echo(f"  {kind}: {_signed(getattr(preview, kind))}")
    _print_group("types", preview.types)
    _print_group("predicates", preview.predicates)
    reasons = ", ".join(f"{count} {reason}" for reason, count in preview.reasons.items())
    typer.echo(f"quarantine: {preview.held} statements in ({reasons or 'none'}), "
               f"{preview.freed} out")  # fmt: skip
    for held in preview.held_examples:
        _print_held(held)
    if preview.examples:
        typer.echo("for example")
    for change in preview.examples:
        typer.echo(f"  {change.how} {_noun(change.what)}: {_line(change.name)}")
    typer.echo("Nothing has been changed. `kgtransfer migrate --yes` applies it.")


def _print_group(title: str, group: Mapping[str, Difference]) -> None:
    if group:
        typer.echo(title)
    for name, difference in list(group.items())[:MOST_GROUPS]:
        typer.echo(f"  {name}: {_signed(difference)}")
    if len(group) > MOST_GROUPS:
        typer.echo(f"  and {len(group) - MOST_GROUPS} more (--json lists them)")


def _print_quarantine(listed: Quarantine, *, own: bool) -> None:
    if not listed.statements and not listed.entities:
        typer.echo(
            "nothing is in quarantine."
            if own
            else "nothing is in quarantine: the workspace has no schema of its own."
        )
        return
    entities = f" and {listed.entities} entities" if listed.entities else ""
    typer.echo(f"{listed.statements} statements{entities} are in quarantine")
    typer.echo("  " + ", ".join(f"{count} {name}" for name, count in listed.reasons.items()))
    for held in listed.held:
        _print_held(held)
    rest = listed.statements + listed.entities - len(listed.held)
    if rest:
        typer.echo(f"and {rest} more (--limit)")


def _print_held(held: Held) -> None:
    if held.predicate:
        typer.echo(
            f"  {_line(held.subject)} ({held.subject_type}) - {held.predicate} - "
            f"{_line(held.object)} ({held.object_type})"
        )
    else:
        typer.echo(f"  {_line(held.subject)} ({held.subject_type}), in {held.mentions} passages")
    place = f"{held.document}: " if held.document else "asserted"
    quote = f"“{_line(held.quote)}”" if held.quote else ""
    typer.echo(f"    {held.reason}: {held.why}")
    typer.echo(f"    {place}{quote or ('inferred' if held.document else '')}")


def _print_conflicts(shown: list[Conflict], count: int) -> None:
    typer.echo(f"{count} subjects have several objects where the schema expects one")
    for conflict in shown:
        typer.echo(f"  {_line(conflict.subject)} ({conflict.subject_type}) - {conflict.predicate}")
        for claim in conflict.claims:
            typer.echo(
                f"    {_line(claim.object)} ({claim.confidence:.2f}, {claim.statements} stated)"
            )
    if count > len(shown):
        typer.echo(f"and {count - len(shown)} more (--limit)")


def _signed(difference: Difference) -> str:
    parts = ((difference.added, "+"), (difference.changed, "~"), (difference.removed, "-"))
    return " ".join(f"{sign}{count}" for count, sign in parts if count) or "0"


def _line(text: str) -> str:
    """A text on one line."""
    return " ".join(text.split())


def _noun(kind: str) -> str:
    return {"entities": "entity", "facts": "fact", "values": "value"}[kind]
