"""The error tree. Every error says what happened, where, and what to do."""

from __future__ import annotations

from graph_store.errors import (
    KGTransferError,
    QueryError,
    QueryTimeout,
    ReadOnlyViolation,
    StoreAuthError,
    StoreError,
    StoreUnavailable,
)

__all__ = [
    "ConfigError",
    "CorruptWorkspace",
    "InputError",
    "KGTransferError",
    "ModelError",
    "QueryError",
    "QueryTimeout",
    "ReadOnlyViolation",
    "StoreAuthError",
    "StoreError",
    "StoreUnavailable",
    "UsageError",
    "WorkspaceBusy",
    "WorkspaceError",
]


class UsageError(KGTransferError):
    """The call is wrong: an unknown option value, a missing argument."""

    exit_code = 2


class ConfigError(UsageError):
    """A setting or a configuration file is wrong."""


class InputError(KGTransferError):
    """A source can't be read; the others go on."""


class WorkspaceError(KGTransferError):
    """There is no such workspace, or it is of another version."""

    exit_code = 2


class CorruptWorkspace(WorkspaceError):
    """A file of the workspace is damaged."""

    exit_code = 3


class WorkspaceBusy(WorkspaceError):
    """Another process is writing to the workspace."""

    exit_code = 3


class ModelError(KGTransferError):
    """A model's files are missing, damaged or do not fit."""

    exit_code = 3
