"""A generator on this machine: a causal language model, with the graph where it has an adapter."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgtransfer.errors import ModelError
from kgtransfer.generate.causal import CausalModel, load_causal
from kgtransfer.generate.prompt import Prompt

if TYPE_CHECKING:
    from kgtransfer.nn.generation import NodePrompt


@dataclass(frozen=True, slots=True)
class Encoded:
    """A prompt as tokens, and for each token the number of the passage, from 0, that it marks."""

    ids: tuple[int, ...]
    places: tuple[int, ...]
    prompt: Prompt


class LocalGenerator:
    """Writes the likeliest answer, token by token."""

    def __init__(self, name: str, causal: CausalModel) -> None:
        self.name, self.causal = name, causal

    @classmethod
    def load(cls, folder: Path) -> LocalGenerator:
        """Load the model, or the adapter with its model, that `folder` holds.

        Raises:
            ModelError: files are missing or damaged.
        """
        return cls(f"hf:{folder}", load_causal(folder))

    def stream(self, prompt: Prompt, *, tokens: int, seconds: float) -> Iterator[str]:
        """See `Generator`; passages that do not fit are left out, the worst first."""
        import torch

        causal, ends = self.causal, time.monotonic() + seconds
        encoded = encode(causal, prompt, tokens)
        nodes = node_prompt(causal, [encoded])
        ids = torch.tensor([encoded.ids], device=causal.device)
        written: list[int] = []
        sent = ""
        for token in causal.network.generate(ids, nodes, tokens, causal.ends):
            if time.monotonic() > ends:
                raise ModelError(f"no whole answer within {seconds:g} s", where=self.name)
            written.append(token)
            text = str(causal.tokenizer.decode(written, skip_special_tokens=True))
            if text.startswith(sent) and not text.endswith("\ufffd"):  # half a character waits
                yield text[len(sent) :]
                sent = text


def encode(causal: CausalModel, prompt: Prompt, tokens: int) -> Encoded:
    """The prompt in tokens, shortened until it leaves room for an answer.

    Raises:
        ModelError: not even one passage fits.
    """
    while prompt.passages:
        ids, places = _tokens(causal.tokenizer, prompt)
        if len(ids) + tokens <= causal.most_tokens:
            return Encoded(ids, places, prompt)
        prompt = prompt.shorter()
    raise ModelError(
        f"no passage fits into the model's {causal.most_tokens} tokens",
        where="generator",
        hint="Lower generator_tokens, or use a model with a longer context.",
    )


def _tokens(tokenizer: Any, prompt: Prompt) -> tuple[tuple[int, ...], tuple[int, ...]]:
    chat = getattr(tokenizer, "chat_template", None)
    messages = prompt.messages()
    if chat:
        text = tokenizer.apply_chat_template(messages, tokenize=False, add_generation_prompt=True)
    else:
        text = "\n\n".join(message["content"] for message in messages) + "\nAnswer:"
    coded = tokenizer(text, add_special_tokens=not chat, return_offsets_mapping=True)
    marks = []
    at = 0
    for number, passage in enumerate(prompt.passages, 1):
        mark = f"[{number}]"
        start = text.find(f"{mark} {passage.title}", at)
        if start >= 0:
            marks.append((start, start + len(mark), number - 1))
            at = start + len(mark)
    places = []
    for first, last in coded["offset_mapping"]:
        inside = (n for start, end, n in marks if first < end and start < last)
        places.append(next(inside, -1))
    return tuple(coded["input_ids"]), tuple(places)


def node_prompt(
    causal: CausalModel, batch: list[Encoded], length: int | None = None
) -> NodePrompt | None:
    """The nodes of some prompts; None where the model has no adapter or a prompt no nodes.

    Args:
        causal: the model.
        batch: the prompts, padded at the end.
        length: of the padded rows in tokens; by default that of the longest.

    Raises:
        ModelError: the adapter was trained with another graph encoder.
    """
    import torch

    from kgtransfer.nn.generation import NodePrompt

    adapter = causal.network.adapter
    states = [encoded.prompt.nodes for encoded in batch]
    if adapter is None or any(rows is None for rows in states):
        return None
    kept = [np.asarray(rows, np.float32) for rows in states]
    if any(rows.shape[1] != adapter.node_width for rows in kept):
        raise ModelError(
            f"its adapter reads nodes of {adapter.node_width} numbers, the graph's have others",
            where="generator",
            hint="Train it with the retriever that is used: `kgtransfer train generator`.",
        )
    most = max(len(rows) for rows in kept)
    width = length or max(len(encoded.ids) for encoded in batch)
    nodes = torch.zeros(len(kept), most, adapter.node_width)
    mask = torch.zeros(len(kept), most, dtype=torch.bool)
    places = torch.full((len(kept), width), -1)
    for row, (encoded, rows) in enumerate(zip(batch, kept, strict=True)):
        nodes[row, : len(rows)] = torch.from_numpy(rows)
        mask[row, : len(rows)] = torch.from_numpy(rows.any(axis=1))
        places[row, : len(encoded.places)] = torch.tensor(encoded.places)
    device = causal.device
    return NodePrompt(nodes.to(device), mask.to(device), places.to(device))
