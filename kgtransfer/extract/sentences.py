"""Component `kgtransfer_sentences`: sentence ends as the chunker sees them."""

from __future__ import annotations

from typing import Any

from spacy.language import Language

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.reading import reading_of


@Language.component("kgtransfer_sentences", assigns=["token.is_sent_start"])
def split_sentences(doc: Any) -> Any:
    """Mark each sentence's first token, and note which sentence each word stands in."""
    reading = reading_of(doc)
    reading.sentences = sentence_spans(doc.text, doc.lang_)
    reading.sentence_of = [reading.sentence_at(start) for start, _ in reading.words]
    previous = -1
    for token in doc:
        number = previous if token.is_space else reading.sentence_at(token.idx)
        token.is_sent_start = number != previous
        previous = number
    return doc
