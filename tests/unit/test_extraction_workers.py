from __future__ import annotations

import os
import time
from collections.abc import Iterator

import pytest

from kgtransfer.errors import ModelError
from kgtransfer.extract.workers import extract_many
from kgtransfer.records import Extraction
from tests.fakes import CapitalisedExtractor

ITEMS = [(i, f"Ann{'a' * i} Lee met Bob Ray.", "en") for i in range(90)]


class DyingExtractor:
    """Ends its process on a certain text, as a crash would."""

    fingerprint = "dying"

    def extract(self, text: str, language: str) -> Extraction:
        if text == ITEMS[5][1]:
            os._exit(9)
        return Extraction()


@pytest.mark.parametrize(("workers", "count"), [(1, 90), (2, 90), (2, 9), (2, 0)])
def test_results_do_not_depend_on_the_workers(workers: int, count: int) -> None:
    alone, items = CapitalisedExtractor(), ITEMS[:count]
    expected = {key: alone.extract(text, language) for key, text, language in items}
    results = list(extract_many(CapitalisedExtractor(), items, workers=workers))
    assert dict(results) == expected
    assert len(results) == count


class UnevenExtractor(CapitalisedExtractor):
    """Takes long over one text."""

    def extract(self, text: str, language: str) -> Extraction:
        time.sleep(5.0 if text == ITEMS[0][1] else 0.0)
        return super().extract(text, language)


def test_what_is_done_does_not_wait_for_what_takes_long() -> None:
    keys = [key for key, _ in extract_many(UnevenExtractor(), ITEMS, workers=2)]
    assert keys.index(0) > 40  # killed in the fifth second, an ingest loses one chunk


def test_items_are_read_only_a_little_ahead() -> None:
    read = 0

    def items() -> Iterator[tuple[int, str, str]]:
        nonlocal read
        for i in range(10_000):
            read += 1
            yield i, "Ann Lee met Bob Ray.", "en"

    results = extract_many(CapitalisedExtractor(), items(), workers=2)
    next(results)
    assert read < 100
    del results  # ends the workers


def test_a_worker_that_dies_is_an_error_that_says_so() -> None:
    with pytest.raises(ModelError, match="ended unexpectedly"):
        list(extract_many(DyingExtractor(), ITEMS, workers=2))
