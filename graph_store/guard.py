"""What stands between a query and the graph: who may write, how long, how much, which errors.

That a reader can't write is enforced by the engine (a role without rights, an access mode), not by
looking for words in the text. On Neo4j the engine is also asked for the plan first, because its
access mode allows reading files and calling procedures.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from graph_store.dialect import Dialect
from graph_store.errors import (
    QueryError,
    QueryTimeout,
    ReadOnlyViolation,
    StoreAuthError,
    StoreError,
    StoreUnavailable,
)
from graph_store.values import plain, weight

if TYPE_CHECKING:
    from neo4j import Result, Session

MAX_TEXT = 100_000
"""Characters of a query's text."""

MAX_RESULT = 64_000_000
"""About how many bytes of rows a query hands over; after that it is cut."""

_READ_PROCEDURES = re.compile(
    r"db\.(labels|relationshipTypes|propertyKeys|awaitIndexes?|schema\.\w+"
    r"|index\.(fulltext|vector)\.query\w+)\b"
)
_WRITE_HINT = "Queries read only; to write, ask for it (`kgtransfer cypher --write`)."

# The bundled server says so much, and no more, of what its storage refuses.
_UNEXPLAINED = "Error executing Cypher command"
_UNEXPLAINED_HINT = (
    "Either a constraint forbids it, or its name is taken: a label and a relationship type can't "
    "be the same word, nor can an index be made or dropped twice. The server's log has the reason."
)

_AUTH = "Neo.ClientError.Security.Auth"
_NO_DATABASE = "Neo.ClientError.Database.DatabaseNotFound"

T = TypeVar("T")


def check_text(text: str) -> None:
    """Refuse an empty or huge query.

    Raises:
        QueryError: it is one of these.
    """
    if not text.strip():
        raise QueryError("the query is empty", hint='For example "MATCH (n) RETURN n LIMIT 5".')
    if len(text) > MAX_TEXT:
        raise QueryError(
            f"the query has {len(text):,} characters; at most {MAX_TEXT:,} are allowed",
            hint="Hand over long lists as parameters.",
        )


def check_plan(session: Session, text: str, parameters: dict[str, Any]) -> None:
    """Ask the engine what a query would do, and refuse writes, files and foreign procedures.

    Raises:
        ReadOnlyViolation: it is not a query that only reads the graph.
    """
    from neo4j.exceptions import Neo4jError

    first = re.match(r"\s*(EXPLAIN|PROFILE)\b", text, re.IGNORECASE)
    if first and first.group(1).upper() == "EXPLAIN":
        return  # nothing will run
    text = text[first.end() :] if first else text
    prefix = "EXPLAIN "
    try:
        summary = session.run(prefix + text, parameters).consume()
    except Neo4jError as error:
        raise QueryError(_without_prefix(error.message or str(error), len(prefix))) from None
    if summary.query_type != "r":
        raise ReadOnlyViolation("the query would write", hint=_WRITE_HINT)
    for operator, details in _operators(summary.plan):
        if operator.startswith("LoadCSV"):
            raise ReadOnlyViolation("the query would read a file or an address (LOAD CSV)")
        if operator.startswith("ProcedureCall") and not _READ_PROCEDURES.match(details):
            called = details.split("(")[0]
            raise ReadOnlyViolation(f"the procedure {called} is not open to queries")


def within_limits(records: Iterable[Any], rows: int) -> tuple[list[tuple[Any, ...]], bool]:
    """The first rows, as plain values, and whether there are more than these limits let through."""
    found: list[tuple[Any, ...]] = []
    size = 0
    for record in records:
        if len(found) == rows or size > MAX_RESULT:
            return found, True
        found.append(tuple(plain(value) for value in record.values()))
        size += weight(found[-1])
    return found, False


@contextmanager
def runner(
    session: Session, dialect: Dialect, seconds: float, *, write: bool
) -> Iterator[Callable[[str, dict[str, Any]], Result]]:
    """How a query runs: by itself, or in a transaction where the engine keeps half of a failure."""
    from neo4j import Query

    if write and not dialect.undoes_failed_writes:
        with session.begin_transaction(timeout=seconds) as transaction:
            yield transaction.run
            transaction.commit()
    else:
        yield lambda text, parameters: session.run(Query(text, timeout=seconds), parameters)


def _operators(plan: Any) -> Iterator[tuple[str, str]]:
    if not isinstance(plan, dict):
        return
    yield str(plan.get("operatorType", "")), str(plan.get("args", {}).get("Details", ""))
    for child in plan.get("children", []):
        yield from _operators(child)


def _without_prefix(message: str, length: int) -> str:
    """The engine's message about `EXPLAIN query` as one about the query."""

    def moved(match: re.Match[str]) -> str:
        line, column, offset = (int(group) for group in match.groups())
        column -= length if line == 1 else 0
        return f"(line {line}, column {column} (offset: {offset - length}))"

    message = re.sub(r"\(line (\d+), column (\d+) \(offset: (\d+)\)\)", moved, message)
    if '"EXPLAIN ' in message:
        message = message.replace('"EXPLAIN ', '"', 1)
        message = re.sub(rf"^ {{{length}}}( *\^)", r"\1", message, flags=re.MULTILINE)
    return message


@contextmanager
def clear_errors(
    dialect: Dialect, where: str, *, reading: bool = False, own: bool = False
) -> Iterator[None]:
    """Turn the driver's errors into ours; those of the store's `own` statements are no user's.

    Raises:
        StoreAuthError, StoreUnavailable, ReadOnlyViolation, QueryTimeout, QueryError, StoreError.
    """
    from neo4j import exceptions

    try:
        yield
    except exceptions.AuthError as error:
        raise StoreAuthError(
            f"the server refused the user name or the password ({_one_line(error.message or '')})",
            where=where,
            hint="Set KGTRANSFER_STORE_USER and KGTRANSFER_STORE_PASSWORD.",
        ) from error
    except (exceptions.ServiceUnavailable, exceptions.SessionExpired) as error:
        raise unavailable(where, error) from error
    except exceptions.Neo4jError as error:
        if own and not (error.code or "").startswith((_AUTH, _NO_DATABASE)):
            raise StoreError(
                _one_line(error.message or str(error)), where=where, hint=_own_hint(error)
            ) from error
        raise _engine_error(error, dialect, reading=reading) from error
    except OverflowError as error:
        raise QueryError("a parameter is a number of more than 64 bits") from error
    except (exceptions.DriverError, ValueError) as error:  # an address, a lone surrogate
        raise StoreError(_one_line(str(error)), where=where) from error


def _own_hint(error: Any) -> str:
    """What to do about a statement of the store's own that failed."""
    if "Memory" in (error.code or ""):
        return "Give the server more memory (on Neo4j: server.memory.heap.max_size)."
    return "Is there room on its disk? `kgtransfer rebuild` makes the graph again."


def unavailable(where: str, error: Exception) -> StoreUnavailable:
    """The error of a server that does not answer, or whose certificate is not trusted."""
    said = _one_line(str(error))
    hint = "Start it, check the address, or use the bundled server (store = 'local:')."
    if "CertVerification" in said:
        hint = (
            "Its certificate is not trusted: name its authority's file in SSL_CERT_FILE, or "
            "begin the address with bolt+ssc:// or neo4j+ssc:// to encrypt without asking whose "
            "it is."
        )
    elif "routing information" in said:
        hint = f"{hint} The same address with bolt in place of neo4j says why."
    elif "SSL" in said:
        hint = "Does the server speak TLS? An address without +s or +ssc does without."
    return StoreUnavailable(f"no graph server answers ({said})", where=where, hint=hint)


def _engine_error(error: Any, dialect: Dialect, *, reading: bool) -> StoreError:
    message, code = error.message or str(error), error.code or ""
    if code.startswith(_AUTH):  # too many wrong passwords in a row
        return StoreAuthError(_one_line(message), hint="Wait a few seconds.")
    if code in dialect.time_out_codes:
        return QueryTimeout(f"the query was ended: {_one_line(message)}")
    if reading and code in dialect.read_only_codes:
        return ReadOnlyViolation(
            f"the reader may not do this ({_one_line(message)})", hint=_WRITE_HINT
        )
    if code.startswith(_NO_DATABASE):
        return StoreError(_one_line(message), hint="Set KGTRANSFER_STORE_DATABASE.")
    if message.startswith(_UNEXPLAINED):
        return QueryError(message.strip().rstrip("."), hint=_UNEXPLAINED_HINT)
    return QueryError(message.strip())


def _one_line(text: str) -> str:
    return " ".join(text.split())[:300].rstrip(".")


def run_within(work: Callable[[], T], seconds: float, end: Callable[[threading.Event], None]) -> T:
    """Run `work` in a thread; when `seconds` have passed, call `end`, which must stop it.

    `end` gets an event that is set when the work stops, and waits for it as long as it thinks
    right. Should the thread still run after that, it is left alone: it is a daemon, and its
    connection is not used again.

    Raises:
        QueryTimeout: the time passed. Otherwise what `work` raises.
    """
    outcome: list[T] = []
    failure: list[BaseException] = []
    done = threading.Event()

    def run() -> None:
        try:
            outcome.append(work())
        except BaseException as error:  # noqa: BLE001 - handed to the caller's thread
            failure.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="kgtransfer-query", daemon=True).start()
    if not done.wait(seconds):
        end(done)
        if not outcome:
            raise QueryTimeout(
                f"the query took longer than {seconds:g} s and was ended",
                hint="Narrow it, or allow it more seconds.",
            )
    if failure:
        raise failure[0]
    return outcome[0]
