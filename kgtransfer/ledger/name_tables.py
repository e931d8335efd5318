"""The tables of documents and names that `link.update` works on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from kgtransfer.contributions import Bearer, Extracted, Naming, key_prefix
from kgtransfer.ledger.codec import decode_extraction
from kgtransfer.ledger.database import Database
from kgtransfer.records import Chunk, Document, Triple

_BEARERS = (
    "SELECT n.key, g.page, max(n.strength), p.type FROM {source}"
    " JOIN naming g ON g.document = n.document JOIN page p ON p.signature = g.page"
    " GROUP BY n.key, g.page ORDER BY n.key, g.page"
)


class NameTables:
    """The whole documents, the names that they bear, and which texts were looked up with which."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def document(self, document: str) -> Document | None:
        """The whole document's record, None where it has gone."""
        sql = (
            "SELECT id, uri, title, language, sha256, metadata FROM document"
            " WHERE id = ? AND state = 'whole'"
        )
        found = self._database.first(sql, (document,))
        return Document(*found) if found else None

    def passages(self, document: str) -> Iterator[Extracted]:
        """The whole document's chunks in order, with their extractions."""
        sql = (
            "SELECT c.id, d.id, c.text, c.start, c.end, c.position, e.payload FROM document d"
            " JOIN chunk c USING (row) JOIN extraction e ON e.key = c.extraction"
            " WHERE d.id = ? AND d.state = 'whole' ORDER BY c.position"
        )
        for *fields, payload in self._database.rows(sql, (document,)):
            yield Chunk(*fields), decode_extraction(payload)

    def triples(self, document: str) -> Iterator[Triple]:
        """What the whole document states without text, in order."""
        sql = (
            "SELECT subject, predicate, object, subject_key, object_key, kind, value FROM triple"
            " JOIN document d USING (row) WHERE d.id = ? AND d.state = 'whole' ORDER BY position"
        )
        return (Triple(*fields) for fields in self._database.rows(sql, (document,)))

    def keys_about(self, documents: Collection[str], pages: Collection[str]) -> set[str]:
        """All keys of these documents, and of every document about one of these pages or about
        what one of these documents was about.
        """
        self._want(documents)
        old = {
            page
            for (page,) in self._database.rows(
                "SELECT page FROM wanted CROSS JOIN naming ON document = key"
            )
        }
        sql = "SELECT n.key FROM wanted w CROSS JOIN name n ON n.document = w.key"
        keys = {key for (key,) in self._database.rows(sql)}
        self._want((old | set(pages)) - {""})
        sql = (
            "SELECT n.key FROM wanted w CROSS JOIN naming g ON g.page = w.key"
            " CROSS JOIN name n ON n.document = g.document"
        )
        return keys | {key for (key,) in self._database.rows(sql)}

    def rename(self, document: str, naming: Naming | None) -> str:
        """Replace a document's names (None: it bears none). Returns the page it was about."""
        old = self._database.first(
            "SELECT page, entity FROM naming WHERE document = ?", (document,)
        )
        if old and old[1]:
            self._database.run(
                "INSERT OR IGNORE INTO touched_about VALUES (?, ?)", (document, old[1])
            )
        self._database.run("DELETE FROM naming WHERE document = ?", (document,))
        self._database.run("DELETE FROM name WHERE document = ?", (document,))
        if naming is not None:
            types = json.dumps(naming.types, sort_keys=True)
            self._database.run(
                "INSERT INTO naming VALUES (?, ?, ?, ?, NULL)",
                (document, naming.page, naming.title, types),
            )
            self._database.many(
                "INSERT INTO name VALUES (?, ?, ?, ?)",
                ((n.key, document, n.strength, n.form) for n in naming.names),
            )
        return old[0] if old else ""

    def page_of(self, document: str) -> str:
        """The signature of what a document is about; empty where nothing names it."""
        found = self._database.first("SELECT page FROM naming WHERE document = ?", (document,))
        return found[0] if found else ""

    def page_votes(self, page: str) -> dict[str, int] | None:
        """The types that documents about a page give it; None where there are none."""
        found = list(self._database.rows("SELECT types FROM naming WHERE page = ?", (page,)))
        votes: dict[str, int] = {}
        for (types,) in found:
            for type_, count in json.loads(types).items():
                votes[type_] = votes.get(type_, 0) + count
        return votes if found else None

    def put_page(self, page: str, type_: str | None) -> None:
        """Set a page's type; None removes the page."""
        old = self._database.first("SELECT type FROM page WHERE signature = ?", (page,))
        if (old[0] if old else None) == type_:
            return
        self._database.run("DELETE FROM page WHERE signature = ?", (page,))
        if type_ is not None:
            self._database.run("INSERT INTO page VALUES (?, ?)", (page, type_))
        self._database.run("INSERT OR IGNORE INTO touched_signature VALUES (?)", (page,))

    def bearers(self, keys: Collection[str]) -> dict[str, tuple[Bearer, ...]]:
        """The pages that bear each of these keys, each with its strongest such name."""
        self._want(keys)
        sql = _BEARERS.format(source="wanted w CROSS JOIN name n ON n.key = w.key")
        return _bearers(self._database.rows(sql))

    def names_for(self, documents: Collection[str]) -> Mapping[str, tuple[Bearer, ...]]:
        """All names that pages bear, read at once for many texts, one by one for a few."""
        self._want(documents)
        chunks = self._database.one(
            "SELECT count(*) FROM wanted w CROSS JOIN document d ON d.id = w.key"
            " CROSS JOIN chunk USING (row)"
        )[0]
        many = 100 * chunks + 1000
        sql = "SELECT count(*) FROM (SELECT 1 FROM name LIMIT ?)"
        if self._database.one(sql, (many + 1,))[0] <= many:
            return _bearers(self._database.rows(_BEARERS.format(source="name n")))
        return _LazyBearers(self._database)

    def asking(self, keys: Collection[str]) -> set[str]:
        """The documents whose text was looked up with such keys."""
        self._want({key_prefix(key) for key in keys})
        sql = "SELECT DISTINCT document FROM wanted CROSS JOIN asked ON prefix = key"
        return {document for (document,) in self._database.rows(sql)}

    # A query begins at `wanted`, which is small: CROSS JOIN tells SQLite so.
    def _want(self, keys: Iterable[str]) -> None:
        self._database.run("DELETE FROM wanted")
        self._database.many("INSERT INTO wanted VALUES (?)", ((key,) for key in sorted(keys)))


class _LazyBearers(Mapping[str, tuple[Bearer, ...]]):
    """The names that pages bear, each read when first asked for."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: dict[str, tuple[Bearer, ...]] = {}

    def __getitem__(self, key: str) -> tuple[Bearer, ...]:
        if key not in self._known:
            sql = _BEARERS.format(source="(SELECT * FROM name WHERE key = ?) n")
            self._known[key] = _bearers(self._database.rows(sql, (key,))).get(key, ())
        if not self._known[key]:
            raise KeyError(key)
        return self._known[key]

    def __iter__(self) -> Iterator[str]:
        for (key,) in self._database.rows("SELECT DISTINCT key FROM name ORDER BY key"):
            yield key

    def __len__(self) -> int:
        return int(self._database.one("SELECT count(DISTINCT key) FROM name")[0])


def _bearers(rows: Iterable[tuple[Any, ...]]) -> dict[str, tuple[Bearer, ...]]:
    return {
        key: tuple(Bearer(page, strength, type_) for _, page, strength, type_ in group)
        for key, group in groupby(rows, itemgetter(0))
    }
