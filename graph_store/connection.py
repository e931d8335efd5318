"""Sessions of a database that speaks Bolt: opened, tried again, and found again after a fault."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from graph_store import guard
from graph_store.dialect import NEO4J, Dialect
from graph_store.errors import StoreError
from graph_store.local_server import BoltAddress, LocalServer

if TYPE_CHECKING:
    from neo4j import Driver, ManagedTransaction, Session
    from neo4j.api import BookmarkManager

RETRY_SECONDS = 60.0
"""A write waits so long for a server that is gone or busy."""
OWN_RETRY_SECONDS = 3.0
"""The driver tries an address of the bundled server so long: started again, it may have another."""

log = logging.getLogger(__name__)
logging.getLogger("neo4j").addHandler(logging.NullHandler())  # what it says comes as errors, too
T = TypeVar("T")


class Connection:
    """The drivers of a database: one for writing, and one for its reader where it has that role.

    Each session sees what was written before it. Where the bundled server dies, its supervisor
    starts it again, and work that may happen twice is done once more.
    """

    def __init__(self, address: BoltAddress, server: LocalServer | None = None) -> None:
        self.address = address
        self.dialect: Dialect = NEO4J
        self._server = server
        self._writer: Driver | None = None
        self._reader: Driver | None = None
        self._bookmarks: BookmarkManager | None = None

    def close(self) -> None:
        """Close the connections; a bundled server stops by itself when nobody needs it."""
        for driver in {self._writer, self._reader} - {None}:
            driver.close()  # type: ignore[union-attr]
        self._writer = self._reader = None
        if self._server is not None:
            self._server.release()

    def _session(self, driver: Driver, **options: Any) -> Session:
        """A session that sees what this store wrote before, on a cluster's followers as well."""
        return driver.session(
            database=self.address.database or None, bookmark_manager=self._bookmarks, **options
        )

    def _with_session(self, work: Callable[[Session], T], seconds: float = 0.0) -> T:
        def run() -> T:
            with self._session(self._driver()) as session:
                return work(session)

        with guard.clear_errors(self.dialect, self.address.url, own=True):
            return self._recovering(run, seconds)

    def _write(self, work: Callable[[ManagedTransaction], T]) -> T:
        """Run work that may happen twice: the driver tries again, and so does this.

        The driver gives up where the connection is lost while it commits, since nobody knows then
        whether it was.
        """
        from neo4j.exceptions import IncompleteCommit, TransientError

        end = time.monotonic() + RETRY_SECONDS

        def write(session: Session) -> T:
            lost = False
            while True:
                try:
                    return session.execute_write(work)
                except IncompleteCommit:
                    if lost:
                        raise
                    lost = True
                    log.warning("the connection was lost in a commit; it is done once more")
                except TransientError:  # busy for longer than the driver tries
                    if time.monotonic() > end:
                        raise

        return self._with_session(write, RETRY_SECONDS)

    def _rows(self, text: str) -> list[dict[str, Any]]:
        return self._with_session(lambda session: session.run(text).data())

    def _recovering(self, work: Callable[[], T], seconds: float = 0.0) -> T:
        """Once more after the bundled server died, and again if it dies within so many seconds.

        Its supervisor starts it again, perhaps at another address.
        """
        from neo4j.exceptions import ServiceUnavailable, SessionExpired

        end = time.monotonic() + seconds
        again = False
        while True:
            try:
                return work()
            except (ServiceUnavailable, SessionExpired):
                if self._server is None or (again and time.monotonic() > end):
                    raise
                again = True
                log.warning("the graph server went away; waiting for it")
                self.address = self._server.start()
                self._open_drivers()

    def _driver(self, *, reader: bool = False) -> Driver:
        driver = self._reader if reader else self._writer
        if driver is None:
            raise StoreError("the store is not connected", hint="Call connect() first.")
        return driver

    def _open_drivers(self) -> None:
        from neo4j import GraphDatabase

        address = self.address
        self._bookmarks = GraphDatabase.bookmark_manager()
        retry = RETRY_SECONDS if self._server is None else OWN_RETRY_SECONDS
        self._writer = _open(address.url, address.user, address.password, retry)
        self._reader = (
            _open(address.url, address.reader_user, address.reader_password, retry)
            if address.reader_user
            else self._writer
        )


def _open(url: str, user: str, password: str, retry: float) -> Driver:
    from neo4j import GraphDatabase

    return GraphDatabase.driver(
        url,
        auth=(user, password) if user else None,
        connection_timeout=10.0,
        connection_acquisition_timeout=30.0,
        max_transaction_retry_time=retry,
        notifications_min_severity="OFF",
        telemetry_disabled=True,
        user_agent="kgtransfer",
    )
