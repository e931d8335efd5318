"""`kgtransfer transfer run`: what a source and a method are worth where labels are few."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import JsonOption, print_json

if TYPE_CHECKING:
    from kgtransfer.evaluate.intervals import Estimate
    from kgtransfer.transfer.config import TransferConfig
    from kgtransfer.transfer.experiment import Cell
    from kgtransfer.transfer.material import Material
    from kgtransfer.transfer.report import Row


app = typer.Typer(no_args_is_help=True, help="Transfer experiments.")


@app.callback()
def _group() -> None:
    """Transfer experiments."""


@app.command("run")
def transfer_run(
    file: Annotated[Path, typer.Argument(help="The experiment (TOML).")],
    data: Annotated[
        Path | None, typer.Option(help="The folder that the question files are in.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(help="Where to save the result; by default results/NAME.json beside FILE."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Train with few labels from a source and from scratch, and compare the scores.

    Example: kgtransfer transfer run experiments/transfer-2wiki-to-musique.toml --data DIR
    """
    from kgtransfer.config import read_run
    from kgtransfer.transfer.config import TransferConfig
    from kgtransfer.transfer.material import prepare
    from kgtransfer.transfer.report import describe, save, summarise

    config = read_run(file, TransferConfig, **({"data": data} if data else {}))
    began = time.perf_counter()
    material = prepare(config)
    cells = _run(config, material)
    rows = summarise(cells)
    report = describe(file.stem, config, material.ceiling, rows, time.perf_counter() - began)
    target = output or file.parent / "results" / f"{file.stem}.json"
    save(target, report, cells)
    if json:
        print_json(report)
    else:
        _print(rows, material.ceiling)
        typer.echo(f"saved in {target}")


def _run(config: TransferConfig, material: Material) -> list[Cell]:
    """All cells, with a bar on stderr."""
    from rich.console import Console
    from rich.progress import Progress

    from kgtransfer.transfer.experiment import planned, run
    from kgtransfer.transfer.graph import graph_nodes

    cells: list[Cell] = []
    with TemporaryDirectory() as folder, Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("graph of the pages", total=planned(config))
        nodes = graph_nodes(config, material, Path(folder)) if True in config.fusion else None
        bar.update(task, description="training")
        for cell in run(config, material, nodes):
            cells.append(cell)
            bar.update(task, advance=1, description=f"seed {cell.seed}, {cell.budget} labels")
    return cells


def _print(rows: Sequence[Row], ceiling: float) -> None:
    from rich.console import Console
    from rich.table import Table

    from kgtransfer.transfer.report import UNCERTAINTY, best_rows, detectable

    table = Table("labels", "method", "fusion", box=None, header_style="bold")
    for heading in ("EM", "F1", "F1 from scratch", "gain in F1", "gain by fusion"):
        table.add_column(heading, justify="right")
    for row in rows:
        fused = "" if row.graph_gain is None else _signed(row.graph_gain)
        table.add_row(
            str(row.labels), row.method or "as it is", "on" if row.fusion else "off",
            f"{100 * row.exact.mean:.1f}", _plain(row.f1), _plain(row.scratch_f1),
            _signed(row.gain_f1), fused,
        )  # fmt: skip
    Console(highlight=False).print(table)
    for row in best_rows(rows):
        name = f"{row.method or 'the source as it is'}, fusion {'on' if row.fusion else 'off'}"
        typer.echo(f"best with {row.labels} labels: {name} (F1 {100 * row.f1.mean:.1f})")
    typer.echo(f"answers on the pages that were read: {100 * ceiling:.0f} % of the test questions")
    typer.echo(f"gains in F1 below about {100 * detectable(rows):.1f} can't be told from none")
    typer.echo(f"in brackets: {UNCERTAINTY}")


def _plain(estimate: Estimate) -> str:
    return f"{100 * estimate.mean:.1f} [{100 * estimate.low:.1f}, {100 * estimate.high:.1f}]"


def _signed(estimate: Estimate) -> str:
    bounds = f"[{100 * estimate.low:+.1f}, {100 * estimate.high:+.1f}]"
    return f"{100 * estimate.mean:+.1f} {bounds}"
