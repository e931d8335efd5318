"""The seam to a language model that writes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from kgtransfer.errors import ConfigError
from kgtransfer.generate.prompt import Prompt
from kgtransfer.language_models.endpoint import Endpoint


class Generator(Protocol):
    """Writes an answer; what it writes is checked by others.

    `name` is how the settings name it. The same prompt gives the same answer as far as the model
    can promise it.
    """

    @property
    def name(self) -> str:
        """As in the setting `generator`."""
        ...

    def stream(self, prompt: Prompt, *, tokens: int, seconds: float) -> Iterator[str]:
        """The answer in pieces as they come; leaving off early ends the work.

        Args:
            prompt: what to answer, and from what.
            tokens: the longest answer.
            seconds: bounds the whole answer.

        Raises:
            ModelError: no whole answer came, and why.
        """
        ...


def load_generator(name: str, *, endpoint: Endpoint | None = None) -> Generator:
    """The generator that the settings name.

    Args:
        name: `endpoint:` (or `openai:`) with a model's name, or `hf:` with the folder of a causal
            language model or of adapters that `kgtransfer train generator` made.
        endpoint: the server that is asked.

    Raises:
        ConfigError: the way it is named is not known.
        ModelError: files are missing or damaged, or no address of a server is known.
    """
    way, _, rest = name.partition(":")
    if way in ("endpoint", "openai"):
        from kgtransfer.generate.endpoint import EndpointGenerator

        return EndpointGenerator(rest, endpoint or Endpoint())
    if way == "hf" and rest:
        from kgtransfer.generate.local import LocalGenerator

        return LocalGenerator.load(Path(rest))
    raise ConfigError(
        f"there is no generator {name!r}",
        where="generator",
        hint="Use endpoint:MODEL for an OpenAI-compatible server, or hf:FOLDER.",
    )
