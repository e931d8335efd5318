"""What an extractor is taught on: annotated texts, and unlabelled ones as it reads them itself.

The extractor that is taught further is its own teacher for all that nobody annotated: its tag
probabilities and its pair scores, before teaching, are the targets there (Hinton et al. 2015,
"Distilling the Knowledge in a Neural Network"; Li and Hoiem 2016, "Learning without Forgetting").
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

import torch
from torch import Tensor

from kgtransfer.annotations.record import AnnotatedText
from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.extractor import Extractor
from kgtransfer.extract.labels import STYLES
from kgtransfer.extract.weights import TrainedExtractor
from kgtransfer.records import Span
from kgtransfer.train.extraction_batches import Example, frozen_states, groups, prepare
from kgtransfer.train.extraction_data import LabelledText
from kgtransfer.train.lesson_ends import Ends, flat, words_inside

log = logging.getLogger(__name__)
Cell = tuple[int, int, int]
"""Subject entity, object entity, the predicate's column (from 1)."""
_SURE = 0.1
"""Pairs for which the teacher gives a predicate so much are always judged."""


@dataclass(slots=True)
class Lesson:
    """A text, what it should be read as, and where that is known.

    `tags` (w, t) is the distribution of tags that each word should have; `loose` (w, t) marks the
    taught tags that it may have as well. `pairs` are judged against `teacher` (p, r), the
    probabilities before teaching, but for the cells in `right` and `wrong`; for a taught predicate
    all others are unknown, unless the text is a `replay`.
    """

    example: Example
    tags: Tensor
    loose: Tensor
    pairs: list[tuple[int, int]] = field(default_factory=list)
    teacher: Tensor = field(default_factory=lambda: torch.zeros(0, 0))
    right: frozenset[Cell] = frozenset()
    wrong: frozenset[Cell] = frozenset()
    replay: bool = False
    states: tuple[Tensor, Tensor] | None = None
    """The encoder's states and attention, where they stay the same."""
    always: tuple[int, ...] = ()
    """Rows of pairs that are judged each time; of the others some."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is taught: all types of tags and all predicates' names, the old ones first.

    `marked` and `related` are the types and predicates that annotations speak of: all, or those
    of some texts (see `kgtransfer.train.labels.scoped`).
    """

    types: tuple[str, ...]
    predicates: tuple[str, ...]
    marked: frozenset[str]
    related: frozenset[str]
    taught: tuple[str, ...] = ()
    """The predicates that are new."""


class Tutor:
    """Makes lessons.

    Args:
        trained: the extractor before teaching, whose model reads.
        extractor: the same with its rules: it finds the mentions that relations join.
        plan: what is taught.
    """

    def __init__(self, trained: TrainedExtractor, extractor: Extractor, plan: Plan) -> None:
        import spacy

        self.trained, self.extractor, self.plan = trained, extractor, plan
        self.number = {name: i for i, name in enumerate(plan.types)}
        self.column = {name: i for i, name in enumerate(plan.predicates, 1)}
        self.tokenizer = spacy.blank("en").tokenizer

    def lesson(self, annotated: AnnotatedText, scope: Plan | None = None) -> Lesson | None:
        """A lesson on an annotated text, or without a scope on an unlabelled one.

        None where the text has no word.
        """
        text = annotated.text
        words = [(t.idx, t.idx + len(t)) for t in self.tokenizer(text) if not t.is_space]
        if not words:
            return None
        extraction = self.extractor.extract(text, "en")
        ends = Ends(words, extraction, annotated, self.number)
        labelled = LabelledText(
            STYLES.index("redocred"),
            tuple(text[a:b] for a, b in words),
            tuple(_openings(text, words)),
            mentions=tuple(ends.mentions),
            types=tuple(ends.types),
        )
        example = prepare(labelled, self.trained.tokenizer)
        tags, pairs, teacher = self._read(example, ends.values)
        widened = self._widened(tags)
        lesson = Lesson(example, widened, torch.zeros_like(widened, dtype=torch.bool))
        lesson.pairs, lesson.teacher, lesson.replay = pairs, teacher, scope is None
        if scope is not None:
            self._mark(lesson, annotated, words, scope)
            self._relate(lesson, annotated, ends, scope)
        sure = (teacher > _SURE).any(1).nonzero().flatten().tolist() if len(pairs) else []
        spoken = {(s, o) for s, o, _ in lesson.right}
        named = [row for row, pair in enumerate(pairs) if pair in spoken]
        lesson.always = tuple(sorted({*sure, *named}))
        return lesson

    @torch.inference_mode()
    def _read(
        self, example: Example, values: frozenset[int]
    ) -> tuple[Tensor, list[tuple[int, int]], Tensor]:
        """The teacher's tag probabilities (w, t), the pairs, and its probabilities (p, r)."""
        model, old = self.trained.model, len(self.trained.predicates)
        states, attention = model.states(
            frozen_states(example, model), torch.tensor(example.pieces.shapes)
        )
        first = torch.tensor(example.pieces.starts[: example.words])
        shapes = torch.tensor(example.pieces.word_shapes[: example.words])
        tags = model.entities(states[first], shapes, example.text.style).softmax(-1)
        pairs = [
            (s, o) for s in example.entities for o in example.entities if s != o and s not in values
        ]
        if not pairs:
            return tags.clone(), [], torch.zeros(0, old)
        logits, _ = model.relations(states, attention, groups(example, pairs))
        return tags.clone(), pairs, (logits[:, 1:] - logits[:, :1]).sigmoid().clone()

    def _widened(self, tags: Tensor) -> Tensor:
        """With columns for the taught types."""
        room = 2 * len(self.plan.types) + 1 - tags.shape[1]
        return torch.cat([tags, tags.new_zeros(tags.shape[0], room)], 1)

    def _mark(
        self, lesson: Lesson, annotated: AnnotatedText, words: list[Span], scope: Plan
    ) -> None:
        """Put the annotation over what the teacher says."""
        tags, reach = lesson.tags, lesson.example.words
        lesson.loose[:, 2 * len(self.trained.types) + 1 :] = True
        if annotated.complete and scope.marked:
            spoken = [c for name in scope.marked for c in self._columns(name)]
            lesson.loose[:, spoken] = False
            tags[:, spoken] = 0.0
            tags[:, 0] = tags[:, 0].clamp(min=1e-6)
            tags /= tags.sum(1, keepdim=True)
        for marked in annotated.wrong_entities:
            if marked.label in self.number:
                inside = [i for i in words_inside(words, marked) if i < reach]
                tags[inside, :] = 0.0
                tags[inside, 0] = 1.0
                lesson.loose[inside] = False
        for marked in flat(annotated.entities):
            inside = [i for i in words_inside(words, marked) if i < reach]
            if not inside or marked.label not in self.number:
                continue
            begin, within = self._columns(marked.label)
            tags[inside, :] = 0.0
            tags[inside[0], begin] = 1.0
            tags[inside[1:], within] = 1.0
            lesson.loose[inside] = False
            after = inside[-1] + 1
            if after < reach:  # the name ends here: what went on in the teacher's eyes does not
                ends = tags[after, 2::2].sum()
                tags[after, 2::2] = 0.0
                tags[after, 0] += ends

    def _columns(self, name: str) -> tuple[int, int]:
        k = self.number[name]
        return 2 * k + 1, 2 * k + 2

    def _relate(self, lesson: Lesson, annotated: AnnotatedText, ends: Ends, scope: Plan) -> None:
        cells = {
            (subject, object_, self.column[name])
            for subject, name, object_ in ends.relations(annotated.relations)
            if name in self.column
        }
        reachable = set(lesson.pairs)
        lesson.right = frozenset(cell for cell in cells if cell[:2] in reachable)
        spoken = [self.column[name] for name in scope.related]
        wrong = {
            (subject, object_, self.column[name])
            for subject, name, object_ in ends.relations(annotated.wrong_relations)
            if name in self.column
        }
        if annotated.complete:
            wrong |= {(*pair, column) for pair in lesson.pairs for column in spoken}
        lesson.wrong = frozenset(wrong - cells)


def _openings(text: str, words: list[Span]) -> list[int]:
    starts = [start for start, _ in sentence_spans(text)]
    opening = {next((i for i, (_, b) in enumerate(words) if b > s), 0) for s in starts}
    return sorted(opening | {0})
