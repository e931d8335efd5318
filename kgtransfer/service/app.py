"""The REST service: documents in, questions answered, the graph explored, over HTTP.

It works as the command line does, over the same pipeline, with the same records and errors, for
clients on this machine only.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.responses import RedirectResponse, Response

from kgtransfer import __version__
from kgtransfer.errors import UsageError
from kgtransfer.service import documents, questions
from kgtransfer.service.errors import add_error_responses
from kgtransfer.service.gate import Gate, is_loopback
from kgtransfer.service.lanes import ServedWorkspace
from kgtransfer.service.page import add_page
from kgtransfer.service.schemas import Problem
from kgtransfer.workspace import Workspace

MAX_UPLOAD = 64 * 1024 * 1024  # bytes in one request

STOP_SECONDS = 5
"""A request that runs longer when the service stops is cut off."""


def create_app(
    folder: Path | str,
    *,
    max_upload: int = MAX_UPLOAD,
    opened: Callable[[], Workspace] | None = None,
) -> FastAPI:
    """Make the application that serves the workspace in `folder`.

    Args:
        folder: of the workspace.
        max_upload: the most bytes in one request.
        opened: opens the workspace, twice; by default with its own settings.

    Raises:
        WorkspaceError: there is no workspace.
    """
    served = ServedWorkspace(opened or (lambda: Workspace.open(folder)))

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        served.warm()
        yield
        served.close()

    app = FastAPI(
        title="kgtransfer",
        version=__version__,
        description="Documents to a knowledge graph; questions to answers with evidence.",
        lifespan=lifespan,
        docs_url=None,  # the framework's pages load their scripts from another host
        redoc_url=None,
        responses={"4XX": {"model": Problem}, "5XX": {"model": Problem}},
    )
    app.state.served = served
    app.include_router(documents.router)
    app.include_router(questions.router)
    add_error_responses(app)
    add_page(app)
    app.add_middleware(Gate, max_bytes=max_upload)

    @app.get("/", include_in_schema=False)
    async def home() -> Response:
        return RedirectResponse("/docs")

    return app


def run(folder: Path | str, *, host: str = "127.0.0.1", port: int = 8080) -> None:
    """Serve until stopped.

    Raises:
        UsageError: `host` is an address that other machines reach.
        WorkspaceError: there is no workspace.
    """
    if not is_loopback(host):
        raise UsageError(
            f"{host} can be reached from other machines",
            where="--host",
            hint="The service has no passwords; use 127.0.0.1, and a proxy of yours before it.",
        )
    import uvicorn

    uvicorn.run(
        create_app(folder),
        host=host,
        port=port,
        server_header=False,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
