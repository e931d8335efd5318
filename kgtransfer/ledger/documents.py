"""The versions of documents: begun, extracted chunk by chunk, whole, and past."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import astuple
from typing import NamedTuple

from kgtransfer.ledger.codec import encode_extraction
from kgtransfer.ledger.database import Database
from kgtransfer.records import Chunk, Document, Extraction, Triple

_DOCUMENT = "id, uri, title, language, sha256, metadata"


class Missing(NamedTuple):
    """A text of a document that has not been extracted; `key` is for `put_extractions`."""

    key: bytes
    text: str
    language: str


class Stored(NamedTuple):
    """A document in the ledger, and how many chunks it has."""

    document: Document
    version: str
    chunks: int


def version_of(document: Document, *fingerprints: str) -> str:
    """The version of a document: what it says, and what it is read and extracted with."""
    parts = (*astuple(document), *fingerprints)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


class DocumentTables:
    """The tables of documents, their chunks, what was extracted from these, and triples."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def is_current(self, document: str, version: str) -> bool:
        """Whether the document is whole in this version: nothing is left to do."""
        sql = "SELECT 1 FROM document WHERE id = ? AND state = 'whole' AND version = ?"
        return self._database.first(sql, (document, version)) is not None

    def begin(
        self,
        document: Document,
        version: str,
        chunks: Iterable[Chunk],
        extractor: str,
        label: str = "",
        triples: Iterable[Triple] = (),
    ) -> None:
        """Take in a version of a document; an older whole one stays until `complete`.

        Beginning the same version again (after an interruption) changes nothing.

        Args:
            document: its record.
            version: see `version_of`.
            chunks: its chunks, which tile its text.
            extractor: the fingerprint of the extractor that is to read them.
            label: what people call that extractor.
            triples: what it states without text.
        """
        found = self._pending(document.id)
        if found is not None and found[1] == version:
            return
        with self._database.transaction():
            self.discard(document.id)
            self._database.run(
                f"INSERT INTO document ({_DOCUMENT}, version, state)"  # noqa: S608
                " VALUES (?, ?, ?, ?, ?, ?, ?, 'pending')",
                (*astuple(document), version),
            )
            row = self._database.one("SELECT last_insert_rowid()")[0]
            self._database.run(
                "INSERT OR REPLACE INTO read_with VALUES (?, ?, ?)", (row, extractor, label)
            )
            self._database.many(
                "INSERT INTO chunk (row, position, id, start, end, text, extraction)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    (row, c.position, c.id, c.start, c.end, c.text,
                     _extraction_key(c.text, document.language, extractor))
                    for c in chunks
                ),
            )  # fmt: skip
            self._database.many(
                "INSERT INTO triple VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                ((row, position, *astuple(t)) for position, t in enumerate(triples)),
            )

    def missing(self, document: str) -> Iterator[Missing]:
        """The texts of the begun version that nothing has been extracted from yet, each once."""
        found = self._pending(document)
        if found is None:
            return
        seen: set[bytes] = set()
        sql = (
            "SELECT c.extraction, c.text, d.language FROM chunk c JOIN document d USING (row)"
            " WHERE c.row = ? AND NOT EXISTS"
            " (SELECT 1 FROM extraction e WHERE e.key = c.extraction) ORDER BY c.position"
        )
        for row in list(self._database.rows(sql, (found[0],))):
            if row[0] not in seen:
                seen.add(row[0])
                yield Missing(*row)

    def put_extractions(self, extractions: Iterable[tuple[bytes, Extraction]]) -> None:
        """Keep extractions, all of them in one commit: what was kept is never extracted again."""
        with self._database.transaction():
            self._database.many(
                "INSERT OR IGNORE INTO extraction (key, payload) VALUES (?, ?)",
                ((key, encode_extraction(extraction)) for key, extraction in extractions),
            )

    def pending(self) -> list[Stored]:
        """Documents that were begun and are not whole: `complete` or `discard` them."""
        return list(self._stored("pending"))

    def documents(self) -> Iterator[Stored]:
        """The whole documents, by uri."""
        return self._stored("whole")

    def labels(self) -> dict[str, str]:
        """What each whole document's text was read with; empty where an earlier program read it.

        A document without text (imported triples) was read with nothing.
        """
        sql = (
            "SELECT d.id, coalesce(r.label, '') FROM document d LEFT JOIN read_with r USING (row)"
            " WHERE d.state = 'whole' AND EXISTS (SELECT 1 FROM chunk c WHERE c.row = d.row)"
        )
        return dict(self._database.rows(sql))

    def readers(self) -> list[tuple[str, str, int]]:
        """(label, fingerprint, whole documents) of every extractor whose work is in the graph."""
        sql = (
            "SELECT coalesce(r.label, ''), coalesce(r.fingerprint, ''), count(*) FROM document d"
            " LEFT JOIN read_with r USING (row) WHERE d.state = 'whole'"
            " AND EXISTS (SELECT 1 FROM chunk c WHERE c.row = d.row) GROUP BY 1, 2 ORDER BY 1, 2"
        )
        return [(label, fingerprint, n) for label, fingerprint, n in self._database.rows(sql)]

    def place_of(self, key: bytes) -> tuple[str, int] | None:
        """The uri of a document that waits for an extraction, and the chunk's position in it."""
        sql = (
            "SELECT d.uri, c.position FROM chunk c JOIN document d USING (row)"
            " WHERE c.extraction = ? AND d.state = 'pending' ORDER BY d.uri, c.position"
        )
        found = self._database.first(sql, (key,))
        return (found[0], found[1]) if found else None

    def document_text(self, document: str) -> str:
        """The text of a whole document; empty where there is none."""
        sql = (
            "SELECT c.text FROM chunk c JOIN document d USING (row)"
            " WHERE d.id = ? AND d.state = 'whole' ORDER BY c.position"
        )
        return "".join(text for (text,) in self._database.rows(sql, (document,)))

    def discard(self, document: str) -> None:
        """Forget a version that was begun and is not whole."""
        found = self._pending(document)
        if found is not None:
            with self._database.transaction():
                self._delete(found[0])

    def _stored(self, state: str) -> Iterator[Stored]:
        sql = (
            f"SELECT {_DOCUMENT}, version, (SELECT count(*) FROM chunk c WHERE c.row = d.row)"  # noqa: S608
            " FROM document d WHERE state = ? ORDER BY uri"
        )
        for *fields, version, chunks in self._database.rows(sql, (state,)):
            yield Stored(Document(*fields), version, chunks)

    def _pending(self, document: str) -> tuple[int, str] | None:
        sql = "SELECT row, version FROM document WHERE id = ? AND state = 'pending'"
        found = self._database.first(sql, (document,))
        return (found[0], found[1]) if found else None

    def _row(self, document: str, state: str) -> int | None:
        sql = "SELECT row FROM document WHERE id = ? AND state = ?"
        found = self._database.first(sql, (document, state))
        return found[0] if found else None

    def _delete(self, row: int) -> None:
        """Delete a version, and those extractions that no other version needs."""
        self._database.run(
            "DELETE FROM extraction WHERE key IN (SELECT extraction FROM chunk WHERE row = ?1)"
            " AND NOT EXISTS (SELECT 1 FROM chunk c WHERE c.extraction = key AND c.row != ?1)",
            (row,),
        )
        self._database.run("DELETE FROM chunk WHERE row = ?", (row,))
        self._database.run("DELETE FROM triple WHERE row = ?", (row,))
        self._database.run("DELETE FROM document WHERE row = ?", (row,))
        self._database.run("DELETE FROM document_life WHERE row = ?", (row,))
        self._database.run("DELETE FROM read_with WHERE row = ?", (row,))


def _extraction_key(text: str, language: str, extractor: str) -> bytes:
    parts = "\0".join((extractor, language, text)).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(parts, digest_size=16).digest()
