"""What a request must be before it reaches the application.

The service is for this machine. A page that somebody opens in a browser here must not reach it:
neither under a foreign name that was pointed at this address (DNS rebinding: the Host header tells)
nor by a form or script of its own (the Origin header tells).
"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class Gate:
    """ASGI middleware: only requests to this machine, from this machine, of a bounded size."""

    def __init__(self, app: Application, max_bytes: int) -> None:
        self.app, self.max_bytes = app, max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        refusal = self._refusal(Headers(scope=scope)) if scope["type"] == "http" else None
        if refusal is None:
            await self.app(scope, receive, send)
            return
        status, what, hint = refusal
        content = {"error": what, "where": "request", "hint": hint}
        # What is left of the body is not read: closing tells the client to stop sending.
        closing = {"connection": "close"}
        await JSONResponse(content, status, headers=closing)(scope, receive, send)

    def _refusal(self, headers: Headers) -> tuple[int, str, str] | None:
        host = headers.get("host", "")
        if not is_loopback(_name(f"//{host}")):
            return (
                403,
                f"the host {host!r} is not this machine",
                "Use http://127.0.0.1:PORT",
            )
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != host:
            return 403, f"the page {origin} may not use this service", ""
        if "transfer-encoding" in headers and "content-length" not in headers:
            return 411, "the length of the body is not given", "Send a Content-Length"
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > self.max_bytes:
            limit = f"{self.max_bytes / 1e6:.0f} MB"
            return 413, f"more than {limit}", "Send the documents in parts, or ingest the files"
        return None


def _name(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
