"""An extractor that asks an OpenAI-compatible server, and believes only what the text bears out."""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import time
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from kgtransfer.errors import ModelError
from kgtransfer.extract.alignment import align
from kgtransfer.extract.languages import ANY, with_unread
from kgtransfer.extract.options import Endpoint
from kgtransfer.extract.prompt import PROMPT_VERSION, messages, read_answer, response_format
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Extraction

if TYPE_CHECKING:
    import httpx

log = logging.getLogger(__name__)
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_LONGEST_PAUSE = 60.0
_MOST_BYTES = 8 << 20


class _Again(Exception):
    """A try failed in a way that another may mend; `after` is what the server asked for."""

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.why, self.after = why, after


class EndpointExtractor:
    """Asks a model for entities and statements, and aligns them with the text.

    Args:
        model: the name that the server knows it by.
        endpoint: where it is, how its key is found, and how patient to be.
        first_pause: seconds before the second try; each further one waits twice as long, or as
            long as the server asks.

    Raises:
        ModelError: no address is known, or the key would travel in the open.
    """

    languages = ANY
    remote = True
    """Its time is spent waiting: chunks are asked for in threads."""

    def __init__(self, model: str, endpoint: Endpoint, first_pause: float = 1.0) -> None:
        import os

        self.model, self.endpoint, self.first_pause = model, endpoint, first_pause
        self.url = (endpoint.url or os.environ.get("OPENAI_BASE_URL", "")).rstrip("/")
        self.schema = load_schema()
        self.refused = 0
        """Names and statements that were not in their texts."""
        self._structured = True
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._check()

    def _check(self) -> None:
        import httpx

        if not self.model or not self.url:
            lacks = "the model's name (openai:MODEL)" if self.url else "the server's address"
            raise ModelError(
                f"{lacks} is missing",
                where="extractor",
                hint="Set endpoint_url, or OPENAI_BASE_URL (https://HOST/v1).",
            )
        try:
            address = httpx.URL(self.url)
        except httpx.InvalidURL as error:
            raise ModelError(f"no address ({error})", where=self.url) from error
        self.is_local = _is_loopback(address.host)
        if address.scheme not in ("http", "https") or not address.host:
            raise ModelError(
                "no address of a server", where=self.url, hint="It looks like https://HOST/v1."
            )
        if address.scheme == "http" and not self.is_local and self._key():
            raise ModelError(
                "the key would go over the network unencrypted", where=self.url, hint="Use https."
            )

    def _key(self) -> str:
        import os

        return os.environ.get(self.endpoint.key_variable, "").strip()

    @property
    def fingerprint(self) -> str:
        """Names the server, the model, the prompt and the schema."""
        prompt = f"prompt {PROMPT_VERSION}"
        parts = ("endpoint", self.url, self.model, prompt, self.schema.fingerprint)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]

    def __reduce__(self) -> tuple[Any, tuple[str, Endpoint, float]]:
        """Another process makes it anew, with the key of its own environment."""
        return EndpointExtractor, (self.model, self.endpoint, self.first_pause)

    def stop(self) -> None:
        """Let calls that are waiting in other threads give up soon."""
        self._stopped.set()

    def extract(self, text: str, language: str) -> Extraction:
        """Ask for one chunk.

        Raises:
            ModelError: the server refuses, or fails as often as it may.
        """
        if not any(character.isalnum() for character in text):
            return with_unread(Extraction(), text, language)
        names, claims, wrong = self._ask(text)
        extraction, refused = align(text, language, names, claims, self.schema)
        if refused + wrong:
            log.info("%d of %d refused", refused + wrong, len(names) + len(claims) + wrong)
            with self._lock:
                self.refused += refused + wrong
        return extraction

    def _ask(self, text: str) -> Any:
        pause = self.first_pause
        room = 1024 + 4 * len(text)  # tokens for the answer
        for attempt in range(1, self.endpoint.tries + 1):
            if self._stopped.is_set():
                raise ModelError("stopped", where=self.url)
            try:
                return read_answer(self._complete(text, room))
            except ValueError as error:  # JSON's errors are such
                problem = _Again(f"it answers what was not asked for ({error})")
                room *= 2
            except _Again as error:
                problem = error
            log.info("try %d of %d: %s", attempt, self.endpoint.tries, problem.why)
            if attempt < self.endpoint.tries:
                wait = pause if problem.after is None else problem.after
                self._stopped.wait(min(wait, _LONGEST_PAUSE))
                pause *= 2
        opening = " ".join(text.split())[:60]
        raise ModelError(
            f"{self.url} failed {self.endpoint.tries} times, last: {problem.why}",
            where=f"the passage “{opening}…”",
            hint="What was extracted is kept: run the same command again to go on from here.",
        )

    def _complete(self, text: str, room: int) -> str:
        """The content of one whole answer."""
        asked: dict[str, Any] = {
            "model": self.model,
            "messages": messages(text, self.schema),
            "temperature": 0,
            "max_tokens": room,
        }
        structured = self._structured
        if structured:
            asked["response_format"] = response_format(self.schema)
        status, headers, body = self._post(asked)
        if status == 400 and structured and b"response_format" in body:
            self._structured = False  # an older server: the words of the task have to do
            raise _Again("it knows no JSON schema", after=0.0)
        self._check_status(status, headers, body)
        choice = _choice(body)
        if choice.get("finish_reason") == "length":
            raise ValueError("the answer is cut off")
        content = choice.get("message", {}).get("content")
        if not isinstance(content, str):
            raise ValueError("the answer has no content")
        return content

    def _post(self, asked: dict[str, Any]) -> tuple[int, httpx.Headers, bytes]:
        """One request, whole within the time limit however slowly it trickles in."""
        import httpx

        limit = self.endpoint.timeout
        ends = time.monotonic() + limit
        key = self._key()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        url, body = f"{self.url}/chat/completions", bytearray()
        try:
            with (
                httpx.Client(timeout=limit, trust_env=not self.is_local) as client,
                client.stream("POST", url, json=asked, headers=headers) as response,
            ):
                for piece in response.iter_bytes():
                    body += piece
                    if time.monotonic() > ends or self._stopped.is_set():
                        raise _Again(f"no whole answer within {limit:g} s")
                    if len(body) > _MOST_BYTES:
                        raise _Again("its answer has no end")
                return response.status_code, response.headers, bytes(body)
        except httpx.TimeoutException as error:
            raise _Again(f"no answer within {limit:g} s") from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise _Again(f"the connection failed ({error})") from error

    def _check_status(self, status: int, headers: httpx.Headers, body: bytes) -> None:
        if status == 200:
            return
        said = " ".join(body.decode("utf-8", "replace").split())[:200]
        if status in _BUSY:
            raise _Again(f"status {status}", _seconds(headers.get("retry-after", "")))
        hints = {
            401: f"Set the key in {self.endpoint.key_variable}.",
            403: f"Set the key in {self.endpoint.key_variable}.",
            404: f"Is {self.model!r} a model of this server, and does the address end in /v1?",
        }
        raise ModelError(
            f"the endpoint refuses with status {status} ({said})",
            where=f"{self.url}, model {self.model}",
            hint=hints.get(status, "What was extracted is kept."),
        )


def _choice(body: bytes) -> dict[str, Any]:
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


def _seconds(after: str) -> float | None:
    """Retry-After in seconds, given as such or as a date; None where it says nothing."""
    try:
        return max(0.0, float(after))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(after).timestamp() - time.time())
    except (ValueError, TypeError):
        return None
