"""The page to read first: how documents become a graph, and how a question becomes an answer.

`build_graph` and `answer` call the stages in order on a `Workspace`; everything else is a stage.
The ledger is the truth. The graph takes what it lacks of the ledger's revision, then the index
does; whatever stopped between two steps is caught up with by the next change, or by `rebuild`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.errors import UsageError
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.workers import extract_many
from kgtransfer.ledger.ledger import Ledger, version_of
from kgtransfer.link import update
from kgtransfer.reason.report import report
from kgtransfer.records import Answer, Document, SourceDocument
from kgtransfer.report import BuildReport, Clock, Plan, Progress, Show, silent
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.workspace import Workspace

READER = "corpus-1"
"""Changes when the same file may give another text or other chunks."""


def build_graph(
    workspace: Workspace,
    sources: Iterable[SourceDocument | SourceProblem],
    *,
    progress: Show = silent,
) -> BuildReport:
    """Take documents in: read, extract what is new, resolve, bring graph and index up to date.

    Stopped at any point, the same call goes on where it was: what was extracted stays extracted,
    and documents appear in the graph all together when they are whole.

    Raises:
        WorkspaceBusy: another process is changing the workspace.
        StoreUnavailable: the graph can't be reached; nothing has been read then.
    """
    clock = Clock()
    with workspace.writing():
        ledger = workspace.ledger
        with clock("store"):
            workspace.store.revision()  # an unreachable store is better known before the work
        with clock("read"):
            read = _take_in(workspace, sources, progress)
        with clock("extract"):
            _extract(workspace, read.begun, progress)
        with clock("resolve"), ledger.change("ingest"):
            for document in read.begun:
                ledger.complete(document)
            update(ledger.links, frozenset(load_schema().predicates))
        _publish(workspace, clock, progress)
    return read.into(_report(workspace, clock))


def answer(
    workspace: Workspace,
    question: str,
    *,
    where: Mapping[str, str] | None = None,
    facts: bool = True,
    names: bool = True,
) -> Answer:
    """Answer a question from the newest whole index, with citations, or abstain.

    Text comes first; where it gives no answer and files of triples were imported, the graph's facts
    are walked.

    Args:
        workspace: its settings choose the retriever, the fusion and the threshold.
        question: in natural language.
        where: metadata that a document must have to be considered.
        facts: let the graph's facts support answers; off for comparison.
        names: let edges between names and the pages that bear them into the subgraph; likewise.

    Raises:
        WorkspaceError: nothing has been ingested.
    """
    clock = Clock()
    settings = workspace.settings
    with clock("load"):
        retriever = workspace.retriever
        has_text = len(retriever.index) > 0
        reader = workspace.reader if has_text else None
    documents = _matching(retriever.index, where) if where else None
    found = Answer(question, None, True, 0.0)
    if reader is not None:
        with clock("retrieve"):
            subgraph = retriever.retrieve(
                question,
                method=settings.retriever,
                top_k=max(settings.top_k, settings.read_passages),
                documents=documents,
                names=names,
            )
        with clock("read"):
            found = reader.read(
                question,
                subgraph,
                fusion=settings.fusion,
                use_facts=facts,
                threshold=settings.answer_threshold,
            )
    if found.abstained and facts and not where and workspace.states_without_text:
        with clock("reason"):
            found = _of_facts_alone(workspace, found)
    return replace(
        found,
        passages=found.passages[: settings.top_k],
        timings_ms={stage: round(1000 * seconds, 1) for stage, seconds in clock.seconds.items()},
    )


def _of_facts_alone(workspace: Workspace, found: Answer) -> Answer:
    """The answer of a path through the graph's facts, where one is probable enough."""
    reasoner, names = workspace.reasoner
    path = reasoner.answer(found.question)
    if path is None or path.confidence < workspace.settings.answer_threshold:
        confidence = max(found.confidence, path.confidence if path else 0.0)
        return replace(found, confidence=confidence)
    return report(found.question, path, reasoner, names)


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
    """Make the graph and the index again from the ledger, without extracting anew."""
    clock = Clock()
    with workspace.writing():
        with clock("store"):
            workspace.store.clear()
        _publish(workspace, clock, progress, again=True)
    return _report(workspace, clock)


WORDS_PER_SECOND = 1000.0
"""Extraction by one worker, rounded down from experiments/RESULTS.md."""
BYTES_PER_WORD = 250
"""Ledger, graph and index together, rounded up from experiments/RESULTS.md."""


def plan(workspace: Workspace, sources: Iterable[SourceDocument | SourceProblem]) -> Plan:
    """Say what `build_graph` would do, changing nothing."""
    new = changed = unchanged = words = 0
    problems: list[SourceProblem] = []
    ledger = workspace.ledger
    known = {stored.document.id for stored in ledger.documents()}
    for source in sources:
        if isinstance(source, SourceProblem):
            problems.append(source)
            continue
        document = _record(source)
        if ledger.is_current(document.id, _version(workspace, document)):
            unchanged += 1
            continue
        changed += document.id in known
        new += document.id not in known
        words += len(source.text.split())
    seconds = words / WORDS_PER_SECOND / workspace.settings.workers
    return Plan(
        new, changed, unchanged, words, round(seconds, 1), words * BYTES_PER_WORD, tuple(problems)
    )


# -- the steps of build_graph ----------------------------------------------------------------------


@dataclass(slots=True)
class _Read:
    """What the sources came to; `begun` are the documents that have to be made whole."""

    begun: list[str] = field(default_factory=list)
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    words: int = 0
    problems: list[SourceProblem] = field(default_factory=list)

    def into(self, report: BuildReport) -> BuildReport:
        """The report with what was read."""
        return replace(
            report,
            added=self.added,
            changed=self.changed,
            unchanged=self.unchanged,
            words=self.words,
            problems=tuple(self.problems),
        )


def _take_in(
    workspace: Workspace, sources: Iterable[SourceDocument | SourceProblem], progress: Show
) -> _Read:
    """Put new and changed documents into the ledger, cut into chunks."""
    ledger, read = workspace.ledger, _Read()
    fingerprint = workspace.extractor.fingerprint
    known = {stored.document.id for stored in ledger.documents()}
    for number, source in enumerate(sources, 1):
        progress(Progress("reading", number, None, "documents"))
        if isinstance(source, SourceProblem):
            read.problems.append(source)
            continue
        document = _record(source)
        version = _version(workspace, document)
        if ledger.is_current(document.id, version):
            ledger.discard(document.id)  # it was changed and has been changed back
            read.unchanged += 1
            continue
        chunks = make_chunks(document.id, source.text, source.language)
        ledger.begin(document, version, chunks, fingerprint)
        read.begun.append(document.id)
        read.words += len(source.text.split())
        read.changed += document.id in known
        read.added += document.id not in known
    read.begun = list(dict.fromkeys(read.begun))
    return read


def _extract(workspace: Workspace, documents: Sequence[str], progress: Show) -> None:
    """Extract from every chunk that has not been extracted from; each result is kept at once."""
    ledger = workspace.ledger
    missing = [item for document in documents for item in ledger.missing(document)]
    missing = list({item.key: item for item in missing}.values())
    progress(Progress("extracting", 0, len(missing), "chunks"))
    results = extract_many(workspace.extractor, missing, workers=workspace.settings.workers)
    for number, (key, extraction) in enumerate(results, 1):
        ledger.put_extractions([(key, extraction)])
        progress(Progress("extracting", number, len(missing), "chunks"))


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
                progress=lambda done, total: progress(Progress("indexing", done, total, "chunks")),
            )


def _record(source: SourceDocument) -> Document:
    digest = _sha256(source.text)
    metadata = json.dumps(dict(sorted(source.metadata.items())), ensure_ascii=False)
    return Document(
        document_id(source.uri), source.uri, source.title, source.language, digest, metadata
    )


def _version(workspace: Workspace, document: Document) -> str:
    return version_of(document, READER, workspace.extractor.fingerprint)


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _matching(index: GraphIndex, where: Mapping[str, str]) -> set[str]:
    """The documents whose metadata hold all of `where`."""
    documents = (index.document(number) for number in range(len(index.document_ids)))
    return {
        document.id
        for document in documents
        if all(json.loads(document.metadata).get(k) == v for k, v in where.items())
    }


def _report(workspace: Workspace, clock: Clock) -> BuildReport:
    counts = workspace.ledger.counts()
    return BuildReport(
        revision=workspace.ledger.revision,
        documents=counts["documents"],
        entities=counts["entities"],
        facts=counts["facts"],
        seconds={stage: round(seconds, 2) for stage, seconds in clock.seconds.items()},
    )
