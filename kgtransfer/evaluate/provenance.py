"""What a measured figure needs beside it: versions, machine, and the data's fingerprints."""

from __future__ import annotations

import hashlib
import os
import platform
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from kgtransfer.errors import InputError

PACKAGES = ("kgtransfer", "torch", "numpy")


def versions(*packages: str) -> dict[str, str]:
    """Versions of Python, of ours, and of what computes; `packages` adds others."""
    found = {name: version(name) for name in (*PACKAGES, *packages)}
    return {"python": ".".join(map(str, sys.version_info[:3])), **found}


def machine() -> dict[str, Any]:
    """Processor, usable cores, and operating system (no names of host or user)."""
    usable = getattr(os, "sched_getaffinity", None)
    cores = len(usable(0)) if usable else os.cpu_count()
    return {"processor": _processor(), "cores": cores, "system": platform.system()}


def data_files(paths: Iterable[Path]) -> dict[str, str]:
    """The SHA-256 of each file, by its last two path parts.

    Raises:
        InputError: a file can't be read.
    """
    sums: dict[str, str] = {}
    for path in paths:
        try:
            sums["/".join(path.parts[-2:])] = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise InputError(f"can't be read ({error.strerror})", where=str(path)) from error
    return sums


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    named = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(named, platform.processor() or platform.machine())
