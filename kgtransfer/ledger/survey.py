"""Counts over a whole ledger, for a report on its quality: read only, and from no graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kgtransfer.ledger.codec import decode_extraction
from kgtransfer.ledger.database import Database
from kgtransfer.records import Span


class Survey:
    """What a quality report asks of the ledger beside the graph's elements."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def facts_by_document(self) -> dict[str, int]:
        """How many facts each whole document states or lets infer; 0 where none."""
        sql = (
            "SELECT d.id, count(DISTINCT s.subject_entity || s.predicate || s.object_entity)"
            " FROM document d LEFT JOIN statement s ON s.document = d.id"
            " AND s.subject_entity IS NOT NULL WHERE d.state = 'whole' GROUP BY d.id"
        )
        return dict(self._database.rows(sql))

    def stating(self) -> dict[str, set[Span]]:
        """The sentences (offsets in their document) of each chunk that state a fact."""
        sql = (
            "SELECT DISTINCT chunk, sentence FROM statement"
            " WHERE sentence != '' AND subject_entity IS NOT NULL"
        )
        found: dict[str, set[Span]] = {}
        for chunk, sentence in self._database.rows(sql):
            start, _, end = sentence.partition(":")
            found.setdefault(chunk, set()).add((int(start), int(end)))
        return found

    def sentences(self) -> Iterator[tuple[str, int, tuple[Span, ...], tuple[Span, ...]]]:
        """(chunk, its start, sentences, names) of each chunk; spans count from the chunk."""
        sql = (
            "SELECT c.id, c.start, e.payload FROM document d JOIN chunk c USING (row)"
            " JOIN extraction e ON e.key = c.extraction WHERE d.state = 'whole'"
            " ORDER BY d.uri, c.position"
        )
        for chunk, start, payload in self._database.rows(sql):
            extraction = decode_extraction(payload)
            names = tuple((m.start, m.end) for m in extraction.mentions if m.named)
            yield chunk, start, extraction.sentences, names

    def types(self) -> dict[str, Counter[str]]:
        """How often each entity was taken for which type, where for more than one."""
        sql = (
            "SELECT entity, type, sum(count) FROM share WHERE type != '' AND entity IN"
            " (SELECT entity FROM share WHERE entity LIKE 'e%' AND type != '' GROUP BY entity"
            " HAVING min(type) != max(type))"
            " GROUP BY entity, type"
        )
        found: dict[str, Counter[str]] = {}
        for entity, type_, times in self._database.rows(sql):
            found.setdefault(entity, Counter())[type_] += times
        return found
