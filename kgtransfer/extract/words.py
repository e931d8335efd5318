"""Words to pieces: how a text's words reach the encoder, and what their casing looks like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kgtransfer.language_models.tokenizer import Tokenizer

# Word shapes, by number; 0 is for the special pieces at both ends and where casing tells nothing.
LOWER, TITLE, FIRST_TITLE, UPPER, INITIAL, MIXED, DIGITS, MIXED_DIGITS, UNCASED, MARK, QUOTE = (
    range(1, 12)
)
CASELESS = 0
_FEW = 4
"""A sentence of fewer words in capitals is no proof that it is all in capitals: "IBM UK"."""
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


def caseless(words: Sequence[str], sentence_of: Sequence[int]) -> set[int]:
    """The words whose casing tells nothing of names.

    Those of a sentence all in capitals, or of a text that has no capital.

    Args:
        sentence_of: the number of each word's sentence.
    """
    cased = [i for i, word in enumerate(words) if word.lower() != word.upper()]
    if len(cased) > 2 * _FEW and all(words[i].islower() for i in cased):
        return set(cased)
    capitals = Counter(sentence_of[i] for i in cased if words[i].isupper() and len(words[i]) > 1)
    other = {sentence_of[i] for i in cased if not words[i].isupper()}
    return {i for i in cased if sentence_of[i] not in other and capitals[sentence_of[i]] >= _FEW}


def to_pieces(
    tokenizer: Tokenizer,
    words: Sequence[str],
    sentence_starts: Sequence[int],
    shapeless: Collection[int] = (),
) -> Pieces:
    """Split words into the tokenizer's pieces. A word of no piece points at the opening one.

    Args:
        sentence_starts: the numbers of the words that open a sentence.
        shapeless: the numbers of words whose shape is not to count.
    """
    encoded = tokenizer.encode_words(words)
    opening = set(sentence_starts)
    word_shapes = [word_shape(word, i in opening) for i, word in enumerate(words)]
    for i in shapeless:
        word_shapes[i] = CASELESS
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
