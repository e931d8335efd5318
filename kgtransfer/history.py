"""Look back, go back, and decide: what people do with a workspace beside adding and removing.

Each function that changes something makes one revision, which `undo` takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from graph_store.records import Record
from kgtransfer.contract import Contract, contract_of
from kgtransfer.corpus.chunks import document_id
from kgtransfer.decisions import Decision, Kind
from kgtransfer.errors import UsageError
from kgtransfer.extract.schema import load_schema
from kgtransfer.ledger.history import Change
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import value_signature
from kgtransfer.names import fold
from kgtransfer.pipeline import change_graph, known_document, rebuild_graph
from kgtransfer.records import Document, Entity, Fact, Inference, Value
from kgtransfer.report import BuildReport, Show, silent
from kgtransfer.values import find_values
from kgtransfer.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Changed:
    """Something that differs between two revisions, as people call it."""

    what: str
    """`documents`, `entities`, `facts` or `inferences`."""
    how: str
    """`added`, `changed` or `removed`."""
    id: str
    name: str


# -- looking back ----------------------------------------------------------------------------------


def diff(workspace: Workspace, old: str, new: str = "") -> Iterator[Changed]:
    """What documents, entities, facts and inferences differ between two revisions (or snapshots).

    Args:
        workspace: its ledger is read.
        old: a revision's number or a snapshot's name.
        new: another; the newest revision where empty.

    Raises:
        UsageError: there is no such revision, or it is not kept any more.
    """
    history = workspace.ledger.history
    first = history.find(old)
    last = history.find(new) if new else history.last
    for kind in ("documents", "entities", "facts", "inferences"):
        for change in history.changes(first, last, kind):
            yield described(workspace.ledger, kind, change, first, last)


def described(ledger: Ledger, kind: str, change: Change, first: int, last: int) -> Changed:
    """A change between two revisions, as people call it."""
    record = change.after or change.before
    assert record is not None
    how = "added" if change.before is None else "removed" if change.after is None else "changed"
    at = last if change.after else first
    return Changed(kind, how, record.id, _name(ledger, record, at))


def _name(ledger: Ledger, record: Record | None, at: int) -> str:
    if isinstance(record, Document):
        return record.uri
    if isinstance(record, Entity):
        return f"{record.name} ({record.type})"
    if isinstance(record, Value):
        return record.text
    if isinstance(record, Fact | Inference):
        subject, object_ = (_element(ledger, end, at) for end in (record.subject, record.object))
        return f"{subject} - {record.predicate} - {object_}"
    return ""


def _element(ledger: Ledger, id_: str, at: int) -> str:
    kind = "values" if id_.startswith("v") else "entities"
    return _name(ledger, ledger.history.element(kind, id_, at), at) or id_


# -- going back ------------------------------------------------------------------------------------


def restore(workspace: Workspace, name: str, *, progress: Show = silent) -> BuildReport:
    """Make the documents, decisions and schema of an earlier revision or snapshot the present ones.

    Raises:
        UsageError: there is no such revision, or it is not kept any more.
    """
    revision = workspace.ledger.history.find(name)
    reason = f"restore {name}" if name == str(revision) else f"restore {name} ({revision})"
    return change_graph(workspace, reason, lambda ledger: ledger.restore(revision),
                        progress=progress)  # fmt: skip


def undo(workspace: Workspace, *, progress: Show = silent) -> BuildReport:
    """Take the last revision back; undone twice, it is there again.

    Raises:
        UsageError: there is none, or what was before it is not kept any more.
    """
    revisions = workspace.ledger.history.revisions()
    if not revisions:
        raise UsageError("there is nothing to undo")
    last = revisions[-1]
    before = workspace.ledger.history.find(str(last.id - 1))
    reason = f"undo {last.id}: {last.reason}"
    return change_graph(workspace, reason, lambda ledger: ledger.restore(before), progress=progress)


def purge(workspace: Workspace, name: str, *, progress: Show = silent) -> BuildReport:
    """Remove a document and its text from history, index and the bundled server's files as well.

    Args:
        workspace: its ledger is written anew, and so are the index and the bundled graph.
        name: id or uri of a document, present or past.
        progress: is shown what is being done.

    Raises:
        UsageError: there was never such a document, or it has been purged.
    """
    history = workspace.ledger.history
    document = next((id_ for id_ in (name, document_id(name)) if history.rows_of(id_)), "")
    if not document:
        raise UsageError(f"there was no document {name!r}", hint="See `documents` and `log`.")
    change_graph(workspace, f"remove {name}", lambda ledger: _remove(ledger, document))
    with workspace.writing():
        workspace.forget_derived()  # first: stopped after it, the same command goes on
        with workspace.ledger.change("purge"):
            workspace.ledger.purge(document)
        workspace.ledger.compact()
    return rebuild_graph(workspace, progress=progress)


def _remove(ledger: Ledger, document: str) -> None:
    ledger.remove(document)


def forget_before(workspace: Workspace, name: str) -> int:
    """Forget all that was in force only before a revision; returns the first that is kept.

    Raises:
        UsageError: there is no such revision.
    """
    with workspace.writing():
        ledger = workspace.ledger
        revision = ledger.history.find(name)
        with ledger.change("forget"):
            ledger.forget_before(revision)
        ledger.compact()
    return revision


# -- deciding --------------------------------------------------------------------------------------


def merge(workspace: Workspace, one: str, other: str, reason: str = "") -> BuildReport:
    """Two entities are one thing: `other` becomes `one`.

    Args:
        workspace: the decision is kept in its ledger.
        one: an entity's id or name.
        other: another's.
        reason: is kept with the decision.

    Raises:
        UsageError: there is no such entity, several have the name, or both are one already.
    """

    def decided(ledger: Ledger) -> Decision:
        return Decision(Kind.MERGE, *_two(ledger, one, other))

    return _decide(workspace, f"merge {other} into {one}", decided, reason)


def never(workspace: Workspace, one: str, other: str, reason: str = "") -> BuildReport:
    """Two entities are two things, and no rule may take them for one. As `merge`."""

    def decided(ledger: Ledger) -> Decision:
        return Decision(Kind.NEVER, *_two(ledger, one, other))

    return _decide(workspace, f"never merge {one} and {other}", decided, reason)


def split(
    workspace: Workspace, entity: str, documents: tuple[str, ...] = (), reason: str = ""
) -> BuildReport:
    """What was taken for one thing is several.

    Args:
        workspace: the decision is kept in its ledger.
        entity: its id or name.
        documents: ids or uris of documents that mean another thing by the same name: what they
            mention becomes an entity of its own. Without them, each of the names and types that
            were taken for the entity becomes one.
        reason: is kept with the decision.

    Raises:
        UsageError: there is no such entity or document, or nothing can be split.
    """

    def decided(ledger: Ledger) -> Decision:
        found = find_entity(ledger, entity)
        signatures = tuple(ledger.links.signatures_of(found.id))
        if not documents and len(signatures) < 2:
            raise UsageError(
                f"{entity!r} is one name of one type",
                hint="Say with --document which documents mean another thing by it.",
            )
        ids = tuple(_document(ledger, name, signatures) for name in documents)
        return Decision(Kind.SPLIT, signatures, documents=ids, type=found.type)

    return _decide(workspace, f"split {entity}", decided, reason)


def assert_fact(
    workspace: Workspace,
    subject: str,
    predicate: str,
    object_: str,
    *,
    value: bool = False,
    reason: str = "",
) -> BuildReport:
    """State a fact that no document states.

    Args:
        workspace: the decision is kept in its ledger.
        subject: an entity's id or name.
        predicate: a predicate of the schema ("place of birth" or "place_of_birth") or any phrase.
        object_: an entity's id or name, or a value.
        value: `object_` is a date, a number or a quantity, as text.
        reason: is kept with the decision.

    Raises:
        UsageError: there is no such entity, the text is no value, or the workspace's schema
            forbids the fact.
    """

    def decided(ledger: Ledger) -> Decision:
        start = find_entity(ledger, subject)
        left = (_leading(ledger, start),)
        contract = contract_of(ledger.links.schema_text())
        name = "_".join(predicate.lower().split())
        known = (contract.schema or load_schema()).predicates
        named = name if name in known else " ".join(predicate.split())
        if value:
            stated = replace(_value(object_), left=left, predicate=named)
            _allow(contract, start.type, named, stated.type)
            return stated
        end = find_entity(ledger, object_)
        _allow(contract, start.type, named, end.type)
        return Decision(Kind.ASSERT, left, (_leading(ledger, end),), predicate=named)

    return _decide(workspace, f"assert {subject} - {predicate} - {object_}", decided, reason)


def _allow(contract: Contract, subject: str, predicate: str, object_: str) -> None:
    """Raise a UsageError where the schema in force would keep the fact out of the graph."""
    name, turned = contract.meaning(predicate)
    ends = (object_, subject) if turned else (subject, object_)
    objection = contract.objection(ends[0], name, ends[1])
    if objection is not None:
        hint = "Choose another predicate, or change schema.yaml and run `kgtransfer migrate`."
        raise UsageError(f"the schema does not allow it: {objection.text}", hint=hint)


def find_entity(ledger: Ledger, name: str) -> Entity:
    """The entity of an id, or the only one of a name.

    Raises:
        UsageError: there is none, or there are several.
    """
    history = ledger.history
    ids = [name] if history.element("entities", name, history.last) else []
    ids = ids or ledger.links.entities_named(fold(name), name)
    found = [history.element("entities", id_, history.last) for id_ in ids]
    entities = [entity for entity in found if isinstance(entity, Entity)]
    if not entities:
        raise UsageError(f"there is no entity {name!r}", hint="Give its name or its id.")
    if len(entities) > 1:
        several = ", ".join(f"{e.id} ({e.name}, {e.type})" for e in entities[:10])
        raise UsageError(f"several entities are called {name!r}", hint=f"Give an id: {several}")
    return entities[0]


def _decide(
    workspace: Workspace, what: str, decided: Callable[[Ledger], Decision], why: str
) -> BuildReport:
    reason = f"{what} ({why})" if why else what

    def change(ledger: Ledger) -> None:
        tagged = replace(decided(ledger), tag=ledger.history.next_tag())
        ledger.decide(tagged, reason)

    return change_graph(workspace, reason, change)


def _two(ledger: Ledger, one: str, other: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    left, right = find_entity(ledger, one), find_entity(ledger, other)
    if left.id == right.id:
        raise UsageError(f"{one!r} and {other!r} are one entity", hint="See `split`.")
    return tuple(ledger.links.signatures_of(left.id)), tuple(ledger.links.signatures_of(right.id))


def _leading(ledger: Ledger, entity: Entity) -> str:
    """The signature that stands for the entity best: the one with most mentions."""
    times: dict[str, int] = {}
    for _, share in ledger.links.shares_of(entity.id):
        times[share.signature] = times.get(share.signature, 0) + share.times
    return min(times, key=lambda signature: ("@" not in signature, -times[signature], signature))


def _document(ledger: Ledger, name: str, signatures: tuple[str, ...]) -> str:
    document = known_document(ledger, name)
    if ledger.links.page_of(document) in signatures:
        raise UsageError(
            f"the document {name!r} is about the entity itself", hint="Change its title instead."
        )
    return document


def _value(text: str) -> Decision:
    found = find_values(text)
    if len(found) != 1:
        raise UsageError(f"{text!r} is not a date, a number or a quantity")
    signature = value_signature(found[0].kind, found[0].value, found[0].unit)
    return Decision(Kind.ASSERT, (), (signature,), form=text, type=found[0].kind)
