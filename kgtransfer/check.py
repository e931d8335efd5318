"""Whether ledger, graph and index of a workspace are whole and agree; what differs, by name.

The ledger is the truth: what others changed in the graph is reported, and `rebuild` undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator

from graph_store.records import KINDS, GraphContent, Record
from kgtransfer.contract import contract_of
from kgtransfer.errors import ConfigError, KGTransferError
from kgtransfer.records import Entity
from kgtransfer.report import Finding
from kgtransfer.retrieve.build import damaged
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.layout import without_terms
from kgtransfer.schema import SCHEMA_FILE
from kgtransfer.workspace import Workspace

MOST_NAMED = 5
REBUILD = "Run `kgtransfer rebuild`: graph and index are made again from the ledger."


def check(workspace: Workspace) -> Iterator[Finding]:
    """Read everything of the workspace. Others may ask meanwhile, not change it.

    Raises:
        WorkspaceBusy: another process is changing the workspace.
    """
    with workspace.writing():
        try:
            workspace.ledger.check()
            content = workspace.ledger.content()
        except KGTransferError as error:
            yield Finding("ledger", False, error.what, error.hint)
            return
        counts = f"{len(content.documents)} documents, {len(content.entities)} entities"
        yield Finding("ledger", True, f"revision {workspace.ledger.revision}, {counts}")
        yield schema_finding(workspace)
        yield from _graph(workspace, content)
        yield from _index(workspace, content)


def schema_finding(workspace: Workspace) -> Finding:
    """Whether the schema in force is the one in `schema.yaml`: a pending one is no damage."""
    try:
        pending = workspace.schema_pending()
    except ConfigError as error:
        return Finding("schema", False, str(error), "The schema in force stays what it was.")
    contract = contract_of(workspace.ledger.history.schema())
    own = "the workspace's own" if contract.schema else "the shipped one, nothing is kept out"
    if pending:
        own = f"{SCHEMA_FILE} is not applied yet (see `kgtransfer migrate`); in force is {own}"
    return Finding("schema", True, own)


def _graph(workspace: Workspace, content: GraphContent) -> Iterator[Finding]:
    try:
        store, revision = workspace.store, workspace.ledger.revision
        held, loading, at = store.arrays(), store.is_loading(), store.revision()
    except KGTransferError as error:
        yield Finding("graph", False, error.what, error.hint)
        return
    if at != revision or loading:
        what = (
            "is only partly there" if loading else f"is at revision {at}, the ledger at {revision}"
        )
        yield Finding("graph", False, what, REBUILD)
        return
    differences = list(_differences(content, held))
    for difference in differences:
        yield Finding("graph", False, difference, REBUILD)
    if not differences:
        yield Finding("graph", True, f"revision {at}, equal to the ledger's")


def _differences(expected: GraphContent, held: GraphContent) -> Iterator[str]:
    for kind in KINDS.values():
        wanted = {record.id: record for record in getattr(expected, kind)}
        found = {record.id: record for record in getattr(held, kind)}
        for what, ids in (
            ("missing", wanted.keys() - found.keys()),
            ("too many", found.keys() - wanted.keys()),
            ("changed", {id_ for id_ in wanted.keys() & found.keys() if wanted[id_] != found[id_]}),
        ):
            if ids:
                first = sorted(ids)[:MOST_NAMED]
                named = ", ".join(_named(wanted.get(id_) or found[id_]) for id_ in first)
                more = f" and {len(ids) - MOST_NAMED} more" if len(ids) > MOST_NAMED else ""
                yield f"{len(ids)} {kind} {what}: {named}{more}"


def _named(record: Record) -> str:
    return f"{record.id} ({record.name})" if isinstance(record, Entity) else record.id


def _index(workspace: Workspace, content: GraphContent) -> Iterator[Finding]:
    try:
        index = GraphIndex.open(workspace.index_folder)
    except (KGTransferError, OSError, ValueError) as error:
        what = error.what if isinstance(error, KGTransferError) else str(error)
        yield Finding("index", False, what, REBUILD)
        return
    if index.revision != workspace.ledger.revision:
        what = f"is at revision {index.revision}, the ledger at {workspace.ledger.revision}"
        yield Finding("index", False, what, REBUILD)
        return
    problem = _index_problem(index, content)
    yield Finding("index", not problem, problem or f"revision {index.revision}, whole",
                  REBUILD if problem else "")  # fmt: skip


def _index_problem(index: GraphIndex, content: GraphContent) -> str:
    """Read every file; compare texts and entities with the graph's. Empty where all is well."""
    files = damaged(index)
    if files:
        return f"damaged: {', '.join(files)}"
    texts = sorted(index.chunk_texts) == sorted(chunk.text for chunk in content.chunks)
    named = without_terms(content).entities
    entities = list(index.entity_ids) == [entity.id for entity in named]
    return "" if texts and entities else "holds other texts or entities than the ledger"
