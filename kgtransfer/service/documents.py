"""Routes for documents: take in, list, show, remove."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import PurePath
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import UploadFile

from kgtransfer.corpus.roots import uri_part
from kgtransfer.corpus.sources import SourceProblem, read_bytes, source_document
from kgtransfer.errors import InputError, UsageError
from kgtransfer.pipeline import build_graph, remove_documents
from kgtransfer.records import SourceDocument
from kgtransfer.report import BuildReport
from kgtransfer.service.errors import NoSuchDocument
from kgtransfer.service.lanes import ServedWorkspace
from kgtransfer.service.schemas import ListedDocument, NewDocument, Problem, Report, WholeDocument

router = APIRouter(tags=["documents"])
UPLOADS = "uploads"
"""The root in the uris of uploaded files."""

_TEXTS = TypeAdapter(NewDocument | list[NewDocument])


def served_workspace(request: Request) -> ServedWorkspace:
    """The workspace that the application serves."""
    served: ServedWorkspace = request.app.state.served
    return served


Served = Annotated[ServedWorkspace, Depends(served_workspace)]

_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {
                "schema": {
                    "anyOf": [
                        (schema := NewDocument.model_json_schema()),
                        {"type": "array", "items": schema},
                    ]
                }
            },
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}}
                    },
                }
            },
        },
    }
}


@router.post(
    "/documents",
    status_code=201,
    response_model=Report,
    openapi_extra=_BODY,
    responses={409: {"model": Problem, "description": "Another process changes the workspace"}},
)
async def add_documents(request: Request, response: Response, served: Served) -> Report:
    """Take in texts (JSON) or files (a form); answers when they are in the graph.

    A form may have any number of files, of every kind that `kgtransfer ingest` reads. Status 200
    says that nothing was new; what could not be read is listed under `problems`.
    """
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "multipart/form-data":
        async with request.form() as form:
            named = [
                (PurePath(value.filename or "file").name, await value.read())
                for _, value in form.multi_items()
                if isinstance(value, UploadFile)
            ]
        sources = _files(named)
    elif kind == "application/json":
        sources = _texts(await request.body())
    else:
        raise UsageError(f"can't read a body of type {kind!r}", hint="Send JSON or a form of files")
    report = await served.run("write", _build, served, sources)
    if not (report.added or report.changed):
        response.status_code = 200
    return Report.of(report)


@router.get("/documents")
async def list_documents(
    served: Served,
    offset: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> list[ListedDocument]:
    """List the documents by uri."""

    def page() -> list[ListedDocument]:
        listed = islice(served.reading.ledger.documents(), offset, offset + limit)
        return [ListedDocument.of(stored) for stored in listed]

    return await served.run("documents", page)


@router.get("/documents/{document}")
async def show_document(document: str, served: Served) -> WholeDocument:
    """Give a document with its text."""

    def whole() -> WholeDocument:
        ledger = served.reading.ledger
        for stored in ledger.documents():
            if stored.document.id == document:
                listed = ListedDocument.of(stored).model_dump()
                return WholeDocument(**listed, text=ledger.document_text(document))
        raise _unknown(document)

    return await served.run("documents", whole)


@router.delete("/documents/{document}")
async def remove_document(document: str, served: Served) -> Report:
    """Remove a document; the graph is then the one that the others alone would have made."""

    def remove() -> BuildReport:
        ids = {stored.document.id for stored in served.writing.ledger.documents()}
        if document not in ids:
            raise _unknown(document)
        return remove_documents(served.writing, [document])

    return Report.of(await served.run("write", remove))


def _unknown(document: str) -> NoSuchDocument:
    return NoSuchDocument(f"there is no document {document!r}", hint="See GET /documents")


def _build(
    served: ServedWorkspace, sources: Iterator[SourceDocument | SourceProblem]
) -> BuildReport:
    """Build from the sources; an error where there is nothing but problems."""
    read = list(sources)
    problems = [source for source in read if isinstance(source, SourceProblem)]
    if len(problems) == len(read):
        if not problems:
            raise UsageError("no document in the request", hint="Send JSON or a form of files")
        raise InputError(problems[0].reason, where=problems[0].uri)
    return build_graph(served.writing, read, progress=served.go_on)


def _files(named: list[tuple[str, bytes]]) -> Iterator[SourceDocument | SourceProblem]:
    for name, data in named:
        yield from read_bytes(name, data, uri=f"{UPLOADS}/{uri_part(name)}")


def _texts(body: bytes) -> Iterator[SourceDocument | SourceProblem]:
    try:
        given = _TEXTS.validate_json(body)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in ("body", *first["loc"]))
        kind = UsageError if first["type"] == "json_invalid" else InputError
        raise kind(str(first["msg"]), where=place, hint="See /openapi.json") from error
    return _sources(given if isinstance(given, list) else [given])


def _sources(given: list[NewDocument]) -> Iterator[SourceDocument | SourceProblem]:
    for document in given:
        try:
            yield source_document(document.text, document.title, document.uri, document.metadata)
        except InputError as error:
            yield SourceProblem(error.where or "text", error.what)
