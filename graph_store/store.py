"""The property graph behind the Bolt protocol: one implementation for both engines."""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from graph_store import cypher, guard
from graph_store.connection import Connection
from graph_store.dialect import dialect_of
from graph_store.errors import StoreError
from graph_store.foreign import ForeignGraph, LabelMapping, read_foreign
from graph_store.formats import to_networkx, to_pyg
from graph_store.local_server import GRACE_SECONDS, BoltAddress, LocalServer
from graph_store.parameters import prepared
from graph_store.records import GraphContent, GraphDelta
from graph_store.upserts import Step, check_types, steps
from graph_store.values import QueryResult
from graph_store.whole import read_whole

if TYPE_CHECKING:
    import networkx
    from neo4j import ManagedTransaction, Result
    from torch_geometric.data import HeteroData

SCHEMA_VERSION = 1
TRANSACTION_ROWS = 50_000
"""Rows that one transaction takes; a larger change goes in several, marked as loading."""
REMOTE_GRACE_SECONDS = 3.0
"""Neo4j looks for transactions whose time is over every two seconds."""
CLEAR_ROWS = 5_000
"""Elements that one transaction of `clear` deletes: few, since each of them takes memory there."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class StoreStats:
    """How much of our graph there is, by label, entity type and relationship type."""

    nodes: dict[str, int]
    entity_types: dict[str, int]
    relationships: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Marker:
    workspace: str
    schema_version: int
    revision: int
    loading: bool


class GraphStore(Connection):
    """A graph in a database that speaks Bolt.

    Use it as a context manager, or call `connect` and `close`. One workspace per database:
    `workspace` names it. `metadata_keys` are stored on documents as `meta_<key>` as well. Nodes
    that are not ours are neither read nor changed. A store may be used by several threads.
    """

    def __init__(
        self,
        address: BoltAddress,
        *,
        workspace: str = "default",
        metadata_keys: Sequence[str] = (),
        server: LocalServer | None = None,
    ) -> None:
        super().__init__(address, server)
        self.workspace = workspace
        self.metadata_keys = tuple(metadata_keys)
        self._has_schema = False

    def connect(self) -> Self:
        """Open the connection and look whose graph it is.

        Raises:
            StoreUnavailable: no server answers.
            StoreAuthError: wrong user or password.
            StoreError: the database holds the graph of another workspace.
        """
        with guard.clear_errors(self.dialect, self.address.url):
            self._open_drivers()
            agent = self._driver().get_server_info().agent
        self.dialect = dialect_of(str(agent))
        self._marker()
        return self

    def __enter__(self) -> Self:
        return self if self._writer is not None else self.connect()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # -- writing -----------------------------------------------------------------------------

    def apply(self, delta: GraphDelta) -> None:
        """Change the graph. Applying a delta twice leaves what applying it once leaves.

        It goes in one transaction up to `TRANSACTION_ROWS` rows. A larger one goes in several,
        with `loading` on the marker and the old revision until the last: after a fault, apply it
        again.

        Raises:
            StoreError: a type is not a name.
            StoreUnavailable: the server went away and did not come back in time.
        """
        check_types(delta)
        self._ensure_schema()
        marker = self._marker()
        empty = marker.revision == 0 and not marker.loading
        transactions = _transactions(steps(delta, self.metadata_keys, into_empty=empty))
        group = next(transactions, [])
        part = 0
        for following in transactions:
            number = part if empty else None
            self._write(self._part(group, delta, number, marker.revision, loading=True))
            group, part = following, part + 1
        number = part if empty else None
        self._write(self._part(group, delta, number, delta.revision, loading=False))

    def clear(self) -> None:
        """Remove our graph and its marker, and nothing else."""
        self._marker()
        clears = [cypher.clear_nodes]
        if self.dialect.limits_memory:
            clears.insert(0, cypher.clear_relationships)
        for clear in clears:
            for label in cypher.NODE_LABELS.values():
                while self._count(clear(label), limit=CLEAR_ROWS):
                    pass
        self._write(lambda tx: tx.run(cypher.CLEAR_MARKER, workspace=self.workspace).consume())

    def _part(
        self,
        group: Sequence[Step],
        delta: GraphDelta,
        part: int | None,
        revision: int,
        *,
        loading: bool,
    ) -> Callable[[ManagedTransaction], None]:
        """The work of one transaction.

        What only creates must not happen twice where the driver tries again after a commit whose
        answer was lost: such a `part` of a delta has a number, and the marker that of the last one.
        """
        marker = {
            "workspace": self.workspace,
            "schema_version": SCHEMA_VERSION,
            "revision": revision,
            "loading": True if loading else None,
            "part": part,
            "part_of": delta.revision if part is not None else None,
        }

        def run(tx: ManagedTransaction) -> None:
            if part is not None:
                last = tx.run(cypher.READ_PART, workspace=self.workspace).single()
                if last is not None and last["part_of"] == delta.revision and last["part"] >= part:
                    return
            for step in group:
                tx.run(step.text, {step.parameter: step.rows}).consume()
            tx.run(cypher.WRITE_MARKER, marker).consume()

        return run

    def _ensure_schema(self) -> None:
        if self._has_schema:
            return
        for statement in self.dialect.schema():
            self._rows(statement)
        self._has_schema = True

    def _count(self, text: str, **parameters: Any) -> int:
        record = self._write(lambda tx: tx.run(text, parameters).single(strict=True))
        return int(record["count"])

    # -- reading -----------------------------------------------------------------------------

    def query(
        self,
        text: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        write: bool = False,
        seconds: float = 5.0,
        rows: int = 1_000,
    ) -> QueryResult:
        """Run any Cypher: as a reader, unless `write`.

        It is ended on the server after `seconds`, and cut after `rows` or `guard.MAX_RESULT` bytes
        (then `truncated` is set).

        Raises:
            QueryError: the engine refused it (its message, with the place, is in the text), or
                would answer it wrongly; docs/reference/cypher.md says which queries these are.
            ReadOnlyViolation: it would write, or reach a file or the network.
            QueryTimeout: it was ended.
            StoreUnavailable: the server is gone.
        """
        guard.check_text(text)
        self.dialect.check(text)
        given = prepared(parameters or {}, self.dialect, write=write)
        start = time.monotonic()

        def work() -> QueryResult:
            return self._query(text, given, write, seconds, rows, start)

        def end(done: threading.Event) -> None:
            self._end(text, seconds, write, done)

        if write:  # it must not run twice, so a server that was restarted is looked for before
            self._rows("RETURN 1 AS one")
        with guard.clear_errors(self.dialect, self.address.url, reading=not write):
            if write:
                return guard.run_within(work, seconds, end)
            return self._recovering(lambda: guard.run_within(work, seconds, end))

    def _query(
        self,
        text: str,
        parameters: dict[str, Any],
        write: bool,
        seconds: float,
        rows: int,
        start: float,
    ) -> QueryResult:
        from neo4j import READ_ACCESS, WRITE_ACCESS

        driver = self._driver() if write else self._driver(reader=True)
        access = WRITE_ACCESS if write else READ_ACCESS
        fetched = min(rows + 1, 1_000)
        with self._session(driver, default_access_mode=access, fetch_size=fetched) as session:
            if self.dialect.explains_first and not write:
                guard.check_plan(session, text, parameters)
            with guard.runner(session, self.dialect, seconds, write=write) as run:
                result = run(text, parameters)
                columns = tuple(result.keys())
                found, truncated = guard.within_limits(result, rows)
                if truncated and not write:
                    self._drop(result, text, time.monotonic() - start)
                else:
                    result.consume()
        elapsed = time.monotonic() - start
        return QueryResult(columns, tuple(found), truncated, elapsed)

    def _drop(self, result: Result, text: str, seconds: float) -> None:
        """Leave the rest of a reader's rows; the bundled server would make them all first."""
        from neo4j.exceptions import Neo4jError

        if self._server is None:
            result.consume()
            return
        self._server.end_query(text, seconds=seconds, write=False, wait=0.1)
        with contextlib.suppress(Neo4jError):  # the rows are here; that it was ended is no news
            result.consume()

    def _end(self, text: str, seconds: float, write: bool, done: threading.Event) -> None:
        if self._server is not None:
            ended = self._server.end_query(text, seconds=seconds, write=write)
            if not done.wait(GRACE_SECONDS if ended else 0.0):
                log.warning("a query did not end; the graph server is started again")
                self._server.restart()
                done.wait(GRACE_SECONDS)
        elif not done.wait(REMOTE_GRACE_SECONDS):  # Neo4j ends it by itself; its connection hangs
            self._writer = self._reader = None
            self._open_drivers()

    def arrays(self) -> GraphContent:
        """The whole graph as the records that were applied.

        Raises:
            StoreError: the graph changed while it was read, several times in a row.
        """
        for _ in range(3):
            before = self._marker()
            content = self._with_session(read_whole)
            if self._marker() == before:
                return content
        raise StoreError("the graph kept changing while it was read", where=self.address.url)

    def foreign(self, mappings: Sequence[LabelMapping]) -> ForeignGraph:
        """A graph in the database that is not ours, read by a mapping.

        Raises:
            StoreError: a mapping names what the database does not have.
        """
        from neo4j import READ_ACCESS

        def read() -> ForeignGraph:
            driver = self._driver(reader=True)
            with self._session(driver, default_access_mode=READ_ACCESS) as session:
                return session.execute_read(lambda tx: read_foreign(tx, mappings))

        with guard.clear_errors(self.dialect, self.address.url, own=True):
            return self._recovering(read)

    def to_networkx(self) -> networkx.MultiDiGraph:
        """The whole graph for NetworkX (see `formats.to_networkx`)."""
        return to_networkx(self.arrays())

    def to_pyg(self) -> HeteroData:
        """The whole graph for PyTorch Geometric (see `formats.to_pyg`)."""
        return to_pyg(self.arrays())

    def revision(self) -> int:
        """The revision of the last delta that was applied whole; 0 for an empty database."""
        return self._marker().revision

    def is_loading(self) -> bool:
        """Whether a large delta was begun and not finished: apply it again."""
        return self._marker().loading

    def stats(self) -> StoreStats:
        """Count our elements."""
        nodes = {
            label: self._rows(cypher.count_nodes(label))[0]["count"]
            for label in cypher.NODE_LABELS.values()
        }
        types = {row["type"]: row["count"] for row in self._rows(cypher.COUNT_ENTITY_TYPES)}
        edges = {row["type"]: row["count"] for row in self._rows(cypher.COUNT_RELATIONSHIPS)}
        return StoreStats(nodes, dict(sorted(types.items())), dict(sorted(edges.items())))

    def _marker(self) -> _Marker:
        markers = self._with_session(
            lambda session: session.execute_read(lambda tx: tx.run(cypher.READ_MARKER).data())
        )
        if not markers:
            return _Marker(self.workspace, SCHEMA_VERSION, 0, loading=False)
        found = markers[0]
        if found["workspace"] != self.workspace:
            raise StoreError(
                f"the database holds the graph of another workspace ({found['workspace']})",
                where=self.address.url,
                hint="Name another database (KGTRANSFER_STORE_DATABASE) or another server.",
            )
        if found["schema_version"] > SCHEMA_VERSION:
            raise StoreError(
                "the graph was written by a newer version of this program",
                where=self.address.url,
                hint="Install the newer version.",
            )
        return _Marker(
            found["workspace"], found["schema_version"], found["revision"], bool(found["loading"])
        )


def _transactions(all_steps: Iterator[Step]) -> Iterator[list[Step]]:
    group: list[Step] = []
    size = 0
    for step in all_steps:
        if group and size + len(step.rows) > TRANSACTION_ROWS:
            yield group
            group, size = [], 0
        group.append(step)
        size += len(step.rows)
    if group:
        yield group
