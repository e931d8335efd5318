"""`kgtransfer train`, `kgtransfer evaluate` and `kgtransfer transfer`."""

from __future__ import annotations

import typer

train = typer.Typer(no_args_is_help=True, help="Train what ships: extractor, retriever, reader.")
evaluate = typer.Typer(no_args_is_help=True, help="Measure: retrieval, qa, graph, extraction.")
transfer = typer.Typer(no_args_is_help=True, help="Transfer experiments.")


@transfer.callback()
def _transfer() -> None:
    """Transfer experiments."""
