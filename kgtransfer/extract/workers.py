"""Extraction side by side: a few processes, one thread each, one chunk at a time.

A chunk's result depends on its text alone, so the number of processes changes nothing but the
time. Results come in the order of the items.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Any, TypeVar

from kgtransfer.errors import ModelError
from kgtransfer.extract.extractor import Extractor
from kgtransfer.records import Extraction

log = logging.getLogger(__name__)
Key = TypeVar("Key")
_AHEAD = 8
"""Chunks in hand for each worker: enough to keep it busy, few enough to stop soon."""


def extract_many(
    extractor: Extractor,
    items: Iterable[tuple[Key, str, str]],
    workers: int = 2,
) -> Iterator[tuple[Key, Extraction]]:
    """Extract from (key, text, language) items and yield (key, extraction) in their order.

    The extractor is sent to the workers, so it has to be picklable (the shipped one is: a worker
    loads it by name).
    `items` is read only a little ahead of the results. With `workers` of 0 or 1 all happens in
    this process. Closing the iterator, or an interrupt, ends the workers.

    Raises:
        ModelError: the model can't be loaded, or a worker died.
    """
    if workers <= 1:
        for key, text, language in items:
            yield key, extractor.extract(text, language)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    waiting: deque[tuple[Key, Future[Extraction]]] = deque()
    try:
        for key, text, language in items:
            waiting.append((key, pool.submit(_extract, extractor, text, language)))
            while len(waiting) >= workers * _AHEAD or (waiting and waiting[0][1].done()):
                first, future = waiting.popleft()
                yield first, future.result()
        while waiting:
            first, future = waiting.popleft()
            yield first, future.result()
    except BrokenProcessPool as error:
        raise ModelError(
            "an extraction process ended unexpectedly",
            where="extract",
            hint="It may have run out of memory: try --workers 1. What was extracted is kept.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_worker() -> None:
    """One thread, no Ctrl-C of its own (the parent ends it), and an end when the parent ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.environ["OMP_NUM_THREADS"] = "1"
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent.sentinel,), daemon=True).start()


def _end_with(parent: Any) -> None:
    wait([parent])
    os._exit(1)


def _extract(extractor: Extractor, text: str, language: str) -> Extraction:
    return extractor.extract(text, language)
