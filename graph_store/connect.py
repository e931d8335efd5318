"""Open a store by its address."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from graph_store.errors import StoreError
from graph_store.local_server import BoltAddress, LocalServer
from graph_store.store import GraphStore

LOCAL = "local:"
SCHEMES = ("bolt", "bolt+s", "bolt+ssc", "neo4j", "neo4j+s", "neo4j+ssc")


def open_store(
    store: str,
    folder: Path,
    user: str = "",
    password: str = "",
    database: str = "",
    *,
    workspace: str = "default",
    metadata_keys: Sequence[str] = (),
    idle_seconds: float = 300.0,
) -> GraphStore:
    """Connect to the graph at `store`: `local:`, or a Bolt URL (`bolt://`, `neo4j+s://`, ...).

    `folder` is where the bundled server of `local:` keeps its data (it is made if missing); user,
    password and database are for a URL. `workspace` is the name written into the database's
    marker.

    Raises:
        StoreUnavailable: no server answers, or the bundled one does not start.
        StoreAuthError: wrong user or password.
        StoreError: the address is none, or the database belongs to another workspace.
    """
    if store == LOCAL:
        server = LocalServer(folder, idle_seconds=idle_seconds)
        address = server.start()
    else:
        server = None
        address = BoltAddress(_checked(store), user, password, database=database)
    opened = GraphStore(address, workspace=workspace, metadata_keys=metadata_keys, server=server)
    try:
        return opened.connect()
    except BaseException:
        opened.close()
        raise


def _checked(store: str) -> str:
    scheme, separator, rest = store.partition("://")
    if not separator or scheme not in SCHEMES or not rest:
        raise StoreError(
            f"{store!r} is not the address of a store",
            hint=f"Use {LOCAL!r} for the bundled server, or a URL that begins with one of "
            f"{', '.join(scheme + '://' for scheme in SCHEMES)}.",
        )
    return store
