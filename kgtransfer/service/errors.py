"""Errors as responses: the command line's three parts, with a status for each class."""

from __future__ import annotations

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from kgtransfer.errors import (
    CorruptWorkspace,
    InputError,
    KGTransferError,
    ModelError,
    QueryError,
    QueryTimeout,
    ReadOnlyViolation,
    StoreError,
    UsageError,
    WorkspaceBusy,
    WorkspaceError,
)


class NoSuchDocument(UsageError):
    """No document has the id."""


class ServiceStopping(KGTransferError):
    """The service is shutting down."""


STATUS: dict[type[Exception], int] = {
    NoSuchDocument: 404,
    UsageError: 400,
    InputError: 422,
    WorkspaceBusy: 409,
    CorruptWorkspace: 500,
    WorkspaceError: 404,
    ReadOnlyViolation: 403,
    QueryTimeout: 408,
    QueryError: 400,
    StoreError: 503,
    ModelError: 503,
    ServiceStopping: 503,
    KGTransferError: 500,
}
"""The nearest class in an error's ancestry decides."""


def add_error_responses(app: FastAPI) -> None:
    """Answer every error with {error, where, hint}."""
    app.add_exception_handler(KGTransferError, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Exception, _unexpected)


async def _ours(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, KGTransferError)
    status = next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)
    return _response(status, error.what, error.where, error.hint)


async def _invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return _response(422, str(first["msg"]), place, "See /openapi.json")


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    return _response(error.status_code, str(error.detail), request.url.path, "See /openapi.json")


async def _unexpected(request: Request, error: Exception) -> JSONResponse:
    hint = "This is a mistake in kgtransfer; the service's log has the details"
    return _response(500, f"unexpected {type(error).__name__}", request.url.path, hint)


def _response(status: int, what: str, where: str, hint: str) -> JSONResponse:
    return JSONResponse({"error": what, "where": where, "hint": hint}, status)
