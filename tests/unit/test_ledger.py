"""What the ledger keeps, whatever happens to the process or the file."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kgtransfer import link
from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.errors import CorruptWorkspace, WorkspaceError
from kgtransfer.ledger.database import Database
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import SourceDocument
from tests.fakes import CapitalisedExtractor
from tests.graphs import PREDICATES, extract, graph_of, ingest, record_of, remove

LONG = SourceDocument(
    "r/long",
    "Long",
    "\n\n".join(f"Person Number{i} met Ann Lee in Town{i}. " * 15 for i in range(30)),
    "en",
)
SHORT = SourceDocument("r/short", "Short", "Ann Lee met Edgar Romero.", "en")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = Ledger.open(tmp_path / "ledger.sqlite")
    yield opened
    opened.close()


def begin(ledger: Ledger, source: SourceDocument, extractor: CapitalisedExtractor) -> str:
    record = record_of(source)
    version = version_of(record, extractor.fingerprint)
    chunks = make_chunks(record.id, source.text, "en")
    ledger.begin(record, version, chunks, extractor.fingerprint)
    return record.id


def test_a_document_comes_back_as_it_was(ledger: Ledger) -> None:
    source = replace(LONG, text="Ünïcode 北京 😀.\n\n" + LONG.text, metadata={"year": "1990"})
    ingest(ledger, [source])
    (stored,) = ledger.documents()
    assert stored.document == record_of(source)
    assert ledger.document_text(stored.document.id) == source.text
    assert [c for c, _ in ledger.extractions(stored.document.id)] == list(
        make_chunks(stored.document.id, source.text, "en")
    )
    extractor = CapitalisedExtractor()
    assert all(e == extractor.extract(c.text, "en") for c, e in ledger.extractions(stored[0].id))


def test_nothing_is_extracted_twice(ledger: Ledger) -> None:
    extractor = CapitalisedExtractor()
    ingest(ledger, [LONG], extractor)
    calls = extractor.calls
    copy = replace(LONG, uri="r/copy")
    changed = replace(LONG, text=LONG.text + "\n\nOne more paragraph by Ann Lee.")
    ingest(ledger, [LONG, copy, changed], extractor)
    assert extractor.calls - calls <= 2


def test_an_interrupted_document_goes_on_where_it_was(ledger: Ledger) -> None:
    extractor = CapitalisedExtractor()
    document = begin(ledger, LONG, extractor)
    texts = list(ledger.missing(document))
    ledger.put_extractions([(t.key, extractor.extract(t.text, "en")) for t in texts[:7]])
    with pytest.raises(WorkspaceError, match="not fully extracted"), ledger.change("too soon"):
        ledger.complete(document)
    assert [s.document.id for s in ledger.pending()] == [document]
    assert not list(ledger.documents())
    calls = extractor.calls
    ingest(ledger, [LONG], extractor)
    assert extractor.calls - calls == len(texts) - 7
    assert ledger.content() == graph_of([LONG])


def test_the_old_version_stays_until_the_new_one_is_whole(ledger: Ledger) -> None:
    ingest(ledger, [LONG])
    before = ledger.content()
    extractor = CapitalisedExtractor("2")
    document = begin(ledger, replace(LONG, text="Something else by Ann Lee."), extractor)
    ingest(ledger, [SHORT])
    remove(ledger, SHORT.uri)
    assert ledger.content() == before
    assert ledger.document_text(document) == LONG.text
    assert ledger.is_current(document, version_of(record_of(LONG), "capitalised-1"))
    ledger.discard(document)
    assert not ledger.pending()
    assert len(list(ledger.extractions(document))) == len(make_chunks(document, LONG.text, "en"))


def test_what_no_document_needs_is_forgotten(ledger: Ledger) -> None:
    ingest(ledger, [LONG, replace(LONG, uri="r/copy"), SHORT])
    remove(ledger, LONG.uri, SHORT.uri)
    assert ledger.content() == graph_of([replace(LONG, uri="r/copy")])
    remove(ledger, "r/copy", "r/never-there")
    rows = sqlite3.connect(ledger.path)

    def is_empty(*tables: str) -> bool:
        counts = [rows.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables]
        return counts == [(0,)] * len(tables)

    assert is_empty("name", "asked", "resolved", "share", "mention")
    assert not is_empty("chunk", "extraction", "document")  # the past is kept until it is forgotten
    with ledger.change("forget"):
        ledger.forget_before(ledger.revision)
    assert is_empty("chunk", "extraction", "document", "document_life", "past_element", "element")
    rows.close()
    assert ledger.content() == graph_of([])


def test_a_change_that_fails_changes_nothing(ledger: Ledger) -> None:
    ingest(ledger, [SHORT])
    before, revision = ledger.content(), ledger.revision
    with pytest.raises(ZeroDivisionError), ledger.change("fails"):  # noqa: PT012
        ledger.remove(document_id(SHORT.uri))
        _ = 1 / 0
    assert (ledger.content(), ledger.revision) == (before, revision)
    ingest(ledger, [SHORT])  # nothing to do makes no revision
    assert ledger.revision == revision


def test_each_change_is_recorded(ledger: Ledger) -> None:
    ingest(ledger, [SHORT])
    remove(ledger, SHORT.uri)
    assert [(r.id, r.reason) for r in ledger.history.revisions()] == [(1, "ingest"), (2, "remove")]
    assert ledger.delta_since(1).removals["documents"] == (document_id(SHORT.uri),)
    assert ledger.delta_since(2).size == 0
    assert ledger.counts()["chunks"] == 0


class Mortal:
    """A database whose process is killed before its n-th statement."""

    def __init__(self, database: Database, statements: int) -> None:
        self._database, self.left = database, statements

    def __getattr__(self, name: str) -> Any:
        if name in ("run", "many"):
            self.left -= 1
            if self.left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return getattr(self._database, name)


def ingest_until_killed(path: Path, statements: int) -> int:
    ledger = Ledger.open(path)
    mortal = Mortal(ledger.links._database, statements)
    ledger._database = ledger.links._database = mortal  # type: ignore[assignment]
    ingest(ledger, [LONG, SHORT])
    ledger.close()
    return statements - mortal.left


@pytest.mark.parametrize("when", [0.02, 0.2, 0.5, 0.8, 1.0])
def test_kill_9_loses_nothing_that_was_kept(tmp_path: Path, when: float) -> None:
    """A process is killed between two statements; the next one makes the same graph."""
    statements = ingest_until_killed(tmp_path / "counted.sqlite", 1_000_000)
    path = tmp_path / "ledger.sqlite"
    process = multiprocessing.get_context("fork").Process(
        target=ingest_until_killed, args=(path, max(1, int(when * statements)))
    )
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    ledger = Ledger.open(path)
    ledger.check()
    assert ledger.content() == graph_of([])  # a change is kept whole or not at all
    ingest(ledger, [LONG, SHORT])
    assert ledger.content() == graph_of([LONG, SHORT])
    ledger.close()


def test_a_ledger_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    Ledger.open(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(WorkspaceError, match="newer version"):
        Ledger.open(path)


def old_ledger(path: Path, version: int) -> None:
    """A ledger of an older version that holds SHORT."""
    ledger = Ledger.open(path.with_suffix(".new"))
    ingest(ledger, [SHORT])
    ledger.close()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(Path("tests/ledger_version_2.sql").read_text("utf-8"))
        if version == 1:
            old.execute("DROP TABLE linking")
        old.execute("ATTACH ? AS new", (str(path.with_suffix(".new")),))
        tables = old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'").fetchall()
        for (table,) in tables:
            columns = [row[1] for row in old.execute(f"PRAGMA main.table_info({table})")]
            names = ", ".join(columns)
            old.execute(f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}")
        old.execute(f"PRAGMA user_version = {version}")
        old.execute("PRAGMA application_id = 0x4B475454")
        old.commit()


def test_a_ledger_without_schemas_and_triples_is_brought_up_to_date(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    ingest(ledger, [SHORT])
    ledger.close()
    with closing(sqlite3.connect(path)) as old:
        old.execute("DROP TABLE contract")
        old.execute("DROP TABLE triple")
        old.execute("PRAGMA user_version = 3")
        old.commit()
    ledger = Ledger.open(path)
    assert ledger.history.schema() == ""
    before = ledger.revision
    ingest(ledger, [SHORT])
    assert ledger.revision == before
    ledger.close()


@pytest.mark.parametrize("version", [1, 2])
def test_an_older_ledger_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    path = tmp_path / "ledger.sqlite"
    old_ledger(path, version)
    ledger = Ledger.open(path)
    before = ledger.content()
    assert before == graph_of([SHORT])
    assert ledger.history.first == 1
    ingest(ledger, [LONG])
    assert ledger.content() == graph_of([LONG, SHORT])
    remove(ledger, SHORT.uri)
    with ledger.change("restore"):
        ledger.restore(1)
        link.update(ledger.links, PREDICATES)
    assert ledger.content() == before
    ledger.close()


@pytest.mark.parametrize("damage", ["not a database, but long enough to be one. " * 100, "cut"])
def test_a_damaged_file_is_named(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "ledger.sqlite"
    ledger = Ledger.open(path)
    ingest(ledger, [LONG])
    ledger.close()
    if damage == "cut":
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    else:
        path.write_text(damage)
    with pytest.raises(CorruptWorkspace, match="ledger"):  # noqa: PT012
        damaged = Ledger.open(path)
        damaged.check()


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 7")
        connection.execute("CREATE TABLE theirs (x)")
    with pytest.raises(CorruptWorkspace, match="not a ledger"):
        Ledger.open(path)


def test_a_full_disk_loses_nothing(ledger: Ledger) -> None:
    ingest(ledger, [SHORT])
    before = ledger.content()
    pages = ledger.links._database.one("PRAGMA page_count")[0]
    ledger.links._database.one(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(WorkspaceError, match="disk is full"):
        ingest(ledger, [LONG])
    assert ledger.content() == before
    ledger.links._database.one("PRAGMA max_page_count = 1000000")
    ingest(ledger, [LONG])
    assert ledger.content() == graph_of([LONG, SHORT])


def test_a_reader_goes_on_while_another_writes(ledger: Ledger) -> None:
    ingest(ledger, [SHORT])
    before = ledger.content()
    reader = Ledger.open(ledger.path)
    begun = extract(ledger, [LONG], CapitalisedExtractor())
    with ledger.change("ingest"):
        ledger.complete(begun[0])
        assert reader.content() == before
    reader.close()


def test_a_path_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="missing"):
        Ledger.open(tmp_path / "missing" / "ledger.sqlite")
