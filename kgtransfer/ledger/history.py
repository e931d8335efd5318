"""What the ledger was at each revision: documents, decisions and the graph's elements.

A version of a document that was replaced or removed stays, with the revisions between which it was
in force; so does an element's record (a trigger of the schema keeps it). `Ledger.restore` makes an
earlier revision's documents, decisions and schema the present ones.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from graph_store.records import KINDS, Record
from kgtransfer.decisions import Decision
from kgtransfer.errors import UsageError
from kgtransfer.ledger.codec import decoder
from kgtransfer.ledger.database import Database

Counts = dict[str, dict[str, int]]
"""How many elements of a kind were added, changed and removed: {"facts": {"added": 3}}."""


@dataclass(frozen=True, slots=True)
class Revision:
    """One change of the graph: when (ISO 8601, UTC), why, and how many elements it changed."""

    id: int
    time: str
    reason: str
    elements: int
    counts: Counts


class Snapshot(NamedTuple):
    """A revision that was given a name."""

    name: str
    revision: int
    time: str


class Change(NamedTuple):
    """An element as it was and as it is; None where there was, or is, none."""

    before: Record | None
    after: Record | None


class Decided(NamedTuple):
    """A decision that is in force, since which revision and why."""

    decision: Decision
    since: int
    reason: str


class History:
    """The past of an open ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    # -- revisions -------------------------------------------------------------------------------

    @property
    def first(self) -> int:
        """The oldest revision that can still be looked at; 0 is the empty graph."""
        return int(self._database.one("SELECT first FROM history")[0])

    @property
    def last(self) -> int:
        """The newest revision; 0 where there is none."""
        return int(self._database.one("SELECT coalesce(max(id), 0) FROM revision")[0])

    def revisions(self) -> list[Revision]:
        """All revisions, the oldest first."""
        sql = "SELECT id, time, reason, elements, counts FROM revision ORDER BY id"
        return [
            Revision(number, time, reason, elements, json.loads(counts))
            for number, time, reason, elements, counts in self._database.rows(sql)
        ]

    def record(self, revision: int, reason: str) -> None:
        """Write a revision, if an element, a decision, schema or rules changed. Inside a change."""
        counts = self._counts(revision)
        decided = self._database.first(
            "SELECT 1 FROM touched_decision UNION ALL"
            " SELECT 1 FROM contract WHERE ?1 IN (since, until) UNION ALL"
            " SELECT 1 FROM ruleset WHERE ?1 IN (since, until)",
            (revision,),
        )
        if not counts and not decided:
            return
        elements = sum(sum(kind.values()) for kind in counts.values())
        self._database.run(
            "INSERT INTO revision (id, time, reason, elements, counts) VALUES (?, ?, ?, ?, ?)",
            (revision, _now(), reason, elements, json.dumps(counts)),
        )

    def find(self, name: str) -> int:
        """The revision of a number or of a snapshot's name.

        Raises:
            UsageError: there is none, or it is older than the history that is kept.
        """
        found = self._database.first("SELECT revision FROM snapshot WHERE name = ?", (name,))
        number = int(found[0]) if found else int(name) if name.isdecimal() else -1
        if not 0 <= number <= self.last:
            raise UsageError(
                f"there is no revision or snapshot {name!r}",
                hint="`kgtransfer log` lists them.",
            )
        if number < self.first:
            raise UsageError(
                f"revision {number} is not kept any more",
                hint=f"The history begins at revision {self.first}.",
            )
        return number

    def snapshot(self, name: str) -> Snapshot:
        """Name the newest revision.

        Raises:
            UsageError: the name is a number, or is taken.
        """
        if not name.strip() or name.isdecimal():
            raise UsageError("a snapshot's name is not a number and not empty")
        if any(name == snapshot.name for snapshot in self.snapshots()):
            raise UsageError(f"there is a snapshot {name!r} already", hint="Choose another name.")
        made = Snapshot(name, self.last, _now())
        self._database.run("INSERT INTO snapshot VALUES (?, ?, ?)", made)
        return made

    def snapshots(self) -> list[Snapshot]:
        """All snapshots, the oldest first."""
        sql = "SELECT name, revision, time FROM snapshot ORDER BY revision, name"
        return [Snapshot(*row) for row in self._database.rows(sql)]

    # -- elements --------------------------------------------------------------------------------

    def changes(self, old: int, new: int, kind: str) -> Iterator[Change]:
        """The elements of a kind that differ between two revisions, by id."""
        decode = decoder(kind)
        sql = (
            f"SELECT {_STATE.format(at=':old')}, {_STATE.format(at=':new')} FROM element e"  # noqa: S608
            " WHERE +e.kind = :kind AND e.revision > :since ORDER BY +e.id"
        )
        values = {"kind": kind, "old": old, "new": new, "since": min(old, new)}
        for before, after in self._database.rows(sql, values):
            if before != after:
                yield Change(before and decode(before), after and decode(after))

    def element(self, kind: str, id_: str, revision: int) -> Record | None:
        """An element as it was at a revision; None where there was none."""
        sql = f"SELECT {_STATE.format(at=':at')} FROM element e WHERE e.kind = :kind AND e.id = :id"  # noqa: S608
        found = self._database.first(sql, {"kind": kind, "id": id_, "at": revision})
        return decoder(kind)(found[0]) if found and found[0] else None

    def removed_since(self, revision: int, kind: str) -> Iterator[Record]:
        """The last records of elements that went after a revision, where they are kept."""
        decode = decoder(kind)
        sql = (
            "SELECT p.payload FROM element e JOIN past_element p ON p.kind = e.kind AND p.id = e.id"
            " AND p.until = e.revision"
            " WHERE +e.kind = ? AND e.revision > ? AND e.payload IS NULL AND p.payload IS NOT NULL"
        )
        for (payload,) in self._database.rows(sql, (kind, revision)):
            yield decode(payload)

    def _counts(self, revision: int) -> Counts:
        sql = (
            "SELECT e.kind, p.payload IS NULL, e.payload IS NULL, count(*) FROM element e"
            " LEFT JOIN past_element p ON p.kind = e.kind AND p.id = e.id AND p.until = e.revision"
            " WHERE e.revision = ? GROUP BY 1, 2, 3"
        )
        counts: Counts = {}
        for kind, was_absent, is_absent, count in self._database.rows(sql, (revision,)):
            if not (was_absent and is_absent):
                what = "added" if was_absent else "removed" if is_absent else "changed"
                counts.setdefault(kind, {})[what] = count
        return {kind: counts[kind] for kind in KINDS.values() if kind in counts}

    # -- documents -------------------------------------------------------------------------------

    def came(self, row: int, document: str, revision: int) -> None:
        """A version of a document is in force from this revision on."""
        self._database.run(
            "INSERT INTO document_life (row, id, since) VALUES (?, ?, ?)", (row, document, revision)
        )

    def went(self, row: int, revision: int) -> None:
        """A version of a document is not in force any more."""
        self._database.run(
            "UPDATE document_life SET until = ? WHERE row = ? AND until IS NULL", (revision, row)
        )

    def documents_at(self, revision: int) -> dict[str, int]:
        """The rows of the versions that were in force, by document."""
        sql = (
            "SELECT id, row FROM document_life WHERE since <= ?1 AND (until IS NULL OR until > ?1)"
            " ORDER BY id"
        )
        return dict(self._database.rows(sql, (revision,)))

    def rows_of(self, document: str) -> list[int]:
        """The rows of all versions of a document that have been in force."""
        sql = "SELECT DISTINCT row FROM document_life WHERE id = ?"
        return [row for (row,) in self._database.rows(sql, (document,))]

    # -- decisions -------------------------------------------------------------------------------

    def decided(self, revision: int | None = None) -> list[Decided]:
        """The decisions in force, at a revision or now, in their order."""
        sql = (
            "SELECT payload, since, reason FROM decision"
            " WHERE since <= ?1 AND (until IS NULL OR until > ?1) ORDER BY id"
        )
        at = _NOW if revision is None else revision
        return [Decided(Decision.from_json(p), s, r) for p, s, r in self._database.rows(sql, (at,))]

    def next_tag(self) -> int:
        """A tag for a new decision, never used before."""
        return int(self._database.one("SELECT coalesce(max(id), 0) + 1 FROM decision")[0])

    def decide(self, decision: Decision, reason: str, revision: int) -> None:
        """Take a decision from this revision on. Inside a change."""
        payload = decision.as_json()
        self._database.run(
            "INSERT INTO decision (payload, reason, since) VALUES (?, ?, ?)",
            (payload, reason, revision),
        )
        self._database.run("INSERT OR IGNORE INTO touched_decision VALUES (?)", (payload,))

    def restore_decisions(self, old: int, revision: int) -> None:
        """Let the decisions of an earlier revision be in force, and no others. Inside a change."""
        now, then = self.decided(), self.decided(old)
        if [d.decision for d in now] == [d.decision for d in then]:
            return
        for each in now:
            self._database.run(
                "INSERT OR IGNORE INTO touched_decision VALUES (?)", (each.decision.as_json(),)
            )
        self._database.run("UPDATE decision SET until = ? WHERE until IS NULL", (revision,))
        for each in then:
            self.decide(each.decision, each.reason, revision)

    # -- the schema ------------------------------------------------------------------------------

    def schema(self, revision: int | None = None) -> str:
        """The workspace's own schema in force, at a revision or now; empty where there is none."""
        sql = "SELECT text FROM contract WHERE since <= ?1 AND (until IS NULL OR until > ?1)"
        found = self._database.first(sql, (_NOW if revision is None else revision,))
        return found[0] if found else ""

    def adopt(self, schema: str, revision: int) -> None:
        """Let a schema's text be in force from this revision on. Inside a change."""
        self._database.run("UPDATE contract SET until = ? WHERE until IS NULL", (revision,))
        self._database.run("INSERT INTO contract VALUES (?, ?, NULL)", (schema, revision))

    # -- rules -----------------------------------------------------------------------------------

    def rules(self, revision: int | None = None) -> str:
        """The rules that infer (JSON), at a revision or now; empty where there are none."""
        sql = "SELECT text FROM ruleset WHERE since <= ?1 AND (until IS NULL OR until > ?1)"
        found = self._database.first(sql, (_NOW if revision is None else revision,))
        return found[0] if found else ""

    def apply_rules(self, rules: str, revision: int) -> None:
        """Let a set of rules infer from this revision on. Inside a change."""
        self._database.run("UPDATE ruleset SET until = ? WHERE until IS NULL", (revision,))
        self._database.run("INSERT INTO ruleset VALUES (?, ?, NULL)", (rules, revision))

    # -- forgetting ------------------------------------------------------------------------------

    def forget_elements_of(self, document: str) -> None:
        """Forget the past records that a document's text shows through. Inside a change."""
        self._database.run("DELETE FROM forgotten")
        for sql in _FORGET:
            self._database.run(sql, {"document": document})

    def forget_before(self, revision: int) -> None:
        """Forget what was in force before a revision and is not in force at it."""
        self._database.run("DELETE FROM past_element WHERE until <= ?", (revision,))
        self._database.run(
            "DELETE FROM element WHERE payload IS NULL AND revision <= ?", (revision,)
        )
        self._database.run("DELETE FROM document_life WHERE until <= ?", (revision,))
        self._database.run("DELETE FROM decision WHERE until <= ?", (revision,))
        self._database.run("DELETE FROM contract WHERE until <= ?", (revision,))
        self._database.run("DELETE FROM ruleset WHERE until <= ?", (revision,))
        self._database.run("DELETE FROM snapshot WHERE revision < ?", (revision,))
        self._database.run("UPDATE history SET first = max(first, ?)", (revision,))


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


_NOW = 1 << 62
"""Later than any revision."""
# The payload of element `e` at a revision.
_STATE = (
    "CASE WHEN e.revision <= {at} THEN e.payload ELSE (SELECT p.payload FROM past_element p"
    " WHERE p.kind = e.kind AND p.id = e.id AND p.revision <= {at} AND p.until > {at}) END"
)
_PAST = "DELETE FROM past_element WHERE kind = '{kind}' AND {which}"
_NOTE = "INSERT OR IGNORE INTO forgotten SELECT {what} FROM past_element WHERE kind = '{kind}' AND "

_IS_FORGOTTEN = " IN (SELECT id FROM forgotten)"


def _in(*fields: int) -> str:
    """One of these fields of a record, which is a JSON list, is an id to forget."""
    return f"({' OR '.join(_field(field) + _IS_FORGOTTEN for field in fields)})"


def _field(number: int) -> str:
    return f"json_extract(payload, '$[{number}]')"


_STATED = (
    "SELECT {end} FROM triple WHERE row IN (SELECT row FROM document_life WHERE id = :document)"
)
_STATED_NAMES = f" IN ({_STATED.format(end='subject')} UNION {_STATED.format(end='object')})"
# First what the document's chunks and triples named, then the chunks.
_FORGET = (
    _NOTE.format(what="id", kind="chunks") + f"{_field(1)} = :document",
    _NOTE.format(what="id", kind="entities") + _field(1) + _STATED_NAMES,
    _NOTE.format(what="id", kind="values") + _field(2) + _STATED_NAMES,
    _NOTE.format(what=_field(1), kind="mentions") + _in(0),
    _NOTE.format(what=_field(1), kind="abouts") + f"{_field(0)} = :document",
    _NOTE.format(what=_field(4), kind="facts") + _in(1),
    _PAST.format(kind="mentions", which=_in(0, 1)),
    _PAST.format(kind="facts", which=_in(1, 4)),
    _PAST.format(kind="inferences", which=_in(1, 3)),
    _PAST.format(kind="entities", which="id" + _IS_FORGOTTEN),
    _PAST.format(kind="values", which="id" + _IS_FORGOTTEN),
    _PAST.format(kind="abouts", which=f"{_field(0)} = :document"),
    _PAST.format(kind="chunks", which="id" + _IS_FORGOTTEN),
    _PAST.format(kind="documents", which="id = :document"),
)
