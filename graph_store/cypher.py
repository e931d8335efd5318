"""The Cypher that both engines run.

Rows travel as parameters, in lists. A label or a relationship type can't be a parameter in Cypher,
so it is checked against a strict pattern before it enters a query's text, and records are grouped
by it.
"""

from __future__ import annotations

import re

from graph_store.errors import StoreError

NODE_LABELS = {
    "documents": "Document",
    "chunks": "Chunk",
    "entities": "Entity",
    "values": "Value",
}
STRUCTURE = ("PART_OF", "ABOUT", "MENTIONS", "MAY_MENTION")
"""Relationship types that are no facts."""
MARK = "kgtransfer"
"""The property, true, by which our nodes are told from those of others."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}", re.ASCII)


def name(text: str) -> str:
    """A label or relationship type that may stand in a query's text, quoted.

    Raises:
        StoreError: it has other characters than letters, digits and `_`.
    """
    if not _NAME.fullmatch(text):
        raise StoreError(
            f"{text!r} can't be a label or a relationship type",
            hint="Use letters, digits and _, beginning with a letter.",
        )
    return f"`{text}`"


def upsert_nodes(label: str, extra: str | None = None) -> str:
    """Rows `{id, properties}`: make the nodes or replace all their properties."""
    labels = f"{name(label)}:{name(extra)}" if extra is not None else name(label)
    return f"UNWIND $rows AS row MERGE (n:{labels} {{id: row.id}}) SET n = row.properties"


UPSERT_PART_OF = """
UNWIND $rows AS row
MATCH (c:Chunk {id: row.chunk})
MATCH (d:Document {id: row.document})
MERGE (c)-[:PART_OF]->(d)
"""

UPSERT_ABOUT = """
UNWIND $rows AS row
MATCH (d:Document {id: row.document})
MATCH (e:Entity {id: row.entity})
MERGE (d)-[:ABOUT]->(e)
"""


def upsert_mentions(kind: str) -> str:
    """Rows `{chunk, entity, properties}`, for MENTIONS or MAY_MENTION."""
    return (
        "UNWIND $rows AS row MATCH (c:Chunk {id: row.chunk}) MATCH (e:Entity {id: row.entity}) "
        f"MERGE (c)-[r:{name(kind)}]->(e) SET r = row.properties"
    )


def remove_mentions(kind: str) -> str:
    """Rows `{chunk, entity}`."""
    return (
        f"UNWIND $rows AS row MATCH (c:Chunk {{id: row.chunk}})-[r:{name(kind)}]->"
        "(e:Entity {id: row.entity}) DELETE r"
    )


REMOVE_ABOUT = """
UNWIND $rows AS row
MATCH (d:Document {id: row.document})-[r:ABOUT]->(e:Entity {id: row.entity})
DELETE r
"""


def upsert_facts(kind: str, object_label: str) -> str:
    """Rows `{id, subject, object, properties}` of one relationship type."""
    return (
        "UNWIND $rows AS row MATCH (s:Entity {id: row.subject}) "
        f"MATCH (o:{name(object_label)} {{id: row.object}}) "
        f"MERGE (s)-[r:{name(kind)} {{id: row.id}}]->(o) SET r = row.properties"
    )


def remove_facts(kind: str) -> str:
    """Rows `{id, subject}` of one relationship type."""
    return (
        "UNWIND $rows AS row "
        f"MATCH (s:Entity {{id: row.subject}})-[r:{name(kind)} {{id: row.id}}]->() DELETE r"
    )


# Neither subject nor type is known: one walk over all facts, however many go.
SCAN_AND_REMOVE_FACTS = f"""
MATCH (s:Entity)-[r]->() WHERE s.{MARK} AND r.statement_count IS NOT NULL AND r.id IN $ids
DELETE r
"""


def remove_nodes(label: str) -> str:
    """Node ids in `$ids`; their relationships go with them."""
    return f"UNWIND $ids AS id MATCH (n:{name(label)} {{id: id}}) DETACH DELETE n"


READ_MARKER = """
MATCH (m:KGTransfer)
RETURN m.workspace AS workspace, m.schema_version AS schema_version, m.revision AS revision,
       m.loading AS loading
"""

WRITE_MARKER = """
MERGE (m:KGTransfer {workspace: $workspace})
SET m.schema_version = $schema_version, m.revision = $revision, m.loading = $loading
"""

READ_DOCUMENTS = f"""
MATCH (n:Document) WHERE n.{MARK} RETURN n.id AS id, n.uri AS uri, n.title AS title,
  n.language AS language, n.sha256 AS sha256, n.metadata AS metadata
"""
READ_CHUNKS = f"""
MATCH (n:Chunk)-[:PART_OF]->(d:Document) WHERE n.{MARK} RETURN n.id AS id, d.id AS document,
  n.text AS text, n.start AS start, n.end AS end, n.position AS position
"""
READ_ENTITIES = f"""
MATCH (n:Entity) WHERE n.{MARK} RETURN n.id AS id, n.name AS name, n.type AS type,
  n.aliases AS aliases, n.mention_count AS mention_count
"""
READ_VALUES = f"""
MATCH (n:Value) WHERE n.{MARK} RETURN n.id AS id, n.kind AS kind, n.text AS text,
  n.value AS value, n.unit AS unit
"""
READ_ABOUTS = f"""
MATCH (d:Document)-[:ABOUT]->(e:Entity) WHERE d.{MARK} AND e.{MARK}
RETURN d.id AS document, e.id AS entity
"""


def read_mentions(kind: str) -> str:
    """Every mention of one of the two kinds."""
    return f"""
MATCH (c:Chunk)-[r:{name(kind)}]->(e:Entity) WHERE c.{MARK} AND e.{MARK}
RETURN c.id AS chunk, e.id AS entity, r.spans AS spans, r.strength AS strength,
  r.confidence AS confidence
"""


READ_FACTS = f"""
MATCH (s:Entity)-[r]->(o) WHERE s.{MARK} AND o.{MARK} AND r.statement_count IS NOT NULL
RETURN r.id AS id, s.id AS subject, r.predicate AS predicate, type(r) AS type, o.id AS object,
  r.confidence AS confidence, r.statement_count AS statement_count, r.chunks AS chunks,
  r.sentences AS sentences, r.stated AS stated, r.negated AS negated,
  r.valid_from AS valid_from, r.valid_to AS valid_to
"""


def count_nodes(label: str) -> str:
    """How many of our nodes have the label."""
    return f"MATCH (n:{name(label)}) WHERE n.{MARK} RETURN count(n) AS count"


COUNT_ENTITY_TYPES = f"""
MATCH (n:Entity) WHERE n.{MARK} RETURN n.type AS type, count(n) AS count
"""
COUNT_RELATIONSHIPS = f"""
MATCH (n)-[r]->(m) WHERE n.{MARK} AND m.{MARK} RETURN type(r) AS type, count(r) AS count
"""


def clear_nodes(label: str) -> str:
    """Delete at most `$limit` of our nodes with the label."""
    return (
        f"MATCH (n:{name(label)}) WHERE n.{MARK} WITH n LIMIT $limit DETACH DELETE n "
        "RETURN count(*) AS count"
    )


CLEAR_MARKER = "MATCH (m:KGTransfer {workspace: $workspace}) DELETE m"
