"""What of a reader is trained on the target: all of it, low-rank adapters, or only the heads."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from kgtransfer.language_models.bert import BertOutput
from kgtransfer.train.adapters import add_adapters
from kgtransfer.transfer.config import Method

if TYPE_CHECKING:
    from kgtransfer.nn.reader import ReaderNetwork


class CachedStates(nn.Module):
    """A frozen encoder that reads each window once and then remembers its token states.

    States are kept in bfloat16; a window is known by its token ids. The encoder is kept out of
    the module's parameters, because nothing of it is trained.
    """

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self._encoder = [encoder]
        self._states: dict[bytes, Tensor] = {}

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor
    ) -> BertOutput:
        """Token ids (b, n) to states (b, n, d); padding gets zeros."""
        lengths = attention_mask.sum(1).tolist()
        keys = [row[:n].numpy().tobytes() for row, n in zip(input_ids, lengths, strict=True)]
        missing = [i for i, key in enumerate(keys) if key not in self._states]
        if missing:
            encoder = self._encoder[0]
            was_training = encoder.training
            encoder.eval()
            with torch.no_grad():
                states = encoder(
                    input_ids=input_ids[missing],
                    attention_mask=attention_mask[missing],
                    token_type_ids=token_type_ids[missing],
                ).last_hidden_state
            encoder.train(was_training)
            for i, state in zip(missing, states, strict=True):
                self._states[keys[i]] = state[: lengths[i]].to(torch.bfloat16).clone()
        known = [self._states[key].float() for key in keys]
        padded = nn.utils.rnn.pad_sequence(known, batch_first=True)
        return BertOutput(nn.functional.pad(padded, (0, 0, 0, input_ids.shape[1] - len(padded[0]))))


def adapted(
    start: ReaderNetwork, method: Method, cached: CachedStates, rank: int
) -> tuple[ReaderNetwork, list[nn.Module]]:
    """A copy of `start` made ready for `method`, and what of its encoder is to be trained.

    Args:
        start: the reader to go on from; it is left as it is.
        method: `full` trains the encoder (but not its word embeddings), `lora` low-rank adapters
            in it (Hu et al., 2022, arXiv:2106.09685), `frozen` nothing of it. Heads and fusion
            are trained in all three.
        cached: the states of `start`'s encoder, for `frozen`.
        rank: of the adapters.

    Raises:
        ModelError: the encoder has no layer that adapters could be put on.
    """
    if method == "frozen":
        return with_states(start, cached), []
    network = copy.deepcopy(start)
    if method == "lora":
        add_adapters(network.encoder, rank)
    return network, [network.encoder]


def with_states(start: ReaderNetwork, cached: CachedStates) -> ReaderNetwork:
    """A copy of a reader that shares the cached states instead of copying the encoder."""
    return copy.deepcopy(start, {id(start.encoder): cached})
