"""The graph's side of a transfer experiment: a graph of names over the pages, and its node states.

The pages of sources and target go through ledger and linking as in an ingest, but nothing is
extracted from them: names alone join pages, which takes seconds instead of minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor

from kgtransfer.config import shipped
from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import update
from kgtransfer.nn.reader import NODE_EXTRAS
from kgtransfer.read.nodes import NodeView
from kgtransfer.read.pages import PageNames, pages_of
from kgtransfer.records import Document, Extraction, GraphContent
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import load_retriever
from kgtransfer.retrieve.search import Retriever
from kgtransfer.train.fusion import READ
from kgtransfer.transfer.tasks import read_questions, source_pages

if TYPE_CHECKING:
    from kgtransfer.train.questions import ReadingExample
    from kgtransfer.train.reader import Marked
    from kgtransfer.transfer.config import TransferConfig
    from kgtransfer.transfer.material import Material

NAMES_ONLY = "names-1"
OVERLAP = 40
"""Characters in the middle of a read text that a chunk holds if it is the one being read."""


def graph_of_names(pages: Iterable[tuple[str, str]]) -> GraphContent:
    """The graph of pages given as (title, text), each page once."""
    ledger = Ledger.open(":memory:")
    try:
        for title, text in dict.fromkeys(pages):
            digest = hashlib.sha256(f"{title}\0{text}".encode("utf-8", "surrogatepass")).hexdigest()
            uri = f"pages#{digest[:20]}"
            record = Document(document_id(uri), uri, title, "en", digest)
            version = version_of(record, NAMES_ONLY)
            ledger.begin(record, version, make_chunks(record.id, text), NAMES_ONLY)
            ledger.put_extractions((m.key, Extraction()) for m in ledger.missing(record.id))
        with ledger.change("transfer"):
            for stored in ledger.pending():
                ledger.complete(stored.document.id)
            update(ledger.links, frozenset())
        return ledger.content()
    finally:
        ledger.close()


def index_of_names(
    pages: Iterable[tuple[str, str]], encoder: TextEncoder, folder: Path
) -> GraphIndex:
    """The index of `graph_of_names`; one that is in `folder` already lends its embeddings."""
    return build_index(graph_of_names(pages), encoder, folder, revision=1)


def graph_nodes(config: TransferConfig, material: Material, folder: Path) -> GraphNodes:
    """Node states over the pages of sources and target, by the shipped graph encoder.

    Raises:
        ModelError: there is no trained graph encoder, or it belongs to another text encoder.
        InputError: a question file is missing or of another format.
    """
    model = load_retriever(shipped("models", "retriever"))
    whole = config.target.model_copy(update={"steps": False})
    questions = read_questions(whole, config.data)
    target = [page for question in questions for page in question.pages]
    pages = [*target, *source_pages(config.source, config.data)]
    index = index_of_names(pages, material.encoder, folder)
    return GraphNodes(Retriever(index, material.encoder, model), model.network.width)


class GraphNodes:
    """Node states for the windows of a batch (a `NodesOf`): what was retrieved for the question.

    Args:
        retriever: over the graph of the pages, with a trained graph encoder.
        width: the length of that encoder's node states.

    A question is retrieved for once and its nodes are kept.
    """

    def __init__(self, retriever: Retriever, width: int) -> None:
        self._retriever, self._width = retriever, width
        self._asked: dict[str, str] = {}
        self._views: dict[str, NodeView | None] = {}

    def steps_of(self, asked: Mapping[str, str]) -> None:
        """Say for sub-questions which question they are steps of; others stand for themselves."""
        self._asked |= asked

    def __call__(self, rows: Sequence[Marked]) -> tuple[Tensor, Tensor]:
        """Node states (b, n, w) and their mask (b, n); n is 0 where nothing was retrieved."""
        views = [self._view(example.question) for _, example in rows]
        known = [view for view in views if view is not None]
        size = max((len(view.chunks) for view in known), default=0)
        nodes = torch.zeros(len(rows), size, self._width + NODE_EXTRAS)
        mask = torch.zeros(len(rows), size, dtype=torch.bool)
        for i, ((_, example), view) in enumerate(zip(rows, views, strict=True)):
            if view is not None:
                features, _ = view.batch([self._chunk(example, view)])
                nodes[i, : features.shape[1]] = features[0]
                mask[i, : features.shape[1]] = True
        return nodes, mask

    def _view(self, question: str) -> NodeView | None:
        asked = self._asked.get(question, question)
        if asked not in self._views:
            subgraph = self._retriever.retrieve(asked, top_k=READ)
            names = PageNames(pages_of(subgraph))
            self._views[asked] = NodeView.for_question(asked, subgraph, names)
        return self._views[asked]

    def _chunk(self, example: ReadingExample, view: NodeView) -> str:
        """Which of the view's chunks is being read; an empty text where none is."""
        index = self._retriever.index
        middle = max(0, len(example.text) // 2 - OVERLAP // 2)
        piece = example.text[middle : middle + OVERLAP]
        for chunk in view.chunks:
            number = index.chunk_number[chunk]
            title = index.titles[int(index.chunk_document[number])]
            if title == example.title and piece in index.chunk_texts[number]:
                return chunk
        return ""
