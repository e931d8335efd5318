"""Component `kgtransfer_types`: another pipeline's entity labels become our types.

It also takes over parts of speech where that pipeline tells them, for open relations.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from spacy.language import Language

from kgtransfer.extract.entities import entity_type
from kgtransfer.extract.labels import ENTITY_TYPES
from kgtransfer.extract.reading import reading_of

log = logging.getLogger(__name__)
_VALUES = frozenset(
    ["DATE", "TIME", "MONEY", "PERCENT", "QUANTITY", "CARDINAL", "ORDINAL", "NUMBER", "NUM"]
)
"""Labels of what `kgtransfer_values` finds and normalises."""


@Language.factory("kgtransfer_types", assigns=["doc.ents"], default_config={"labels": {}})
def create_types(nlp: Language, name: str, labels: dict[str, str]) -> TypeTable:
    """Make the component; `labels` goes before the table that is built in."""
    return TypeTable(labels)


class TypeTable:
    """Types by label; a label that no table knows is Misc, and said once."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self.labels = dict(labels)
        self._unknown: set[str] = set()

    def __call__(self, doc: Any) -> Any:
        """Give every entity one of our types, or drop it (dates, numbers, what the table drops)."""
        typed = [(entity, self.type_of(entity.label_)) for entity in doc.ents]
        doc.ents = [doc.char_span(e.start_char, e.end_char, label=t) for e, t in typed if t]
        if doc.has_annotation("POS"):
            reading_of(doc).parts = [token.pos_ for token in doc if not token.is_space]
        return doc

    def type_of(self, label: str) -> str:
        """Our type for a label; empty for what is no entity."""
        if label in self.labels:
            return self.labels[label]
        known = entity_type(label)
        if known is not None:
            return known
        if label.upper() in _VALUES:
            return ""
        for kind in ENTITY_TYPES:  # "person", "Location", "B-PERSON" of other schemes
            if label.casefold() == kind.casefold():
                return kind
        if label not in self._unknown:
            self._unknown.add(label)
            log.warning("entities labelled %r count as Misc: see the setting entity_labels", label)
        return "Misc"
