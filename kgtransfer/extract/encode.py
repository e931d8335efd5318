"""Component `kgtransfer_encoder`: every word's state, window by window.

A window is one forward pass over one text, so that no result depends on a neighbouring text. A
long text falls into windows at sentence ends, each with the end of the one before as context.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import torch
from spacy.language import Language

from kgtransfer.extract.reading import EncodedWindow, Reading, reading_of
from kgtransfer.extract.weights import TrainedExtractor, load_extractor
from kgtransfer.extract.words import caseless, to_pieces

WINDOW_PIECES = 320
CONTEXT_WORDS = 40


@lru_cache(maxsize=2)
def shared_model(folder: str) -> TrainedExtractor:
    """The trained extractor of a folder, loaded once for all components."""
    return load_extractor(Path(folder))


@Language.factory("kgtransfer_encoder", default_config={"folder": ""})
def create_encoder(nlp: Language, name: str, folder: str) -> WindowEncoder:
    """Make the component."""
    return WindowEncoder(shared_model(folder))


class WindowEncoder:
    """Encodes a Doc's words into `Reading.windows`."""

    def __init__(self, trained: TrainedExtractor) -> None:
        self.trained = trained

    @torch.inference_mode()
    def __call__(self, doc: Any) -> Any:
        """Encode every word; an empty text has no window."""
        reading = reading_of(doc)
        text = doc.text  # spaCy puts it together anew each time
        words = [text[start:end] for start, end in reading.words]
        spans = self._spans(words, reading)
        reading.windows = [self._encode(words, reading, *span) for span in spans]
        return doc

    def _encode(
        self, words: list[str], reading: Reading, context: int, first: int, last: int
    ) -> EncodedWindow:
        opening = [
            i - context
            for i in range(context, last)
            if i == context or reading.sentence_of[i] != reading.sentence_of[i - 1]
        ]
        here = words[context:last]
        shapeless = caseless(here, reading.sentence_of[context:last])
        pieces = to_pieces(self.trained.tokenizer, here, opening, shapeless)
        model = self.trained.model
        limit = model.encoder.max_tokens  # one monstrous word may have more pieces than that
        ids = torch.tensor(pieces.ids[:limit])
        shapes = torch.tensor(pieces.shapes[:limit])
        states, attention = model.states(model.encoder.lower(ids), shapes)
        starts = [min(i, limit - 2) for i in pieces.starts]
        ends = [min(i, limit - 1) for i in pieces.ends]
        return EncodedWindow(
            context, first, last, starts, ends, pieces.word_shapes, states, attention
        )

    def _spans(self, words: list[str], reading: Reading) -> Iterator[tuple[int, int, int]]:
        """(context, first, last) of each window."""
        cost = [len(ids) for ids in self._piece_ids(words)]
        sentence = [*reading.sentence_of, -1]
        first = 0
        while first < len(words):
            context = self._context(reading, first)
            budget = WINDOW_PIECES - sum(cost[context:first])
            last, total, best = first, 0, first
            while last < len(words) and total + cost[last] <= budget:
                total += cost[last]
                last += 1
                best = last if sentence[last] != sentence[last - 1] else best
            if best == first:  # a sentence longer than a window is cut between words
                best = max(last, first + 1)
            yield context, first, best
            first = best

    def _piece_ids(self, words: list[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self.trained.tokenizer.encode(words)]

    @staticmethod
    def _context(reading: Reading, first: int) -> int:
        """The first word of the sentences before `first` that fit into the context."""
        context = first
        for i in range(first - 1, max(-1, first - CONTEXT_WORDS - 1), -1):
            if i == 0 or reading.sentence_of[i] != reading.sentence_of[i - 1]:
                context = i
        return context
