"""Words to pieces: how a text's words reach the encoder, and what their casing looks like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgtransfer.language_models.tokenizer import Tokenizer

# Word shapes, by number; 0 is for the special pieces at both ends.
LOWER, TITLE, FIRST_TITLE, UPPER, INITIAL, MIXED, DIGITS, MIXED_DIGITS, UNCASED, MARK, QUOTE = (
    range(1, 12)
)
_QUOTES = frozenset("\"'“”‘’«»`")


def word_shape(word: str, first: bool) -> int:
    """The shape's number; `first` says that the word opens a sentence (casing tells less there)."""
    if word.isdigit():
        return DIGITS
    if not any(c.isalnum() for c in word):
        return QUOTE if word[:1] in _QUOTES else MARK
    if any(c.isdigit() for c in word):
        return MIXED_DIGITS
    if word.islower():
        return LOWER
    if word.isupper():
        return INITIAL if len(word.rstrip(".")) == 1 else UPPER
    if word[0].isupper():
        if any(c.isupper() for c in word[1:]):
            return MIXED
        return FIRST_TITLE if first else TITLE
    return MIXED if any(c.isupper() for c in word) else UNCASED


@dataclass(frozen=True, slots=True)
class Pieces:
    """A text's word pieces, special ones at both ends.

    `starts[i]` and `ends[i]` bound the pieces of word i; `shapes` gives each piece its word's
    shape and `word_shapes` each word its own.
    """

    ids: list[int]
    starts: list[int]
    ends: list[int]
    shapes: list[int]
    word_shapes: list[int]


def to_pieces(tokenizer: Tokenizer, words: Sequence[str], sentence_starts: Sequence[int]) -> Pieces:
    """Split words into the tokenizer's pieces. A word of no piece points at the opening one."""
    encoded = tokenizer.encode_words(words)
    opening = set(sentence_starts)
    word_shapes = [word_shape(word, i in opening) for i, word in enumerate(words)]
    starts, ends = [0] * len(words), [1] * len(words)
    shapes = []
    previous = None
    for place, word in enumerate(encoded.word_ids):
        shapes.append(0 if word is None else word_shapes[word])
        if word is None:
            continue
        if word != previous:
            starts[word] = place
        ends[word] = place + 1
        previous = word
    return Pieces(encoded.ids, starts, ends, shapes, word_shapes)
