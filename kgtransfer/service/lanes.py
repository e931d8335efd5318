"""A workspace shared by many requests.

A ledger, a reader and an index belong to one thread at a time. So each kind of work has a lane, a
thread of its own that does one piece after another: questions go on while documents are taken in,
and a slow query delays neither.
"""

from __future__ import annotations

import asyncio
import copy
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from kgtransfer.report import Progress
from kgtransfer.service.errors import ServiceStopping
from kgtransfer.workspace import Workspace

T = TypeVar("T")
LANES = ("ask", "documents", "cypher", "write")


class ServedWorkspace:
    """Two views of one workspace, one to read and one to change, and the lanes to do it in."""

    def __init__(self, opened: Callable[[], Workspace]) -> None:
        self.reading, self.writing = opened(), opened()
        self._closing = threading.Event()
        self._lanes = {name: ThreadPoolExecutor(1, f"kgtransfer-{name}") for name in LANES}

    async def run(self, lane: str, work: Callable[..., T], *arguments: Any) -> T:
        """Do a piece of work in its lane and give its result."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._lanes[lane], work, *arguments)

    def current(self, **overrides: Any) -> Workspace:
        """The view to read with the newest index and some settings changed; in the ask lane."""
        self.reading.refresh()
        _ = self.reading.retriever, self.reading.reader  # loaded once, then shared by all copies
        if overrides.get("generator", self.reading.settings.generator):
            _ = self.reading.generator
        if not overrides:
            return self.reading
        view = copy.copy(self.reading)
        view.settings = self.reading.settings.model_copy(update=overrides)
        return view

    def warm(self) -> None:
        """Begin to load the models, so that the first question does not wait for all of it."""
        self._lanes["ask"].submit(self.current)  # where nothing is ingested yet, nothing loads

    def go_on(self, _: Progress) -> None:
        """Let a change go on, unless the service is stopping; what it has done is kept.

        Raises:
            ServiceStopping: it is.
        """
        if self._closing.is_set():
            hint = "Send the documents again when it is back; what was extracted is kept"
            raise ServiceStopping("the service is stopping", hint=hint)

    def close(self) -> None:
        """Let running work end, a change at its next step, then close the workspace."""
        self._closing.set()
        for lane in self._lanes.values():
            lane.shutdown(cancel_futures=True)
        self.reading.close()
        self.writing.close()
