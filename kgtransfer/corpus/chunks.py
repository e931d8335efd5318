"""Chunks of a document: passages of whole sentences that tile the text.

Neighbouring paragraphs are gathered into blocks of a passage's size (a heading opens a block),
and a block that is too long is divided evenly at sentence ends. So a change to one paragraph
moves the boundaries near it and leaves the other chunks, and their ids, as they were.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator

from kgtransfer.corpus.sentences import paragraph_spans, sentence_spans
from kgtransfer.digest import digest
from kgtransfer.records import Chunk, Span

MAX_WORDS = 200
"""A chunk has at most so many words."""

ENOUGH_WORDS = 100
"""A block with so many words ends at the next paragraph's end."""

FEW_WORDS = 40
"""Fewer words than this make no chunk of their own where they fit into a neighbour."""

# Costs are in sixths of a word, so that they stay whole numbers: scripts without spaces count by
# the character, three Han characters or kana for two words, six Thai characters for one.
_WORD_COST = 6
_HAN = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_LONGEST_WORD = 64
_UNIT = re.compile(
    rf"(?P<han>[{_HAN}])|(?P<unspaced>[{_UNSPACED}]{{1,6}})"
    rf"|[^\s{_HAN}{_UNSPACED}]{{1,{_LONGEST_WORD}}}"
)
_NO_SPACES = re.compile(f"[{_HAN}{_UNSPACED}]")
_HEADING_WORDS = 12
_STOPS = ".!?…。！？:;,"


def document_id(uri: str) -> str:
    """Return the id of the document that `uri` names."""
    return "d" + digest(uri)


def make_chunks(document_id: str, text: str, language: str = "en") -> tuple[Chunk, ...]:
    """Cut a document's text into its chunks.

    A chunk's id hashes the document's id, the chunk's text, and how often that text came before,
    so an edit elsewhere in the document keeps it.
    """
    seen: Counter[str] = Counter()
    chunks = []
    for position, (start, end) in enumerate(chunk_spans(text, language)):
        piece = text[start:end]
        key = digest(document_id, piece)
        chunk_id = "c" + digest(document_id, piece, str(seen[key]))
        seen[key] += 1
        chunks.append(Chunk(chunk_id, document_id, piece, start, end, position))
    return tuple(chunks)


def chunk_spans(text: str, language: str = "en") -> list[Span]:
    """Return spans that tile `text`: each starts where the one before ends.

    A span ends at a sentence's end and has at most `MAX_WORDS` words; a longer sentence is cut
    between words. White space belongs to the chunk before it, at the start of the text to the
    first. An empty text has no chunk.
    """
    if not text:
        return []
    starts: list[int] = []
    for start, end, cost in _blocks(text):
        if cost <= MAX_WORDS * _WORD_COST:
            starts.append(start)
        else:
            starts.extend(_divide(text, start, end, language))
    starts[:1] = [0]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))


def _blocks(text: str) -> Iterator[tuple[int, int, int]]:
    """Gather paragraphs into (start, end, cost). Only the last may have few words."""
    most, enough, few = (n * _WORD_COST for n in (MAX_WORDS, ENOUGH_WORDS, FEW_WORDS))
    block: tuple[int, int, int] | None = None
    held: tuple[int, int, int] | None = None  # the block before, until the next is large enough
    for start, end in paragraph_spans(text):
        cost = _cost(text[start:end])
        if block is None:
            block = (start, end, cost)
            continue
        heading = cost <= _HEADING_WORDS * _WORD_COST and text[end - 1] not in _STOPS
        full = block[2] >= enough or (block[2] >= few and (heading or block[2] + cost > most))
        if full:
            if held:
                yield held
            held, block = block, (start, end, cost)
        else:
            block = (block[0], end, block[2] + cost)
    if held and block and block[2] < few and held[2] + block[2] <= most:
        block = (held[0], block[1], held[2] + block[2])
        held = None
    yield from (b for b in (held, block) if b)


def _divide(text: str, start: int, end: int, language: str) -> Iterator[int]:
    """Yield where the chunks of a long block start, at sentences and as even as these allow."""
    most = MAX_WORDS * _WORD_COST
    pieces: list[tuple[int, int]] = []  # where it starts, its cost
    for first, last in sentence_spans(text[start:end], language):
        sentence = text[start + first : start + last]
        cost = _cost(sentence)
        if cost <= most:
            pieces.append((start + first, cost))
        else:
            pieces.extend((start + first + at, part) for at, part in _cut(sentence))
    left = sum(cost for _, cost in pieces)
    size, target = 0, 0.0
    for at, cost in pieces:
        if size == 0 or size + cost > most or size + cost / 2 > target:
            yield at
            left, size = left - size, 0
            target = left / math.ceil(left / most)
        size += cost


def _cut(sentence: str) -> Iterator[tuple[int, int]]:
    """Cut a sentence that is too long before words: yield where each part starts and its cost."""
    most = MAX_WORDS * _WORD_COST
    start, size = 0, 0
    for unit in _UNIT.finditer(sentence):
        cost = _unit_cost(unit)
        if size + cost > most:
            yield start, size
            start, size = unit.start(), 0
        size += cost
    yield start, size


def _cost(piece: str) -> int:
    """How long a text is, in sixths of a word."""
    if piece.isascii() or not _NO_SPACES.search(piece):
        words = len(piece.split())
        if len(piece) <= 2 * _LONGEST_WORD + 16 * words:
            return words * _WORD_COST
    return sum(map(_unit_cost, _UNIT.finditer(piece)))


def _unit_cost(unit: re.Match[str]) -> int:
    return 4 if unit.lastgroup == "han" else _WORD_COST
