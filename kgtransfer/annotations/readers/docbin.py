"""spaCy's DocBin (.spacy): `doc.ents`, and relations as spaCy's relation component keeps them.

Relations are read from the extension `doc._.rel`, a mapping of the two entities' first tokens to a
weight for each label, where the DocBin was stored with its user data.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kgtransfer.annotations.readers.lines import shaped
from kgtransfer.annotations.record import AnnotatedText, Marked, Related, annotated
from kgtransfer.errors import InputError

_RELATIONS = ("._.", "rel", None, None)
_SPANS = "sc"
"""The span group of spaCy's span categorizer, which is read where a Doc has no entities."""


def read(path: Path) -> Iterator[AnnotatedText]:
    """Read each Doc."""
    import spacy
    from spacy.tokens import DocBin

    try:
        docs = DocBin().from_disk(path)
        vocab = spacy.blank("xx").vocab
        for number, doc in enumerate(docs.get_docs(vocab), 1):
            where = f"{path}: Doc {number}"
            with shaped(where, "a DocBin of spaCy 3"):
                yield _read(doc, where)
    except (ValueError, KeyError, OSError, TypeError, EOFError) as error:
        raise InputError(
            f"not a DocBin ({error})", where=str(path), hint="Write it with DocBin.to_disk."
        ) from error


def _read(doc: Any, where: str) -> AnnotatedText:
    spans = list(doc.ents) or list(doc.spans.get(_SPANS, ()))
    first = {span.start: i for i, span in enumerate(spans)}
    relations = [
        Related(first[pair[0]], label, first[pair[1]])
        for pair, labels in (doc.user_data.get(_RELATIONS) or {}).items()
        for label, weight in labels.items()
        if weight >= 0.5
    ]
    entities = [Marked(s.start_char, s.end_char, s.label_) for s in spans]
    return annotated(doc.text, entities, relations, where=where)
