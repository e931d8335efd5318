"""Questions with the relation paths that find their answers: what the reasoner learns from."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from torch import Tensor

from kgtransfer.nn.reasoner import HopNetwork, HopScores
from kgtransfer.reason.graph import FactGraph
from kgtransfer.reason.model import pad
from kgtransfer.reason.paths import ScoredPath, scored_paths
from kgtransfer.reason.question import mask_topic
from kgtransfer.records import FloatArray
from kgtransfer.train.kgqa_data import KgqaQuestion

MOST_PATHS = 8
SHORTER = 0.7
"""A path counts so much less for each further hop: of two that fit, the shorter is meant."""
CLOSED = 1e4
"""The handicap that leaves a relation out."""
Path = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class PathExample:
    """A masked question, a topic that it was asked of, and its paths, best first."""

    text: str
    topic: int
    paths: tuple[ScoredPath, ...]


def examples_of(
    questions: Iterable[KgqaQuestion], graph: FactGraph, *, hops: int
) -> list[PathExample]:
    """The questions that some path answers; their topics and answers are found by name."""
    number = {name: at for at, name in enumerate(graph.names)}
    examples = []
    for question in questions:
        topic = number.get(question.topic_name)
        answers = [number[a] for a in question.answers if a in number]
        if topic is None or not answers:
            continue
        paths = scored_paths(graph, [topic], answers, hops=hops)[:MOST_PATHS]
        if paths:
            text = mask_topic(question.text, question.topic)
            examples.append(PathExample(text, topic, tuple(paths)))
    return examples


@dataclass(frozen=True, slots=True)
class PathBatch:
    """Questions as tensors; row k of the paths belongs to question owner[k]."""

    words: Float[Tensor, "b t d"]
    mask: Bool[Tensor, "b t"]
    relations: Float[Tensor, "r d"]
    owner: Int[Tensor, " k"]
    path: Int[Tensor, "k hops"]
    """Directed relations, -1 after the end."""
    available: Bool[Tensor, "k hops directed"]
    weight: Float[Tensor, " k"]
    """log(F1^2 * 0.7^(length - 1))."""


def collate(
    examples: Sequence[PathExample],
    words: Mapping[str, FloatArray],
    relations: FloatArray,
    *,
    hops: int,
) -> PathBatch:
    """One batch of questions over one graph's relations."""
    rows = [(at, path) for at, e in enumerate(examples) for path in e.paths]
    walked = np.full((len(rows), hops), -1, np.int64)
    available = np.zeros((len(rows), hops, 2 * len(relations)), bool)
    weight = np.zeros(len(rows), np.float32)
    for k, (_, path) in enumerate(rows):
        for hop, relation in enumerate(path.relations):
            walked[k, hop] = relation
            available[k, hop, list(path.available[hop])] = True
        weight[k] = 2 * math.log(path.f1) + math.log(SHORTER) * (len(path.relations) - 1)
    padded, mask = pad([words[example.text] for example in examples])
    return PathBatch(
        padded,
        mask,
        torch.from_numpy(relations),
        torch.tensor([at for at, _ in rows]),
        torch.from_numpy(walked),
        torch.from_numpy(available),
        torch.from_numpy(weight),
    )


def path_logits(
    scores: HopScores, batch: PathBatch, handicap: float = CLOSED
) -> Float[Tensor, " k"]:
    """log P(path) + its weight; a hop chooses among the relations that go on from the frontier.

    Those that do not go on take part with their logit less `handicap`.
    """
    walked = batch.path >= 0
    length = walked.sum(1, keepdim=True)
    logits = scores.relations[batch.owner] - handicap * ~batch.available
    chosen = logits.log_softmax(-1).gather(-1, batch.path.clamp_min(0)[..., None]).squeeze(-1)
    stops = scores.stops[batch.owner]
    stop = F.logsigmoid(stops).gather(1, length - 1).squeeze(1)
    go = F.logsigmoid(-stops) * (torch.arange(stops.shape[1]) < length - 1)
    return (chosen * walked).sum(1) + go.sum(1) + stop + batch.weight


def path_loss(network: HopNetwork, batch: PathBatch, handicap: float = CLOSED) -> Float[Tensor, ""]:
    """-log of the sum over a question's paths of P(path) * F1^2 * 0.7^(length - 1), a mean."""
    scores = network(batch.words, batch.mask, batch.relations)
    logits = path_logits(scores, batch, handicap)
    count = len(batch.words)
    top = logits.new_full((count,), -1e9).scatter_reduce(0, batch.owner, logits.detach(), "amax")
    total = logits.new_zeros(count).index_add(0, batch.owner, (logits - top[batch.owner]).exp())
    return -(total.log() + top).mean()


def meant_paths(
    network: HopNetwork,
    examples: Sequence[PathExample],
    words: Mapping[str, FloatArray],
    relations: FloatArray,
) -> dict[str, Path]:
    """The path that each masked question most probably means, over all topics it was asked of."""
    votes: dict[str, dict[Path, float]] = defaultdict(lambda: defaultdict(float))
    network.eval()
    for at in range(0, len(examples), 256):
        part = examples[at : at + 256]
        batch = collate(part, words, relations, hops=network.config.hops)
        with torch.inference_mode():
            logits = path_logits(network(batch.words, batch.mask, batch.relations), batch)
        shares = torch.zeros_like(logits)
        for question in range(len(part)):
            mine = batch.owner == question
            shares[mine] = logits[mine].softmax(0)
        paths = [path.relations for example in part for path in example.paths]
        for owner, path, share in zip(batch.owner.tolist(), paths, shares.tolist(), strict=True):
            votes[part[owner].text][path] += share
    network.train()
    return {
        text: max(found, key=lambda path: (found[path], -len(path), path))
        for text, found in votes.items()
    }
