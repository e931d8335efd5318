"""`kgtransfer store`: the bundled server."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from graph_store.local_server import LocalServer

app = typer.Typer(no_args_is_help=True, help="Start, stop and reach the bundled Bolt server.")


@app.command()
def start(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Start the server and leave it running.

    Example: kgtransfer store start
    """
    address = _server(workspace).start(keep=True)
    print_json({"url": address.url}) if json else typer.echo(address.url)


@app.command()
def stop(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Stop the server.

    Example: kgtransfer store stop
    """
    stopped = _server(workspace).stop()
    if json:
        print_json({"stopped": stopped})
    else:
        typer.echo("stopped" if stopped else "it was not running")


@app.command()
def status(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Say whether the server runs, and for whom.

    Example: kgtransfer store status --json
    """
    state = _server(workspace).status()
    if json:
        print_json(state)
    elif state.pid:
        typer.echo(f"{state.state} at {state.url}, process {state.pid}, {state.clients} clients")
    else:
        typer.echo("not running")


@app.command()
def url(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Print the Bolt address and the credentials, for cypher-shell or any driver.

    The reader may only read; starts the server if need be.

    Example: kgtransfer store url
    """
    address = _server(workspace).start(keep=True)
    if json:
        print_json(address)
        return
    typer.echo(address.url)
    typer.echo(f"reader: {address.reader_user} {address.reader_password}")
    typer.echo(f"writer: {address.user} {address.password}")


def _server(folder: WorkspaceOption) -> LocalServer:
    from graph_store.local_server import LocalServer
    from kgtransfer.workspace import Workspace

    w = Workspace.open(folder)
    if w.settings.store != "local:":
        raise UsageError(
            f"this workspace uses {w.settings.store}", hint="Start and stop that server itself."
        )
    return LocalServer(w.server_folder)
