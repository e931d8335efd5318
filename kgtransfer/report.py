"""What a change reports while it runs and when it is done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from kgtransfer.corpus.sources import SourceProblem


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a stage is; `total` is None while unknown."""

    stage: str
    done: int
    total: int | None
    unit: str


Show = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a change did, and what the graph holds after it."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    words: int = 0
    refused: int = 0
    """What an extractor named or stated that is not in the text, and that was left out."""
    text_only: dict[str, int] = field(default_factory=dict)
    """Documents by language that the extractor does not read: kept and found as text."""
    problems: tuple[SourceProblem, ...] = ()
    revision: int = 0
    documents: int = 0
    entities: int = 0
    facts: int = 0
    seconds: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What an ingest would do. Seconds, bytes, tokens and cost are estimates; see `plan.plan`.

    `others` counts documents by the extractor or tier that read them, where it is another one.
    `requests` and tokens are those of an endpoint; `cost` is None where no price is known.
    """

    new: int
    changed: int
    unchanged: int
    words: int
    chunks: int
    seconds: float
    disk_bytes: int
    extractor: str
    others: dict[str, int]
    requests: int
    input_tokens: int
    output_tokens: int
    cost: float | None
    problems: tuple[SourceProblem, ...]


def silent(_: Progress) -> None:
    """Show nothing."""


class Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        """Count what the block takes towards a stage."""
        started = time.perf_counter()
        try:
            yield
        finally:
            elapsed = time.perf_counter() - started
            self.seconds[stage] = self.seconds.get(stage, 0.0) + elapsed


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is well, how it is, and what to do if not."""

    subject: str
    ok: bool
    state: str
    remedy: str = ""
