"""The tables that `link.update` works on (its Protocol `Tables`): names, contributions, elements.

Each row of a contribution carries the element that it stands for now. Whatever comes, goes or
changes its element leaves that element in a `touched_` table; at the end, each touched element is
made anew from the rows that stand for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import groupby
from operator import itemgetter
from typing import Any

from graph_store.records import KINDS
from kgtransfer.contributions import (
    Contribution,
    MentionRow,
    Row,
    ShareRow,
    StatementRow,
    Total,
)
from kgtransfer.decisions import Decision
from kgtransfer.ledger.codec import encode_element
from kgtransfer.ledger.database import Database
from kgtransfer.ledger.name_tables import NameTables
from kgtransfer.ledger.rule_tables import RuleTables
from kgtransfer.ledger.schema_tables import SchemaTables
from kgtransfer.records import About, Chunk, Document, Entity, Fact, Inference, Mention, Value

_BATCH = 10_000
_TOUCHED = ("document", "chunk", "signature", "about", "share", "mention", "fact", "decision")
_INSERT = {
    MentionRow: "INSERT INTO mention VALUES (?, ?, ?, ?, ?, ?, ?, NULL)",
    ShareRow: "INSERT INTO share VALUES (?, ?, ?, ?, ?, ?, NULL)",
    StatementRow: "INSERT INTO statement VALUES (?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)",
}
Element = Document | Chunk | Entity | Value | About | Mention | Fact | Inference


class LinkTables(NameTables, SchemaTables, RuleTables):
    """Documents, names, contributions and elements, inside a transaction of the ledger."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._revision = 0

    def begin(self, revision: int) -> None:
        """Begin a change that makes `revision`."""
        self._revision = revision
        for name in _TOUCHED:
            self._database.run(f"DELETE FROM touched_{name}")  # noqa: S608

    # -- documents -------------------------------------------------------------------------------

    def changed_documents(self) -> list[str]:
        """The documents that came, changed or went, sorted."""
        return [id_ for (id_,) in self._database.rows("SELECT id FROM touched_document ORDER BY 1")]

    def linked_with(self) -> str:
        """The fingerprint of the rules that made the rows; empty where there are none."""
        found = self._database.first("SELECT fingerprint FROM linking")
        return found[0] if found else ""

    def link_all(self, fingerprint: str) -> None:
        """Touch every document and every element: other rules are to make them."""
        self.link(fingerprint)
        for sql in _ALL:
            self._database.run(sql)

    # -- decisions -------------------------------------------------------------------------------

    def decisions(self) -> list[Decision]:
        """The decisions of people that are in force, in their order."""
        sql = "SELECT payload FROM decision WHERE until IS NULL ORDER BY id"
        return [Decision.from_json(payload) for (payload,) in self._database.rows(sql)]

    def changed_decisions(self) -> list[Decision]:
        """Those that came into force or out of it."""
        sql = "SELECT payload FROM touched_decision ORDER BY payload"
        return [Decision.from_json(payload) for (payload,) in self._database.rows(sql)]

    def touch(self, signatures: Iterable[str]) -> None:
        """Decide these signatures again."""
        sql = "INSERT OR IGNORE INTO touched_signature VALUES (?)"
        self._database.many(sql, ((signature,) for signature in signatures))

    def touches(self, signature: str) -> bool:
        """Whether the signature's block is decided again."""
        bare = not signature.startswith("=") and "@" not in signature
        low = signature.partition("#")[0] + "#" if bare else signature
        high = low[:-1] + "$" if bare else signature + "\0"
        sql = "SELECT 1 FROM touched_signature WHERE signature >= ? AND signature < ? LIMIT 1"
        return self._database.first(sql, (low, high)) is not None

    # -- contributions ---------------------------------------------------------------------------

    def contribute(self, contribution: Contribution) -> None:
        """Replace a document's rows. Where they are the same as before, nothing is touched."""
        document = contribution.document
        rows = contribution.rows
        held = self._rows_of(document)
        if held:
            rows = list(rows)
        if not held or held != Counter(rows):
            for sql in _FORGET:
                self._database.run(sql, (document,))
            for batch in _batches(rows):
                for kind, insert in _INSERT.items():
                    self._database.many(insert, ((document, *r) for r in batch if type(r) is kind))
            for sql in _REMEMBER:
                self._database.run(sql, (document,))
        self._ask(document, contribution.asked)

    def _rows_of(self, document: str) -> Counter[tuple[Any, ...]]:
        return Counter(row for sql in _ROWS_OF for row in self._database.rows(sql, (document,)))

    def _ask(self, document: str, asked: Set[str]) -> None:
        sql = "SELECT prefix FROM asked WHERE document = ?"
        held = {prefix for (prefix,) in self._database.rows(sql, (document,))}
        self._database.many(
            "DELETE FROM asked WHERE prefix = ? AND document = ?",
            ((prefix, document) for prefix in sorted(held - asked)),
        )
        self._database.many(
            "INSERT INTO asked VALUES (?, ?)",
            ((prefix, document) for prefix in sorted(asked - held)),
        )

    def touched_blocks(self) -> Iterator[tuple[list[str], dict[str, int], dict[str, str]]]:
        """The blocks of the touched signatures: signatures, votes of each, types of pages."""
        sql = (
            "SELECT t.signature, p.type FROM touched_signature t LEFT JOIN page p USING (signature)"
            " ORDER BY t.signature"
        )
        last_block = ""
        for signature, type_ in list(self._database.rows(sql)):
            if signature.startswith("=") or "@" in signature:
                if self._is_contributed(signature):
                    yield [signature], {}, {signature: type_}
                continue
            block = signature.partition("#")[0]
            if block != last_block:
                last_block = block
                votes = dict(
                    self._database.rows(
                        "SELECT signature, sum(count) FROM total"
                        " WHERE signature >= ? AND signature < ? GROUP BY signature",
                        (block + "#", block + "$"),
                    )
                )
                if votes:
                    yield list(votes), votes, {}

    def resolve(self, resolved: Sequence[tuple[str, str, str]]) -> None:
        """Set what signatures stand for; rows of those that change are touched too."""
        for signature, entity, type_ in resolved:
            old = self._database.first(
                "SELECT entity FROM resolved WHERE signature = ?", (signature,)
            )
            if old is not None and old[0] == entity:
                continue
            self._database.run(
                "INSERT OR REPLACE INTO resolved VALUES (?, ?, ?)", (signature, entity, type_)
            )
            if old is not None:
                for sql in _LOOSEN:
                    self._database.run(sql, (signature,))

    def assign(self) -> None:
        """Tie each row that came or changed to the element that it now stands for."""
        for sql in _ASSIGN:
            self._database.run(sql)

    # -- elements --------------------------------------------------------------------------------

    def touched_documents(self) -> Iterator[tuple[str, Document | None]]:
        """(id, the document now)."""
        for document in self.changed_documents():
            yield document, self.document(document)

    def touched_chunks(self) -> Iterator[tuple[str, Chunk | None]]:
        """(id, the chunk now)."""
        sql = (
            "SELECT t.id, c.id, (SELECT d.id FROM document d WHERE d.row = c.row), c.text, c.start,"
            " c.end, c.position FROM touched_chunk t LEFT JOIN chunk c ON c.id = t.id AND EXISTS"
            " (SELECT 1 FROM document d WHERE d.row = c.row AND d.state = 'whole') ORDER BY t.id"
        )
        for id_, *fields in self._database.rows(sql):
            yield id_, Chunk(*fields) if fields[0] else None

    def touched_abouts(self) -> Iterator[tuple[str, str, bool]]:
        """(document, entity, whether it is so now)."""
        sql = (
            "SELECT t.document, t.entity, g.document IS NOT NULL FROM touched_about t"
            " LEFT JOIN naming g ON g.document = t.document AND g.entity = t.entity ORDER BY 1, 2"
        )
        for document, entity, holds in self._database.rows(sql):
            yield document, entity, bool(holds)

    def touched_shares(self) -> Iterator[tuple[str, str, list[Total]]]:
        """(entity or value, type, what documents call it now)."""
        sql = (
            "SELECT t.entity, r.type, s.signature, s.form, s.type, s.why, s.count, s.documents"
            " FROM touched_share t LEFT JOIN resolved r ON r.entity = t.entity"
            " LEFT JOIN total s ON s.signature = r.signature ORDER BY t.entity"
        )
        for entity, rows in groupby(self._database.rows(sql), itemgetter(0)):
            found = [row for row in rows if row[2] is not None]
            yield entity, found[0][1] if found else "", [Total(*row[2:]) for row in found]

    def touched_mentions(self) -> Iterator[tuple[str, str, list[MentionRow]]]:
        """(chunk, entity, rows now)."""
        sql = (
            "SELECT t.chunk, t.entity, m.chunk, m.signature, m.strength, m.ambiguous, m.confidence,"
            " m.spans FROM touched_mention t"
            " LEFT JOIN mention m ON m.entity = t.entity AND m.chunk = t.chunk"
            " ORDER BY t.entity, t.chunk"
        )
        for (chunk, entity), rows in groupby(self._database.rows(sql), itemgetter(0, 1)):
            yield (
                chunk,
                entity,
                [
                    MentionRow(c, signature, strength, bool(ambiguous), confidence, spans)
                    for _, _, c, signature, strength, ambiguous, confidence, spans in rows
                    if c is not None
                ],
            )

    def touched_facts(self) -> Iterator[tuple[str, str, str, list[StatementRow]]]:
        """(subject, predicate, object, rows now)."""
        sql = (
            "SELECT t.subject, t.predicate, t.object, s.subject, s.predicate, s.object, s.chunk,"
            " s.sentence, s.confidence, s.negated FROM touched_fact t LEFT JOIN statement s"
            " ON s.subject_entity = t.subject AND s.predicate = t.predicate"
            " AND s.object_entity = t.object ORDER BY t.subject, t.predicate, t.object"
        )
        for (subject, predicate, object_), rows in groupby(
            self._database.rows(sql), itemgetter(0, 1, 2)
        ):
            yield (
                subject,
                predicate,
                object_,
                [
                    StatementRow._make((*row[3:9], bool(row[9])))
                    for row in rows
                    if row[3] is not None
                ],
            )

    def put(self, element: Element) -> None:
        """The graph should hold this element."""
        self._database.run(
            "INSERT INTO element VALUES (?1, ?2, ?3, ?4) ON CONFLICT (kind, id) DO UPDATE"
            " SET revision = ?3, payload = ?4 WHERE payload IS NOT ?4",
            (KINDS[type(element)], element.id, self._revision, encode_element(element)),
        )

    def drop(self, kind: str, id_: str) -> None:
        """The graph should not hold this element."""
        self._database.run(
            "UPDATE element SET revision = ?, payload = NULL"
            " WHERE kind = ? AND id = ? AND payload IS NOT NULL",
            (self._revision, kind, id_),
        )

    # -- explanations ----------------------------------------------------------------------------

    def shares_of(self, entity: str) -> Iterator[tuple[str, ShareRow]]:
        """(document, row) of all that stands for an entity."""
        sql = (
            "SELECT document, signature, form, type, count, why FROM share WHERE entity = ?"
            " ORDER BY signature, count DESC, form, document"
        )
        for document, *fields in self._database.rows(sql, (entity,)):
            yield document, ShareRow(*fields)

    def signatures_of(self, entity: str) -> list[str]:
        """All signatures that stand for an entity, sorted."""
        sql = "SELECT DISTINCT signature FROM share WHERE entity = ? ORDER BY 1"
        return [signature for (signature,) in self._database.rows(sql, (entity,))]

    def entities_named(self, key: str, form: str) -> list[str]:
        """The entities of a name: by its key in their signatures, else by a form used for them."""
        sql = (
            "SELECT DISTINCT entity FROM share WHERE signature >= ? AND signature < ?"
            " AND entity LIKE 'e%'"
        )
        found = sorted(  # a page, a bare name, one that a decision split off
            row
            for mark in "@#~"
            for row in self._database.rows(sql, (key + mark, key + chr(ord(mark) + 1)))
        )
        if not found:
            sql = "SELECT DISTINCT entity FROM share WHERE entity LIKE 'e%' AND form = ? ORDER BY 1"
            found = list(self._database.rows(sql, (form,)))
        return [entity for (entity,) in found]

    def _is_contributed(self, signature: str) -> bool:
        sql = "SELECT 1 FROM total WHERE signature = ? LIMIT 1"
        return self._database.first(sql, (signature,)) is not None


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    yield batch


_ALL = (
    "INSERT OR IGNORE INTO touched_document SELECT id FROM document WHERE state = 'whole'",
    "INSERT OR IGNORE INTO touched_signature SELECT signature FROM resolved",
    "INSERT OR IGNORE INTO touched_share SELECT entity FROM share",
    "INSERT OR IGNORE INTO touched_mention SELECT entity, chunk FROM mention",
    "INSERT OR IGNORE INTO touched_fact SELECT subject_entity, predicate, object_entity"
    " FROM statement",
)
# What a document's rows touch: their signatures, and the elements that they stood for.
_REMEMBER = (
    "INSERT OR IGNORE INTO touched_signature SELECT signature FROM share WHERE document = ?",
)
_FORGET = (
    *_REMEMBER,
    "INSERT OR IGNORE INTO touched_share SELECT entity FROM share WHERE document = ?",
    "INSERT OR IGNORE INTO touched_mention SELECT entity, chunk FROM mention WHERE document = ?",
    "INSERT OR IGNORE INTO touched_fact SELECT subject_entity, predicate, object_entity"
    " FROM statement WHERE document = ?",
    "DELETE FROM share WHERE document = ?",
    "DELETE FROM mention WHERE document = ?",
    "DELETE FROM statement WHERE document = ?",
)
_ROWS_OF = (
    "SELECT signature, form, type, count, why FROM share WHERE document = ?",
    "SELECT chunk, signature, strength, ambiguous, confidence, spans FROM mention"
    " WHERE document = ?",
    "SELECT subject, predicate, object, chunk, sentence, confidence, negated FROM statement"
    " WHERE document = ?",
)
# A signature that now stands for another element: its rows lose theirs, which is touched.
_LOOSEN = (
    "INSERT OR IGNORE INTO touched_about SELECT document, entity FROM naming"
    " WHERE page = ? AND entity IS NOT NULL",
    "UPDATE naming SET entity = NULL WHERE page = ?",
    "INSERT OR IGNORE INTO touched_share SELECT entity FROM share"
    " WHERE signature = ? AND entity IS NOT NULL",
    "UPDATE share SET entity = NULL WHERE signature = ?",
    "INSERT OR IGNORE INTO touched_mention SELECT entity, chunk FROM mention"
    " WHERE signature = ? AND entity IS NOT NULL",
    "UPDATE mention SET entity = NULL WHERE signature = ?",
    "INSERT OR IGNORE INTO touched_fact SELECT subject_entity, predicate, object_entity"
    " FROM statement WHERE rowid IN (SELECT rowid FROM statement WHERE subject = ?1"
    " UNION SELECT rowid FROM statement WHERE object = ?1) AND subject_entity IS NOT NULL",
    "UPDATE statement SET subject_entity = NULL, object_entity = NULL"
    " WHERE rowid IN (SELECT rowid FROM statement WHERE subject = ?1"
    " UNION SELECT rowid FROM statement WHERE object = ?1)",
)
_LOST = (
    "document >= '!' AND document < '\"' AND subject_entity IS NOT NULL AND EXISTS"
    " (SELECT 1 FROM touched_signature t WHERE t.signature IN (subject, object)"
    " AND NOT EXISTS (SELECT 1 FROM share s WHERE s.signature = t.signature))"
)
# Rows without an element take the one that their signature stands for, which is touched.
_ASSIGN = (
    "INSERT OR IGNORE INTO touched_about SELECT document, r.entity FROM naming n"
    " CROSS JOIN resolved r ON r.signature = n.page WHERE n.entity IS NULL",
    "UPDATE naming SET entity = (SELECT r.entity FROM resolved r WHERE r.signature = page)"
    " WHERE entity IS NULL AND page != ''",
    "INSERT OR IGNORE INTO touched_share SELECT r.entity FROM share s"
    " JOIN resolved r USING (signature) WHERE s.entity IS NULL",
    "UPDATE share SET entity = (SELECT r.entity FROM resolved r"
    " WHERE r.signature = share.signature) WHERE entity IS NULL",
    "INSERT OR IGNORE INTO touched_mention SELECT r.entity, m.chunk FROM mention m"
    " JOIN resolved r USING (signature) WHERE m.entity IS NULL",
    "UPDATE mention SET entity = (SELECT r.entity FROM resolved r"
    " WHERE r.signature = mention.signature) WHERE entity IS NULL",
    "INSERT OR IGNORE INTO touched_fact SELECT a.entity, s.predicate, b.entity FROM statement s"
    " JOIN resolved a ON a.signature = s.subject JOIN resolved b ON b.signature = s.object"
    " WHERE s.subject_entity IS NULL",
    "UPDATE statement SET"
    " subject_entity = (SELECT r.entity FROM resolved r WHERE r.signature = subject),"
    " object_entity = (SELECT r.entity FROM resolved r WHERE r.signature = object)"
    " WHERE subject_entity IS NULL AND object IN (SELECT signature FROM resolved)"
    " AND subject IN (SELECT signature FROM resolved)",
    # An asserted fact rests while one of its ends has no document.
    f"INSERT OR IGNORE INTO touched_fact SELECT subject_entity, predicate, object_entity"  # noqa: S608
    f" FROM statement WHERE {_LOST}",
    f"UPDATE statement SET subject_entity = NULL, object_entity = NULL WHERE {_LOST}",  # noqa: S608
    "DELETE FROM resolved WHERE signature IN (SELECT signature FROM touched_signature) AND"
    " NOT EXISTS (SELECT 1 FROM share s WHERE s.signature = resolved.signature)",
)
