"""`kgtransfer train`, `kgtransfer evaluate` and `kgtransfer transfer`."""

from __future__ import annotations

import typer

from kgtransfer.cli.transfer import transfer_run

train = typer.Typer(no_args_is_help=True, help="Train what ships: extractor, retriever, reader.")
evaluate = typer.Typer(no_args_is_help=True, help="Measure: retrieval, qa, graph, extraction.")
transfer = typer.Typer(no_args_is_help=True, help="Transfer experiments.")


@transfer.callback()
def _transfer() -> None:
    """Transfer experiments."""


transfer.command("run")(transfer_run)
