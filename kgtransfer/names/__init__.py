"""Names: how a title, a text and a question are made to meet on one key.

Pure functions of text. `fold` makes the key; `document_names` says which names a document
contributes and how strong each is; `find_names` finds the longest names in running text;
`capitalised_spans` finds what looks like a name although no document bears it.
"""

from __future__ import annotations

from kgtransfer.names.documents import (
    BRACKETED,
    NICKNAMES,
    TITLE,
    WEAK,
    Name,
    document_names,
    without_honorifics,
)
from kgtransfer.names.find import capitalised_spans, find_names
from kgtransfer.names.fold import ARTICLES, STOPWORDS, fold, split_bracket

__all__ = [
    "ARTICLES",
    "BRACKETED",
    "NICKNAMES",
    "STOPWORDS",
    "TITLE",
    "WEAK",
    "Name",
    "capitalised_spans",
    "document_names",
    "find_names",
    "fold",
    "split_bracket",
    "without_honorifics",
]
