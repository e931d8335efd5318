"""A workspace's life on a disk that fills up, on a small file system of its own (Linux, root).

`python -m tests.full_disk FOLDER FIRST SECOND` makes FOLDER a tmpfs which only this process sees.
For each number of free bytes in ROOMS a workspace goes through `tests.workspaces.live` until it is
refused, is given room, and goes through the rest. Its canonical exports stay beside FOLDER.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from graph_store.errors import KGTransferError
from graph_store.local_server import LocalServer
from kgtransfer.check import check
from tests.workspaces import canonical_export, fake_workspace, live

SIZE = 400_000_000
ROOMS = (2_000_000, 15_000_000, 18_500_000)
"""As much as leaves no room to the ledger, to the graph's server, and to the index."""


def can_mount() -> bool:
    """Whether this user may mount a file system in a name space of its own."""
    command = ["unshare", "--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    return (
        shutil.which("unshare") is not None
        and subprocess.run(command, check=False, capture_output=True).returncode == 0
    )


def leave(room: int, folder: Path) -> Path:
    """Fill the disk of the folder but for so many bytes; the file that does."""
    filler = folder / "filler"
    free = os.statvfs(folder)
    with filler.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, free.f_bavail * free.f_frsize - room)
    return filler


def main(folder: Path, first: str, second: str) -> None:
    """For each room: what the full disk said, and the workspace that came of it."""
    for room in ROOMS:
        workspace = folder / f"room-{room}"
        filler = leave(room, folder)
        try:
            live(workspace, 0.0, first, second)
        except (KGTransferError, OSError) as error:
            print(f"{room}: refused: {error}")
        filler.unlink()
        live(workspace, 0.0, first, second)
        with fake_workspace(workspace) as opened:
            canonical_export(opened, folder.parent / f"room-{room}.jsonl")
            wrong = [finding for finding in check(opened) if not finding.ok]
            print(f"{room}: mended: {wrong or 'whole'}")
        LocalServer(workspace / "server").stop()
        shutil.rmtree(workspace)


if __name__ == "__main__":
    here, first_folder, second_folder, *mounted = sys.argv[1:]
    if not mounted:
        mount = f"mount -t tmpfs -o size={SIZE} tmpfs '{here}' && exec \"$@\""
        again = [sys.executable, "-m", "tests.full_disk", *sys.argv[1:], "mounted"]
        os.execvp("unshare", ["unshare", "--mount", "sh", "-c", mount, "sh", *again])
    main(Path(here), first_folder, second_folder)
