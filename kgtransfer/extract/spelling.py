"""What the fast tagger knows of a word by itself: hashed features of its spelling."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from kgtransfer.extract.words import word_shape

if TYPE_CHECKING:
    from torch import Tensor

ROWS = 1 << 14
_LONGEST = 24
"""Letters of a word that count."""


@lru_cache(maxsize=1 << 16)
def word_features(word: str) -> tuple[tuple[int, ...], tuple[float, ...]]:
    """Rows of the feature table for a word, and what each counts.

    The spelling in lower case (digits as zeros) three times under different hashes, so that two
    words that share a row rarely share all; affixes once each; three to five letters in a row,
    together as much as one affix.
    """
    low = "".join("0" if c.isdigit() else c for c in word.lower())[:_LONGEST]
    single = [f"{k}w{low}" for k in range(3)]
    single += [f"p{low[:3]}", f"s{low[-2:]}", f"t{low[-3:]}", f"f{word[:1]}"]
    framed = f"<{low}>"
    grams = [f"g{framed[i : i + n]}" for n in (3, 4, 5) for i in range(len(framed) - n + 1)]
    ids = tuple(zlib.crc32(key.encode("utf-8", "surrogatepass")) % ROWS for key in single + grams)
    return ids, (1.0,) * len(single) + (1.5 / max(1, len(grams)) ** 0.5,) * len(grams)


def text_features(
    words: Sequence[str], opening: Sequence[bool]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The input of `TokenTagger.words`: rows, weights, offsets and casings.

    Args:
        words: of one or several texts.
        opening: whether each opens a sentence, where a capital tells less.
    """
    import torch

    ids: list[int] = []
    weights: list[float] = []
    lengths = [0]
    for word in words:
        rows, shares = word_features(word)
        ids += rows
        weights += shares
        lengths.append(len(rows))
    offsets = list(accumulate(lengths))[:-1]
    shapes = [word_shape(word, first) for word, first in zip(words, opening, strict=True)]
    return (
        torch.tensor(ids, dtype=torch.long),
        torch.tensor(weights),
        torch.tensor(offsets, dtype=torch.long),
        torch.tensor(shapes, dtype=torch.long),
    )
