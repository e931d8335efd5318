"""What is installed, which store and models are used, what is wrong and how to mend it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from kgtransfer.errors import KGTransferError
from kgtransfer.report import Finding
from kgtransfer.workspace import Workspace

PACKAGES = ("torch", "torch-geometric", "transformers", "spacy", "neo4j", "networkx", "rdflib")
FREE_DISK = 1 << 30
"""Bytes below which a warning is due: an ingest of a few thousand pages needs some hundred MB."""


def examine(folder: Path) -> list[Finding]:
    """Look at the installation and at the workspace in `folder`, if there is one."""
    findings = [_python(), *(_package(name) for name in PACKAGES), _disk(folder)]
    if not (folder / "workspace.json").exists():
        return [*findings, Finding("workspace", True, f"none at {folder} yet")]
    try:
        workspace = Workspace.open(folder)
    except KGTransferError as error:
        return [*findings, Finding("workspace", False, error.what, error.hint)]
    with workspace as w:
        findings.append(Finding("workspace", True, f"{folder}, store {w.settings.store}"))
        checks: dict[str, Callable[[], str]] = {
            "ledger": lambda: (
                f"{len(list(w.ledger.documents()))} documents, revision {w.ledger.revision}"
            ),
            "store": lambda: _store(w),
            "encoder": lambda: f"{w.settings.encoder} ({w.encoder.dimension} wide)",
            "extractor": lambda: f"{w.settings.extractor} ({w.extractor.fingerprint})",
            "index": lambda: _index(w),
            "reader": lambda: f"{w.settings.reader} ({type(w.reader).__name__})",
            "reasoner": lambda: f"{w.settings.reasoner} ({type(w.path_model).__name__})",
        }
        if w.settings.mapping:  # nothing is extracted from a graph that others made
            del checks["ledger"], checks["extractor"]
        for subject, check in checks.items():
            try:
                findings.append(Finding(subject, True, check()))
            except KGTransferError as error:
                findings.append(Finding(subject, False, str(error), error.hint))
    return findings


def _python() -> Finding:
    running = ".".join(map(str, sys.version_info[:3]))
    fits = (3, 11) <= sys.version_info[:2] < (3, 14)
    return Finding("python", fits, running, "Use Python 3.11, 3.12 or 3.13.")


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, "not installed", f"Run make install, or pip install {name}.")


def _disk(folder: Path) -> Finding:
    existing = next(p for p in [folder.absolute(), *folder.absolute().parents] if p.exists())
    free = shutil.disk_usage(existing).free
    return Finding(
        "disk", free > FREE_DISK, f"{free / 1e9:.1f} GB free", "Free some space before ingesting."
    )


def _store(w: Workspace) -> str:
    revision = w.store.revision()
    if w.settings.mapping:
        return f"answers; read by the mapping of {', '.join(w.settings.mapping)}"
    if revision != w.ledger.revision:
        raise KGTransferError(
            f"the graph is at revision {revision}, the ledger at {w.ledger.revision}",
            hint="Run kgtransfer rebuild.",
        )
    return f"answers, revision {revision}"


def _index(w: Workspace) -> str:
    index = w.open_index()
    if w.settings.mapping:
        return f"reading {index.revision}"
    if index.revision != w.ledger.revision:
        raise KGTransferError(
            f"the index is at revision {index.revision}, the ledger at {w.ledger.revision}",
            hint="Run kgtransfer rebuild.",
        )
    return f"revision {index.revision}"
