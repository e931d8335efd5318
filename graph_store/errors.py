"""The root of the distribution's one error tree, and the store's branch of it.

`graph_store` is the lowest layer, so the root stands here; `kgtransfer.errors` adds the other
branches and is what most code imports.
"""

from __future__ import annotations


class KGTransferError(Exception):
    """What happened, where, and what to do about it, in one line.

    `exit_code` is what the command line ends with: 1 some input failed, 2 wrong usage,
    3 a store or a model is unavailable.
    """

    exit_code = 1

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what, self.where, self.hint = what, where, hint
        message = f"{where}: {what}" if where else what
        super().__init__(f"{message}. {hint}" if hint else message)


class StoreError(KGTransferError):
    """The graph store refused or failed."""

    exit_code = 3


class FormatError(StoreError):
    """A file name whose ending names no format, or a file that is not of its format."""

    exit_code = 2


class StoreUnavailable(StoreError):
    """No server answers at the address, or the bundled one could not be started."""


class StoreAuthError(StoreError):
    """The server refused the user name or the password."""


class QueryError(StoreError):
    """The engine refused a query; its message and the place are in the text."""

    exit_code = 2


class ReadOnlyViolation(QueryError):
    """A query wanted to write through the reader role."""


class QueryTimeout(QueryError):
    """A query ran into its time limit and was ended on the server."""
