"""A real Neo4j for tests: `python -m tests.neo4j_server up`, and `down`.

Where there are Java 17 and Maven, the community server's jars come from Maven Central into
`.neo4j/lib` (once) and run from there; else Docker runs the official image. The server listens on
the loopback interface only, with a generated password, and its state is in `.neo4j/`.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import json
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

VERSION = "5.26.12"
IMAGE = "neo4j:5.26-community"
CONTAINER = "kgtransfer-neo4j"
FOLDER = Path(__file__).parent.parent / ".neo4j"
START_SECONDS = 240.0
_OPENED = tuple(
    f"--add-opens=java.base/{package}=ALL-UNNAMED"
    for package in ("java.nio", "java.io", "sun.nio.ch")
)

POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>kgtransfer.tests</groupId>
  <artifactId>neo4j</artifactId>
  <version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.neo4j</groupId><artifactId>neo4j</artifactId><version>{VERSION}</version>
    </dependency>
    <dependency>
      <groupId>org.neo4j.app</groupId><artifactId>neo4j-server</artifactId>
      <version>{VERSION}</version>
    </dependency>
  </dependencies>
</project>
"""

CONFIG = """server.bolt.listen_address=127.0.0.1:{port}
server.http.enabled=false
server.https.enabled=false
server.memory.heap.initial_size=256m
server.memory.heap.max_size=512m
server.memory.pagecache.size=64m
dbms.usage_report.enabled=false
db.transaction.monitor.check.interval=500ms
server.bolt.advertised_address=127.0.0.1:{port}
server.bolt.tls_level=OPTIONAL
dbms.ssl.policy.bolt.enabled=true
dbms.ssl.policy.bolt.base_directory={certificates}
"""


class NoNeo4j(Exception):
    """Why there is no real Neo4j here."""


@dataclass(frozen=True)
class Neo4jServer:
    """Where it listens. `pid` is 0 for one in a container or started by somebody else.

    `authority` is the file of the authority that signed its certificate, where it speaks TLS.
    """

    url: str
    user: str
    password: str
    pid: int = 0
    authority: str = ""


def from_environment() -> Neo4jServer | None:
    """The server that NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD name, if any."""
    url = os.environ.get("NEO4J_URI")
    if not url:
        return None
    user = os.environ.get("NEO4J_USER", "neo4j")
    return Neo4jServer(url, user, os.environ.get("NEO4J_PASSWORD", ""))


def running() -> Neo4jServer | None:
    """The server that `up` started, if it still answers."""
    try:
        server = Neo4jServer(**json.loads((FOLDER / "server.json").read_text()))
    except (OSError, ValueError, TypeError):
        return None
    return server if _answers(server) else None


def up() -> Neo4jServer:
    """Start a server that outlives this process; the running one where there is one."""
    FOLDER.mkdir(exist_ok=True)
    if (server := running()) is not None:
        return server
    if why_no_java():
        server = _start_container()
    else:
        home = FOLDER / "home"
        shutil.rmtree(home, ignore_errors=True)
        server = start_java(home, own=False)
    descriptor = os.open(FOLDER / "server.json", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        json.dump(asdict(server), stream)
    return server


def down() -> bool:
    """Stop what `up` started; whether it was running."""
    server = running()
    (FOLDER / "server.json").unlink(missing_ok=True)
    if server is None:
        return False
    if server.pid:
        stop(server)
    else:
        subprocess.run(["docker", "rm", "--force", CONTAINER], check=True, capture_output=True)
    return True


def why_no_java() -> str:
    """Empty where Java 17 or newer and Maven are there; else what is missing."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            return f"{program} is not installed"
    said = subprocess.run(["java", "-version"], capture_output=True, text=True, check=False).stderr
    version = re.search(r'version "(\d+)', said)
    if version is None or int(version.group(1)) < 17:
        return "Java is older than 17"
    return ""


def start_java(home: Path, *, own: bool) -> Neo4jServer:
    """Start a server with its data in `home`; one of its `own` ends with this process.

    Raises:
        NoNeo4j: Java or Maven is missing, or the jars can't be fetched.
        TimeoutError: it does not start.
    """
    if why := why_no_java():
        raise NoNeo4j(why)
    _fetch_jars()
    port = _free_port()
    (home / "conf").mkdir(parents=True, exist_ok=True)
    authority = _certify(home / "certificates")
    config = CONFIG.format(port=port, certificates=authority.parent)
    (home / "conf" / "neo4j.conf").write_text(config)
    process = _launch(home, own=own)
    password = secrets.token_urlsafe(16)
    url = f"bolt://127.0.0.1:{port}"
    server = Neo4jServer(url, "neo4j", password, process.pid, str(authority))
    try:
        _set_password(server, lambda: process.poll() is None)
    except TimeoutError as error:
        process.kill()
        tail = (home / "out.log").read_text(errors="replace")[-500:]
        raise TimeoutError(f"{error}: {tail}") from error
    return server


def start_again(home: Path, server: Neo4jServer) -> Neo4jServer:
    """Start the server of `home` that has stopped, at its address; it may not answer yet.

    It does not end by itself: a thread may call this, and end before.
    """
    return replace(server, pid=_launch(home, own=False).pid)


def _certify(folder: Path) -> Path:
    """Write a certificate for this machine under the names that Neo4j expects; its authority."""
    import trustme

    folder.mkdir(parents=True, exist_ok=True)
    made = trustme.CA()
    certificate = made.issue_cert("127.0.0.1", "localhost")
    certificate.private_key_pem.write_to_path(str(folder / "private.key"))
    certificate.cert_chain_pems[0].write_to_path(str(folder / "public.crt"))
    made.cert_pem.write_to_path(str(folder / "authority.pem"))
    return folder / "authority.pem"


def _launch(home: Path, *, own: bool) -> subprocess.Popen[bytes]:
    command = [
        *("java", "-Xmx512m", "-XX:TieredStopAtLevel=1"),
        *_OPENED,
        *("-cp", f"{FOLDER}/lib/*", "org.neo4j.server.CommunityEntryPoint"),
        *(f"--home-dir={home}", f"--config-dir={home}/conf"),
    ]
    with (home / "out.log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=not own,
            preexec_fn=_die_with_parent if own else None,
        )


def import_csv(home: Path, folder: Path) -> None:
    """Fill the database of a server that is to be started in `home` by `neo4j-admin`.

    Raises:
        NoNeo4j: Java or Maven is missing, or the jars can't be fetched.
        subprocess.CalledProcessError: it refuses the files.
    """
    if why := why_no_java():
        raise NoNeo4j(why)
    _fetch_jars()
    (home / "conf").mkdir(parents=True)
    (home / "conf" / "neo4j.conf").touch()
    command = ["java", *_OPENED, "-cp", f"{FOLDER}/lib/*", "org.neo4j.cli.AdminTool"]
    command += ["database", "import", "full", "neo4j", "@import.args"]
    environment = os.environ | {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    subprocess.run(command, cwd=folder, env=environment, check=True, capture_output=True)


def stop(server: Neo4jServer, *, drop: bool = False) -> None:
    """Stop a server that `start_java` started; at once where its data may `drop` with it."""
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGKILL if drop else signal.SIGTERM)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and _lives(server.pid):
        time.sleep(0.1)
    with contextlib.suppress(ProcessLookupError):
        os.kill(server.pid, signal.SIGKILL)


def _lives(pid: int) -> bool:
    with contextlib.suppress(ChildProcessError):
        if os.waitpid(pid, os.WNOHANG)[0] == pid:
            return False
    return Path(f"/proc/{pid}").exists()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)  # PR_SET_PDEATHSIG


def _fetch_jars() -> None:
    FOLDER.mkdir(exist_ok=True)
    done = FOLDER / f"lib-{VERSION}"
    with _locked(FOLDER / "fetch.lock"):
        if done.exists():
            return
        (FOLDER / "pom.xml").write_text(POM)
        shutil.rmtree(FOLDER / "lib", ignore_errors=True)
        command = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime"]
        fetched = subprocess.run(
            [*command, "-DoutputDirectory=lib"],
            cwd=FOLDER,
            capture_output=True,
            text=True,
            check=False,
        )
        if fetched.returncode:
            raise NoNeo4j(f"Maven can't fetch the server: {fetched.stdout[-500:]}")
        done.touch()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _start_container() -> Neo4jServer:
    if shutil.which("docker") is None:
        raise NoNeo4j(f"{why_no_java()}, and neither is Docker; set NEO4J_URI to use a server")
    port = _free_port()
    password = secrets.token_urlsafe(16)
    command = ["docker", "run", "--detach", "--name", CONTAINER]
    command += ["--publish", f"127.0.0.1:{port}:7687", "--env", "NEO4J_AUTH", IMAGE]
    environment = os.environ | {"NEO4J_AUTH": f"neo4j/{password}"}
    started = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if started.returncode:
        raise NoNeo4j(f"Docker can't start {IMAGE}: {started.stderr.strip()[-300:]}")
    server = Neo4jServer(f"bolt://127.0.0.1:{port}", "neo4j", password)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(server):
        if time.monotonic() > deadline:
            raise NoNeo4j("the container does not answer")
        time.sleep(0.5)
    return server


def _set_password(server: Neo4jServer, lives: Callable[[], bool]) -> None:
    """Wait until the new server answers, and replace the password that all of them begin with."""
    import neo4j
    from neo4j.exceptions import DriverError, Neo4jError

    deadline = time.monotonic() + START_SECONDS
    with neo4j.GraphDatabase.driver(server.url, auth=(server.user, "neo4j")) as driver:
        while time.monotonic() < deadline and lives():
            try:
                driver.execute_query(
                    "ALTER CURRENT USER SET PASSWORD FROM 'neo4j' TO $new",
                    {"new": server.password},
                    database_="system",
                )
                return
            except (DriverError, Neo4jError):
                time.sleep(0.2)
    raise TimeoutError("the server does not start")


def _answers(server: Neo4jServer) -> bool:
    import neo4j
    from neo4j.exceptions import DriverError, Neo4jError

    auth = (server.user, server.password)
    try:
        with neo4j.GraphDatabase.driver(server.url, auth=auth, connection_timeout=2.0) as driver:
            driver.execute_query("RETURN 1")
    except (DriverError, Neo4jError):
        return False
    return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(arguments: list[str]) -> int:
    """`up` or `down`."""
    if arguments == ["up"]:
        try:
            server = up()
        except (NoNeo4j, TimeoutError) as error:
            print(f"no Neo4j: {error}", file=sys.stderr)
            return 3
        print(f"Neo4j answers at {server.url}, user {server.user}, password in .neo4j/server.json")
        return 0
    if arguments == ["down"]:
        print("stopped" if down() else "it was not running")
        return 0
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
