"""The files by which clients and the supervisor of a bundled server meet, all in one folder.

`server.json` (mode 0600) says where the server listens and with which passwords. Locks are
`flock`s, which the system frees when their process dies, however it dies: `supervisor.lock` is
held by the supervisor as long as it lives, `start.lock` by whoever starts or stops, and each file
in `leases/` by the client that made it. While the file `keep` exists, the server needs no lease.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from graph_store.errors import StoreError, StoreUnavailable

DATABASE = "kgtransfer"


@dataclass(frozen=True, slots=True)
class ServerState:
    """What `server.json` holds. `state` is starting, ready, stopping, stopped or failed."""

    state: str
    supervisor: int
    java: int
    bolt_port: int
    http_port: int
    password: str
    reader_password: str
    version: str
    error: str = ""

    def having(self, **changes: str | int) -> ServerState:
        """A copy with some fields changed."""
        return replace(self, **changes)  # type: ignore[arg-type]


class ServerFiles:
    """The paths of a server's folder, and reading, writing and locking them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.config = self.folder / "config"
        self.leases = self.folder / "leases"
        self.log = self.folder / "server.log"
        self.version = self.folder / "VERSION"
        self.kept = self.folder / "keep"
        """While this file is there the server runs without clients, too."""
        self._state = self.folder / "server.json"

    def create(self) -> None:
        """Make the folders, readable by their owner alone.

        Raises:
            StoreUnavailable: the place can't be written to.
        """
        try:
            for path in (self.folder, self.config, self.leases):
                path.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.folder.chmod(0o700)
        except OSError as error:
            raise _unwritable(self.folder, "made", error) from error

    def read_state(self) -> ServerState | None:
        """What the supervisor wrote last; None where there is nothing readable."""
        try:
            return ServerState(**json.loads(self._state.read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def write_state(self, state: ServerState) -> None:
        """Replace the state in one step; only its owner can read it."""
        write_private(self._state, json.dumps(asdict(state), indent=1))

    def lock(self, name: str, *, wait: float = 0.0) -> int | None:
        """Take the lock file `name`; its descriptor, or None where another process holds it."""
        return _flock(self.folder / f"{name}.lock", wait)

    def holds(self, name: str, descriptor: int) -> bool:
        """Whether what was locked is still in its place: a folder may be deleted and made anew."""
        try:
            place = (self.folder / f"{name}.lock").stat()
        except OSError:
            return False
        return os.path.samestat(os.fstat(descriptor), place)

    def is_locked(self, name: str) -> bool:
        """Whether a living process holds the lock."""
        descriptor = _flock(self.folder / f"{name}.lock", 0.0, shared=True)
        if descriptor is not None:
            os.close(descriptor)
        return descriptor is None

    @contextlib.contextmanager
    def starting(self, seconds: float) -> Iterator[None]:
        """Hold `start.lock`: nobody else starts or stops the server meanwhile.

        Raises:
            StoreUnavailable: another process held it for all of `seconds`.
        """
        descriptor = self.lock("start", wait=seconds)
        if descriptor is None:
            raise StoreUnavailable(
                "another process has been starting or stopping the graph server for too long",
                where=str(self.folder),
                hint="Try again; `kgtransfer store stop` ends a server that hangs.",
            )
        try:
            yield
        finally:
            os.close(descriptor)

    def take_lease(self) -> tuple[Path, int]:
        """Say that this process uses the server, until the descriptor is closed.

        Raises:
            StoreUnavailable: the place can't be written to.
        """
        path = self.leases / f"{os.getpid()}-{secrets.token_hex(4)}"
        try:
            descriptor = _flock(path, 1.0)
        except OSError as error:
            raise _unwritable(self.leases, "written to", error) from error
        if descriptor is None:
            raise StoreError("a lease can't be taken", where=str(path))
        return path, descriptor

    def in_use(self) -> bool:
        """Whether the server has to stay up."""
        return self.kept.exists() or self.living_leases() > 0

    def living_leases(self) -> int:
        """How many clients there are; leases of dead ones are deleted."""
        living = 0
        for path in list(self.leases.iterdir()) if self.leases.exists() else []:
            descriptor = _flock(path, 0.0)
            if descriptor is None:
                living += 1
                continue
            path.unlink(missing_ok=True)
            os.close(descriptor)
        return living

    def log_tail(self, lines: int = 5) -> str:
        """The last lines of the server's log that say something, in one line."""
        try:
            text = self.log.read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""
        said = [line.strip() for line in text.splitlines() if line.strip()]
        return " | ".join(line for line in said if not line.startswith("at "))[-300 * lines :]


def write_private(path: Path, text: str) -> None:
    """Write a file of mode 0600 in one step."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    draft.replace(path)


def _unwritable(folder: Path, how: str, error: OSError) -> StoreUnavailable:
    return StoreUnavailable(
        f"the graph server's folder can't be {how} ({error.strerror})",
        where=str(folder),
        hint="Choose a workspace that you may write to, on a disk with room.",
    )


def _flock(path: Path, wait: float, *, shared: bool = False) -> int | None:
    # A shared lock only looks whether somebody has it: those who look do not hinder each other.
    kind = fcntl.LOCK_SH if shared else fcntl.LOCK_EX
    deadline = time.monotonic() + wait
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            if time.monotonic() >= deadline:
                return None
            time.sleep(0.05)
            continue
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)  # somebody deleted the file between opening and locking it
