"""An extractor that asks an OpenAI-compatible server, and believes only what the text bears out."""

from __future__ import annotations

import hashlib
import logging
import threading
from typing import Any

from kgtransfer.errors import ModelError
from kgtransfer.extract.alignment import align
from kgtransfer.extract.languages import ANY, with_unread
from kgtransfer.extract.prompt import PROMPT_VERSION, messages, read_answer, response_format
from kgtransfer.extract.schema import load_schema
from kgtransfer.language_models.endpoint import ChatClient, Endpoint, NoAnswer, first_choice
from kgtransfer.records import Extraction

log = logging.getLogger(__name__)
_LONGEST_PAUSE = 60.0


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
        self.model, self.endpoint, self.first_pause = model, endpoint, first_pause
        self._client = ChatClient(model, endpoint, "extractor", "openai:MODEL")
        self.url = self._client.url
        self.schema = load_schema()
        self.refused = 0
        """Names and statements that were not in their texts."""
        self._structured = True
        self._lock = threading.Lock()

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
        self._client.stopped.set()

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
            if self._client.stopped.is_set():
                raise ModelError("stopped", where=self._client.shown)
            try:
                return read_answer(self._complete(text, room))
            except ValueError as error:  # JSON's errors are such
                problem = NoAnswer(f"it answers what was not asked for ({error})")
                room *= 2
            except NoAnswer as error:
                problem = error
            log.info("try %d of %d: %s", attempt, self.endpoint.tries, problem.why)
            if attempt < self.endpoint.tries:
                wait = pause if problem.after is None else problem.after
                self._client.stopped.wait(min(wait, _LONGEST_PAUSE))
                pause *= 2
        opening = " ".join(text.split())[:60]
        raise ModelError(
            f"{self._client.shown} failed {self.endpoint.tries} times, last: {problem.why}",
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
        status, headers, body = self._client.ask(asked)
        if status == 400 and structured and b"response_format" in body:
            self._structured = False  # an older server: the words of the task have to do
            raise NoAnswer("it knows no JSON schema", after=0.0)
        self._client.check_status(status, headers, body, "What was extracted is kept.")
        choice = first_choice(body)
        if choice.get("finish_reason") == "length":
            raise ValueError("the answer is cut off")
        content = choice.get("message", {}).get("content")
        if not isinstance(content, str):
            raise ValueError("the answer has no content")
        return content
