"""`kgtransfer doctor`: what is installed, what is wrong, how to mend it."""

from __future__ import annotations

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, print_json


def doctor(workspace: WorkspaceOption = DEFAULT_WORKSPACE, json: JsonOption = False) -> None:
    """Check the installation, the models, the store and the workspace.

    Example: kgtransfer doctor
    """
    from kgtransfer.doctor import examine

    findings = examine(workspace)
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
