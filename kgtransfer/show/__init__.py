"""The neighbourhood of an entity, or an answer with what it hangs on: as a tree, as a page."""

from __future__ import annotations

from kgtransfer.show.explanation import explanation_graph, explanation_tree
from kgtransfer.show.neighbourhood import Edge, Neighbourhood, Quote, entity_of, neighbourhood
from kgtransfer.show.page import write_page
from kgtransfer.show.tree import tree

__all__ = [
    "Edge",
    "Neighbourhood",
    "Quote",
    "entity_of",
    "explanation_graph",
    "explanation_tree",
    "neighbourhood",
    "tree",
    "write_page",
]
