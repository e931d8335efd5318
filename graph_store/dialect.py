"""The places where the engines differ: schema, time limits, refused writes, refused queries.

Full-text and vector search are not used by the store: the index does both.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from graph_store import refusals
from graph_store.cypher import NODE_LABELS, name


@dataclass(frozen=True, slots=True)
class Dialect:
    """One engine.

    `explains_first` tells whether the type of a query is asked (EXPLAIN) before a reader runs it;
    where it is not, the reader's role alone refuses writes. `time_out_codes` are the error codes
    of a query that ran into a time limit, `read_only_codes` those of a refused write.
    `undoes_failed_writes` tells whether a query that fails leaves nothing behind by itself,
    `limits_memory` whether a transaction may take so much memory and no more,
    `keeps_parameters` whether times with a zone and places on earth arrive as what they are, and
    `check` refuses what the engine would answer wrongly in silence.
    """

    name: str
    node_index: Callable[[str], str]
    explains_first: bool
    time_out_codes: frozenset[str] = field(default_factory=frozenset)
    read_only_codes: frozenset[str] = field(default_factory=frozenset)
    undoes_failed_writes: bool = True
    limits_memory: bool = True
    keeps_parameters: bool = True
    check: Callable[[str], None] = lambda text: None

    def schema(self) -> list[str]:
        """Statements that make each node label's id findable; harmless when repeated."""
        return [self.node_index(label) for label in NODE_LABELS.values()]


def _constraint(label: str) -> str:
    return (
        f"CREATE CONSTRAINT kgtransfer_{label.lower()}_id IF NOT EXISTS "
        f"FOR (n:{name(label)}) REQUIRE n.id IS UNIQUE"
    )


def _node_index(label: str) -> str:
    # Not a constraint: the database may hold other people's nodes of the same label.
    return (
        f"CREATE INDEX kgtransfer_{label.lower()}_id IF NOT EXISTS FOR (n:{name(label)}) ON (n.id)"
    )


ARCADEDB = Dialect(
    name="ArcadeDB",
    node_index=_constraint,
    explains_first=False,
    time_out_codes=frozenset(
        {
            "Neo.ClientError.Transaction.TransactionTimedOut",
            "Neo.ClientError.Transaction.Terminated",
        }
    ),
    read_only_codes=frozenset({"Neo.ClientError.Security.Forbidden"}),
    undoes_failed_writes=False,
    limits_memory=False,
    keeps_parameters=False,
    check=refusals.check,
)

NEO4J = Dialect(
    name="Neo4j",
    node_index=_node_index,
    explains_first=True,
    time_out_codes=frozenset(
        {
            "Neo.ClientError.Transaction.TransactionTimedOut",
            "Neo.ClientError.Transaction.TransactionTimedOutClientConfiguration",
            "Neo.ClientError.Transaction.Terminated",
            "Neo.TransientError.Transaction.Terminated",
        }
    ),
    read_only_codes=frozenset(
        {"Neo.ClientError.Statement.AccessMode", "Neo.ClientError.Security.Forbidden"}
    ),
)


def dialect_of(agent: str) -> Dialect:
    """The dialect of a server, by what it says of itself (`Neo4j/5.26.0 compatible ...`)."""
    return ARCADEDB if "arcade" in agent.lower() else NEO4J
