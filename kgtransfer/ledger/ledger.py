"""The truth of a workspace: documents, what was extracted from them, and the graph they make.

A change is one transaction: documents become whole or go, `link.update` carries that through
`Ledger.links` to the elements of the graph, and a revision is written. The graph then takes
`delta_since(its own revision)`; if that is interrupted, the same delta can be asked for again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph_store.cypher import INFERRED
from graph_store.records import KINDS
from graph_store.whole import uncollected
from kgtransfer.decisions import Decision
from kgtransfer.errors import WorkspaceError
from kgtransfer.ledger.codec import decoder
from kgtransfer.ledger.database import Database
from kgtransfer.ledger.documents import DocumentTables
from kgtransfer.ledger.history import History
from kgtransfer.ledger.links import LinkTables
from kgtransfer.ledger.statements import Statements
from kgtransfer.ledger.survey import Survey
from kgtransfer.records import (
    Chunk,
    Extraction,
    Fact,
    GraphContent,
    GraphDelta,
    Inference,
)

_WHOLE_KIND = "kind = ? AND ? = 0 AND payload IS NOT NULL ORDER BY id"


class Ledger(DocumentTables):
    """An open ledger. One thread at a time may use it; other processes may read meanwhile."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.links = LinkTables(database)
        """What `link.update` works on inside `change`."""
        self.history = History(database)
        self.statements = Statements(database)
        self.survey = Survey(database)
        self._changing = 0

    @classmethod
    def open(cls, path: Path | str) -> Ledger:
        """Open the ledger's file, making it where there is none.

        Raises:
            WorkspaceError: a newer version of the program made it, or it cannot be opened.
            CorruptWorkspace: it is damaged.
        """
        return cls(Database.open(Path(path)))

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def check(self) -> None:
        """Read the whole file; raises CorruptWorkspace where it is damaged."""
        self._database.check()

    @property
    def path(self) -> Path:
        """The ledger's file."""
        return self._database.path

    def extractions(self, document: str) -> Iterator[tuple[Chunk, Extraction]]:
        """The chunks of a whole document with what was extracted from each."""
        return self.links.passages(document)

    # -- changes ---------------------------------------------------------------------------------

    @contextmanager
    def change(self, reason: str) -> Iterator[int]:
        """One change of documents and graph: all of the block is kept, or nothing of it.

        Inside it, `complete` and `remove` say what changes, and `link.update(ledger.links, ...)`
        carries it through; `decide` and `restore` likewise. Gives the revision that it makes;
        where no element of the graph changes and no decision is taken, none is made.
        """
        with self._database.transaction(durable=True):
            self._changing = self.revision + 1
            self.links.begin(self._changing)
            yield self._changing
            self.history.record(self._changing, reason)

    def complete(self, document: str) -> None:
        """Make the begun version the document's whole one. Inside `change`.

        Raises:
            WorkspaceError: some of its chunks have not been extracted.
        """
        found = self._pending(document)
        if found is None:
            return
        if next(self.missing(document), None) is not None:
            raise WorkspaceError("the document is not fully extracted", where=document)
        self._retire(document)
        self._bring(document, found[0])
        self._drop_twins(document, found[0], found[1])

    def remove(self, document: str) -> bool:
        """Remove a document, begun or whole. Inside `change`. Returns whether there was one.

        Its text stays in the history; `purge` takes it away there as well.
        """
        self.discard(document)
        return self._retire(document)

    def decide(self, decision: Decision, reason: str) -> None:
        """Take a person's decision. Inside `change`."""
        self.history.decide(decision, reason, self._changing)

    def adopt(self, schema: str) -> None:
        """Take a schema's text for the workspace's own; empty for none. Inside `change`."""
        self.history.adopt(schema, self._changing)

    def apply_rules(self, rules: str) -> None:
        """Infer by a set of rules (its JSON text) from now on; empty for none. Inside `change`."""
        self.history.apply_rules(rules, self._changing)

    def restore(self, revision: int) -> None:
        """Make documents, decisions, schema and rules of a revision present. Inside `change`."""
        then, now = self.history.documents_at(revision), self.history.documents_at(self._changing)
        for document in sorted(now):
            if then.get(document) != now[document]:
                self._retire(document)
        for document, row in then.items():
            if now.get(document) != row:
                self._bring(document, row)
        self.history.restore_decisions(revision, self._changing)
        schema = self.history.schema(revision)
        if schema != self.history.schema():
            self.adopt(schema)
        rules = self.history.rules(revision)
        if rules != self.history.rules():
            self.apply_rules(rules)

    def purge(self, document: str) -> None:
        """Forget the past versions of a document and what is left of them. Inside `change`.

        Its present version must be removed, and the graph's elements brought up to date, before.
        """
        self.history.forget_elements_of(document)
        for row in self.history.rows_of(document):
            self._delete(row)

    def forget_before(self, revision: int) -> None:
        """Forget what was in force only before a revision. Inside `change`."""
        self.history.forget_before(revision)
        sql = (
            "SELECT row FROM document WHERE state = 'past'"
            " AND row NOT IN (SELECT row FROM document_life)"
        )
        for (row,) in list(self._database.rows(sql)):
            self._delete(row)

    def compact(self) -> None:
        """Write the file anew, so that what was forgotten is not in it any more."""
        self._database.compact()

    # -- the graph -------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """The newest revision; 0 where there is none."""
        return self.history.last

    def content(self) -> GraphContent:
        """All that the graph should hold."""
        return self._elements(0)

    def delta_since(self, revision: int) -> GraphDelta:
        """What a graph of that revision lacks and has too much. From 0, everything."""
        removals: dict[str, list[str]] = {}
        if revision > 0:
            sql = (
                "SELECT kind, id FROM element WHERE revision > ? AND payload IS NULL"
                " ORDER BY +kind, +id"
            )
            for kind, id_ in self._database.rows(sql, (revision,)):
                removals.setdefault(kind, []).append(id_)
        ends = {
            record.id: (record.subject, record.type if isinstance(record, Fact) else INFERRED)
            for kind in ("facts", "inferences")
            if kind in removals
            for record in self.history.removed_since(revision, kind)
            if isinstance(record, Fact | Inference)
        }
        return GraphDelta(
            self.revision,
            self._elements(revision),
            {kind: tuple(ids) for kind, ids in removals.items()},
            ends,
        )

    def counts(self) -> dict[str, int]:
        """How many elements of each kind the graph should hold."""
        sql = "SELECT kind, count(*) FROM element WHERE payload IS NOT NULL GROUP BY kind"
        found = dict(self._database.rows(sql))
        return {kind: found.get(kind, 0) for kind in KINDS.values()}

    # -- rows ------------------------------------------------------------------------------------

    def _elements(self, since: int) -> GraphContent:
        # Few elements are newer than a revision: a plus keeps SQLite from walking a whole kind.
        newer = "+kind = ? AND revision > ? AND payload IS NOT NULL ORDER BY +id"
        sql = f"SELECT payload FROM element WHERE {newer if since else _WHOLE_KIND}"  # noqa: S608
        kinds = {}
        with uncollected():
            for kind in KINDS.values():
                decode = decoder(kind)
                kinds[kind] = tuple(decode(p) for (p,) in self._database.rows(sql, (kind, since)))
        return GraphContent(**kinds)  # type: ignore[arg-type]

    def _touch(self, document: str) -> None:
        self._database.run("INSERT OR IGNORE INTO touched_document VALUES (?)", (document,))
        self._database.run(
            "INSERT OR IGNORE INTO touched_chunk SELECT c.id FROM chunk c JOIN document d"
            " USING (row) WHERE d.id = ?",
            (document,),
        )

    def _retire(self, document: str) -> bool:
        """The document's whole version is past from now on; whether there was one."""
        whole = self._row(document, "whole")
        if whole is None:
            return False
        self._touch(document)
        self._database.run("UPDATE document SET state = 'past' WHERE row = ?", (whole,))
        self.history.went(whole, self._changing)
        return True

    def _bring(self, document: str, row: int) -> None:
        """This version is the document's whole one from now on."""
        self._database.run("UPDATE document SET state = 'whole' WHERE row = ?", (row,))
        self.history.came(row, document, self._changing)
        self._touch(document)

    def _drop_twins(self, document: str, row: int, version: str) -> None:
        """Keep one of several rows of a version that came again."""
        sql = "SELECT row FROM document WHERE id = ? AND version = ? AND row != ?"
        for (twin,) in list(self._database.rows(sql, (document, version, row))):
            self._database.run("UPDATE document_life SET row = ? WHERE row = ?", (row, twin))
            self._delete(twin)
