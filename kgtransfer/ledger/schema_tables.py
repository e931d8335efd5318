"""The tables as `link.rebind` and `link.bounds` see them: what the schema in force bears on."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from kgtransfer.ledger.database import Database


class SchemaTables:
    """Schemas, types and patterns of statements, inside a transaction of the ledger."""

    _database: Database
    _revision: int

    def schema_text(self) -> str:
        """The workspace's own schema; empty where it has none."""
        found = self._database.first("SELECT text FROM contract WHERE until IS NULL")
        return found[0] if found else ""

    def schema_before(self) -> str:
        """The one that was in force until this change; empty where there was none."""
        found = self._database.first(
            "SELECT text FROM contract WHERE until = ?1 AND since < ?1", (self._revision,)
        )
        return found[0] if found else ""

    # -- what stands -----------------------------------------------------------------------------

    def kind_of(self, element: str) -> str:
        """The type of an entity, or the signature of a value; empty where nothing stands for it."""
        sql = "SELECT type, signature FROM resolved WHERE entity = ? LIMIT 1"
        found = self._database.first(sql, (element,))
        return (found[0] or found[1]) if found else ""

    def stated_of(self, value: str) -> Iterator[tuple[str, str]]:
        """(subject, predicate) of all statements that lead to a value."""
        sql = (
            "SELECT DISTINCT s.subject_entity, s.predicate FROM resolved r"
            " JOIN statement s ON s.object = r.signature"
            " WHERE r.entity = ? AND s.subject_entity IS NOT NULL"
        )
        yield from self._database.rows(sql, (value,))

    def types(self) -> list[str]:
        """The types of all entities, sorted."""
        sql = "SELECT DISTINCT type FROM resolved WHERE type != '' ORDER BY 1"
        return [type_ for (type_,) in self._database.rows(sql)]

    def patterns(self) -> Iterator[tuple[str, str, str]]:
        """Types of subjects, predicates and types or value kinds of objects that go together."""
        yield from self._database.rows(f"SELECT DISTINCT {_PATTERN} {_STATED}")

    def extracted_predicates(self) -> Iterator[tuple[str, str | None]]:
        """(document, predicate) of all that was extracted from the whole documents.

        None stands for what a document states without a text to extract it from.
        """
        sql = (  # a payload's fourth list is of statements, see `codec.encode_extraction`
            "SELECT DISTINCT d.id, json_extract(s.value, '$[1]') FROM document d"
            " JOIN chunk c USING (row) JOIN extraction e ON e.key = c.extraction"
            " JOIN json_each(e.payload, '$[3]') s WHERE d.state = 'whole'"
            " UNION SELECT document, NULL FROM statement WHERE chunk = '' AND document >= 'a'"
        )
        yield from self._database.rows(sql)

    # -- touching --------------------------------------------------------------------------------

    def link(self, fingerprint: str) -> None:
        """Note what the rows are made with from now on."""
        self._database.run("DELETE FROM linking")
        self._database.run("INSERT INTO linking VALUES (?)", (fingerprint,))

    def touch_values(self, *, every: bool = False) -> None:
        """Make the values anew to which a touched fact leads, or all."""
        source = "resolved WHERE entity" if every else "touched_fact WHERE object"
        what = "entity" if every else "object"
        self._database.run(
            f"INSERT OR IGNORE INTO touched_share SELECT {what} FROM {source} >= 'v'"  # noqa: S608
            f" AND {what} < 'w'"
        )

    def touch_signatures(self) -> None:
        """Decide all signatures again."""
        self._database.run("INSERT OR IGNORE INTO touched_signature SELECT signature FROM resolved")

    def touch_type(self, type_: str) -> None:
        """Make all entities of a type anew, with what leads to them but facts."""
        for sql in _OF_TYPE:
            self._database.run(sql, (type_,))

    def touch_patterns(self, patterns: Collection[tuple[str, str, str]]) -> None:
        """Make all facts of some patterns anew."""
        self._database.run("DELETE FROM touched_pattern")
        self._database.many("INSERT INTO touched_pattern VALUES (?, ?, ?)", patterns)
        self._database.run(
            "INSERT OR IGNORE INTO touched_fact SELECT s.subject_entity, s.predicate,"
            f" s.object_entity {_STATED} AND ({_PATTERN}) IN touched_pattern"
        )


_PATTERN = (
    "a.type, s.predicate, CASE WHEN s.object LIKE '=%'"
    " THEN json_extract(substr(s.object, 2), '$[0]') ELSE b.type END"
)
_STATED = (
    "FROM statement s JOIN resolved a ON a.signature = s.subject"
    " JOIN resolved b ON b.signature = s.object WHERE s.subject_entity IS NOT NULL"
)
_ENTITIES = "IN (SELECT entity FROM resolved WHERE type = ?)"
_OF_TYPE = (
    "INSERT OR IGNORE INTO touched_share SELECT entity FROM resolved WHERE type = ?",
    "INSERT OR IGNORE INTO touched_mention SELECT entity, chunk FROM mention"  # noqa: S608
    f" WHERE entity {_ENTITIES}",
    "INSERT OR IGNORE INTO touched_about SELECT document, entity FROM naming"  # noqa: S608
    f" WHERE entity {_ENTITIES}",
)
