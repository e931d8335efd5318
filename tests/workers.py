"""How several processes share the tests and the machine (`pytest -n auto`, pytest-xdist).

Without `-n` nothing of this is used. Each worker has a bundled server of its own; the tests of the
real Neo4j stay with one worker, because a database holds one workspace.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import LoadScopeScheduling

WORKER_BYTES = 3_000_000_000
"""What a worker may take with its models and its server."""
MOST_WORKERS = 8
"""More would only wait for the one that has the real Neo4j."""
APART = "tests/integration/"
"""Tests that take long and share nothing: each goes to the next worker that is free."""
TOGETHER = "tests/integration/test_local_server.py"
"""Except these, which follow the life of one server."""
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def count() -> int:
    """As many workers as this process may use cores and as there is memory for."""
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return max(1, min(len(os.sched_getaffinity(0)), memory // WORKER_BYTES, MOST_WORKERS))


def share_cores(config: pytest.Config) -> None:
    """Give workers that are about to start, and what they start, threads that fit the cores."""
    if workers := config.getoption("numprocesses", None):
        for name in _THREADS:
            os.environ.setdefault(name, str(max(1, count() // workers)))


def scheduler(config: pytest.Config, log: Producer) -> LoadScopeScheduling:
    """Hands out whole units, in the order of the tests."""
    from xdist.scheduler import LoadScopeScheduling

    class Units(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(nodeid)

    config.option.loadscopereorder = False
    return Units(config, log)


def unit(test: str) -> str:
    """The name of those tests that one worker runs together with this one."""
    file, _, name = test.partition("::")
    if "neo4j" in name.lower() and "[local" not in name:
        return "neo4j"
    return test if file.startswith(APART) and file != TOGETHER else file


def arrange(items: list[pytest.Item]) -> None:
    """Put those that take long first, so that no worker is left with one of them at the end.

    Raises:
        pytest.UsageError: a test of the real Neo4j can't be told by its name.
    """

    def place(item: pytest.Item) -> int:
        if item.get_closest_marker("neo4j"):
            if unit(item.nodeid) != "neo4j":
                raise pytest.UsageError(f"{item.nodeid} needs 'neo4j' in its name or its class's")
            return 0
        return 1 if item.get_closest_marker("slow") else 2

    items.sort(key=place)
