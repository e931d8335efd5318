"""Components by a small convolutional net: `kgtransfer_fast_tagger` and `kgtransfer_parts`.

The first names entities and parts of speech, the second only tells the parts, for a pipeline whose
names another component finds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from spacy.language import Language
from spacy.util import filter_spans

from kgtransfer.extract.boundaries import repair
from kgtransfer.extract.entities import tagged_spans
from kgtransfer.extract.fast_weights import PARTS, FastTagger, shared_tagger
from kgtransfer.extract.labels import ENTITY_TYPES, STYLES, TAG_TYPES
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.extract.spelling import text_features
from kgtransfer.nn.extraction import decode_bio

_STYLE = STYLES.index("redocred")


@Language.factory(
    "kgtransfer_fast_tagger",
    assigns=["doc.ents"],
    default_config={"folder": "", "threshold": 0.3},
)
def create_fast_tagger(nlp: Language, name: str, folder: str, threshold: float) -> FastEntityTagger:
    """Make the component; names below the threshold's probability are dropped."""
    return FastEntityTagger(shared_tagger(folder), threshold)


@Language.factory("kgtransfer_parts", default_config={"folder": ""})
def create_parts(nlp: Language, name: str, folder: str) -> PartTagger:
    """Make the component."""
    return PartTagger(shared_tagger(folder))


class PartTagger:
    """Sets the words' parts of speech, where no component before it has."""

    def __init__(self, trained: FastTagger) -> None:
        self.trained = trained

    @torch.inference_mode()
    def __call__(self, doc: Any) -> Any:
        """Tag every word; an empty text has none."""
        reading = reading_of(doc)
        if reading.words and not reading.parts:
            _, parts = tagged(self.trained, doc.text, reading)
            reading.parts = [PARTS[i] for i in parts.argmax(-1).tolist()]
        return doc


class FastEntityTagger:
    """Sets `doc.ents`, their probabilities and the words' parts of speech in one pass."""

    def __init__(self, trained: FastTagger, threshold: float) -> None:
        self.trained, self.threshold = trained, threshold

    @torch.inference_mode()
    def __call__(self, doc: Any) -> Any:
        """Tag every word; an empty text has none."""
        reading = reading_of(doc)
        if not reading.words:
            return doc
        text = doc.text  # spaCy puts it together anew each time
        log_p, parts = tagged(self.trained, text, reading)
        reading.parts = [PARTS[i] for i in parts.argmax(-1).tolist()]
        best, greedy = log_p.max(-1)
        tags = greedy.tolist()
        scores = best.tolist()
        if not _is_bio(tags):  # else the best tag of each word is the best path
            tags = decode_bio(log_p)
            scores = log_p[torch.arange(len(tags)), torch.tensor(tags)].tolist()
        spans = []
        for first, last, kind in _within_sentences(tagged_spans(tags), reading.sentence_of):
            score = round(2.718281828459045 ** (sum(scores[first:last]) / (last - first)), 3)
            if kind >= len(ENTITY_TYPES) or score < self.threshold:
                continue
            place = repair(text, reading.words[first][0], reading.words[last - 1][1])
            span = doc.char_span(*place, label=TAG_TYPES[kind]) if place else None
            if span is not None:
                reading.scores[span.start_char, span.end_char] = score
                spans.append(span)
        doc.ents = filter_spans(spans)
        return doc


def tagged(trained: FastTagger, text: str, reading: Reading) -> tuple[torch.Tensor, torch.Tensor]:
    """Log probabilities of the entity tags (words, tags), scores of the parts (words, parts)."""
    model, numbers = trained.model, reading.sentence_of
    words = [text[start:end] for start, end in reading.words]
    opening = [i == 0 or numbers[i] != numbers[i - 1] for i in range(len(words))]
    states = model.states(model.words(*text_features(words, opening))[None])[0]
    log_p, parts = model.tag(states, torch.full((len(words),), _STYLE))
    return log_p, parts


def _within_sentences(
    spans: list[tuple[int, int, int]], sentence_of: list[int]
) -> Iterator[tuple[int, int, int]]:
    """No name goes on in the next sentence: the tagger sees no line breaks."""
    for first, last, kind in spans:
        start = first
        for i in range(first + 1, last):
            if sentence_of[i] != sentence_of[i - 1]:
                yield start, i, kind
                start = i
        yield start, last, kind


def _is_bio(tags: list[int]) -> bool:
    """Whether every I follows a B or an I of its type."""
    before = 0
    for tag in tags:
        if tag and tag % 2 == 0 and before not in (tag, tag - 1):
            return False
        before = tag
    return True
