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
INFERRED = "INFERRED"
"""What rules infer, of any predicate."""
STRUCTURE = ("PART_OF", "ABOUT", "MENTIONS", "MAY_MENTION", INFERRED)
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


# Where the graph is known to be empty, nothing has to be looked for.


def create_nodes(*labels: str) -> tuple[str, ...]:
    """Rows `{properties}`: nodes that are not there yet."""
    named = ":".join(map(name, labels))
    return (f"UNWIND $rows AS row CREATE (n:{named}) SET n = row.properties",)


def create_relationships(
    kind: str, start: str, end: str, *, with_properties: bool = True
) -> tuple[str, ...]:
    """Rows `{start, end, properties}`: relationships that are not there yet."""
    properties = " SET r = row.properties" if with_properties else ""
    return (
        f"UNWIND $rows AS row MATCH (a:{name(start)} {{id: row.start}}) "
        f"MATCH (b:{name(end)} {{id: row.end}}) CREATE (a)-[r:{name(kind)}]->(b){properties}",
    )


def upsert_nodes(label: str) -> tuple[str, ...]:
    """Rows `{id, properties}`: make the nodes or replace all their properties."""
    return (f"UNWIND $rows AS row MERGE (n:{name(label)} {{id: row.id}}) SET n = row.properties",)


# From here on an upsert is two statements: replace what is there, make what is missing. The
# bundled engine finds a node by its id for one label only, not for MERGE with two; and MERGE of a
# relationship takes it twenty times as long as OPTIONAL MATCH and CREATE.


def upsert_entities(kind: str) -> tuple[str, ...]:
    """Rows `{id, properties}` of one entity type."""
    return (
        "UNWIND $rows AS row MATCH (n:Entity {id: row.id}) SET n = row.properties",
        "UNWIND $rows AS row OPTIONAL MATCH (n:Entity {id: row.id}) "
        f"WITH row, n WHERE n IS NULL CREATE (m:Entity:{name(kind)}) SET m = row.properties",
    )


def upsert_relationships(
    kind: str, start: str, end: str, *, with_id: bool = False, with_properties: bool = True
) -> tuple[str, ...]:
    """Rows `{start, end, properties}`, between nodes with these labels.

    At most one between two nodes; `with_id`, at most one with each `id`, which is in the rows.
    """
    ends = (
        f"UNWIND $rows AS row MATCH (a:{name(start)} {{id: row.start}}) "
        f"MATCH (b:{name(end)} {{id: row.end}}) "
    )
    pattern = f"(a)-[r:{name(kind)}{' {id: row.id}' if with_id else ''}]->(b)"
    create = (
        f"{ends}OPTIONAL MATCH {pattern} WITH row, a, b, r WHERE r IS NULL "
        f"CREATE (a)-[n:{name(kind)}]->(b)"
    )
    if not with_properties:
        return (create,)
    return (f"{ends}MATCH {pattern} SET r = row.properties", f"{create} SET n = row.properties")


def remove_relationships(kind: str, start: str, end: str) -> str:
    """Rows `{start, end}`."""
    return (
        f"UNWIND $rows AS row MATCH (a:{name(start)} {{id: row.start}})-[r:{name(kind)}]->"
        f"(b:{name(end)} {{id: row.end}}) DELETE r"
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


SCAN_AND_REMOVE_INFERENCES = f"""
MATCH (s:Entity)-[r:{INFERRED}]->() WHERE s.{MARK} AND r.id IN $ids
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
SET m.schema_version = $schema_version, m.revision = $revision, m.loading = $loading,
    m.part = $part, m.part_of = $part_of
"""

READ_PART = """
MATCH (m:KGTransfer {workspace: $workspace}) RETURN m.part AS part, m.part_of AS part_of
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


READ_INFERENCES = f"""
MATCH (s:Entity)-[r:{INFERRED}]->(o) WHERE s.{MARK} AND o.{MARK}
RETURN r.id AS id, s.id AS subject, r.predicate AS predicate, o.id AS object,
  r.confidence AS confidence, r.rule AS rule, r.premises AS premises
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


def clear_relationships(label: str) -> str:
    """Delete at most `$limit` relationships that begin at our nodes with the label.

    They go before the nodes: a hub with all of its relationships may be more than one transaction
    has memory for.
    """
    return (
        f"MATCH (n:{name(label)})-[r]->() WHERE n.{MARK} WITH r LIMIT $limit DELETE r "
        "RETURN count(*) AS count"
    )


def clear_nodes(label: str) -> str:
    """Delete at most `$limit` of our nodes with the label."""
    return (
        f"MATCH (n:{name(label)}) WHERE n.{MARK} WITH n LIMIT $limit DETACH DELETE n "
        "RETURN count(*) AS count"
    )


CLEAR_MARKER = "MATCH (m:KGTransfer {workspace: $workspace}) DELETE m"
