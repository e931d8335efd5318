"""The application: its commands, and how an error leaves it."""

from __future__ import annotations

import errno
import io
import json
import sys
from importlib.metadata import version
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from kgtransfer.cli import (
    adapt,
    annotate,
    ask,
    cypher,
    doctor,
    evaluate,
    graph,
    history,
    imports,
    ingest,
    quality,
    rules,
    schema,
    serve,
    store,
    train,
    transfer,
)
from kgtransfer.errors import KGTransferError, UsageError, WorkspaceError


class Commands(TyperGroup):
    """Turns every error of ours into one line (or one JSON object) and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command."""
        try:
            return super().invoke(ctx)
        except KGTransferError as error:
            _end(error)
        except typer.TyperException as error:
            if _as_json():  # what typer says on stderr is for people
                place = ctx.invoked_subcommand or ""
                _print_error(UsageError(str(error), where=place, hint="See --help."))
            raise
        except UnicodeError as error:
            _end(_text_error(error))
        except BrokenPipeError:
            raise
        except OSError as error:
            _end(_os_error(error))
        except KeyboardInterrupt:
            typer.echo("stopped", err=True)
            raise typer.Exit(130) from None


def _end(error: KGTransferError) -> NoReturn:
    if _as_json():
        _print_error(error)
    typer.echo(f"error: {error}", err=True)
    raise typer.Exit(error.exit_code) from None


def _as_json() -> bool:
    return "--json" in sys.argv


def _print_error(error: KGTransferError) -> None:
    typer.echo(json.dumps({"error": error.what, "where": error.where, "hint": error.hint}))


def _text_error(error: UnicodeError) -> KGTransferError:
    """Bytes of a terminal, a variable or a pipe that are no text."""
    return UsageError(f"not UTF-8 ({error})", hint="Give it as UTF-8.")


def _os_error(error: OSError) -> KGTransferError:
    """A full disk or a folder that can't be written to, wherever it was noticed."""
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    denied = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
    what = "make room" if full else "make it writable for you" if denied else "mend it"
    hint = f"Nothing that was kept is lost: {what}, then run the same command again."
    return WorkspaceError(
        "the disk is full" if full else (error.strerror or str(error)).lower(),
        where=str(error.filename or ""),
        hint=hint,
    )


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Documents to a knowledge graph; questions to answers with evidence. "
    "Exit codes: 0 done, 1 some input failed, 2 wrong usage, 3 store or model unavailable.",
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"kgtransfer {version('kgtransfer')}")
        raise typer.Exit


@app.callback()
def start(
    _: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Show it.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


app.command()(ingest.ingest)
app.command()(ask.ask)
app.command()(cypher.cypher)
app.command()(graph.documents)
app.command()(graph.remove)
app.command()(graph.stats)
app.command()(graph.show)
app.command()(quality.quality)
app.command()(annotate.annotate)
app.command()(rules.rules)
app.command()(adapt.adapt)
app.command()(graph.export)
app.command()(graph.rebuild)
for command in (
    history.log,
    history.diff,
    history.snapshot,
    history.restore,
    history.undo,
    history.merge,
    history.never,
    history.split,
):
    app.command()(command)
app.command()(schema.migrate)
app.command()(schema.quarantine)
app.command("assert")(history.assert_fact)
app.command()(history.purge)
app.command()(serve.serve)
app.command()(doctor.doctor)
app.command()(doctor.check)
app.add_typer(imports.app, name="import")
app.add_typer(store.app, name="store")
app.add_typer(schema.app, name="schema")
app.add_typer(train.app, name="train")
app.add_typer(evaluate.app, name="evaluate")
app.add_typer(transfer.app, name="transfer")


def main() -> None:
    """The console script."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # one that has no “ shows a ? instead
            stream.reconfigure(errors="replace")
    app()
