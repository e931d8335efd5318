"""Routes that read: ask, cypher, health."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from kgtransfer import __version__
from kgtransfer.errors import WorkspaceError
from kgtransfer.pipeline import answer
from kgtransfer.records import Answer
from kgtransfer.service.documents import Served
from kgtransfer.service.schemas import AnswerOut, Ask, Cypher, Health, Table

router = APIRouter()


@router.post("/ask", tags=["questions"])
async def ask(asked: Ask, served: Served) -> AnswerOut:
    """Answer a question with citations, or with null where nothing supports an answer."""

    def work() -> Answer:
        workspace = served.current(**asked.overrides())
        return answer(workspace, asked.question, where=asked.where)

    return AnswerOut.of(await served.run("ask", work))


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
