"""OpenAI-compatible servers: where one is, how its key is found, and how it is asked.

The key is read from the environment when a request is sent, is kept nowhere, and is taken out of
whatever a server says before that is shown.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from kgtransfer.errors import ModelError

if TYPE_CHECKING:
    import httpx

BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
CONNECT_SECONDS = 10.0
_MOST_BYTES = 8 << 20


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server.

    `url` is its base (".../v1"), empty for the variable OPENAI_BASE_URL; `key_variable` names the
    environment variable that holds the key, which is kept nowhere else. `timeout` bounds a whole
    answer in seconds, `tries` the attempts for it. `plain_http` lets texts, but never a key, go
    unencrypted to other machines.
    """

    url: str = ""
    key_variable: str = "OPENAI_API_KEY"
    timeout: float = 120.0
    tries: int = 5
    plain_http: bool = False


class NoAnswer(Exception):
    """A request failed in a way that another may mend; `after` is what the server asked for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.why, self.after = why, after


class EndpointRefuses(ModelError):
    """The server understood and says no; `status` and `said` are its reasons."""

    def __init__(self, what: str, where: str, hint: str, status: int, said: str) -> None:
        super().__init__(what, where=where, hint=hint)
        self.status, self.said = status, said


class ChatClient:
    """Asks one model of one server.

    Args:
        model: the name that the server knows it by.
        endpoint: the server.
        where: the setting that named it, for errors.
        naming: how that setting names a model, for errors.

    Raises:
        ModelError: no address is known, or texts or the key would travel in the open.
    """

    def __init__(self, model: str, endpoint: Endpoint, where: str, naming: str) -> None:
        self.model, self.endpoint = model, endpoint
        self.url = (endpoint.url or os.environ.get("OPENAI_BASE_URL", "")).rstrip("/")
        self.stopped = threading.Event()
        """Set from another thread: a request that is under way gives up soon."""
        self._check(where, naming)

    def _check(self, where: str, naming: str) -> None:
        import httpx

        if not self.model or not self.url:
            lacks = f"the model's name ({naming})" if self.url else "the server's address"
            raise ModelError(
                f"{lacks} is missing",
                where=where,
                hint="Set endpoint_url, or OPENAI_BASE_URL (https://HOST/v1).",
            )
        try:
            address = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            raise ModelError(f"no address ({error})", where=where) from error
        self.shown = str(address.copy_with(userinfo=b""))
        """The address as it may be shown."""
        self.is_local = _is_loopback(address.host)
        if address.scheme not in ("http", "https") or not address.host:
            raise ModelError(
                "no address of a server", where=self.shown, hint="It looks like https://HOST/v1."
            )
        if address.scheme == "https" or self.is_local:
            return
        if self.key() or address.userinfo:
            raise ModelError(
                "the key would go over the network unencrypted", where=self.shown, hint="Use https."
            )
        if not self.endpoint.plain_http:
            raise ModelError(
                "your texts would go over the network unencrypted",
                where=self.shown,
                hint="Use https, or allow it with endpoint_plain_http = true.",
            )

    def key(self) -> str:
        """The key, as the environment holds it now; empty where there is none."""
        key = os.environ.get(self.endpoint.key_variable, "").strip()
        if not (key.isascii() and key.isprintable()):
            raise ModelError(
                "the key holds characters that no header can",
                where=self.endpoint.key_variable,
                hint="Set it again, without quotes or line breaks.",
            )
        return key

    def ask(self, asked: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        """One request: status, headers and the whole body, within the time limit.

        Raises:
            NoAnswer: the connection fails, or the answer takes too long or has no end.
        """
        with self._sent(asked, self.endpoint.timeout) as (response, pieces):
            body = b"".join(pieces)
            return response.status_code, response.headers, body

    def stream(self, asked: dict[str, Any], seconds: float) -> Iterator[str]:
        """The pieces of one answer's text as they arrive; leaving off early ends the request.

        Args:
            asked: the request, without `stream`.
            seconds: bounds the whole answer, however slowly it trickles in.

        Raises:
            NoAnswer: the connection fails, the answer takes too long, is cut off or is none.
            EndpointRefuses: the server says no.
        """
        with self._sent({**asked, "stream": True}, seconds) as (response, pieces):
            if response.status_code != 200:
                self.check_status(response.status_code, response.headers, b"".join(pieces))
            kind = response.headers.get("content-type", "")
            if kind.startswith("application/json"):  # it doesn't stream
                yield from _whole(b"".join(pieces))
            else:
                yield from self._events(pieces)

    def _events(self, pieces: Iterator[bytes]) -> Iterator[str]:
        finished = False
        for line in _lines(pieces):
            if not line.startswith(b"data:"):
                continue  # an empty line, a comment, an event's name
            payload = line[5:].strip()
            if payload == b"[DONE]":
                return
            try:
                event = json.loads(payload)
            except ValueError as error:
                raise NoAnswer("it streams what is no event") from error
            if isinstance(event, dict) and event.get("error"):
                said = self._clean(json.dumps(event["error"]))
                raise NoAnswer(f"it breaks off with an error ({said})")
            text, reason = _piece(event)
            if text:
                yield text
            _check_reason(reason)
            finished = finished or reason == "stop"
        if not finished:
            raise NoAnswer("its answer ends in the middle")

    @contextmanager
    def _sent(
        self, asked: dict[str, Any], limit: float
    ) -> Iterator[tuple[httpx.Response, Iterator[bytes]]]:
        """One request: the response, and its body in pieces."""
        import httpx

        ends = time.monotonic() + limit
        key = self.key()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        patience = httpx.Timeout(limit, connect=min(limit, CONNECT_SECONDS))
        try:
            with (
                httpx.Client(timeout=patience, trust_env=not self.is_local) as client,
                client.stream(
                    "POST", f"{self.url}/chat/completions", json=asked, headers=headers
                ) as response,
            ):
                yield response, self._pieces(response, ends, limit)
        except httpx.TimeoutException as error:
            raise NoAnswer(f"no answer within {limit:.3g} s") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise NoAnswer(f"the connection failed ({error})") from error

    def _pieces(self, response: httpx.Response, ends: float, limit: float) -> Iterator[bytes]:
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            if time.monotonic() > ends or self.stopped.is_set():
                raise NoAnswer(f"no whole answer within {limit:.3g} s")
            if size > _MOST_BYTES:
                raise NoAnswer("its answer has no end")
            yield piece

    def check_status(
        self, status: int, headers: httpx.Headers, body: bytes, hint: str = ""
    ) -> None:
        """Pass a status of 200.

        Raises:
            NoAnswer: the server is busy or broken.
            EndpointRefuses: asking again would not help.
        """
        if status == 200:
            return
        said = self._clean(body.decode("utf-8", "replace"))
        if status in BUSY:
            raise NoAnswer(f"status {status}", seconds_asked(headers.get("retry-after", "")))
        hints = {
            401: f"Set the key in {self.endpoint.key_variable}.",
            403: f"Set the key in {self.endpoint.key_variable}.",
            404: f"Is {self.model!r} a model of this server, and does the address end in /v1?",
        }
        raise EndpointRefuses(
            f"the endpoint refuses with status {status} ({said})",
            f"{self.shown}, model {self.model}",
            hints.get(status, hint),
            status,
            said,
        )

    def _clean(self, said: str) -> str:
        """What a server said, short, on one line, and without the key that it may repeat."""
        key = self.key()
        if key:
            said = said.replace(key, "***")
        return "".join(c for c in " ".join(said.split()) if c.isprintable())[:200]


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        yield from (line.strip() for line in whole)
    yield rest.strip()


def _piece(event: Any) -> tuple[str, str]:
    """The text of an event and the reason why it was the last, each empty where there is none."""
    choices = event.get("choices") if isinstance(event, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return "", ""  # usage, or a sign of life
    delta = choices[0].get("delta")
    text = delta.get("content") if isinstance(delta, dict) else None
    reason = choices[0].get("finish_reason")
    return (text if isinstance(text, str) else ""), (reason if isinstance(reason, str) else "")


def _check_reason(reason: str) -> None:
    if reason == "length":
        raise NoAnswer("its answer is cut off at the most tokens")
    if reason == "content_filter":
        raise NoAnswer("its own filter stops the answer")


def _whole(body: bytes) -> Iterator[str]:
    try:
        choice = first_choice(body)
    except ValueError as error:
        raise NoAnswer(f"it answers what was not asked for ({error})") from error
    content = choice["message"].get("content")
    if not isinstance(content, str):
        raise NoAnswer("its answer has no content")
    yield content
    _check_reason(str(choice.get("finish_reason")))


def first_choice(body: bytes) -> dict[str, Any]:
    """The first choice of a whole answer; its `message` is a dictionary.

    Raises:
        ValueError: the body is not JSON, or holds no choice.
    """
    answer = json.loads(body)
    choices = answer.get("choices") if isinstance(answer, dict) else None
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        raise ValueError("the answer has no choices")
    choice: dict[str, Any] = choices[0]
    return choice if isinstance(choice.get("message"), dict) else {**choice, "message": {}}


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def seconds_asked(after: str) -> float | None:
    """Retry-After in seconds, given as such or as a date; None where it says nothing."""
    try:
        return max(0.0, float(after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
