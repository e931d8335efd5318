"""A workspace: one folder with the ledger, the index, the bundled server and the settings.

Parts are opened and models are loaded when first used, so a command pays only for what it needs.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any

from kgtransfer.config import Settings, load_settings, shipped
from kgtransfer.errors import (
    ConfigError,
    CorruptWorkspace,
    UsageError,
    WorkspaceBusy,
    WorkspaceError,
)

if TYPE_CHECKING:
    from graph_store.records import GraphContent
    from graph_store.store import GraphStore
    from kgtransfer.corpus.roots import Roots
    from kgtransfer.extract.extractor import Extractor
    from kgtransfer.extract.options import ExtractorOptions
    from kgtransfer.generate.generator import Generator
    from kgtransfer.language_models.encoder import TextEncoder
    from kgtransfer.language_models.endpoint import Endpoint
    from kgtransfer.ledger.ledger import Ledger
    from kgtransfer.read.adapter import Adapter
    from kgtransfer.read.answer import Reader
    from kgtransfer.reason.answer import PathScorer, Reasoner
    from kgtransfer.reason.model import HopModel
    from kgtransfer.reason.report import GraphNames
    from kgtransfer.records import Inference
    from kgtransfer.retrieve.fact_table import FactTable
    from kgtransfer.retrieve.index import GraphIndex
    from kgtransfer.retrieve.inferred import Row
    from kgtransfer.retrieve.search import Retriever
    from kgtransfer.text2cypher.graph_schema import GraphSchema

FORMAT = 1
"""The version of the folder's layout; the ledger and the index have their own."""
MARKER = "workspace.json"
OF_INDEX = (
    "retriever",
    "reasoner",
    "inferring_reasoner",
    "states_without_text",
    "graph_schema",
)
"""Parts that are made anew with the index."""
MOST_PREDICATES = 150
"""A relationship type costs the bundled server files of its own, whether or not it is used."""


class Workspace:
    """An open workspace. Use it as a context manager, or call `close`.

    Readers need no lock: they use the newest whole index. Whoever changes the ledger, the graph or
    the index holds `writing()`.
    """

    def __init__(self, folder: Path, settings: Settings, identity: str) -> None:
        self.folder, self.settings, self.id = folder, settings, identity

    @classmethod
    def open(cls, folder: Path | str, *, create: bool = False, **overrides: Any) -> Workspace:
        """Open the workspace in `folder`; `overrides` win over its settings.

        Raises:
            WorkspaceError: there is none (and `create` is off), or a newer version made it.
            ConfigError: its settings are wrong.
        """
        folder = Path(folder).absolute()
        marker = folder / MARKER
        if not marker.exists():
            if not create:
                raise WorkspaceError(
                    "there is no workspace here",
                    where=str(folder),
                    hint="Make one with `kgtransfer ingest FILES`, or name it with --workspace.",
                )
            settings = load_settings(folder, **overrides)
            _initialise(folder, marker)
        else:
            settings = load_settings(folder, **overrides)
        return cls(folder, settings, _identity(marker))

    @classmethod
    @contextmanager
    def trial(cls, folder: Path | str, **overrides: Any) -> Iterator[Workspace]:
        """The workspace in `folder`, or where there is none an empty one that leaves no trace."""
        if (Path(folder) / MARKER).exists():
            with cls.open(folder, **overrides) as workspace:
                yield workspace
            return
        overrides = load_settings(Path(folder), **overrides).model_dump(exclude_unset=True)
        with TemporaryDirectory() as empty, cls.open(empty, create=True, **overrides) as workspace:
            yield workspace

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the workspace's one lock for writers.

        Raises:
            WorkspaceBusy: another process holds it.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "write.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkspaceBusy(
                "another process is changing this workspace",
                where=str(self.folder),
                hint="Wait until it has finished, then run the same command again.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def roots(self, *, keep: bool = True) -> Iterator[Roots]:
        """The names of the folders that documents came from; new ones stay unless `keep` is off.

        Raises:
            CorruptWorkspace: they can't be read.
        """
        from kgtransfer.corpus.roots import Roots

        file = self.folder / "roots.json"
        roots = Roots.load(file)
        try:
            yield roots
        finally:
            if keep:
                roots.save(file)

    @cached_property
    def ledger(self) -> Ledger:
        """The truth: documents, extractions, revisions.

        Raises:
            UsageError: the workspace reads a graph that others made.
        """
        from kgtransfer.ledger.ledger import Ledger

        if self.settings.mapping:
            raise UsageError(
                "this workspace reads a graph that others made, by the mapping in its settings",
                where=str(self.folder),
                hint="ask, cypher, show, stats, export and rebuild work here; use another "
                "workspace for documents.",
            )
        return Ledger.open(self.folder / "ledger.sqlite")

    def own_schema(self) -> str:
        """The text of the workspace's `schema.yaml`; empty where there is none.

        Raises:
            ConfigError: it is no schema, or has more predicates than the bundled server keeps.
        """
        from graph_store.connect import LOCAL
        from kgtransfer.schema import SCHEMA_FILE, parse_schema

        file = self.folder / SCHEMA_FILE
        if not file.exists():
            return ""
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(f"not a text in UTF-8 ({error})", where=str(file)) from error
        predicates = len(parse_schema(text, str(file)).predicates)
        if self.settings.store == LOCAL and predicates > MOST_PREDICATES:
            raise ConfigError(
                f"{predicates} predicates; the bundled server takes {MOST_PREDICATES}, each of "
                "which is a relationship type",
                where=str(file),
                hint="Leave some to open_phrases, make some synonyms, or use a Neo4j (`store`).",
            )
        return text

    def schema_pending(self) -> bool:
        """Whether `schema.yaml` says something else than the schema in force.

        Raises:
            ConfigError: it is no schema.
        """
        from kgtransfer.contract import contract_of

        if self.settings.mapping:  # others made the graph
            return False
        own, in_force = self.own_schema(), self.ledger.history.schema()
        return contract_of(own).fingerprint != contract_of(in_force).fingerprint

    @cached_property
    def store(self) -> GraphStore:
        """The graph, on the bundled server (started if need be) or at the URL of the settings."""
        from graph_store.connect import open_store

        s = self.settings
        return open_store(
            s.store,
            folder=self.server_folder,
            workspace=self.id,
            user=s.store_user,
            password=s.store_password,
            database=s.store_database,
            metadata_keys=s.metadata_keys,
            idle_seconds=s.store_idle_seconds,
        )

    @property
    def server_folder(self) -> Path:
        """Where the bundled server keeps its data."""
        return self.folder / "server"

    @cached_property
    def extractor(self) -> Extractor:
        """The extractor that the settings name."""
        from kgtransfer.extract.extractor import make_extractor

        return make_extractor(self.extractor_options)

    @property
    def extractor_options(self) -> ExtractorOptions:
        """What the settings say of the extractor."""
        from kgtransfer.extract.options import ExtractorOptions

        s = self.settings
        labels = tuple(sorted(s.entity_labels.items()))
        return ExtractorOptions(s.extractor, s.tier, labels, self._endpoint)

    @property
    def _endpoint(self) -> Endpoint:
        """The server that an extractor or a generator may ask."""
        from kgtransfer.language_models.endpoint import Endpoint

        s = self.settings
        return Endpoint(
            s.endpoint_url,
            s.endpoint_key_variable,
            s.endpoint_timeout,
            s.endpoint_tries,
            s.endpoint_plain_http,
        )

    @cached_property
    def encoder(self) -> TextEncoder:
        """The text encoder that the settings name."""
        from kgtransfer.language_models.encoder import MiniLMEncoder

        return MiniLMEncoder(self.settings.encoder)

    @property
    def index_folder(self) -> Path:
        """Where the index keeps one folder per revision."""
        return self.folder / "index"

    def content(self) -> GraphContent:
        """The graph as the database holds it: ours, or what the mapping makes of others'."""
        if not self.settings.mapping:
            return self.store.arrays()
        from graph_store.foreign import LabelMapping
        from kgtransfer.foreign import content_of

        mappings = [
            LabelMapping(label, m.type or label, m.name, m.aliases, m.texts, m.values)
            for label, m in self.settings.mapping.items()
        ]
        return content_of(self.store.foreign(mappings))

    def open_index(self) -> GraphIndex:
        """The newest whole index.

        Raises:
            WorkspaceError: nothing has been ingested yet.
        """
        from kgtransfer.retrieve.index import GraphIndex

        return GraphIndex.open(self.index_folder)

    @cached_property
    def retriever(self) -> Retriever:
        """Finds the subgraph for a question in the newest index."""
        from kgtransfer.retrieve.model import load_retriever
        from kgtransfer.retrieve.search import Retriever

        index, s = self.open_index(), self.settings
        if s.retriever != "graph":  # the others need no trained network
            return Retriever(index, self.encoder)
        own = s.retriever_model == "default"
        folder = shipped("models", "retriever") if own else Path(s.retriever_model)
        return Retriever(index, self.encoder, load_retriever(folder))

    def forget_derived(self) -> None:
        """Delete older indexes and the bundled server's files; `rebuild` fills it again.

        A graph on another server is emptied.
        """
        from graph_store.connect import LOCAL
        from graph_store.local_server import LocalServer
        from kgtransfer.retrieve.build import prune

        if self.settings.store == LOCAL:
            self.store.close()
            del self.__dict__["store"]
            LocalServer(self.server_folder).stop()
            shutil.rmtree(self.server_folder)
        else:
            self.store.clear()
        for part in OF_INDEX:
            self.__dict__.pop(part, None)
        prune(self.index_folder)

    def refresh(self) -> None:
        """Take up the newest index where one was made since; for processes that live long."""
        from kgtransfer.retrieve.index import CURRENT

        held = self.__dict__.get("retriever")
        current = self.index_folder / CURRENT
        if held is not None and current.exists():
            name = current.read_text(encoding="utf-8").strip()
            if held.index.folder.name != name:
                for part in OF_INDEX:
                    self.__dict__.pop(part, None)

    @cached_property
    def reader(self) -> Reader:
        """Reads an answer from a subgraph, adapted to this workspace where it was."""
        from kgtransfer.read.answer import Reader

        adapter = self.adapter if self.adapter_fits else None
        return Reader.load(self.settings.reader, adapter.weights if adapter else None)

    @property
    def adapter_folder(self) -> Path:
        """Where what adapts the reader to this workspace is kept."""
        return self.folder / "adapter"

    @property
    def adapter(self) -> Adapter | None:
        """What adapts the reader to this workspace, if anything."""
        from kgtransfer.read.adapter import Adapter

        return Adapter.open(self.adapter_folder)

    @property
    def adapter_fits(self) -> bool:
        """Whether there is an adapter, and for the reader that the settings name."""
        from kgtransfer.read.answer import reader_folder

        adapter = self.adapter
        return adapter is not None and adapter.fits(reader_folder(self.settings.reader))

    @cached_property
    def generator(self) -> Generator:
        """Writes answers, where the settings name one.

        Raises:
            ConfigError: the way it is named is not known.
            ModelError: it can't be loaded.
        """
        from kgtransfer.generate.generator import load_generator

        return load_generator(self.settings.generator, endpoint=self._endpoint)

    @cached_property
    def graph_schema(self) -> GraphSchema:
        """What the graph of the newest index can be asked in Cypher."""
        from kgtransfer.text2cypher.graph_schema import GraphSchema

        return GraphSchema.of(self.open_index(), self.encoder)

    @cached_property
    def states_without_text(self) -> bool:
        """Whether files of triples were imported, so that questions may be of facts alone."""
        from kgtransfer.retrieve.fact_table import states_without_text

        return states_without_text(self.open_index())

    @cached_property
    def reasoner(self) -> tuple[Reasoner, GraphNames]:
        """Finds paths through the facts of the newest index."""
        return self.reason_with(self.path_model)

    @property
    def inferences(self) -> bool:
        """Whether rules infer anything in the newest index."""
        return bool(self.retriever.index.inferences)

    @cached_property
    def inferring_reasoner(self) -> tuple[Reasoner, GraphNames, dict[Row, Inference]]:
        """Finds paths through facts and inferences; which of the rows it walks are inferred."""
        from kgtransfer.retrieve.fact_table import fact_table
        from kgtransfer.retrieve.inferred import with_inferences

        both = with_inferences(self.retriever.index, fact_table(self.retriever.index))
        return *self._reason_over(both.table, self.path_model, inferred=True), both.inferred

    @cached_property
    def path_model(self) -> HopModel:
        """What says which relations a question means."""
        from kgtransfer.reason.model import load_hops

        own = self.settings.reasoner == "default"
        folder = shipped("models", "reasoner") if own else Path(self.settings.reasoner)
        return load_hops(folder, self.encoder)

    def reason_with(self, model: PathScorer) -> tuple[Reasoner, GraphNames]:
        """The facts of the newest index, walked by a model."""
        from kgtransfer.retrieve.fact_table import fact_table

        return self._reason_over(fact_table(self.open_index()), model)

    def _reason_over(
        self, table: FactTable, model: PathScorer, *, inferred: bool = False
    ) -> tuple[Reasoner, GraphNames]:
        from kgtransfer.reason.answer import Reasoner
        from kgtransfer.reason.graph import FactGraph
        from kgtransfer.reason.linking import TopicLinker
        from kgtransfer.reason.report import GraphNames
        from kgtransfer.retrieve.fact_table import names_of_nodes

        index = self.open_index()
        graph = FactGraph.of(table.names, table.predicates, table.rows)
        linker = TopicLinker(names_of_nodes(index), model.common)
        return Reasoner(graph, model, linker), GraphNames(table.ids, table.types, inferred)

    def close(self) -> None:
        """Close what was opened; the bundled server stops by itself when nobody uses it."""
        for part in ("store", "ledger"):
            opened = self.__dict__.pop(part, None)
            if opened is not None:
                opened.close()

    def __enter__(self) -> Workspace:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _initialise(folder: Path, marker: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    new = marker.with_suffix(".new")
    new.write_text(json.dumps({"format": FORMAT, "id": uuid.uuid4().hex}), encoding="utf-8")
    new.replace(marker)


def _identity(marker: Path) -> str:
    try:
        stored = json.loads(marker.read_text(encoding="utf-8"))
        version, identity = int(stored["format"]), str(stored["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptWorkspace(
            "the file is damaged",
            where=str(marker),
            hint="Take it from a copy, or delete it and the folder `server` beside it and ingest "
            "any file: all that the ledger holds is kept.",
        ) from error
    if version > FORMAT:
        raise WorkspaceError(
            f"a newer version of kgtransfer made this workspace (format {version})",
            where=str(marker.parent),
            hint="Update kgtransfer, or use another workspace.",
        )
    return identity
