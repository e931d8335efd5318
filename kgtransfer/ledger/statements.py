"""Statements as they stand in the ledger, whether or not the graph holds a fact of them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import NamedTuple

from kgtransfer.contributions import Total
from kgtransfer.ledger.database import Database


class StatementAt(NamedTuple):
    """A statement between two elements, and where it is made (nowhere where a person made it).

    `sentence` is "start:end" in the document, empty where inferred.
    """

    document: str
    chunk: str
    sentence: str
    subject: str
    predicate: str
    object: str
    confidence: float


class Stated(NamedTuple):
    """All that is stated of a subject by one predicate with one object."""

    subject: str
    predicate: str
    object: str


class Statements:
    """The statements, and the names of what they speak of."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __call__(self, document: str = "") -> Iterator[StatementAt]:
        """All statements, or those of one document, by document and place."""
        of_one = "AND document = ?" if document else ""
        sql = (
            "SELECT document, chunk, sentence, subject_entity, predicate, object_entity, confidence"  # noqa: S608
            " FROM statement WHERE subject_entity IS NOT NULL AND subject_entity != object_entity"
            f" {of_one} ORDER BY document, chunk, sentence, predicate, subject, object"
        )
        for row in self._database.rows(sql, (document,) if document else ()):
            yield StatementAt(*row)

    def of(self, predicates: Collection[str]) -> Iterator[Stated]:
        """What is stated by some predicates and not only denied, by predicate and subject."""
        sql = (
            "SELECT subject_entity, predicate, object_entity FROM statement"
            " WHERE predicate IN (SELECT value FROM json_each(?)) AND subject_entity IS NOT NULL"
            " AND NOT negated AND subject_entity != object_entity GROUP BY 2, 1, 3 ORDER BY 2, 1, 3"
        )
        for row in self._database.rows(sql, (json.dumps(sorted(predicates)),)):
            yield Stated(*row)

    def elements(self, document: str = "") -> Iterator[tuple[str, str, int]]:
        """(entity, type, in how many chunks it is mentioned), of all entities or a document's."""
        one = "AND entity IN (SELECT entity FROM mention WHERE document = ?)" if document else ""
        sql = (
            "SELECT entity, min(type), (SELECT count(*) FROM mention m WHERE m.entity ="  # noqa: S608
            f" r.entity) FROM resolved r WHERE entity LIKE 'e%' {one} GROUP BY entity ORDER BY 1"
        )
        yield from self._database.rows(sql, (document,) if document else ())

    def first_mention(self, entity: str) -> tuple[str, str, str]:
        """Document, chunk and spans of the first mention of an entity; empty where none is."""
        sql = (
            "SELECT document, chunk, spans FROM mention WHERE entity = ?"
            " ORDER BY ambiguous, document, chunk, signature LIMIT 1"
        )
        found = self._database.first(sql, (entity,))
        return found if found else ("", "", "")

    def totals(self, element: str) -> list[Total]:
        """What documents call an element."""
        sql = (
            "SELECT t.signature, t.form, t.type, t.why, t.count, t.documents FROM resolved r"
            " JOIN total t USING (signature) WHERE r.entity = ? ORDER BY 1, 2, 3, 4"
        )
        return [Total(*row) for row in self._database.rows(sql, (element,))]

    def quote(self, chunk: str, span: str) -> str:
        """The text of a span ("start:end" in the document) that lies in a chunk."""
        found = self._database.first("SELECT text, start FROM chunk WHERE id = ?", (chunk,))
        if found is None or not span:
            return ""
        start, _, end = span.partition(":")
        text: str = found[0]
        return text[int(start) - found[1] : int(end) - found[1]]

    def documents_of(self, chunks: Collection[str]) -> set[str]:
        """The ids of the documents that hold some chunks."""
        sql = (
            "SELECT DISTINCT d.id FROM json_each(?) j JOIN chunk c ON c.id = j.value"
            " JOIN document d USING (row)"
        )
        return {id_ for (id_,) in self._database.rows(sql, (json.dumps(sorted(chunks)),))}
