"""An extraction model with room for more types and predicates, which says what it said before."""

from __future__ import annotations

import torch
from torch import Tensor

from kgtransfer.extract.labels import TAG_TYPES
from kgtransfer.extract.weights import TrainedExtractor, new_model
from kgtransfer.language_models.backbone import PACKAGED, load_backbone
from kgtransfer.nn.extraction import ExtractionModel

_QUIET = 2.0
"""How far below the least likely tag a new one begins."""


def grow(trained: TrainedExtractor, types: int, predicates: int) -> ExtractionModel:
    """A copy of the trained model for more types of tags and more predicates.

    The old outputs are what they were; a new tag begins below all others, a new predicate as the
    mean of the old ones, which stays below the threshold.
    """
    old = trained.model
    layers = len(old.encoder.trained)
    model = new_model(load_backbone(PACKAGED), predicates, layers, types - len(TAG_TYPES))
    state = model.state_dict()
    for name, value in old.state_dict().items():
        wanted = state[name]
        if value.shape == wanted.shape:
            state[name] = value.clone()
        elif name.startswith("entities."):  # tags are the rows
            grown = wanted.clone() * 0.1
            grown[: len(value)] = value
            if value.dim() == 1:
                grown[len(value) :] = value.min() - _QUIET
            state[name] = grown
        elif name.startswith("relations.bilinear"):  # predicates are the rows
            mean = value[1:].mean(0, keepdim=True)
            state[name] = torch.cat(
                [value, mean.expand(len(wanted) - len(value), *value.shape[1:])]
            )
        else:  # biases of the predicates, by pair of types or by distance
            mean = value[:, 1:].mean(1, keepdim=True)
            room = wanted.shape[1] - value.shape[1]
            state[name] = torch.cat([value, mean.expand(-1, room)], 1)
    model.load_state_dict(state)
    return model


def rebase(model: ExtractionModel, trained: TrainedExtractor) -> None:
    """Make the taught predicates' scores mean what the calibrated old ones mean, in place.

    A confidence is the logistic of `slope * margin + shift`, fitted for the old predicates, whose
    margins are not probabilities. Those of taught ones are, as they were trained: so their rows are
    stretched and moved until that formula gives them back. It is linear in the rows, so exact.
    """
    fit, head, old = trained.calibration, model.relations, len(trained.predicates) + 1

    def stretched(rows: Tensor, threshold: Tensor, moved: float = 0.0) -> Tensor:
        return threshold + (rows - threshold - moved) / fit["slope"]

    with torch.no_grad():
        weight, bias = head.bilinear.weight, head.bilinear.bias
        weight[old:] = stretched(weight[old:], weight[:1])
        bias[old:] = stretched(bias[old:], bias[:1], fit["shift"])
        for table in (head.type_bias.weight, head.distance_bias.weight):
            table[:, old:] = stretched(table[:, old:], table[:, :1])
