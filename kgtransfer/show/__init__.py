"""The neighbourhood of an entity, as records, as a tree in the terminal, as a page."""

from __future__ import annotations

from kgtransfer.show.neighbourhood import Edge, Neighbourhood, Quote, neighbourhood
from kgtransfer.show.page import write_page
from kgtransfer.show.tree import tree

__all__ = ["Edge", "Neighbourhood", "Quote", "neighbourhood", "tree", "write_page"]
