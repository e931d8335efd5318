"""Where the sentences of chunks are, and the cells into which they fall, as flat arrays."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.records import Span
from kgtransfer.retrieve.lexical import stems
from kgtransfer.retrieve.tables import Ints, Offsets, pointers_of, save

CELL = 24
"""Characters of a cell: sentences fall into cells of whole words, each with a vector of its own.

The vector of a sentence, or of the window around a mention, is the mean of its cells. So what is
embedded depends on the text alone: a graph that changes around a chunk never embeds it again.
"""


@dataclass(frozen=True, slots=True)
class Cells:
    """Sentences and cells of n chunks; spans (rows, 2) count in their chunk's text."""

    sentences: Ints
    sentence_rows: Offsets
    """(n + 1,) row pointers into the sentences."""
    sentence_cells: Offsets
    """(sentences + 1,) row pointers into the cells."""
    cells: Ints
    cell_rows: Offsets
    """(n + 1,) row pointers into the cells."""

    def sentence_at(self, chunk: int, position: int) -> int:
        """The number, within its chunk, of the sentence that holds a position; -1: no sentence."""
        first, last = self.sentence_rows[chunk : chunk + 2]
        if first == last:
            return -1
        starts = self.sentences[first:last, 0]
        return max(0, int(np.searchsorted(starts, position, side="right")) - 1)

    def window(self, chunk: int, start: int, end: int) -> tuple[int, int]:
        """The cells (first, after the last) that touch the characters from `start` to `end`."""
        first, last = (int(row) for row in self.cell_rows[chunk : chunk + 2])
        ends = self.cells[first:last, 1]
        low = int(np.searchsorted(ends, max(0, start), side="right"))
        high = int(np.searchsorted(ends, end, side="left")) + 1
        return min(first + low, last), min(first + high, last)

    def of(self, chunk: int) -> Ints:
        """The spans (cells, 2) of a chunk's cells."""
        return self.cells[self.cell_rows[chunk] : self.cell_rows[chunk + 1]]

    def save(self, folder: Path) -> None:
        """Write the arrays that retrieval uses."""
        save(folder, "chunk_sentences", self.sentence_rows)
        save(folder, "sentence_cells", self.sentence_cells)
        save(folder, "chunk_cells", self.cell_rows)
        save(folder, "sentence_spans", self.sentences)


def cut(chunks: Iterable[tuple[str, str]]) -> Cells:
    """Find the sentences of each (text, language), and cut each into cells."""
    sentences, cells = array("i"), array("i")
    counts: dict[str, list[int]] = {"sentences": [], "cells of sentence": [], "cells": []}
    for text, language in chunks:
        spans = sentence_spans(text, language)
        before = len(cells)
        for span in spans:
            pieces = list(_pieces(text, span))
            sentences.extend(span)
            for piece in pieces:
                cells.extend(piece)
            counts["cells of sentence"].append(len(pieces))
        counts["sentences"].append(len(spans))
        counts["cells"].append((len(cells) - before) // 2)
    return Cells(
        _spans(sentences),
        pointers_of(counts["sentences"]),
        pointers_of(counts["cells of sentence"]),
        _spans(cells),
        pointers_of(counts["cells"]),
    )


def save_stems(texts: Iterable[str], cells: Cells, folder: Path) -> None:
    """Write the words of each sentence, so that a question's can be compared with them."""
    found, counts = array("i"), array("i")
    for chunk, text in enumerate(texts):
        first, last = cells.sentence_rows[chunk : chunk + 2]
        for start, end in cells.sentences[first:last].tolist():
            words = sorted(stems(text[start:end]))
            found.extend(words)
            counts.append(len(words))
    save(folder, "sentence_stems", pointers_of(counts))
    save(folder, "stems", np.asarray(found, np.int32))


def _pieces(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence in pieces of about `CELL` characters, cut at spaces where there are any."""
    first, end = sentence
    size = round((end - first) / max(1, round((end - first) / CELL)))
    while first < end:
        after = first + max(1, size - 2)
        last = text.find(" ", min(end, after), min(end, after + CELL))
        if last < 0:  # no space near: the end, or a script without spaces
            last = end if end - first <= 2 * CELL else after
        if end - last < CELL // 3:
            last = end
        yield first, last
        first = last


def _spans(flat: array[int]) -> Ints:
    return np.asarray(flat, np.int32).reshape(-1, 2)
