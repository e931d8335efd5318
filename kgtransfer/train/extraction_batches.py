"""Labelled texts as tensors: pieces, frozen states, pairs to judge and their labels."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import torch
from torch import Tensor

from kgtransfer.extract.labels import ENTITY_TYPES, TYPES, UNKNOWN_TYPE
from kgtransfer.extract.pairs import distance_buckets
from kgtransfer.extract.words import CASELESS, Pieces, to_pieces
from kgtransfer.language_models.tokenizer import Tokenizer
from kgtransfer.nn.extraction import ExtractionModel, Groups
from kgtransfer.train.extraction_data import LabelledText


@dataclass(slots=True)
class Example:
    """A text ready to train on. `lower` caches the frozen layers' states (fp16)."""

    text: LabelledText
    pieces: Pieces
    words: int
    mentions: list[tuple[int, int, int]]
    entities: list[int]
    """The text's entity numbers that have a mention within reach, in order."""
    pairs: list[tuple[int, int]] = field(default_factory=list)
    labels: dict[tuple[int, int], list[tuple[int, int]]] = field(default_factory=dict)
    lower: Tensor | None = None


def prepare(text: LabelledText, tokenizer: Tokenizer, max_pieces: int = 512) -> Example:
    """Cut a text to the encoder's reach and list its pairs."""
    pieces = to_pieces(tokenizer, text.words, text.sentences)
    words = len(text.words)
    while words and pieces.ends[words - 1] > max_pieces - 1:
        words -= 1
    if words < len(text.words):
        end = pieces.ends[words - 1]
        pieces = Pieces(
            [*pieces.ids[:end], pieces.ids[-1]], pieces.starts[:words], pieces.ends[:words],
            [*pieces.shapes[:end], 0], pieces.word_shapes[:words],
        )  # fmt: skip
    mentions = [m for m in text.mentions if m[1] <= words]
    entities = sorted({m[2] for m in mentions})
    example = Example(text, pieces, words, mentions, entities)
    reachable = set(entities)
    for value, triples in ((1, text.positive), (0, text.negative)):
        for subject, target, predicate in sorted(triples):
            if subject in reachable and target in reachable and subject != target:
                example.labels.setdefault((subject, target), []).append((predicate, value))
    if text.exhaustive:
        subjects = [e for e in entities if text.types[e] < len(ENTITY_TYPES)]
        every = {(s, o) for s in subjects for o in entities if s != o}
        example.pairs = sorted(every | set(example.labels))
    else:
        example.pairs = sorted(example.labels)
    return example


def frozen_states(example: Example, model: ExtractionModel) -> Tensor:
    """The frozen layers' states, computed once."""
    if example.lower is None:
        with torch.no_grad():
            example.lower = model.encoder.lower(torch.tensor(example.pieces.ids)).half()
    return example.lower.float()


def without_casing(example: Example) -> Example:
    """The example as a text whose casing tells nothing."""
    pieces = example.pieces
    shapes, word_shapes = ([CASELESS] * len(x) for x in (pieces.shapes, pieces.word_shapes))
    return replace(example, pieces=replace(pieces, shapes=shapes, word_shapes=word_shapes))


def groups(
    example: Example,
    pairs: Sequence[tuple[int, int]],
    chance: random.Random | None = None,
    unknown: float = 0.1,
) -> Groups:
    """The relation head's input for some pairs; `chance` hides some types while training."""
    number = {entity: i for i, entity in enumerate(example.entities)}
    pieces, text = example.pieces, example.text
    sentences: list[set[int]] = [set() for _ in example.entities]
    for start, _, entity in example.mentions:
        sentences[number[entity]].add(sentence_of(text, start))
    types = [text.types[e] for e in example.entities]
    if chance is not None:
        types = [UNKNOWN_TYPE if chance.random() < unknown else t for t in types]
    local = [(number[s], number[o]) for s, o in pairs]
    return Groups(
        torch.tensor([[pieces.starts[a], pieces.ends[b - 1]] for a, b, _ in example.mentions]),
        torch.tensor([number[e] for *_, e in example.mentions]),
        torch.tensor(types).clamp(max=TYPES - 1),
        torch.tensor(local),
        torch.tensor(distance_buckets(sentences, local)),
    )


def sentence_of(text: LabelledText, word: int) -> int:
    """The number of the sentence that a word stands in."""
    low = 0
    for i, start in enumerate(text.sentences):
        if start <= word:
            low = i
    return low


def entity_logits(model: ExtractionModel, example: Example, states: Tensor) -> Tensor:
    """Tag logits of an example's words."""
    pieces = example.pieces
    first = torch.tensor(pieces.starts[: example.words])
    shapes = torch.tensor(pieces.word_shapes[: example.words])
    return model.entities(states[first], shapes, example.text.style)


def label_matrix(example: Example, pairs: Sequence[tuple[int, int]], predicates: int) -> Tensor:
    """(p, predicates + 1) of 1, 0 and -1 for unknown; column 0 is the threshold's."""
    rest = 0 if example.text.exhaustive else -1
    labels = torch.full((len(pairs), predicates + 1), rest, dtype=torch.int8)
    for row, pair in enumerate(pairs):
        for predicate, value in example.labels.get(pair, ()):
            labels[row, predicate] = value
    return labels


def sentence_mass(example: Example, context: Tensor) -> Tensor:
    """The context's share of each sentence, (p, sentences)."""
    text, pieces = example.text, example.pieces
    owner = torch.zeros(len(pieces.ids), dtype=torch.long)
    for i, start in enumerate(text.sentences):
        if start < example.words:
            owner[pieces.starts[start] :] = i
    mass = context.new_zeros(context.shape[0], len(text.sentences))
    return mass.index_add(1, owner, context)


def evidence_matrix(example: Example, pairs: Sequence[tuple[int, int]]) -> Tensor:
    """(p, sentences): marked evidence of any of a pair's triples; all false where unmarked."""
    marked = torch.zeros(len(pairs), len(example.text.sentences), dtype=torch.bool)
    rows = {pair: row for row, pair in enumerate(pairs)}
    for (subject, target, _), sentences in example.text.evidence.items():
        row = rows.get((subject, target))
        if row is not None:
            marked[row, [s for s in sentences if s < marked.shape[1]]] = True
    return marked
