"""A changed `schema.yaml`, seen before it is applied to the stored graph, and applied.

Nothing is extracted anew: what the ledger keeps is read with the other schema. A preview does all
that the change does, inside a transaction that it takes back, so it is exact.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from graph_store.records import Record
from kgtransfer import quarantine
from kgtransfer.contract import contract_of
from kgtransfer.history import Changed, described
from kgtransfer.ledger.history import Change
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import update
from kgtransfer.pipeline import change_graph
from kgtransfer.quarantine import Held
from kgtransfer.records import Entity, Fact
from kgtransfer.report import BuildReport, Show, silent
from kgtransfer.schema import SCHEMA_FILE, load_schema
from kgtransfer.workspace import Workspace

EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Difference:
    """How many elements of a kind, a type or a predicate come, change and go."""

    added: int = 0
    changed: int = 0
    removed: int = 0


@dataclass(frozen=True, slots=True)
class Preview:
    """What a migration would change.

    `documents` counts those whose facts, entities or quarantined statements change. `held` are
    statements that would go into quarantine, `freed` those that would leave it; `examples` shows
    the first elements of each kind that come, change or go.
    """

    entities: Difference
    facts: Difference
    values: Difference
    documents: int
    types: dict[str, Difference]
    predicates: dict[str, Difference]
    held: int
    freed: int
    reasons: dict[str, int]
    examples: tuple[Changed, ...]
    held_examples: tuple[Held, ...]

    @property
    def is_empty(self) -> bool:
        """Whether the graph and the quarantine stay what they are."""
        kinds = (self.entities, self.facts, self.values)
        return not (self.held or self.freed) and all(kind == Difference() for kind in kinds)


def migrate(workspace: Workspace, *, progress: Show = silent) -> BuildReport:
    """Let the workspace's `schema.yaml` be in force, in one revision that `undo` takes back.

    Without the file, the shipped schema is used again, which keeps nothing out.

    Raises:
        ConfigError: the file is no schema.
        WorkspaceBusy: another process is changing the workspace.
    """
    text = workspace.own_schema()
    reason = f"migrate to {contract_of(text).fingerprint or 'no schema of its own'}"
    return change_graph(workspace, reason, lambda ledger: ledger.adopt(text), progress=progress)


def preview(workspace: Workspace) -> Preview:
    """What `migrate` would change. Others may read meanwhile, not change the workspace.

    Raises:
        ConfigError: the file is no schema.
        WorkspaceBusy: another process is changing the workspace.
    """
    text, ledger = workspace.own_schema(), workspace.ledger
    with workspace.writing():
        before = quarantine.keys(ledger)
        old = ledger.revision
        try:
            with ledger.change("preview") as new:
                ledger.adopt(text)
                update(ledger.links, load_schema().names)
                raise _Seen(_compared(ledger, before, old, new))
        except _Seen as seen:
            return seen.preview


class _Seen(Exception):
    """Leaves the transaction with what was seen in it."""

    def __init__(self, preview: Preview) -> None:
        super().__init__(SCHEMA_FILE)
        self.preview = preview


def _compared(
    ledger: Ledger, before: Mapping[quarantine.Key, quarantine.Objected], old: int, new: int
) -> Preview:
    after = quarantine.keys(ledger)
    held = [after[key] for key in after.keys() - before.keys()]
    freed = before.keys() - after.keys()
    held.sort(key=lambda found: (found[1].reason, found[0]))
    reasons: dict[str, int] = {}
    for _, objection in held:
        reasons[objection.reason] = reasons.get(objection.reason, 0) + 1
    kinds: dict[str, Difference] = {}
    groups: dict[str, dict[str, Difference]] = {"entities": {}, "facts": {}}
    examples: list[Changed] = []
    chunks: set[str] = set()
    documents = {key[0] for key in freed} | {statement.document for statement, _ in held}
    for kind in ("entities", "values", "facts"):
        for change in ledger.history.changes(old, new, kind):
            how = _how(change)
            total = kinds[kind] = _counted(kinds.get(kind), how)
            if getattr(total, how) <= EXAMPLES:
                examples.append(described(ledger, kind, change, old, new))
            for record in change:
                _group(groups, record, how)
                chunks.update(record.chunks if isinstance(record, Fact) else ())
    documents |= ledger.statements.documents_of(chunks)
    return Preview(
        entities=kinds.get("entities", Difference()),
        facts=kinds.get("facts", Difference()),
        values=kinds.get("values", Difference()),
        documents=len({document for document in documents if not document.startswith("!")}),
        types=_sorted(groups["entities"]),
        predicates=_sorted(groups["facts"]),
        held=len(held),
        freed=len(freed),
        reasons=reasons,
        examples=tuple(examples),
        held_examples=tuple(quarantine.described(ledger, _varied(held))),
    )


def _how(change: Change) -> str:
    return "added" if change.before is None else "removed" if change.after is None else "changed"


def _counted(held: Difference | None, how: str) -> Difference:
    held = held or Difference()
    return Difference(
        held.added + (how == "added"),
        held.changed + (how == "changed"),
        held.removed + (how == "removed"),
    )


def _group(groups: dict[str, dict[str, Difference]], record: Record | None, how: str) -> None:
    """Count a record that came or went under its type or predicate."""
    if how == "changed":
        return
    if isinstance(record, Entity):
        group, name = groups["entities"], record.type
    elif isinstance(record, Fact):
        group, name = groups["facts"], record.predicate
    else:
        return
    group[name] = _counted(group.get(name), how)


def _sorted(group: Mapping[str, Difference]) -> dict[str, Difference]:
    return dict(sorted(group.items(), key=lambda item: (-item[1].added - item[1].removed, item)))


def _varied(held: Iterable[quarantine.Objected]) -> list[quarantine.Objected]:
    """The first statement of each reason and predicate, `EXAMPLES` in all."""
    first: dict[tuple[str, str], quarantine.Objected] = {}
    for statement, objection in held:
        first.setdefault((objection.reason, statement.predicate), (statement, objection))
    return list(first.values())[:EXAMPLES]
