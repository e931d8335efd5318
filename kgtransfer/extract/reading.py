"""What the pipeline's components know of a text so far; it travels with spaCy's Doc."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from kgtransfer.records import EntityMention, Span, Statement, ValueMention

if TYPE_CHECKING:
    from torch import Tensor

_KEY = "kgtransfer"
Key = tuple[int, str, int | Span, float]
"""A statement by its ends' things, its predicate and its confidence."""


@dataclass(slots=True)
class EncodedWindow:
    """Neighbouring words in one encoder pass.

    Words `first` to `last` are the window's own; from `context` on they are read as context for
    them and belong to the window before. `starts` and `ends` bound each word's pieces.
    """

    context: int
    first: int
    last: int
    starts: list[int]
    ends: list[int]
    word_shapes: list[int]
    states: Tensor
    attention: Tensor


@dataclass(slots=True)
class Reading:
    """The state of a text between the components. All offsets are characters.

    `words` are spaCy's tokens without white space; `sentence_of` gives each word's sentence;
    `parts` its part of speech, where the pipeline tells; `scores` the probability of each entity
    span; `doubted` holds the statements that their sentence names but does not state; `unclear`
    the clusters that both "he" and "she" stand for.
    """

    sentences: list[Span] = field(default_factory=list)
    words: list[Span] = field(default_factory=list)
    sentence_of: list[int] = field(default_factory=list)
    windows: list[EncodedWindow] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    scores: dict[Span, float] = field(default_factory=dict)
    values: list[ValueMention] = field(default_factory=list)
    mentions: list[EntityMention] = field(default_factory=list)
    statements: list[Statement] = field(default_factory=list)
    doubted: set[Key] = field(default_factory=set)
    unclear: set[int] = field(default_factory=set)

    def named_in(self, span: Span, type_: str) -> list[tuple[int, EntityMention]]:
        """The mentions of a type that stand within a span, each with its number."""
        return [
            (number, mention)
            for number, mention in enumerate(self.mentions)
            if mention.type == type_ and span[0] <= mention.start and mention.end <= span[1]
        ]

    def sentence_at(self, offset: int) -> int:
        """The number of the sentence that holds a character, or of the one before it."""
        from bisect import bisect_right

        return max(0, bisect_right(self.sentences, (offset, 1 << 62)) - 1)


def reading_of(doc: Any) -> Reading:
    """The Doc's state, made when first asked for."""
    state = doc.user_data.get(_KEY)
    if state is None:
        state = doc.user_data[_KEY] = Reading()
        state.words = [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]
    return state


def key_of(reading: Reading, statement: Statement) -> Key:
    """What a statement is about; values go by their place, for their numbers may change."""
    target: int | Span
    if statement.object_is_value:
        value = reading.values[statement.object]
        target = (value.start, value.end)
    else:
        target = reading.mentions[statement.object].cluster
    subject = reading.mentions[statement.subject].cluster
    return subject, statement.predicate, target, statement.confidence
