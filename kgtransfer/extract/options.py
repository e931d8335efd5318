"""What an extractor is made from: small, hashable, and sent to worker processes in its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tier = Literal["accurate", "fast"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible server.

    `url` is its base (".../v1"), empty for the variable OPENAI_BASE_URL; `key_variable` names the
    environment variable that holds the key, which is kept nowhere else. `timeout` bounds a whole
    answer in seconds, `tries` the attempts for a chunk.
    """

    url: str = ""
    key_variable: str = "OPENAI_API_KEY"
    timeout: float = 120.0
    tries: int = 5


@dataclass(frozen=True, slots=True)
class ExtractorOptions:
    """Which extractor: see the settings `extractor`, `tier`, `entity_labels` and `endpoint_*`."""

    name: str = "default"
    tier: Tier = "accurate"
    labels: tuple[tuple[str, str], ...] = ()
    endpoint: Endpoint = Endpoint()

    @property
    def label(self) -> str:
        """How people call it: the tier, or the name of one brought along."""
        if self.name == "default":
            return self.tier
        own = self.name.startswith(("openai:", "seq2seq:"))
        return self.name if own or self.tier == "accurate" else f"{self.name} ({self.tier})"
