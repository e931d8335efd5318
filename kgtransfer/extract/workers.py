"""Extraction side by side: a few processes, one thread each, one chunk at a time.

A chunk's result depends on its text alone, so the number of processes changes nothing but the
time and the order of the results.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from concurrent import futures
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import chain, islice
from multiprocessing.connection import wait
from typing import Any, TypeVar

from kgtransfer.errors import ModelError
from kgtransfer.extract.extractor import Extractor
from kgtransfer.records import Extraction

log = logging.getLogger(__name__)
Key = TypeVar("Key")
_AHEAD = 8
"""Chunks given to each worker: enough to keep it busy, few enough to stop soon."""
_FEW = 64
"""So many chunks are done here before workers would have loaded their models."""


def extract_many(
    extractor: Extractor,
    items: Iterable[tuple[Key, str, str]],
    workers: int = 2,
) -> Iterator[tuple[Key, Extraction]]:
    """Extract from (key, text, language) items and yield each (key, extraction) when it is done.

    The extractor is sent to the workers, so it has to be picklable (the shipped one is: a worker
    loads it by name). One that only waits for a server (`remote`) works in threads instead.
    `items` is read only a little ahead of the results. With `workers` of 0 or 1, or few items, all
    happens in this process. Closing the iterator, or an interrupt, ends the workers.

    Raises:
        ModelError: the model can't be loaded, or a worker died.
        ChunkFailed: a server gives up on a chunk; what others in work came to has been yielded.
    """
    if getattr(extractor, "remote", False):
        yield from _in_threads(extractor, items, workers)
        return
    items = iter(items)
    few = list(islice(items, _FEW))
    items = chain(few, items)
    if workers <= 1 or len(few) < _FEW:
        for key, text, language in items:
            yield key, extractor.extract(text, language)
        return
    pool = ProcessPoolExecutor(
        workers, mp_context=multiprocessing.get_context("spawn"), initializer=_start_worker
    )
    running: dict[Future[Extraction], Key] = {}
    try:
        for key, text, language in items:
            running[pool.submit(_extract, extractor, text, language)] = key
            if len(running) >= workers * _AHEAD:
                yield from _take_done(running)
        while running:
            yield from _take_done(running)
    except BrokenProcessPool as error:
        raise ModelError(
            "an extraction process ended unexpectedly",
            where="extract",
            hint="It may have run out of memory: try --workers 1. What was extracted is kept.",
        ) from error
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class ChunkFailed(ModelError):
    """An extractor gave up on one chunk, that of `key`."""

    def __init__(self, error: ModelError, key: Any) -> None:
        super().__init__(error.what, where=error.where, hint=error.hint)
        self.key = key


def _in_threads(
    extractor: Extractor, items: Iterable[tuple[Key, str, str]], workers: int
) -> Iterator[tuple[Key, Extraction]]:
    """Ask for a few chunks at a time; after a failure finish what is in work, then raise it."""
    waiting = iter(items)
    failed: ChunkFailed | None = None
    pool = ThreadPoolExecutor(workers)
    try:
        running: dict[Future[Extraction], Key] = {}
        while True:
            for key, text, language in islice(waiting, 0 if failed else workers - len(running)):
                running[pool.submit(extractor.extract, text, language)] = key
            if not running:
                break
            done, _ = futures.wait(running, return_when=futures.FIRST_COMPLETED)
            for future in done:
                key = running.pop(future)
                try:
                    result = future.result()
                except ModelError as error:
                    failed = failed or ChunkFailed(error, key)
                else:
                    yield key, result
    except BaseException:
        extractor.stop()  # type: ignore[attr-defined]
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
    if failed is not None:
        raise failed


def _take_done(running: dict[Future[Extraction], Key]) -> Iterator[tuple[Key, Extraction]]:
    """Wait for at least one result, and give all that are there."""
    done, _ = futures.wait(running, return_when=futures.FIRST_COMPLETED)
    for future in done:
        yield running.pop(future), future.result()


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
