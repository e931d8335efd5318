"""`kgtransfer doctor` and `check`: what is installed, what is wrong, how to mend it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json

if TYPE_CHECKING:
    from kgtransfer.report import Finding


def doctor(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Look at the installation, the models, the store and the workspace.

    Example: kgtransfer doctor
    """
    from kgtransfer.doctor import examine

    _show(examine(workspace), json)


def check(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Read all of the workspace: is the ledger whole, do graph and index hold what it says?

    Example: kgtransfer check
    """
    from kgtransfer.check import check as look
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        findings = list(look(w))
    _show(findings, json)


def _show(findings: Sequence[Finding], json: bool) -> None:
    if json:
        print_json(findings)
    else:
        for finding in findings:
            mark = "ok  " if finding.ok else "FAIL"
            typer.echo(f"{mark} {finding.subject}: {finding.state}")
            if not finding.ok and finding.remedy:
                typer.echo(f"     {finding.remedy}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(3)
