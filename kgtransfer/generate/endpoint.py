"""A generator that asks an OpenAI-compatible server."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any

from kgtransfer.errors import ModelError
from kgtransfer.generate.prompt import Prompt
from kgtransfer.language_models.endpoint import ChatClient, Endpoint, EndpointRefuses, NoAnswer

log = logging.getLogger(__name__)
_TRIES = 2
_LONGEST_PAUSE = 5.0
_OTHER_WORDS = {"max_tokens": "max_completion_tokens", "temperature": ""}
"""What some servers refuse, and what they take instead."""


class EndpointGenerator:
    """Asks once more where nothing has come yet; somebody is waiting.

    Args:
        model: the name that the server knows it by.
        endpoint: where it is and how its key is found; its `timeout` and `tries` are not used.
        first_pause: seconds before the second try.

    Raises:
        ModelError: no address is known, or texts or the key would travel in the open.
    """

    def __init__(self, model: str, endpoint: Endpoint, first_pause: float = 1.0) -> None:
        self.name = f"endpoint:{model}"
        self.first_pause = first_pause
        self._client = ChatClient(model, endpoint, "generator", "endpoint:MODEL")

    def stream(self, prompt: Prompt, *, tokens: int, seconds: float) -> Iterator[str]:
        """See `Generator`."""
        asked: dict[str, Any] = {
            "model": self._client.model,
            "messages": prompt.messages(),
            "temperature": 0,
            "max_tokens": tokens,
        }
        ends = time.monotonic() + seconds
        tries = 0
        while True:
            begun = False
            try:
                for piece in self._client.stream(asked, max(0.001, ends - time.monotonic())):
                    begun = True
                    yield piece
                return
            except NoAnswer as error:
                tries += 1
                wait = self.first_pause if error.after is None else error.after
                late = time.monotonic() + wait >= ends
                log.info("try %d: %s", tries, error.why)
                if begun or late or tries == _TRIES or wait > _LONGEST_PAUSE:
                    raise ModelError(error.why, where=self._client.shown) from error
                time.sleep(wait)
            except EndpointRefuses as error:
                other = _reworded(asked, error)
                if begun or other is None:
                    raise
                asked = other


def _reworded(asked: dict[str, Any], error: EndpointRefuses) -> dict[str, Any] | None:
    """The request without what the server does not take; None where that is not the matter."""
    for name, other in _OTHER_WORDS.items():
        if error.status == 400 and name in asked and name in error.said:
            rest = {key: value for key, value in asked.items() if key != name}
            return rest | ({other: asked[name]} if other else {})
    return None
