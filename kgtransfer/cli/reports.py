"""How a measured figure is saved and printed: with settings, data, versions and machine."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import typer

from kgtransfer.cli.options import plain


def with_provenance(report: Any, files: Iterable[Path], **settings: Any) -> dict[str, Any]:
    """The report with where it comes from."""
    from kgtransfer.evaluate.provenance import data_files, machine, versions

    return {
        "settings": settings,
        **plain(report),
        "data": data_files(files),
        "versions": versions("transformers", "spacy"),
        "machine": machine(),
    }


def write_report(report: Any, files: Iterable[Path], output: Path | None, **settings: Any) -> None:
    """Print the report with where it comes from; the file holds the answers one by one, too."""
    whole = with_provenance(report, files, **settings)
    save_report(whole, output)
    print_report(whole)


def save_report(report: dict[str, Any], output: Path | None) -> None:
    """Write a report where a file is named."""
    if output is not None:
        output.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps(report, ensure_ascii=False, indent=1)
        output.write_text(text + "\n", encoding="utf-8")


def print_report(report: dict[str, Any]) -> None:
    """Print a report without its single answers."""
    typer.echo(json.dumps({k: v for k, v in report.items() if k != "answers"}, indent=2))
