"""The weights of the second pass: how what a follow-up found goes into the order of passages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.candidates import choose
from kgtransfer.retrieve.features import question_graph
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.model import RetrieverModel
from kgtransfer.retrieve.ranking import Control, look_on
from kgtransfer.retrieve.scoring import Scorer
from kgtransfer.train.corpora import CorpusQuestion
from kgtransfer.train.question_graphs import gold_nodes

_SHRINK = 1e-2
"""The weight of the squared weights: there are fifteen, and many questions look alike."""

Found = tuple[Tensor, Tensor]
"""One question's `HOP_FEATURES` (n, 15), and which of its candidates (n,) hold evidence."""


def collect_found(
    index: GraphIndex,
    encoder: TextEncoder,
    questions: Sequence[CorpusQuestion],
    first: Sequence[RetrieverModel],
    *,
    shuffle: int | None = None,
) -> Iterator[Found]:
    """What the second hop finds for each question, where something is left to look for.

    Question n is first asked of the network at n modulo their number, so that each can be asked
    what it has not been trained on; `shuffle` permutes the first pass's edges by that seed.
    """
    scorer, control = Scorer(index, encoder), Control(shuffle=shuffle)
    for at, question in enumerate(questions):
        scores = scorer.score(question.text)
        candidates = choose(index, scores)
        graph = control(question_graph(index, scores, candidates))
        _, logits = first[at % len(first)].encode(graph)
        second = look_on(index, encoder, scores, candidates, logits)
        if second is not None:
            wider, features = second
            yield torch.from_numpy(features), gold_nodes(index, question, wider.chunks)


def fit_second(found: Sequence[Found]) -> FloatArray | None:
    """The weights (15,) that put gold candidates before all others; None where there is nothing.

    The mean over questions of -log(exp(s_g) / (exp(s_g) + sum over negatives exp(s))), and a
    penalty on large weights: a convex problem, so that no seed matters.
    """
    found = [(x, gold) for x, gold in found if gold.any() and not gold.all()]
    if not found:
        return None
    weights = torch.zeros(found[0][0].shape[1], requires_grad=True)
    solver = torch.optim.LBFGS([weights], max_iter=60)

    def loss() -> Tensor:
        solver.zero_grad()
        total = _SHRINK * weights.square().sum()
        for x, gold in found:
            scores = x @ weights
            against = F.softplus(scores[~gold].logsumexp(0) - scores[gold])
            total = total + against.mean() / len(found)
        total.backward()
        return total

    solver.step(loss)
    return np.asarray(weights.detach().numpy(), np.float32)
