"""Routes that read: ask, cypher, health."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator
from typing import Any, Literal

from fastapi import APIRouter
from starlette.responses import StreamingResponse

from kgtransfer import __version__
from kgtransfer.answering import answer, answer_stream
from kgtransfer.errors import KGTransferError, UsageError, WorkspaceError
from kgtransfer.records import Answer
from kgtransfer.service.documents import Served
from kgtransfer.service.lanes import ServedWorkspace
from kgtransfer.service.schemas import AnswerOut, Ask, Cypher, Health, SentenceOut, Table
from kgtransfer.workspace import Workspace

router = APIRouter()


@router.post("/ask", tags=["questions"])
async def ask(asked: Ask, served: Served) -> AnswerOut:
    """Answer a question with citations, or with null where nothing supports an answer."""

    def work() -> Answer:
        return answer(_chosen(asked, served), asked.question, where=asked.where)

    return AnswerOut.of(await served.run("ask", work))


@router.post("/ask/stream", tags=["questions"], response_class=StreamingResponse)
async def ask_stream(asked: Ask, served: Served) -> StreamingResponse:
    """Answer sentence by sentence: a line of JSON each, {"sentence"}, at last {"answer"}.

    A failure once the first line is out comes as a line too: {"error", "where", "hint"}.
    """
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[dict[str, Any] | KGTransferError | None] = asyncio.Queue()
    gone = threading.Event()

    def put(line: dict[str, Any] | KGTransferError | None) -> None:
        loop.call_soon_threadsafe(lines.put_nowait, line)

    def work() -> None:
        try:
            workspace = _chosen(asked, served)
            for said in answer_stream(workspace, asked.question, where=asked.where):
                if gone.is_set():
                    return
                if isinstance(said, Answer):
                    put({"answer": AnswerOut.of(said).model_dump(mode="json")})
                else:
                    put({"sentence": SentenceOut.model_validate(said).model_dump(mode="json")})
        except KGTransferError as error:
            put(error)
        finally:
            put(None)

    async def stream(first: dict[str, Any]) -> AsyncIterator[str]:
        line: dict[str, Any] | KGTransferError | None = first
        try:
            while line is not None:
                if isinstance(line, KGTransferError):
                    line = {"error": line.what, "where": line.where, "hint": line.hint}
                yield json.dumps(line, ensure_ascii=False) + "\n"
                line = await lines.get()
        finally:
            gone.set()  # whoever asked has left: the generator need not go on

    running = asyncio.ensure_future(served.run("ask", work))
    first = await lines.get()
    if isinstance(first, KGTransferError):
        raise first
    if first is None:
        await running  # tells what went wrong
        raise AssertionError("unreachable")
    return StreamingResponse(stream(first), media_type="application/x-ndjson")


def _chosen(asked: Ask, served: ServedWorkspace) -> Workspace:
    workspace = served.current(**asked.overrides())
    if asked.generate and not workspace.settings.generator:
        raise UsageError(
            "no generator is set",
            where="generate",
            hint="Set `generator` in kgtransfer.toml and start the service again.",
        )
    return workspace


@router.post("/cypher", tags=["graph"])
async def cypher(asked: Cypher, served: Served) -> Table:
    """Run a Cypher query in the engine's reader role, within the time and row limits."""

    def work() -> Table:
        workspace = served.reading
        most = workspace.settings
        result = workspace.store.query(
            asked.query,
            asked.parameters,
            seconds=min(asked.seconds or most.query_seconds, most.query_seconds),
            rows=min(asked.rows or most.query_rows, most.query_rows),
        )
        return Table.model_validate(result.to_json())

    return await served.run("cypher", work)


@router.get("/health", tags=["service"])
async def health(served: Served) -> Health:
    """Say whether questions can be answered; starts nothing."""

    def work() -> Health:
        workspace = served.reading
        revision = workspace.ledger.revision
        try:
            index: int | None = workspace.open_index().revision
        except WorkspaceError:
            index = None
        status: Literal["ok", "empty", "behind"] = "ok" if index == revision else "behind"
        return Health(
            status="empty" if index is None else status,
            version=__version__,
            workspace=str(workspace.folder),
            documents=workspace.ledger.counts()["documents"],
            revision=revision,
            index_revision=index,
        )

    return await served.run("documents", work)
