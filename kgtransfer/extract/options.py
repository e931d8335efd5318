"""What an extractor is made from: small, hashable, and sent to worker processes in its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from kgtransfer.language_models.endpoint import Endpoint

Tier = Literal["accurate", "fast"]


@dataclass(frozen=True, slots=True)
class ExtractorOptions:
    """Which extractor: see the settings `extractor`, `tier`, `entity_labels` and `endpoint_*`."""

    name: str = "default"
    tier: Tier = "accurate"
    labels: tuple[tuple[str, str], ...] = ()
    types: tuple[tuple[str, str], ...] = ()
    """Those of the workspace's own schema with their descriptions, for who can be told them."""
    endpoint: Endpoint = field(default_factory=Endpoint)

    @property
    def label(self) -> str:
        """How people call it: the tier, or the name of one brought along."""
        if self.name == "default":
            return self.tier
        own = self.name.startswith(("openai:", "seq2seq:"))
        return self.name if own or self.tier == "accurate" else f"{self.name} ({self.tier})"
