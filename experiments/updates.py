"""One document's update in graphs of different sizes: seconds in the ledger and in the store.

    python experiments/updates.py [--documents N ...] [--store URL --user U --password P]

Every page is about a person who was born in one of few countries (the hubs: "United States" is in
two thirds of the pages), directed a film and met someone. The extractor is the tests' one, by
capitals. Updates are changes of a page, removals, and additions, ten of each, each in a revision of
its own; "index" is one rebuild of the index with the tests' hashing encoder.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1]))

from graph_store.connect import LOCAL, open_store
from graph_store.store import GraphStore
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import SourceDocument
from kgtransfer.retrieve.build import build_index
from tests.fakes import HashingEncoder
from tests.graphs import ingest, remove

_SYLLABLES = ("ba", "do", "ke", "li", "mo", "nu", "ra", "si", "ta", "ve", "zo", "fi")
HUBS = ("United States", "United States", "Scotland")
UPDATES = 10


def name(number: int) -> str:
    """A capitalised word of its own for each number."""
    letters = ""
    while True:
        letters = _SYLLABLES[number % len(_SYLLABLES)] + letters
        number //= len(_SYLLABLES)
        if not number:
            return letters.capitalize()


def page(number: int, *, edition: int = 0) -> SourceDocument:
    """A page about a person; another edition says something else of it."""
    person = f"{name(number)} {name(number % 977)}son"
    text = (
        f"{person} was born in the {HUBS[number % len(HUBS)]} on 3 May {1900 + number % 99}.\n\n"
        f"{person} directed {name(number)} Film{name(number % 31)}. {person} met "
        f"{name(number // 3 + edition)} {name((number // 3 + edition) % 977)}son."
    )
    return SourceDocument(f"pages/{number}", person, text, "en")


def measure(documents: int, store: GraphStore, folder: Path) -> dict[str, object]:
    """Fill a ledger and a store, then update it one document at a time."""
    ledger = Ledger.open(folder / f"ledger-{documents}.sqlite")
    started = time.perf_counter()
    ingest(ledger, map(page, range(documents)))
    linked = time.perf_counter()
    store.clear()
    cleared = time.perf_counter()
    store.apply(ledger.delta_since(0))
    stored = time.perf_counter()
    content = ledger.content()
    result: dict[str, object] = {
        "documents": documents,
        "entities": len(content.entities),
        "facts": len(content.facts),
        "mentions": len(content.mentions),
        "most mentions of one entity": max(e.mention_count for e in content.entities),
        "seconds": {"link": round(linked - started, 1), "store": round(stored - cleared, 1)},
    }
    for kind, change in updates(ledger, documents):
        times = []
        for number in range(UPDATES):
            before = time.perf_counter()
            change(number)
            between = time.perf_counter()
            store.apply(ledger.delta_since(store.revision()))
            times.append((between - before, time.perf_counter() - between))
        medians = [round(1000 * statistics.median(part), 1) for part in zip(*times, strict=True)]
        result[kind] = dict(zip(("ledger ms", "store ms"), medians, strict=True))
    before = time.perf_counter()
    build_index(content, HashingEncoder(), folder / "index", revision=1)
    first = time.perf_counter()
    build_index(ledger.content(), HashingEncoder(), folder / "index", revision=2)
    result["index seconds"] = {
        "all": round(first - before, 1),
        "again": round(time.perf_counter() - first, 1),
    }
    ledger.close()
    return result


def updates(ledger: Ledger, documents: int) -> Iterator[tuple[str, Callable[[int], None]]]:
    """Name and work of each kind of update."""
    step = documents // UPDATES
    yield "change", lambda n: ingest(ledger, [page(n * step, edition=1)])
    yield "remove", lambda n: remove(ledger, page(n * step + 1).uri)
    yield "add", lambda n: ingest(ledger, [page(documents + n)])


def main() -> None:
    """Measure each size; print the results as JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--documents", type=int, nargs="+", default=[1000, 10_000, 100_000])
    parser.add_argument("--store", default=LOCAL)
    parser.add_argument("--user", default="neo4j")
    parser.add_argument("--password", default="")
    options = parser.parse_args()
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for documents in options.documents:
            own = Path(folder) / str(documents)
            own.mkdir()
            user = "" if options.store == LOCAL else options.user
            with open_store(options.store, own / "server", user, options.password) as store:
                results.append(measure(documents, store, own))
                print(json.dumps(results[-1]), file=sys.stderr, flush=True)
    machine = f"{platform.machine()}, {psutil.cpu_count()} cores"
    print(json.dumps({"store": options.store, "results": results, "machine": machine}, indent=1))


if __name__ == "__main__":
    main()
