"""How well an extractor in training reads documents that are held out."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

import torch

from kgtransfer.extract.entities import tagged_spans
from kgtransfer.nn.extraction import ExtractionModel, decode_bio
from kgtransfer.train.extraction_batches import Example, entity_logits, frozen_states, groups

log = logging.getLogger(__name__)


@torch.inference_mode()
def held_out_score(model: ExtractionModel, tests: Sequence[Example]) -> float:
    """Untyped entity F1 plus relation F1 with gold mentions."""
    spans = [0, 0, 0]
    relations = [0, 0, 0]
    for example in tests:
        lower = frozen_states(example, model)
        states, attention = model.states(lower, torch.tensor(example.pieces.shapes))
        tags = decode_bio(entity_logits(model, example, states).log_softmax(-1))
        gold_tags = example.text.mentions
        found = {span[:2] for span in tagged_spans(tags)}
        gold = {(a, b) for a, b, _ in gold_tags if b <= example.words}
        _count(spans, found, gold)
        if not example.pairs:
            continue
        logits, _ = model.relations(states, attention, groups(example, example.pairs))
        above = (logits[:, 1:] > logits[:, :1]).nonzero().tolist()
        predicted = {(*example.pairs[row], column + 1) for row, column in above}
        _count(relations, predicted, set(example.text.positive))
    log.info("held out: entities P %.3f R %.3f F1 %.3f", *_prf(spans))
    log.info("held out: relations P %.3f R %.3f F1 %.3f", *_prf(relations))
    return _prf(spans)[2] + _prf(relations)[2]


def _count(counts: list[int], found: set[Any], gold: set[Any]) -> None:
    counts[0] += len(found & gold)
    counts[1] += len(found)
    counts[2] += len(gold)


def _prf(counts: Sequence[int]) -> tuple[float, float, float]:
    right, found, gold = counts
    precision, recall = right / max(1, found), right / max(1, gold)
    return precision, recall, 2 * precision * recall / max(1e-9, precision + recall)
