"""`kgtransfer train generator CONFIG`: a graph adapter for a frozen causal language model.

Questions with their answers and what the retriever finds for them: from a file, or made from the
workspace's own facts. The model learns to write the answer with the number of the passage that
states it; only the adapter is trained (see `kgtransfer.nn.generation`). What it is worth is the
loss on held-out questions with the graph, with another question's graph, and without one.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pydantic import BaseModel, ConfigDict, Field
from torch import Tensor

from kgtransfer.errors import InputError
from kgtransfer.generate.causal import CausalModel, decoder_width, load_causal, save_adapter
from kgtransfer.generate.local import Encoded, encode, node_prompt
from kgtransfer.generate.prompt import Prompt
from kgtransfer.names import fold
from kgtransfer.nn.generation import GraphAdapter, decoder_layers
from kgtransfer.retrieve.search import Retriever
from kgtransfer.train.loop import LoopConfig, fit
from kgtransfer.train.wordings import NATURAL, ask
from kgtransfer.workspace import Workspace

log = logging.getLogger(__name__)
ANSWER_TOKENS = 64


class GeneratorConfig(BaseModel):
    """A run that trains a graph adapter (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path = Path()
    """The folder that `questions` lies in."""
    model: Path
    """The folder of the causal language model; it stays as it is."""
    workspace: Path
    """Whose graph the questions are about."""
    questions: Path | None = None
    """JSON, a list or a line each, with `question` and `answer`; without it, from the facts."""
    output: Path
    retriever_model: str = "default"
    most: int = Field(default=500, ge=2)
    """Questions at most."""
    passages: int = Field(default=4, ge=1)
    """In a prompt."""
    every: int = Field(default=4, ge=1)
    """A block follows each so many layers, and the last."""
    inner: int = 64
    heads: int = 4
    epochs: int = 3
    batch: int = Field(default=2, ge=1)
    rate: float = 1e-3
    held_out: float = Field(default=0.1, gt=0, lt=1)
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Lesson:
    """A prompt and what is to be written."""

    prompt: Prompt
    target: str


def train_generator(config: GeneratorConfig) -> dict[str, Any]:
    """Train and save the adapter; returns how many lessons there were and the held-out losses.

    Raises:
        InputError: the questions can't be read, or fewer than two can be answered from the graph.
        ModelError: the model can't be loaded.
    """
    rng = random.Random(config.seed)
    with Workspace.open(config.workspace, retriever_model=config.retriever_model) as workspace:
        asked = _asked(config, workspace, rng)
        lessons = [*_lessons(asked, workspace.retriever, config)]
    if len(lessons) < 2:
        raise InputError(
            "fewer than two questions can be answered from what is retrieved for them",
            where=str(config.questions or config.workspace),
        )
    rng.shuffle(lessons)
    cut = max(1, int(config.held_out * len(lessons)))
    held_out, train = lessons[:cut], lessons[cut:]
    nodes = train[0].prompt.nodes
    plain = load_causal(config.model)
    adapter = new_adapter(plain, 1 if nodes is None else nodes.shape[1], config)
    causal = load_causal(config.model, adapter)
    losses = train_adapter(causal, train, held_out, config)
    save_adapter(config.output, adapter, config.model)
    metrics = {"lessons": len(train), "held_out": len(held_out), **losses}
    (config.output / "metrics.json").write_text(json.dumps(metrics, indent=1) + "\n")
    return metrics


def new_adapter(causal: CausalModel, node_width: int, config: GeneratorConfig) -> GraphAdapter:
    """An untrained adapter, with a block after every `config.every` layers and the last."""
    torch.manual_seed(config.seed)
    model = causal.network.model
    count = len(decoder_layers(model))
    layers = sorted({*range(config.every - 1, count, config.every), count - 1})
    scale = float(model.get_input_embeddings().weight.float().std())
    width = decoder_width(model)
    return GraphAdapter(
        width, node_width, layers, inner=config.inner, heads=config.heads, scale=scale
    )


def train_adapter(
    causal: CausalModel,
    train: Sequence[Lesson],
    held_out: Sequence[Lesson],
    config: GeneratorConfig,
) -> dict[str, Any]:
    """Train the adapter in place; returns the held-out losses, in nats a token, by arm."""
    rng = random.Random(config.seed)
    adapter = causal.network.adapter
    assert adapter is not None
    rows, tests = [[*_encoded(causal, part)] for part in (train, held_out)]

    def batches(_: int) -> Iterator[list[_Row]]:
        order = rng.sample(rows, len(rows))
        yield from (order[at : at + config.batch] for at in range(0, len(order), config.batch))

    def score() -> float:
        with torch.no_grad():
            return -_mean([_loss(causal, [row]).item() for row in tests])

    before = -score()
    loop = LoopConfig(
        epochs=config.epochs,
        steps_per_epoch=-(-len(rows) // config.batch),
        rate=config.rate,
        seed=config.seed,
    )
    history = fit([adapter], batches, lambda part: _loss(causal, part), loop, evaluate=score)
    others = [
        replace(row, encoded=replace(row.encoded, prompt=_with_nodes(row, tests[at - 1])))
        for at, row in enumerate(tests)
    ]
    with torch.no_grad():
        shuffled = _mean([_loss(causal, [row]).item() for row in others])
        plain = _mean([_loss(causal, [row], graph=False).item() for row in tests])
    return {
        "loss_before": round(before, 4),
        "loss_graph": round(-max(history.scores), 4),
        "loss_shuffled": round(shuffled, 4),
        "loss_without": round(plain, 4),
        "seconds": round(history.seconds, 1),
    }


@dataclass(frozen=True, slots=True)
class _Row:
    encoded: Encoded
    target: tuple[int, ...]


def _encoded(causal: CausalModel, lessons: Sequence[Lesson]) -> Iterator[_Row]:
    for lesson in lessons:
        encoded = encode(causal, lesson.prompt, ANSWER_TOKENS)
        said = causal.tokenizer(f" {lesson.target}", add_special_tokens=False)["input_ids"]
        end = sorted(causal.ends)[:1]
        yield _Row(encoded, (*said[: ANSWER_TOKENS - 1], *end))


def _with_nodes(row: _Row, other: _Row) -> Prompt:
    """A row's prompt with another's nodes, as many as there are."""
    own, theirs = row.encoded.prompt, other.encoded.prompt.nodes
    if own.nodes is None or theirs is None:
        return own
    rows = [theirs[at % len(theirs)] for at in range(len(own.nodes))]
    return replace(own, nodes=np.stack(rows))


def _loss(causal: CausalModel, rows: Sequence[_Row], *, graph: bool = True) -> Tensor:
    """Cross entropy of the answers' tokens."""
    whole = [(*row.encoded.ids, *row.target) for row in rows]
    length = max(map(len, whole))
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    labels = torch.full((len(rows), length), -100)
    mask = torch.zeros(len(rows), length, dtype=torch.bool)
    for at, (row, tokens) in enumerate(zip(rows, whole, strict=True)):
        ids[at, : len(tokens)] = torch.tensor(tokens)
        mask[at, : len(tokens)] = True
        labels[at, len(row.encoded.ids) : len(tokens)] = torch.tensor(row.target)
    prompt = node_prompt(causal, [row.encoded for row in rows], length) if graph else None
    device = causal.device
    logits = causal.network(ids.to(device), mask.to(device), prompt).logits
    return torch.nn.functional.cross_entropy(
        logits[:, :-1].float().flatten(0, 1), labels[:, 1:].to(device).flatten(), ignore_index=-100
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


# -- lessons ---------------------------------------------------------------------------------------


def _asked(
    config: GeneratorConfig, workspace: Workspace, rng: random.Random
) -> list[tuple[str, str]]:
    """Questions with answers, shuffled."""
    if config.questions is None:
        asked = [*_of_facts(workspace, rng)]
    else:
        asked = _read(config.data / config.questions)
    rng.shuffle(asked)
    return asked[: config.most]


def _read(file: Path) -> list[tuple[str, str]]:
    try:
        text = file.read_text(encoding="utf-8")
        whole = text.lstrip().startswith("[")
        items = json.loads(text) if whole else [json.loads(line) for line in text.splitlines()]
        return [(str(item["question"]), str(item["answer"])) for item in items]
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "It is JSON, a list or a line each, with `question` and `answer`."
        raise InputError(f"can't be read ({error})", where=str(file), hint=hint) from error


def _of_facts(workspace: Workspace, rng: random.Random) -> Iterator[tuple[str, str]]:
    """A question for each stated fact that the index holds, in people's words."""
    from kgtransfer.retrieve.fact_table import fact_table

    table = fact_table(workspace.open_index())
    for subject, predicate, target in table.rows.tolist():
        relation = str(table.predicates[predicate]).replace("_", " ")
        name = str(table.names[subject])
        asked = f"What is the {relation} of {name}?"
        if relation in NATURAL:
            asked = ask(relation, name, rng)
        yield asked, str(table.names[target])


def _lessons(
    asked: Sequence[tuple[str, str]], retriever: Retriever, config: GeneratorConfig
) -> Iterator[Lesson]:
    """Each question that a retrieved passage answers, with that passage's number to be written."""
    for question, answer in asked:
        subgraph = retriever.retrieve(question, top_k=config.passages)
        prompt = Prompt.of(question, subgraph, facts=False)
        key = f" {fold(answer)} "
        numbers = (
            number
            for number, passage in enumerate(prompt.passages, 1)
            if key in f" {fold(passage.text)} "
        )
        number = next(numbers, 0)
        if number and fold(answer):
            yield Lesson(prompt, f"{answer} [{number}].")
