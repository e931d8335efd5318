"""Component `kgtransfer_entities`: names and their types, as `doc.ents`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from spacy.language import Language
from spacy.util import filter_spans
from torch import Tensor

from kgtransfer.extract.boundaries import repair, without_office
from kgtransfer.extract.encode import shared_model
from kgtransfer.extract.labels import ENTITY_TYPES, STYLES, TAG_TYPES
from kgtransfer.extract.reading import EncodedWindow, Reading, reading_of
from kgtransfer.extract.repeats import Tagged, in_whole_words, missed_names
from kgtransfer.extract.weights import TrainedExtractor
from kgtransfer.extract.words import CASELESS
from kgtransfer.nn.extraction import decode_bio
from kgtransfer.records import Span

_STYLE = STYLES.index("redocred")
_VALUES = range(len(ENTITY_TYPES), len(TAG_TYPES))
"""The tags of dates and numbers, which are found by rules."""
_UNCASED = 0.6
"""The least probability of a name where casing does not help."""
_OF_LABEL = {
    "PERSON": "Person", "PER": "Person", "ORG": "Organization", "GPE": "Location",
    "LOC": "Location", "FAC": "Location", "WORK_OF_ART": "Work", "EVENT": "Event",
    "PRODUCT": "Product", "NORP": "Location", "LANGUAGE": "Misc", "LAW": "Misc", "MISC": "Misc",
    **{name: name for name in ENTITY_TYPES},
}  # fmt: skip


def entity_type(label: str) -> str | None:
    """Our type for a spaCy pipeline's entity label; None for dates and numbers."""
    return _OF_LABEL.get(label)


@Language.factory(
    "kgtransfer_entities", assigns=["doc.ents"], default_config={"folder": "", "threshold": 0.3}
)
def create_entities(nlp: Language, name: str, folder: str, threshold: float) -> EntityTagger:
    """Make the component; entities below the threshold's probability are dropped."""
    return EntityTagger(shared_model(folder), threshold)


class EntityTagger:
    """Decodes BIO tags over the encoder's windows."""

    def __init__(self, trained: TrainedExtractor, threshold: float) -> None:
        self.trained, self.threshold = trained, threshold

    @torch.inference_mode()
    def __call__(self, doc: Any) -> Any:
        """Set `doc.ents`, and each entity's probability in the reading."""
        reading = reading_of(doc)
        text = doc.text
        found = [name for window in reading.windows for name in self._names(text, reading, window)]
        found = in_whole_words(text, found)
        spans = [(name, doc.char_span(*name.span, label=name.type)) for name in found]
        kept = {(s.start_char, s.end_char) for s in filter_spans([s for _, s in spans if s])}
        names = [name for name in found if name.span in kept]
        names += missed_names(text, names)
        for name in names:
            reading.scores[name.span] = name.score
        spans = [(name, doc.char_span(*name.span, label=name.type)) for name in names]
        doc.ents = filter_spans([span for _, span in spans if span])
        return doc

    def _names(self, text: str, reading: Reading, window: EncodedWindow) -> Iterator[Tagged]:
        for first, last, kind, score in self._tag(window):
            uncased = window.word_shapes[first - window.context] == CASELESS
            least = max(self.threshold, _UNCASED) if uncased else self.threshold
            if kind in _VALUES or score < least:
                continue
            last = _paragraph(text, reading.words, first, last)
            label = self.trained.types[kind]
            place = repair(text, reading.words[first][0], reading.words[last - 1][1])
            if place and label == "Person":
                place = without_office(text, *place)
            if place:
                yield Tagged(*place, label, score)

    def log_probabilities(self, window: EncodedWindow) -> Tensor:
        """Of each tag, for every word of the window and its context: (words, tags)."""
        states = window.states[torch.tensor(window.starts)]
        shapes = torch.tensor(window.word_shapes)
        log_p: Tensor = self.trained.model.entities(states, shapes, _STYLE).log_softmax(-1)
        return log_p

    def _tag(self, window: EncodedWindow) -> list[tuple[int, int, int, float]]:
        """(first word, last + 1, type number, probability), of the window's own words."""
        log_p = self.log_probabilities(window)
        tags = decode_bio(log_p)
        best = log_p[torch.arange(len(tags)), torch.tensor(tags)].tolist()
        found = []
        for first, last, kind in tagged_spans(tags):
            if first + window.context >= window.first:
                score = sum(best[first:last]) / (last - first)
                place = (first + window.context, last + window.context)
                found.append((*place, kind, round(2.718281828459045**score, 3)))
        return found


def _paragraph(text: str, words: list[Span], first: int, last: int) -> int:
    """Where a name really ends that the tagger drew over a blank line: at that line."""
    for i in range(first + 1, last):
        if text.count("\n", words[i - 1][1], words[i][0]) > 1:
            return i
    return last


def tagged_spans(tags: list[int]) -> list[tuple[int, int, int]]:
    """(first, last + 1, type number) of BIO tags."""
    found: list[tuple[int, int, int]] = []
    for i, tag in enumerate(tags):
        if tag == 0:
            continue
        kind = (tag - 1) // 2
        if tag % 2 == 0 and found and found[-1][1] == i and found[-1][2] == kind:
            found[-1] = (found[-1][0], i + 1, kind)
        else:
            found.append((i, i + 1, kind))
    return found
