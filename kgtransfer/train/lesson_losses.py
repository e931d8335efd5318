"""What a lesson costs: words whose tags, and pairs whose relations, are not as they should be."""

from __future__ import annotations

import random
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor

from kgtransfer.extract.labels import TAG_TYPES
from kgtransfer.nn.extraction import ExtractionModel
from kgtransfer.train.extraction_batches import frozen_states, groups
from kgtransfer.train.lessons import Lesson

OUTSIDE = (0, 2 * TAG_TYPES.index("Misc") + 1, 2 * TAG_TYPES.index("Misc") + 2)
"""What a word of a type that is yet to be learnt was before: outside, or Misc."""


class LessonLosses:
    """The loss of a step.

    Args:
        model: what is taught.
        pairs: of the pairs that nobody says anything of, so many of a text are judged.
        relation_weight: what pairs count beside tags.
        keep_states: the encoder stays as it is, so its states of a text are kept.
        seed: of the pairs that are drawn.
    """

    def __init__(
        self,
        model: ExtractionModel,
        *,
        pairs: int,
        relation_weight: float,
        keep_states: bool,
        seed: int,
    ) -> None:
        self.model, self.pairs, self.relation_weight = model, pairs, relation_weight
        self.keep_states, self.chance = keep_states, random.Random(seed)

    def __call__(self, batch: Sequence[tuple[Lesson, float]]) -> Tensor:
        """The weighted mean over the texts."""
        return torch.stack([weight * self.one(lesson) for lesson, weight in batch]).mean()

    def one(self, lesson: Lesson) -> Tensor:
        """One text's loss."""
        example = lesson.example
        states, attention = self._states(lesson)
        first = torch.tensor(example.pieces.starts[: example.words])
        shapes = torch.tensor(example.pieces.word_shapes[: example.words])
        logits = self.model.entities(states[first], shapes, example.text.style)
        total = tag_loss(logits, lesson.tags, lesson.loose)
        rows = self._rows(lesson)
        if rows:
            pairs = [lesson.pairs[row] for row in rows]
            scores, _ = self.model.relations(states, attention, groups(example, pairs))
            margins = scores[:, 1:] - scores[:, :1]
            total = total + self.relation_weight * pair_loss(margins, lesson, rows)
        return total

    def _states(self, lesson: Lesson) -> tuple[Tensor, Tensor]:
        example = lesson.example
        if lesson.states is not None:
            return lesson.states[0].float(), lesson.states[1].float()
        lower = frozen_states(example, self.model)
        states, attention = self.model.states(lower, torch.tensor(example.pieces.shapes))
        if self.keep_states:  # at half precision
            lesson.states = states.detach().half(), attention.detach().half()
        return states, attention

    def _rows(self, lesson: Lesson) -> list[int]:
        others = [row for row in range(len(lesson.pairs)) if row not in lesson.always]
        drawn = self.chance.sample(others, min(self.pairs, len(others)))
        return [*lesson.always, *sorted(drawn)]


def tag_loss(logits: Tensor, target: Tensor, loose: Tensor) -> Tensor:
    """Cross-entropy (w, t) with the target distribution, mean over words.

    Probability that goes to a tag which is `loose` (w, t) at a word counts for what the word was
    before, outside or Misc: it may be of that type, for all that is known.
    """
    log_p = logits.float().log_softmax(-1)
    if bool(loose.any()):
        taught = log_p.masked_fill(~loose, -1e4).logsumexp(-1, keepdim=True)
        columns = torch.zeros(log_p.shape[1], dtype=torch.bool)
        columns[list(OUTSIDE)] = True
        log_p = torch.where(columns, torch.logaddexp(log_p, taught), log_p)
    return -(target * log_p).sum(-1).mean()


def pair_loss(margins: Tensor, lesson: Lesson, rows: Sequence[int]) -> Tensor:
    """Binary cross-entropy of margins (p, r): to the teacher's, and to what the annotation says.

    What the annotation calls right counts on its own beside all that is wrong or was there before.
    """
    old = lesson.teacher.shape[1]
    target = torch.zeros_like(margins)
    target[:, :old] = lesson.teacher[list(rows)]
    known = torch.ones_like(margins, dtype=torch.bool)
    known[:, old:] = lesson.replay
    place = {lesson.pairs[row]: i for i, row in enumerate(rows)}
    right = torch.zeros_like(known)
    for cells, value in ((lesson.wrong, 0.0), (lesson.right, 1.0)):
        for subject, object_, column in cells:
            row = place.get((subject, object_))
            if row is not None:
                target[row, column - 1] = value
                known[row, column - 1] = True
                right[row, column - 1] = value == 1.0
    each = F.binary_cross_entropy_with_logits(margins, target, reduction="none")
    rest = (each * (known & ~right)).sum(1).mean()
    return rest + (each[right].mean() if bool(right.any()) else 0.0)
