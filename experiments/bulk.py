"""Load, neighbourhoods, arrays, one update, disk and memory of a large graph, on one engine.

    python experiments/bulk.py [--store URL --user U --password P --files FOLDER] [--scale 1.0]

A synthetic graph of our own model: 50,000 chunks of 10,000 documents, 100,000 entities, 500,000
facts over 60 predicates and 600,000 mentions, drawn with seed 0; entities are drawn by the square
of a uniform number, so that some have many neighbours. It is loaded from nothing by
`GraphStore.apply`, as an ingest does it.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from graph_store.connect import LOCAL, open_store
from graph_store.local_server import LocalServer
from graph_store.records import GraphContent, GraphDelta
from graph_store.store import GraphStore
from kgtransfer.ledger.ledger import Ledger
from tests.large_graph import large_graph

TWO_HOPS = (
    "MATCH (a:Entity {id: $id})-[r]-(b:Entity)-[s]-(c:Entity) WHERE r.statement_count > 0 "
    "AND s.statement_count > 0 RETURN c.id LIMIT 100"
)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Seconds and the result."""
    before = time.perf_counter()
    result = work()
    return round(time.perf_counter() - before, 2), result


def neighbourhoods(store: GraphStore, entities: int) -> dict[str, float]:
    """Milliseconds of the two-hop neighbourhoods of 300 entities."""
    rng = random.Random(1)
    times = []
    for number in range(330):
        id_ = f"e{rng.randrange(entities):024}"
        times.append(1000 * timed_query(store, id_))
        if number == 29:
            times.clear()  # the engine has warmed up
    quantiles = statistics.quantiles(times, n=20)
    return {"p50": round(statistics.median(times), 2), "p95": round(quantiles[18], 2)}


def timed_query(store: GraphStore, id_: str) -> float:
    """Seconds of one two-hop query, as `kgtransfer cypher` runs it."""
    return store.query(TWO_HOPS, {"id": id_}).seconds


def updates(store: GraphStore, content: GraphContent) -> float:
    """Median milliseconds of changing one document: its chunks, mentions and facts."""
    times = []
    for number in range(20):
        document = content.documents[number * len(content.documents) // 20]
        chunks = [c for c in content.chunks if c.document == document.id]
        ids = {c.id for c in chunks}
        mentions = tuple(m for m in content.mentions if m.chunk in ids)
        facts = tuple(f for f in content.facts if ids & set(f.chunks))
        removals = {"mentions": tuple(m.id for m in mentions), "facts": tuple(f.id for f in facts)}
        ends = {f.id: (f.subject, f.type) for f in facts}
        for revision, delta in enumerate(
            (
                GraphDelta(2 * number + 2, GraphContent(), removals, ends),
                GraphDelta(
                    2 * number + 3,
                    GraphContent((document,), tuple(chunks), mentions=mentions, facts=facts),
                ),
            )
        ):
            seconds, _ = timed(lambda delta=delta: store.apply(delta))
            if revision == 0:
                removed = seconds
        times.append(1000 * (removed + seconds))
    return round(statistics.median(times), 1)


def from_ledger(content: GraphContent, folder: Path) -> float:
    """Seconds in which a ledger gives the same arrays."""
    ledger = Ledger.open(folder / "ledger.sqlite")
    with ledger.change("bulk"):
        for record in content:
            ledger.links.put(record)
    seconds, held = timed(ledger.content)
    assert held == content
    ledger.close()
    return seconds


def server_process(store: str, folder: Path) -> psutil.Process | None:
    """The engine's process, where it is on this machine."""
    if store == LOCAL:
        return psutil.Process(LocalServer(folder).status().pid)
    java = [p for p in psutil.process_iter(["cmdline"]) if "neo4j" in " ".join(p.cmdline())]
    return max(java, key=lambda p: p.memory_info().rss, default=None)


def main() -> None:
    """Measure; print the result as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--store", default=LOCAL)
    parser.add_argument("--user", default="neo4j")
    parser.add_argument("--password", default=os.environ.get("KGTRANSFER_STORE_PASSWORD", ""))
    parser.add_argument("--files", type=Path, help="where the server of --store has its files")
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    content = large_graph(options.scale)
    result: dict[str, Any] = {
        "store": "bundled" if options.store == LOCAL else "Neo4j",
        "elements": {
            kind: len(getattr(content, kind))
            for kind in ("documents", "chunks", "entities", "mentions", "facts")
        },
    }
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        user = "" if options.store == LOCAL else options.user
        server = folder / "server"
        with open_store(options.store, server, user, options.password) as store:
            store.clear()
            result["load s"], _ = timed(lambda: store.apply(GraphDelta(1, content)))
            print(json.dumps(result), file=sys.stderr, flush=True)
            result["two hops ms"] = neighbourhoods(store, len(content.entities))
            result["arrays s"], held = timed(store.arrays)
            assert held == content
            del held
            result["update ms"] = updates(store, content)
            process = server_process(options.store, server)
            if process is not None:
                result["server memory MB"] = round(process.memory_full_info().pss / 1e6)
            files = server if options.store == LOCAL else options.files
            if files is not None:
                held_by = sum(f.stat().st_size for f in files.rglob("*") if f.is_file())
                result["disk MB"] = round(held_by / 1e6)
            result["clear s"], _ = timed(store.clear)
        if options.store == LOCAL:
            LocalServer(server).stop()
        result["arrays from the ledger s"] = from_ledger(content, folder)
    result["machine"] = f"{platform.machine()}, {psutil.cpu_count()} cores"
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
