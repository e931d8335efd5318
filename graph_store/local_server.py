"""The bundled graph server as its clients see it: start, stop, status.

Nothing has to be installed or configured: `LocalServer(folder).start()` gives the address of a
running server whose data is in `folder`, and starts one if there is none. Several processes share
it. It listens on the loopback interface only, and its passwords are in a file that only its owner
can read.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from graph_store.errors import StoreError, StoreUnavailable
from graph_store.java import find_runtime
from graph_store.server_files import DATABASE, ServerFiles, ServerState
from graph_store.supervisor import READER, START_SECONDS, http_command, is_java_of

GRACE_SECONDS = 1.5
"""How long an ended query may take to stop before its server is started anew."""


@dataclass(frozen=True, slots=True)
class BoltAddress:
    """Where a Bolt server listens and how to get in. The reader's role can only read."""

    url: str
    user: str
    password: str
    reader_user: str = ""
    reader_password: str = ""
    database: str = ""


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What `store status` shows."""

    state: str
    url: str
    pid: int
    clients: int
    version: str
    folder: str
    disk_bytes: int
    memory_bytes: int


class LocalServer:
    """The bundled server of one folder."""

    def __init__(self, folder: Path, *, memory: str = "1g", idle_seconds: float = 300.0) -> None:
        self.files = ServerFiles(folder)
        self.memory = memory
        self.idle_seconds = idle_seconds
        self._lease: tuple[Path, int] | None = None

    def start(self, *, keep: bool = False) -> BoltAddress:
        """The address of the running server; starts it where it does not run.

        The server runs at least until `release` or the end of this process; with `keep` until
        `stop`.

        Raises:
            StoreUnavailable: it does not start; the text says why.
            StoreError: the folder was written by a newer server.
        """
        self.files.create()
        self._check_version()
        if self._lease is None:
            self._lease = self.files.take_lease()
        with self.files.starting(START_SECONDS):
            runs = self.files.is_locked("supervisor")
            if keep:
                self.files.kept.touch(mode=0o600)
            elif not runs:  # the wish was for an earlier server
                self.files.kept.unlink(missing_ok=True)
            if not runs:
                before = self.files.read_state()
                if before is not None:  # it may say "ready" of a supervisor that was killed
                    self.files.write_state(before.having(state="starting", error=""))
                self._spawn()
        return _address(self._wait_until_ready())

    def release(self) -> None:
        """This process needs the server no more; it stops by itself when nobody does."""
        if self._lease is not None:
            path, descriptor = self._lease
            path.unlink(missing_ok=True)
            os.close(descriptor)
            self._lease = None

    def stop(self) -> bool:
        """Stop the server for everybody; whether one was running."""
        self.release()
        self.files.kept.unlink(missing_ok=True)
        state = self.files.read_state()
        if state is None or not self.files.folder.exists():
            return False
        running = self.files.is_locked("supervisor")
        if running:
            with contextlib.suppress(ProcessLookupError):
                os.kill(state.supervisor, signal.SIGTERM)
            _wait(lambda: not self.files.is_locked("supervisor"), 30.0)
        if is_java_of(state.java, self.files.folder):  # an orphan, whose supervisor was killed
            running = True
            os.kill(state.java, signal.SIGTERM)
            if not _wait(lambda: not is_java_of(state.java, self.files.folder), 20.0):
                os.kill(state.java, signal.SIGKILL)
        return running

    def status(self) -> ServerStatus:
        """Whether it runs, where, for how many clients, and what it takes."""
        state = self.files.read_state()
        java = state.java if state is not None else 0
        runs = is_java_of(java, self.files.folder)
        return ServerStatus(
            state=state.state if state is not None and runs else "stopped",
            url=_address(state).url if state is not None and runs else "",
            pid=java if runs else 0,
            clients=self.files.living_leases(),
            version=state.version if state is not None else "",
            folder=str(self.files.folder),
            disk_bytes=_disk_bytes(self.files.folder),
            memory_bytes=_memory_bytes(java) if runs else 0,
        )

    def end_query(
        self, text: str, *, seconds: float, write: bool, wait: float = GRACE_SECONDS
    ) -> bool:
        """End the query of this text that has run for about `seconds`; whether it has ended.

        The engine looks at the order to stop between rows only, so it may take a while, or, in
        one endless expression, for ever: then False, after `wait` seconds.
        """
        state = self.files.read_state()
        if state is None:
            return False
        user = "root" if write else READER
        password = state.password if write else state.reader_password
        with contextlib.suppress(OSError):
            running = http_command(state.http_port, user, password, "list queries")
            found = _find_query(running, text, user, seconds)
            if found is None:
                return True
            command = f"terminate query {found}"
            reply = http_command(state.http_port, user, password, command, seconds=wait)
            if isinstance(reply, dict) and reply.get("status") != "terminating":
                return True
        return False

    def restart(self) -> None:
        """Kill the server; the supervisor starts it again at the same address.

        Nothing acknowledged is lost, and writers try again.
        """
        state = self.files.read_state()
        if state is not None and is_java_of(state.java, self.files.folder):
            with contextlib.suppress(ProcessLookupError):
                os.kill(state.java, signal.SIGKILL)

    def _check_version(self) -> None:
        installed = find_runtime().version
        try:
            written = self.files.version.read_text(encoding="utf-8").strip()
        except OSError:
            return
        if _version(written) > _version(installed):
            raise StoreError(
                f"the graph was written by server version {written}; {installed} is installed",
                where=str(self.files.folder),
                hint="Install the newer version, or delete this folder and run "
                "`kgtransfer rebuild`, which makes the graph again.",
            )

    def _spawn(self) -> None:
        command = [sys.executable, "-m", "graph_store.supervisor", str(self.files.folder)]
        command += ["--memory", self.memory, "--idle-seconds", str(self.idle_seconds)]
        package_root = str(Path(__file__).parent.parent)
        path = os.pathsep.join(filter(None, [package_root, os.environ.get("PYTHONPATH", "")]))
        with (self.files.folder / "supervisor.log").open("wb") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd="/",
                env=os.environ | {"PYTHONPATH": path},
            )
        if not _wait(
            lambda: self.files.is_locked("supervisor") or process.poll() is not None, START_SECONDS
        ):
            raise StoreUnavailable("the server's supervisor does not start", where=str(log.name))
        process.returncode = 0  # detached: nobody waits for it, so Python must not warn

    def _wait_until_ready(self) -> ServerState:
        deadline, locked = time.monotonic() + START_SECONDS, False
        while time.monotonic() < deadline:
            locked = self.files.is_locked("supervisor")
            state = self.files.read_state()
            ready = state is not None and state.state == "ready"
            if state is not None and ready and locked and is_java_of(state.java, self.files.folder):
                return state
            if not locked:
                break
            time.sleep(0.02)
        state = self.files.read_state()
        why = state.error if state is not None and state.error else self.files.log_tail()
        slow = locked and state is not None and state.state == "starting"
        self.release()
        if slow:
            raise StoreUnavailable(
                f"the bundled graph server was not up after {START_SECONDS:.0f} s",
                where=str(self.files.folder),
                hint="The machine may be too busy: run the same command again. The server's log "
                f"is {self.files.log}.",
            )
        raise StoreUnavailable(
            "the bundled graph server did not start",
            where=str(self.files.folder),
            hint=f"{why or 'It said nothing.'} Its log is {self.files.log}.",
        )


def _address(state: ServerState) -> BoltAddress:
    return BoltAddress(
        url=f"bolt://127.0.0.1:{state.bolt_port}",
        user="root",
        password=state.password,
        reader_user=READER,
        reader_password=state.reader_password,
        database=DATABASE,
    )


def _find_query(running: object, text: str, user: str, seconds: float) -> str | None:
    """The id of the running query with this text whose age is nearest to `seconds`."""
    if not isinstance(running, list):
        return None
    same = [
        (abs(query["elapsedMs"] / 1000 - seconds), query["id"])
        for query in running
        if query.get("user") == user and text.startswith(_beginning(query))
    ]
    return min(same)[1] if same else None


def _beginning(query: dict[str, object]) -> str:
    # The server cuts a long text and writes dots behind it.
    return str(query.get("text", ""))[:200].rstrip(".")


def _version(text: str) -> tuple[int, ...]:
    numbers = text.replace(".post", ".").split(".")
    return tuple(int(number) if number.isdigit() else 0 for number in numbers)


def _disk_bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _memory_bytes(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
    return 0


def _wait(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False
