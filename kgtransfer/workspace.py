"""A workspace: what its folder keeps, its index, and the models that its settings name.

Parts are opened and models are loaded when first used, so a command pays only for what it needs.
"""

from __future__ import annotations

import shutil
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kgtransfer.config import shipped
from kgtransfer.storage import Storage

if TYPE_CHECKING:
    from kgtransfer.extract.extractor import Extractor
    from kgtransfer.extract.options import ExtractorOptions
    from kgtransfer.generate.generator import Generator
    from kgtransfer.language_models.encoder import TextEncoder
    from kgtransfer.language_models.endpoint import Endpoint
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

OF_INDEX = (
    "retriever",
    "reasoner",
    "inferring_reasoner",
    "states_without_text",
    "graph_schema",
)
"""Parts that are made anew with the index."""


class Workspace(Storage):
    """An open workspace. Use it as a context manager, or call `close`."""

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
        asked = self._described_types() if s.extractor.startswith("gliner:") else ()
        return ExtractorOptions(s.extractor, s.tier, labels, asked, self._endpoint)

    def _described_types(self) -> tuple[tuple[str, str], ...]:
        """The types of the workspace's own schema, with their descriptions."""
        from kgtransfer.schema import parse_schema

        own = self.own_schema()
        schema = parse_schema(own) if own else None
        return tuple((t, schema.described.get(t, "")) for t in schema.types) if schema else ()

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
