"""Component `kgtransfer_values`: dates, numbers and quantities outside of names.

Dates that need the document's own ("yesterday") are noted as that; see `kgtransfer.relative_dates`.
"""

from __future__ import annotations

from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import reading_of
from kgtransfer.relative_dates import with_relative
from kgtransfer.values import find_values


@Language.component("kgtransfer_values")
def add_values(doc: Any) -> Any:
    """Note the values that do not overlap an entity ("2008 Summer Olympics" is a name)."""
    named = [(entity.start_char, entity.end_char) for entity in doc.ents]
    reading_of(doc).values = [
        value
        for value in with_relative(doc.text, find_values(doc.text))
        if not any(value.start < end and start < value.end for start, end in named)
    ]
    return doc
