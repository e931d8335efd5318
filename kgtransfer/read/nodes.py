"""The graph's side of the fusion block: node embeddings for each window, with their roles."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from kgtransfer.read.pages import PageNames
from kgtransfer.records import FloatArray, Subgraph

if TYPE_CHECKING:
    from torch import Tensor

MAX_NODES = 16


@dataclass(frozen=True, slots=True)
class NodeView:
    """The best-scored candidate chunks of a subgraph.

    `features` (n, d + 4) are the graph encoder's embedding, its logit, whether the chunk's page is
    linked in the question and whether a linked page names it; the fourth, whether it is the page
    being read, differs by window.
    """

    chunks: tuple[str, ...]
    features: FloatArray

    @classmethod
    def of(
        cls, subgraph: Subgraph, linked: Collection[str] = (), one_hop: Collection[str] = ()
    ) -> NodeView | None:
        """The view of a subgraph; None where the retriever has no graph encoder.

        Args:
            subgraph: what was retrieved.
            linked: chunks of pages that the question names.
            one_hop: chunks of pages that those name.
        """
        if subgraph.node_states is None or subgraph.node_scores is None or not subgraph.chunks:
            return None
        order = np.argsort(-subgraph.node_scores, kind="stable")[:MAX_NODES]
        chunks = tuple(subgraph.chunks[i] for i in order)
        roles = [
            [float(subgraph.node_scores[i]) / 8.0, 0.0, float(c in linked), float(c in one_hop)]
            for i, c in zip(order, chunks, strict=True)
        ]
        states = subgraph.node_states[order].astype(np.float32)
        return cls(chunks, np.concatenate([states, np.asarray(roles, np.float32)], axis=1))

    @classmethod
    def for_question(cls, question: str, subgraph: Subgraph, names: PageNames) -> NodeView | None:
        """The view of a subgraph with the roles that the question gives its pages."""
        linked = [page for _, _, pages in names.find(question) for page in pages]
        near = [
            page
            for source in linked
            for passage in source.passages
            for _, _, pages in names.find(passage.text)
            for page in pages
        ]
        return cls.of(
            subgraph,
            {p.chunk for page in linked for p in page.passages},
            {p.chunk for page in near for p in page.passages},
        )

    def batch(self, chunks: Sequence[str]) -> tuple[Tensor, Tensor]:
        """Node features (b, n, w) and mask (b, n), the chunk being read marked in each row."""
        import torch

        rows = torch.from_numpy(self.features).repeat(len(chunks), 1, 1)
        for row, chunk in enumerate(chunks):
            if chunk in self.chunks:
                rows[row, self.chunks.index(chunk), -3] = 1.0
        return rows, torch.ones(len(chunks), len(self.chunks), dtype=torch.bool)
