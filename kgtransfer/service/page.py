"""The page at /docs: what /openapi.json describes, for people, with nothing from other hosts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from importlib.resources import files

from fastapi import FastAPI
from starlette.responses import Response

_KINDS = {"docs.html": "text/html", "docs.css": "text/css", "docs.js": "text/javascript"}
_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'"


def add_page(app: FastAPI) -> None:
    """Serve the page and its two files."""
    for name, kind in _KINDS.items():
        path = "/docs" if name == "docs.html" else f"/docs/{name}"
        app.add_api_route(path, _file(name, kind), include_in_schema=False)


def _file(name: str, kind: str) -> Callable[[], Awaitable[Response]]:
    content = files("kgtransfer.service").joinpath("pages", name).read_bytes()
    headers = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff"}

    async def serve() -> Response:
        return Response(content, media_type=kind, headers=headers)

    return serve
