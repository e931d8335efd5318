"""The bundled server's life: shared, stopped when idle, and back after any kill."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from graph_store.connect import open_store
from graph_store.errors import StoreError, StoreUnavailable
from graph_store.local_server import LocalServer
from graph_store.records import Entity, GraphContent, GraphDelta
from graph_store.server_files import ServerState
from graph_store.supervisor import is_java_of

SECONDS = 60.0
ONE = GraphDelta(1, GraphContent.of([Entity("e1", "Ann Lee", "Person")]))


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server's folder that the tests of this module share, to start Java seldom."""
    folder = tmp_path_factory.mktemp("life") / "store"
    yield folder
    LocalServer(folder).stop()


def test_two_that_start_at_once_share_one_server(folder: Path) -> None:
    servers = [LocalServer(folder) for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        addresses = list(pool.map(lambda server: server.start(), servers))
    assert len(set(addresses)) == 1
    assert servers[0].status().clients == 4
    for server in servers:
        server.release()
    assert servers[0].status().clients == 0


def test_passwords_are_for_the_owner_alone(folder: Path) -> None:
    server = LocalServer(folder)
    address = server.start()
    assert address.url.startswith("bolt://127.0.0.1:")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for name in ("server.json", "config/root-password"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    command = Path(f"/proc/{server.status().pid}/cmdline").read_text()
    environment = Path(f"/proc/{server.status().pid}/environ").read_text()
    for secret in (address.password, address.reader_password):
        assert secret not in command + environment
    server.release()


def test_java_is_never_started_inside_python(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from graph_store.connect import open_store\n"
        "with open_store('local:', Path(sys.argv[1])) as store: store.revision()\n"
        "assert not {'jpype', 'arcadedb_embedded'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, timeout=SECONDS)


def test_a_killed_client_leaves_no_lease(folder: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from graph_store.connect import open_store\n"
        "store = open_store('local:', Path(sys.argv[1])); print('ready', flush=True)\n"
        "time.sleep(600)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as client:
        assert client.stdout is not None
        assert client.stdout.readline() == "ready\n"
        assert LocalServer(folder).status().clients == 1
        client.kill()
    eventually(lambda: LocalServer(folder).status().clients == 0)


def test_a_killed_server_comes_back_with_everything(folder: Path) -> None:
    with open_store("local:", folder) as store:
        store.apply(ONE)
        pid = LocalServer(folder).status().pid
        os.kill(pid, signal.SIGKILL)
        store.apply(GraphDelta(2))  # waits for it
        assert store.arrays() == ONE.upserts
        assert store.revision() == 2
        assert LocalServer(folder).status().pid != pid
        assert store.query("MATCH (e:Entity) RETURN e.name", seconds=30).rows == (("Ann Lee",),)


def test_a_query_that_nothing_ends_costs_the_server_a_restart(folder: Path) -> None:
    deaf = "RETURN reduce(s = 0, a IN range(1, 1000000) | s + size([b IN range(1, a) | b]))"
    with open_store("local:", folder) as store:
        with pytest.raises(StoreError, match="longer than 1 s"):
            store.query(deaf, seconds=1.0)
        assert store.query("MATCH (e:Entity) RETURN e.name", seconds=30).rows == (("Ann Lee",),)


def test_an_orphan_is_taken_over(folder: Path) -> None:
    with open_store("local:", folder) as store:
        state = LocalServer(folder).files.read_state()
        assert state is not None
        os.kill(state.supervisor, signal.SIGKILL)
        eventually(lambda: not LocalServer(folder).files.is_locked("supervisor"))
        assert store.query("RETURN 1", seconds=30).rows == ((1,),)  # nobody noticed
        with open_store("local:", folder) as other:
            assert other.query("RETURN 2", seconds=30).rows == ((2,),)
        after = LocalServer(folder).files.read_state()
        assert after is not None
        assert (after.java, after.bolt_port) == (state.java, state.bolt_port)
        assert after.supervisor != state.supervisor
    assert LocalServer(folder).stop()
    assert not is_java_of(state.java, folder)


def test_files_of_dead_processes_are_in_nobodys_way(folder: Path) -> None:
    """After a power cut: numbers of processes that are others' now, leases, a torn state."""
    assert not LocalServer(folder).status().pid
    (folder / "leases" / "1-dead").touch()
    state = folder / "server.json"
    state.write_text(state.read_text().replace('"stopped"', '"ready"'))
    with open_store("local:", folder) as store:
        assert store.revision() == 2
    assert LocalServer(folder).status().clients == 0
    LocalServer(folder).stop()
    state.write_text('{"state": "rea')
    with open_store("local:", folder) as store:
        assert store.arrays() == ONE.upserts


def test_an_idle_server_stops(folder: Path) -> None:
    LocalServer(folder).stop()
    server = LocalServer(folder, idle_seconds=0.5)
    server.start()
    pid = server.status().pid
    time.sleep(1.5)
    assert is_java_of(pid, folder)  # it is in use
    server.release()
    eventually(lambda: not is_java_of(pid, folder))
    eventually(lambda: not server.files.is_locked("supervisor"))
    assert server.status().state == "stopped"


def test_a_running_server_is_found_again_without_its_file(folder: Path) -> None:
    server = LocalServer(folder)
    address = server.start()
    (folder / "server.json").unlink()
    assert LocalServer(folder).start() == address
    server.release()


def test_a_server_whose_folder_was_deleted_leaves_the_next_one_alone(tmp_path: Path) -> None:
    first, second = LocalServer(tmp_path / "s"), LocalServer(tmp_path / "s")
    first.start()
    old = first.files.read_state()
    assert old is not None
    shutil.rmtree(tmp_path / "s")
    address = second.start()
    eventually(lambda: not is_java_of(old.java, tmp_path / "s"))
    state = second.files.read_state()
    assert state is not None
    assert (state.state, state.password) == ("ready", address.password)
    assert state.java != old.java
    second.stop()


def test_a_kept_server_stays_until_it_is_stopped(folder: Path) -> None:
    server = LocalServer(folder, idle_seconds=0.2)
    server.start(keep=True)
    server.release()
    time.sleep(1.0)
    assert server.status().pid
    assert server.stop()
    assert not server.stop()


def test_a_folder_of_a_newer_server_is_refused(folder: Path) -> None:
    version = folder / "VERSION"
    before = version.read_text()
    version.write_text("99.1.1")
    with pytest.raises(StoreError, match=r"version 99\.1\.1.*rebuild"):
        LocalServer(folder).start()
    version.write_text(before)


def test_a_slow_start_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph_store.local_server.START_SECONDS", 0.1)
    server = LocalServer(tmp_path)
    server.files.create()
    server.files.write_state(ServerState("starting", os.getpid(), 0, 0, 0, "", "", ""))
    held = server.files.lock("supervisor")
    assert held is not None
    with pytest.raises(StoreUnavailable, match=r"not up after 0 s.*same command again"):
        server.start()
    os.close(held)


def test_a_server_that_cannot_start_says_why(tmp_path: Path) -> None:
    server = LocalServer(tmp_path / "store", memory="nonsense")
    with pytest.raises(StoreUnavailable, match="Invalid maximum heap size: -Xmxnonsense"):
        server.start()
    shutil.rmtree(tmp_path / "store" / "leases")
    (tmp_path / "store" / "leases").symlink_to("/proc/self")
    with pytest.raises(StoreUnavailable, match="can't be written to"):
        server.start()
    (tmp_path / "file").touch()
    with pytest.raises(StoreUnavailable, match="can't be made"):
        LocalServer(tmp_path / "file" / "store").start()
