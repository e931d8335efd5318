"""The page to read first: how documents become a graph. `kgtransfer.answering` is the second.

`build_graph` calls the stages in order on a `Workspace`; everything else is a stage.
The ledger is the truth. The graph takes what it lacks of the ledger's revision, then the index
does; whatever stopped between two steps is caught up with by the next change, or by `rebuild`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.errors import ModelError, UsageError
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.workers import ChunkFailed, extract_many
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import update
from kgtransfer.records import Document, SourceDocument
from kgtransfer.report import BuildReport, Clock, Progress, Show, silent
from kgtransfer.rereading import Others, is_other, refuse_mixture, with_stored
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.workspace import Workspace

READER = "corpus-2"
"""Changes when the same file may give another text or other chunks."""


def build_graph(
    workspace: Workspace,
    sources: Iterable[SourceDocument | SourceProblem],
    *,
    others: Others = "refuse",
    progress: Show = silent,
) -> BuildReport:
    """Take documents in: read, extract what is new, resolve, bring graph and index up to date.

    Stopped at any point, the same call goes on where it was: what was extracted stays extracted,
    and documents appear in the graph all together when they are whole.

    Args:
        workspace: its settings choose the extractor.
        sources: the documents, and what could not be read.
        others: what becomes of documents that another extractor or tier has read.
        progress: called as the stages go on.

    Raises:
        WorkspaceBusy: another process is changing the workspace.
        StoreUnavailable: the graph can't be reached; nothing has been read then.
        UsageError: two tiers would share the graph, and `others` is "refuse".
        ModelError: the extractor fails; what it has done until then is kept.
    """
    clock = Clock()
    with workspace.writing():
        ledger = workspace.ledger
        refuse_mixture(workspace, others)
        schema = _first_schema(workspace)
        with clock("store"):
            workspace.store.revision()  # an unreachable store is better known before the work
        with clock("read"):
            all_sources = with_stored(workspace, sources, others)
            read = _take_in(workspace, all_sources, others, progress)
        with clock("extract"):
            read.refused = _extract(workspace, read.begun, progress)
        with clock("resolve"), ledger.change("ingest"):
            if schema:
                ledger.adopt(schema)
            for document in read.begun:
                ledger.complete(document)
            update(ledger.links, frozenset(load_schema().predicates))
        _publish(workspace, clock, progress)
    return read.into(_report(workspace, clock))


def remove_documents(workspace: Workspace, names: Sequence[str]) -> BuildReport:
    """Remove documents by id or uri; the rest makes the graph that it alone would have made.

    Raises:
        UsageError: there is no such document; nothing is removed then.
    """
    removed = 0

    def remove(ledger: Ledger) -> None:
        nonlocal removed
        ids = [known_document(ledger, name) for name in names]
        removed = sum(ledger.remove(document) for document in dict.fromkeys(ids))

    return replace(change_graph(workspace, "remove", remove), removed=removed)


def known_document(ledger: Ledger, name: str) -> str:
    """The id of the whole document of an id or uri.

    Raises:
        UsageError: there is none.
    """
    for document in (name, document_id(name)):
        if ledger.links.document(document) is not None:
            return document
    raise UsageError(f"there is no document {name!r}", hint="See `documents`.")


def change_graph(
    workspace: Workspace, reason: str, change: Callable[[Ledger], None], *, progress: Show = silent
) -> BuildReport:
    """Change the ledger, all or nothing, and bring graph and index up to date.

    Args:
        workspace: is locked for the time.
        reason: what the revision is recorded with.
        change: is called inside the ledger's transaction, once the graph can be reached.
    """
    clock = Clock()
    with workspace.writing():
        # A change that was stopped before it reached the graph comes first; and an unreachable
        # store is better known before the work.
        _publish(workspace, clock, progress)
        with clock("resolve"), workspace.ledger.change(reason):
            change(workspace.ledger)
            update(workspace.ledger.links, frozenset(load_schema().predicates))
        _publish(workspace, clock, progress)
    return _report(workspace, clock)


def catch_up(workspace: Workspace, *, progress: Show = silent) -> None:
    """Bring graph and index to the ledger's revision: what an interrupted change left undone."""
    with workspace.writing():
        _publish(workspace, Clock(), progress)


def rebuild_graph(workspace: Workspace, *, progress: Show = silent) -> BuildReport:
    """Make the graph and the index again from the ledger, without extracting anew.

    Where the settings map a graph that others made, the index is made from that graph.
    """
    clock = Clock()
    if workspace.settings.mapping:
        return _index_foreign(workspace, clock, progress)
    with workspace.writing():
        with clock("store"):
            workspace.store.clear()
        _publish(workspace, clock, progress, again=True)
    return _report(workspace, clock)


# -- the steps of build_graph ----------------------------------------------------------------------


@dataclass(slots=True)
class _Read:
    """What the sources came to; `begun` are the documents that have to be made whole."""

    begun: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    words: int = 0
    refused: int = 0
    text_only: Counter[str] = field(default_factory=Counter)
    problems: list[SourceProblem] = field(default_factory=list)

    def into(self, report: BuildReport) -> BuildReport:
        """The report with what was read."""
        return replace(
            report,
            added=self.added,
            changed=self.changed,
            unchanged=self.unchanged,
            words=self.words,
            refused=self.refused,
            text_only=dict(sorted(self.text_only.items())),
            problems=tuple(self.problems),
        )


def _first_schema(workspace: Workspace) -> str:
    """The schema that an empty graph begins with; empty where it has its schema already."""
    if workspace.ledger.counts()["documents"] or not workspace.schema_pending():
        return ""
    return workspace.own_schema()


def _take_in(
    workspace: Workspace,
    sources: Iterable[SourceDocument | SourceProblem],
    others: Others,
    progress: Show,
) -> _Read:
    """Put new and changed documents into the ledger, cut into chunks."""
    ledger, read = workspace.ledger, _Read()
    fingerprint = workspace.extractor.fingerprint
    known = {stored.document.id: stored.document for stored in ledger.documents()}
    languages: frozenset[str] = getattr(workspace.extractor, "languages", frozenset())
    label, labels = workspace.extractor_options.label, ledger.labels()
    for number, source in enumerate(sources, 1):
        progress(Progress("reading", number, None, "documents"))
        if isinstance(source, SourceProblem):
            read.problems.append(source)
            continue
        document = record_of(source)
        version = version_in(workspace, document)
        kept = others == "keep" and is_other(labels.get(document.id, label), label)
        if ledger.is_current(document.id, version) or (kept and document == known[document.id]):
            ledger.discard(document.id)  # it was changed and has been changed back
            read.unchanged += 1
            continue
        chunks = make_chunks(document.id, source.text, source.language)
        ledger.begin(document, version, chunks, fingerprint, label)
        read.begun.append(document.id)
        read.words += len(source.text.split())
        if languages and document.language not in ("", *languages):
            read.text_only[document.language] += 1
        read.changed += document.id in known
        read.added += document.id not in known
    read.begun = list(dict.fromkeys(read.begun))
    return read


def _extract(workspace: Workspace, documents: Sequence[str], progress: Show) -> int:
    """Extract from every chunk that has not been extracted from; each result is kept at once.

    Returns how many statements and names were refused because they are not in the text.
    """
    ledger = workspace.ledger
    missing = [item for document in documents for item in ledger.missing(document)]
    missing = list({item.key: item for item in missing}.values())
    progress(Progress("extracting", 0, len(missing), "chunks"))
    results = extract_many(workspace.extractor, missing, workers=workspace.settings.workers)
    try:
        for number, (key, extraction) in enumerate(results, 1):
            ledger.put_extractions([(key, extraction)])
            progress(Progress("extracting", number, len(missing), "chunks"))
    except ChunkFailed as error:
        place = ledger.place_of(error.key)
        where = f"{place[0]}, chunk {place[1] + 1}" if place else error.where
        raise ModelError(error.what, where=where, hint=error.hint) from error
    return int(getattr(workspace.extractor, "refused", 0))


def _publish(workspace: Workspace, clock: Clock, progress: Show, *, again: bool = False) -> None:
    """Bring the graph and the index to the ledger's revision."""
    ledger, store = workspace.ledger, workspace.store
    with clock("store"):
        revision = store.revision()
        older = 0 < revision < ledger.history.first  # what has gone since may be forgotten
        half = revision == 0 and store.is_loading()  # what is there may have gone since
        if revision > ledger.revision or older or half:
            store.clear()
            revision = 0
        if revision < ledger.revision:
            progress(Progress("storing", 0, None, "elements"))
            store.apply(ledger.delta_since(revision))
    with clock("index"):
        current = GraphIndex.open_if_any(workspace.index_folder)
        fresh = (
            current is not None
            and current.revision == ledger.revision
            and current.encoder_fingerprint == workspace.encoder.fingerprint
        )
        if again or not fresh:
            build_index(
                ledger.content(),
                workspace.encoder,
                workspace.index_folder,
                revision=ledger.revision,
                progress=_indexing(progress),
            )


def _indexing(progress: Show) -> Callable[[int, int], None]:
    return lambda done, total: progress(Progress("indexing", done, total, "chunks"))


def _index_foreign(workspace: Workspace, clock: Clock, progress: Show) -> BuildReport:
    """Make the index of a graph that others made; a revision is one reading of it."""
    with workspace.writing():
        with clock("read"):
            content = workspace.content()
        current = GraphIndex.open_if_any(workspace.index_folder)
        revision = current.revision + 1 if current is not None else 1
        with clock("index"):
            build_index(
                content,
                workspace.encoder,
                workspace.index_folder,
                revision=revision,
                progress=_indexing(progress),
            )
    return BuildReport(
        revision=revision,
        documents=len(content.documents),
        entities=len(content.entities),
        facts=len(content.facts),
        seconds=dict(clock.seconds),
    )


def record_of(source: SourceDocument) -> Document:
    """The record of a source document."""
    digest = _sha256(source.text)
    metadata = json.dumps(dict(sorted(source.metadata.items())), ensure_ascii=False)
    return Document(
        document_id(source.uri), source.uri, source.title, source.language, digest, metadata
    )


def version_in(workspace: Workspace, document: Document) -> str:
    """What a document's content, reader and extractor come to; of another one it is read anew."""
    return version_of(document, READER, workspace.extractor.fingerprint)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _report(workspace: Workspace, clock: Clock) -> BuildReport:
    counts = workspace.ledger.counts()
    return BuildReport(
        revision=workspace.ledger.revision,
        documents=counts["documents"],
        entities=counts["entities"],
        facts=counts["facts"],
        seconds={stage: round(seconds, 2) for stage, seconds in clock.seconds.items()},
    )
