"""`kgtransfer serve`: the REST service."""

from __future__ import annotations

from typing import Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, WorkspaceOption


def serve(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 picks a free one.")] = 8080,
    host: Annotated[str, typer.Option(help="Loopback addresses only.")] = "127.0.0.1",
) -> None:
    """Serve documents, questions and Cypher over HTTP on this machine; /docs describes it.

    Example: kgtransfer serve --port 8080
    """
    from kgtransfer.service.app import run

    run(workspace, host=host, port=port)
