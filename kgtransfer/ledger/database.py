"""The ledger's SQLite file: opening it, its version, its transactions, its errors."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from kgtransfer.errors import CorruptWorkspace, WorkspaceBusy, WorkspaceError

VERSION = 4

_APPLICATION = 0x4B475454
Values = Sequence[Any] | Mapping[str, Any]


class Database:
    """One connection. Statements outside `transaction` commit by themselves."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path, self._connection = path, connection

    @classmethod
    def open(cls, path: Path) -> Database:
        """Open the file, make it where there is none, bring an older one up to date.

        Raises:
            WorkspaceError: a newer version of the program made it, or it cannot be opened.
            CorruptWorkspace: it is damaged, or is not a ledger.
        """
        with _errors(path):
            connection = sqlite3.connect(
                path, timeout=30.0, isolation_level=None, check_same_thread=False
            )
            database = cls(path, connection)
            try:
                database._prepare()
            except BaseException:
                connection.close()
                raise
        return database

    def _prepare(self) -> None:
        version = self.one("PRAGMA user_version")[0]
        application = self.one("PRAGMA application_id")[0]
        if application not in (0, _APPLICATION) or (version and not application):
            raise CorruptWorkspace("the file is not a ledger", where=str(self.path))
        if version > VERSION:
            raise WorkspaceError(
                f"a newer version of kgtransfer made this ledger (version {version})",
                where=str(self.path),
                hint="Update kgtransfer, or use another workspace.",
            )
        self.run("PRAGMA journal_mode = WAL")
        self.run(f"PRAGMA cache_size = {-64 * 1024}")
        if version < VERSION:
            self._migrate(version)
        self._connection.executescript(_script("touched.sql"))
        for script in ("read_with.sql", "rules.sql"):
            self._connection.executescript(_script(script))

    def _migrate(self, version: int) -> None:
        script = _NEW if version == 0 else "".join(MIGRATIONS[v] for v in range(version, VERSION))
        self._connection.executescript(
            f"BEGIN IMMEDIATE; {script} PRAGMA application_id = {_APPLICATION};"
            f" PRAGMA user_version = {VERSION}; COMMIT;"
        )

    def run(self, sql: str, values: Values = ()) -> int:
        """Execute a statement; return how many rows it changed."""
        with _errors(self.path):
            return self._connection.execute(sql, values).rowcount

    def many(self, sql: str, rows: Iterable[Sequence[Any]]) -> None:
        """Execute a statement for each of some rows."""
        with _errors(self.path):
            self._connection.executemany(sql, rows)

    def rows(self, sql: str, values: Values = ()) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, read as they are asked for."""
        with _errors(self.path):
            yield from self._connection.execute(sql, values)

    def one(self, sql: str, values: Values = ()) -> tuple[Any, ...]:
        """The first row of a query that has one."""
        return next(self.rows(sql, values))

    def first(self, sql: str, values: Values = ()) -> tuple[Any, ...] | None:
        """The first row of a query, if it has one."""
        return next(self.rows(sql, values), None)

    @contextmanager
    def transaction(self, *, durable: bool = False) -> Iterator[None]:
        """All of the block happens, or nothing of it. Inside another transaction, part of that.

        A commit always outlives this process; one that is `durable` also outlives a power cut,
        and so do all before it.
        """
        if self._connection.in_transaction:
            yield
            return
        self.run(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def check(self) -> None:
        """Read the whole file.

        Raises:
            CorruptWorkspace: something in it is damaged.
        """
        found = self.one("PRAGMA quick_check(1)")[0]
        if found != "ok":
            raise CorruptWorkspace(f"the ledger is damaged ({found})", where=str(self.path))

    def compact(self) -> None:
        """Write the file anew, without what was deleted, and empty its journal."""
        self.run("VACUUM")
        self.one("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()


def _script(name: str) -> str:
    return files("kgtransfer.ledger").joinpath(name).read_text(encoding="utf-8")


@contextmanager
def _errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        name = str(getattr(error, "sqlite_errorname", ""))
        where = str(path)
        if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
            raise CorruptWorkspace(
                f"the ledger is damaged ({error})",
                where=where,
                hint="Restore the workspace from a copy, or ingest the documents into a new one.",
            ) from error
        if name.startswith("SQLITE_FULL"):
            raise WorkspaceError(
                "the disk is full; nothing that was kept is lost",
                where=where,
                hint="Free some space, then run the same command again.",
            ) from error
        if name.startswith("SQLITE_BUSY"):
            raise WorkspaceBusy(
                "another process holds the ledger", where=where, hint="Try again later."
            ) from error
        if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_PERM")):
            raise WorkspaceError(
                f"the ledger cannot be used ({error})",
                where=where,
                hint="You need to be allowed to write to the workspace's folder, to read it as "
                "well: copy it to a place of your own.",
            ) from error
        raise


_FROM_THE_FIRST = "INSERT INTO history VALUES (0);"
_TABLES = ("schema.sql", "updates.sql", "history.sql", "contract.sql", "triples.sql")
_NEW = "".join(map(_script, _TABLES)) + _FROM_THE_FIRST
# What is in force now is all that is known of the past.
_BEGIN_HISTORY = """
INSERT INTO total SELECT signature, form, type, why, sum(count), count(*) FROM share
  GROUP BY signature, form, type, why;
INSERT INTO history SELECT coalesce(max(id), 0) FROM revision;
INSERT INTO document_life (row, id, since)
  SELECT row, id, (SELECT first FROM history) FROM document WHERE state = 'whole';
"""
MIGRATIONS: dict[int, str] = {
    1: "CREATE TABLE linking (fingerprint TEXT NOT NULL);",
    2: "".join(map(_script, ("migrate_2.sql", "updates.sql", "history.sql"))) + _BEGIN_HISTORY,
    3: _script("contract.sql") + _script("triples.sql"),
}
"""SQL that takes a ledger of a version to the next one."""
