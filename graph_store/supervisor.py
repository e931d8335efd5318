"""The process that owns a bundled server: `python -m graph_store.supervisor FOLDER`.

It starts Java, says in `server.json` where it listens, starts it again when it dies, and stops it
when no client's lease has remained for a while. It is detached from whoever started it. A server
whose supervisor was killed goes on serving; the next supervisor finds it and takes it over.
"""

from __future__ import annotations

import argparse
import base64
import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from graph_store.errors import StoreUnavailable
from graph_store.java import Runtime, find_runtime, server_command
from graph_store.server_files import DATABASE, ServerFiles, ServerState, write_private

READER = "reader"
START_SECONDS = 120.0
STOP_SECONDS = 20.0
POLL_SECONDS = 0.2
LOG_BYTES = 2_000_000
RESTARTS = 5
"""So many times in a row is a server that dies while starting started again."""

_LOGGING = """handlers = java.util.logging.ConsoleHandler
.level = WARNING
java.util.logging.ConsoleHandler.level = WARNING
"""


class Supervisor:
    """One server, from its start to its stop."""

    def __init__(self, folder: Path, *, memory: str, idle_seconds: float) -> None:
        self.files = ServerFiles(folder)
        self.memory = memory
        self.idle_seconds = idle_seconds
        self.runtime: Runtime = find_runtime()
        self.process: subprocess.Popen[bytes] | None = None
        self.stopping = False
        self.lock = -1
        self.state = self._first_state()

    def _first_state(self) -> ServerState:
        before = self.files.read_state()
        if before is None:  # without its passwords the list of users is of no use
            (self.files.config / "server-users.jsonl").unlink(missing_ok=True)
            before = ServerState(
                "starting", 0, 0, 0, 0, secrets.token_urlsafe(24), secrets.token_urlsafe(24), ""
            )
        return before.having(
            supervisor=os.getpid(), version=self.runtime.version, state="starting", error=""
        )

    def run(self) -> None:
        """Serve until idle or told to stop by SIGTERM."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a Ctrl-C is meant for the client
        lock = self.files.lock("supervisor", wait=5.0)
        if lock is None:
            return
        self.lock = lock
        try:
            self._start()
            self._watch()
        except StoreUnavailable as error:
            self._write(state="failed", error=str(error))
        finally:  # whatever ends a supervisor (its folder was deleted, say) ends its server
            self._stop_java()
            os.close(lock)

    def _on_signal(self, number: int, frame: object) -> None:
        self.stopping = True

    def _write(self, **changes: str | int) -> None:
        self.state = self.state.having(**changes)
        if not self._owns_folder():  # what is there now is another supervisor's
            return
        with contextlib.suppress(OSError):  # a full disk must not end a server that works
            self.files.write_state(self.state)

    def _owns_folder(self) -> bool:
        return self.files.holds("supervisor", self.lock)

    def _start(self) -> None:
        if self._adopt():
            self._write(state="ready")
            return
        self._write_config()
        for attempt in range(RESTARTS):
            # The same ports again, so that clients find a restarted server; others if taken.
            bolt, http = self._ports(reuse=attempt == 0)
            self._launch(bolt, http)
            if self._wait_until_up():
                self._ensure_reader()
                self._write(state="ready")
                return
            if self.stopping:
                return
        raise StoreUnavailable(
            "the bundled graph server does not start",
            where=str(self.files.folder),
            hint=f"Its log ends: {self.files.log_tail()}",
        )

    def _adopt(self) -> bool:
        """Take over a server that an earlier supervisor left behind."""
        if not is_java_of(self.state.java, self.files.folder):
            return False
        if answers(self.state.bolt_port) and self._list_databases():
            return True
        self._stop_java()
        return False

    def _launch(self, bolt: int, http: int) -> None:
        command = server_command(
            self.runtime,
            self.files.folder,
            bolt_port=bolt,
            http_port=http,
            memory=self.memory,
            database=DATABASE,
        )
        with self.files.log.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.files.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._write(state="starting", java=self.process.pid, bolt_port=bolt, http_port=http)

    def _ports(self, *, reuse: bool) -> tuple[int, int]:
        before = (self.state.bolt_port, self.state.http_port)
        if reuse and all(before) and all(is_free(port) for port in before):
            return before
        with socket.socket() as one, socket.socket() as two:
            one.bind(("127.0.0.1", 0))
            two.bind(("127.0.0.1", 0))
            return one.getsockname()[1], two.getsockname()[1]

    def _wait_until_up(self) -> bool:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.stopping:
            if self.process is not None and self.process.poll() is not None:
                return False
            if answers(self.state.bolt_port) and self._list_databases():
                return True
            time.sleep(0.05)
        self._stop_java()
        return False

    def _watch(self) -> None:
        idle_since = time.monotonic()
        while not self.stopping:
            time.sleep(POLL_SECONDS)
            if not self._owns_folder():
                return
            if self.files.read_state() != self.state:  # clients find us by it
                self._write()
            if self.files.in_use():
                idle_since = time.monotonic()
                if not self._java_lives():
                    self._start()
            elif not self._java_lives() or time.monotonic() - idle_since > self.idle_seconds:
                if self._stop_if_unused():
                    return
                idle_since = time.monotonic()
            self._keep_log_small()
        self._shut_down()

    def _stop_if_unused(self) -> bool:
        # Clients take a lease and then this lock: under it, no lease means that none comes.
        lock = self.files.lock("start")
        if lock is None:
            return False
        try:
            if self.files.in_use():
                return False
            self._shut_down()
            return True
        finally:
            os.close(lock)

    def _shut_down(self) -> None:
        self._write(state="stopping")
        self._stop_java()
        self._write(state="stopped", java=0)

    def _java_lives(self) -> bool:
        if self.process is not None:
            return self.process.poll() is None
        return is_java_of(self.state.java, self.files.folder)

    def _stop_java(self) -> None:
        pid = self.process.pid if self.process is not None else self.state.java
        for number, seconds in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, 5.0)):
            if not self._java_lives() or not is_java_of(pid, self.files.folder):
                break
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline and self._java_lives():
                time.sleep(0.02)
        self.process = None

    def _keep_log_small(self) -> None:
        with contextlib.suppress(OSError):
            if self.files.log.stat().st_size > LOG_BYTES:
                os.truncate(self.files.log, 0)

    def _write_config(self) -> None:
        config = self.files.config
        for old in (self.files.folder / "log").glob("*"):
            old.unlink(missing_ok=True)
        write_private(config / "root-password", self.state.password)
        write_private(config / "logging.properties", _LOGGING)
        write_private(config / "server-groups.json", json.dumps(_groups()))
        write_private(self.files.version, self.runtime.version)

    def _list_databases(self) -> bool:
        try:
            return DATABASE in str(self._command("list databases"))
        except OSError:
            return False

    def _ensure_reader(self) -> None:
        users = self.files.config / "server-users.jsonl"
        if f'"{READER}"' in users.read_text(encoding="utf-8"):
            return
        user = {
            "name": READER,
            "password": self.state.reader_password,
            "databases": {DATABASE: [READER]},
        }
        self._command(f"create user {json.dumps(user)}")

    def _command(self, command: str) -> object:
        return http_command(self.state.http_port, "root", self.state.password, command)


def _groups() -> dict[str, object]:
    """The roles: root may do everything, the reader may read records and nothing else."""
    records = ["createRecord", "readRecord", "updateRecord", "deleteRecord"]
    schema = ["updateSecurity", "updateSchema", "updateDatabaseSettings"]

    def group(access: list[str], on_records: list[str]) -> dict[str, object]:
        types = {"*": {"access": on_records}}
        return {"resultSetLimit": -1, "readTimeout": -1, "access": access, "types": types}

    groups = {
        "admin": group(schema, records),
        READER: group([], ["readRecord"]),
        "*": group([], []),
    }
    return {"version": 1, "databases": {"*": {"groups": groups}}}


def http_command(
    port: int, user: str, password: str, command: str, *, seconds: float = 5.0
) -> object:
    """Run one of the server's own commands over HTTP on the loopback interface.

    Raises:
        OSError: nothing answers, or the command was refused.
    """
    token = base64.b64encode(f"{user}:{password}".encode()).decode()
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/server",
        data=json.dumps({"command": command}).encode(),
        headers={"Authorization": f"Basic {token}", "Content-Type": "application/json"},
    )
    # No proxy of the environment may come between: this never leaves the machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=seconds) as reply:
            return json.loads(reply.read()).get("result")
    except (urllib.error.URLError, ValueError) as error:
        raise OSError(f"the server refused {command.split(' {')[0]!r}: {error}") from error


def answers(port: int) -> bool:
    """Whether something listens on the loopback port."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1.0):
        return True
    return False


def is_free(port: int) -> bool:
    """Whether the loopback port can be listened on."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_java_of(pid: int, folder: Path) -> bool:
    """Whether the process lives and is the server of this folder (numbers are used again)."""
    if pid <= 0:
        return False
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return f"-Darcadedb.server.rootPath={folder}".encode() in arguments


def main() -> None:
    """Read the arguments and serve."""
    parser = argparse.ArgumentParser(prog="python -m graph_store.supervisor")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--memory", default="1g")
    parser.add_argument("--idle-seconds", type=float, default=300.0)
    given = parser.parse_args()
    Supervisor(given.folder, memory=given.memory, idle_seconds=given.idle_seconds).run()


if __name__ == "__main__":
    main()
