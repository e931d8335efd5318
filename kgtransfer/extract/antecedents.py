"""What speaks for a name as the antecedent of a pronoun: attention of the encoder, and places.

The attention between a pronoun and a name, head by head, says much about coreference (Clark et al.
2019, "What Does BERT Look At?"). A scorer is trained on one encoder's attention and fits no other,
so it lies in its extractor's folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from kgtransfer.extract.reading import EncodedWindow, Reading
from kgtransfer.nn.coreference import AntecedentScorer
from kgtransfer.records import Span

_FAINT = 1e-4
Score = Callable[[Span, Sequence[Span]], list[float | None]]
"""How much better than none at all each name is as an antecedent; None where it is too far."""


def features(text: str, reading: Reading, pronoun: Span, name: Span) -> Tensor | None:
    """The features (f,) of a candidate, or None where no window holds it and the pronoun.

    Args:
        text: the whole text.
        reading: with words, sentences and windows.
        pronoun: its place.
        name: the candidate's place.
    """
    at, of = _words(reading, pronoun), _words(reading, name)
    window = _window(reading, at, of)
    if window is None:
        return None
    here, there = _pieces(window, at), _pieces(window, of)
    forth = window.attention[:, here][:, :, there].mean(1).sum(-1).float()
    back = window.attention[:, there][:, :, here].mean(1).sum(-1).float()
    heads = torch.cat([forth, back])
    places = torch.tensor(_places(text, reading, pronoun, name, at[0], of[0]))
    return torch.cat([places, heads, (heads + _FAINT).log()])


def scoring(text: str, reading: Reading, model: AntecedentScorer) -> Score:
    """The scorer over a text that was read."""

    def score(pronoun: Span, names: Sequence[Span]) -> list[float | None]:
        found = [features(text, reading, pronoun, name) for name in names]
        rows = [row for row in found if row is not None]
        if not rows:
            return [None] * len(names)
        *logits, none = model(torch.stack(rows)).tolist()
        left = iter(logits)
        return [None if row is None else next(left) - none for row in found]

    return score


def _words(reading: Reading, span: Span) -> list[int]:
    return [i for i, (start, end) in enumerate(reading.words) if start < span[1] and span[0] < end]


def _window(reading: Reading, at: Sequence[int], of: Sequence[int]) -> EncodedWindow | None:
    """The last window that has read all of the words."""
    if not at or not of:
        return None
    first, last = min(*at, *of), max(*at, *of)
    fits = (w for w in reversed(reading.windows) if w.context <= first and last < w.last)
    return next(fits, None)


def _pieces(window: EncodedWindow, words: Sequence[int]) -> list[int]:
    first = window.context
    return [p for i in words for p in range(window.starts[i - first], window.ends[i - first])]


def _places(
    text: str, reading: Reading, pronoun: Span, name: Span, at: int, of: int
) -> list[float]:
    """Where the name stands: distance, sentence, its neighbours, how often it comes."""
    far, said = pronoun[0] - name[0], text[name[0] : name[1]]
    apart = reading.sentence_of[at] - reading.sentence_of[of]
    into = name[0] - reading.sentences[reading.sentence_of[of]][0]
    before, after = text[max(0, name[0] - 5) : name[0]], text[name[1] : name[1] + 5]
    traits = (
        far > 0, apart == 0 and far > 0, apart == 1, apart == 2, apart > 2, far < 0,
        apart == 0 and far < 0, 40 / (40 + abs(far)), abs(far) / 200, into < 3, into / 50,
        min(text.count(said.split()[0]), 6) / 6, " " in said, far > 2 * (pronoun[1] - pronoun[0]),
        after.startswith(("'s", "’s")), after.startswith(","),
        before.endswith((" of ", " by ", " to ", " in ")), before.endswith("with "),
        before.endswith("and "), after.startswith(" and"),
        text[pronoun[0] : pronoun[1]].lower() in ("his", "her"),
    )  # fmt: skip
    return [float(trait) for trait in traits]
