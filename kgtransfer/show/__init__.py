"""The neighbourhood of an entity, as records, as a tree in the terminal, as a page."""

from __future__ import annotations

from kgtransfer.show.neighbourhood import Edge, Neighbourhood, Quote, entity_of, neighbourhood
from kgtransfer.show.page import write_page
from kgtransfer.show.tree import tree

__all__ = ["Edge", "Neighbourhood", "Quote", "entity_of", "neighbourhood", "tree", "write_page"]
