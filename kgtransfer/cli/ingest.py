"""`kgtransfer ingest`: files into the graph."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, Tier, WorkspaceOption, print_json
from kgtransfer.cli.schema import note_schema

if TYPE_CHECKING:
    from kgtransfer.corpus.sources import SourceProblem
    from kgtransfer.report import BuildReport, Plan, Progress


class Others(StrEnum):
    """What becomes of documents that another reader read."""

    refuse = "refuse"
    keep = "keep"
    again = "again"


def ingest(
    paths: Annotated[
        list[str], typer.Argument(help="Files, folders, globs, or - for standard input.")
    ],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    strict: Annotated[
        bool, typer.Option(help="Stop at the first input that can't be read.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option(help="Say what would be done, with estimated time and disk.")
    ] = False,
    workers: Annotated[int | None, typer.Option(min=1, help="Extracting processes.")] = None,
    tier: Annotated[
        Tier | None,
        typer.Option(help="`fast` reads several times faster and finds fewer facts."),
    ] = None,
    extractor: Annotated[
        str | None,
        typer.Option(help="default, a folder, or spacy:, gliner:, seq2seq:, openai: with a name."),
    ] = None,
    others: Annotated[
        Others,
        typer.Option(help="What another tier or extractor has read: stop, keep it, read it again."),
    ] = Others.refuse,
    json: JsonOption = False,
) -> None:
    """Read documents, extract entities and facts, and put them into the graph.

    The same command after a stop goes on where it was; unchanged documents are skipped.

    Example: kgtransfer ingest docs/ notes.md "papers/*.pdf"
    """
    from kgtransfer.corpus.sources import read_sources
    from kgtransfer.pipeline import build_graph
    from kgtransfer.plan import plan
    from kgtransfer.workspace import Workspace

    options = {"workers": workers, "tier": tier and tier.value, "extractor": extractor}
    overrides = {key: value for key, value in options.items() if value is not None}
    if dry_run:
        with Workspace.trial(workspace, **overrides) as w, w.roots(keep=False) as roots:
            planned = plan(w, read_sources(paths, roots=roots, strict=strict))
        print_json(planned) if json else _print_plan(planned)
        return
    opened = Workspace.open(workspace, create=True, **overrides)
    with opened as w, w.roots() as roots, _Display() as display:
        sources = read_sources(paths, roots=roots, strict=strict)
        report = build_graph(w, sources, others=others.value, progress=display.show)
        note_schema(w)
    if json:
        print_json(report)
    else:
        _print(report)
    if any(not problem.passed_over for problem in report.problems):
        raise typer.Exit(1)


class _Display:
    """A progress bar on stderr: documents or chunks per second and the time left."""

    def __enter__(self) -> _Display:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        self._bar = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )
        self._tasks: dict[str, int] = {}
        self._bar.start()
        return self

    def show(self, step: Progress) -> None:
        if step.stage not in self._tasks:
            self._tasks[step.stage] = self._bar.add_task(step.stage, total=step.total, rate="")
        task = self._tasks[step.stage]  # a rate over the whole stage is steadier than the last one
        elapsed = self._bar.tasks[task].elapsed or 0.0
        rate = f"{step.done / elapsed:,.0f} {step.unit}/s" if elapsed > 0.5 else ""
        self._bar.update(task, completed=step.done, total=step.total, rate=rate)  # type: ignore[arg-type]

    def __exit__(self, *_: object) -> None:
        self._bar.stop()


def _print(report: BuildReport) -> None:
    typer.echo(
        f"{report.added} added, {report.changed} changed, {report.unchanged} unchanged "
        f"({report.words:,} words read) in {sum(report.seconds.values()):.1f} s"
    )
    typer.echo(
        f"The graph: {report.documents} documents, {report.entities} entities, "
        f"{report.facts} facts (revision {report.revision})."
    )
    if report.refused:
        typer.echo(f"{report.refused} names or statements were not in the text and left out.")
    for language, count in report.text_only.items():
        typer.echo(
            f"{count} in {language!r}, which the extractor does not read: kept and found as text, "
            "without facts.",
            err=True,
        )
    _print_problems(report.problems)


def _print_plan(planned: Plan) -> None:
    typer.echo(
        f"{planned.new} new, {planned.changed} changed, {planned.unchanged} unchanged: "
        f"{planned.words:,} words in {planned.chunks:,} chunks, to be read by {planned.extractor}"
    )
    typer.echo(f"about {planned.seconds:,.0f} s and {planned.disk_bytes / 1e6:,.0f} MB of disk")
    if planned.requests:
        cost = "" if planned.cost is None else f", about {planned.cost:,.4f} at your prices"
        typer.echo(
            f"{planned.requests:,} requests, about {planned.input_tokens:,} tokens asked and "
            f"{planned.output_tokens:,} answered{cost}"
        )
    for other, count in planned.others.items():
        typer.echo(f"{count} documents were read by {other}: choose --others keep or again")
    typer.echo("Nothing has been changed.")
    _print_problems(planned.problems)


def _print_problems(problems: Iterable[SourceProblem]) -> None:
    for problem in problems:
        verb = "passed over" if problem.passed_over else "not read"
        typer.echo(f"{verb}: {problem.uri}: {problem.reason}", err=True)
