"""`kgtransfer adapt`: the reader adapted to the workspace's own corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, plain, print_json
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from kgtransfer.transfer.adapt import AdaptReport, Measured
    from kgtransfer.workspace import Workspace


def adapt(
    off: Annotated[bool, typer.Option("--off", help="Drop what was learnt.")] = False,
    status: Annotated[bool, typer.Option(help="Show what is in use, and its test.")] = False,
    seconds: Annotated[float, typer.Option(min=5, help="Train for so long.")] = 300.0,
    real: Annotated[
        Path | None, typer.Option(help="Real questions (SQuAD's format), to mix in.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of questions and training.")] = 0,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Adapt the reader to the documents here, with questions made of their own facts.

    It is kept only if a test says that it reads better here and has forgotten nothing; `ask` then
    uses it. Ctrl-C tests what was best until then.

    Example: kgtransfer adapt --seconds 600
    """
    from kgtransfer.workspace import Workspace

    if off and status:
        raise UsageError("--off and --status are two things: choose one")
    with Workspace.open(workspace) as w:
        if off:
            _drop(w, json=json)
        elif status:
            _show(w, json=json)
        else:
            _adapt(w, seconds, real, seed, json=json)


def note_adapter(w: Workspace) -> None:
    """Say so where an adapter belongs to another reader than the one in use."""
    if w.adapter is not None and not w.adapter_fits:
        typer.echo(
            "note: the adapter here was learnt on another reader and is not used;"
            " `kgtransfer adapt` learns it anew, `--off` drops it.",
            err=True,
        )


def _adapt(w: Workspace, seconds: float, real: Path | None, seed: int, *, json: bool) -> None:
    from kgtransfer.transfer.adapt import AdaptConfig, adapt

    report = adapt(w, AdaptConfig(seconds=seconds, seed=seed), real=real,
                   say=lambda text: typer.echo(text, err=True))  # fmt: skip
    if json:
        print_json(report)
    else:
        _print(report)


def _print(report: AdaptReport) -> None:
    typer.echo(f"{'kept' if report.kept else 'not kept'}: {report.why}.")
    tests = {"own questions": report.own, "real questions": report.general}
    for name, test in (*tests.items(), *((f"  {k}", t) for k, t in report.by_kind.items())):
        if test is not None:
            typer.echo(_line(name, test))
    typer.echo(f"{report.steps} steps in {report.seconds.get('training', 0):.0f} s.")


def _line(name: str, test: Measured) -> str:
    return (
        f"{name:16} {test.before:5.1f} -> {test.after:5.1f}  "
        f"({test.gain:+.1f} [{test.low:+.1f}, {test.high:+.1f}], {test.questions} questions)"
    )


def _show(w: Workspace, *, json: bool) -> None:
    adapter = w.adapter
    if json:
        print_json({"adapter": adapter and plain(adapter), "used": w.adapter_fits})
    elif adapter is None:
        typer.echo("the reader is used as it is: `kgtransfer adapt` adapts it.")
    else:
        own = adapter.report.get("own") or {}
        typer.echo(
            f"adapted: {own.get('before')} -> {own.get('after')} on {own.get('questions')} held-out"
            " questions of its own"
        )
        note_adapter(w)


def _drop(w: Workspace, *, json: bool) -> None:
    from kgtransfer.read.adapter import drop

    with w.writing():
        dropped = drop(w.adapter_folder)
    if json:
        print_json({"dropped": dropped})
    else:
        typer.echo("dropped: the reader is used as it is." if dropped else "there was none.")
