"""Train the reader's fusion block over the embeddings of a trained graph encoder.

Language model and heads stay as they are, so the hidden states are computed once. The block learns
on what a reader meets on the way through a graph: each step's question at its page, the whole
question at right and wrong pages, with the nodes that were retrieved for that question; some
batches come without nodes. The alignment loss pulls a passage's fused state and its node's
together.
"""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import torch
from torch import Tensor

from kgtransfer.nn.fusion import Alignment
from kgtransfer.nn.reader import CLASSES, ReaderBatch, ReaderNetwork, reader_loss
from kgtransfer.read.nodes import NodeView
from kgtransfer.read.pages import PageNames, pages_of
from kgtransfer.read.spans import decode, merge_windows
from kgtransfer.read.windows import Window, WindowCutter
from kgtransfer.retrieve.search import Retriever
from kgtransfer.train.loop import LoopConfig, fit
from kgtransfer.train.questions import ReadingExample, items

log = logging.getLogger(__name__)

ALIGNMENT = 0.1
WITHOUT_NODES = 0.3
READ = 8
"""Passages that are read for a question, as `Settings.read_passages`."""


@dataclass(frozen=True, slots=True)
class GraphExample:
    """A reading example, its chunk, and the nodes retrieved for its question (None: plain)."""

    example: ReadingExample
    chunk: str
    nodes: NodeView | None


@dataclass(frozen=True, slots=True)
class _Row:
    window: Window
    source: GraphExample
    hidden: Tensor


def graph_examples(
    kind: str, questions: Path, retriever: Retriever, rng: random.Random
) -> list[list[GraphExample]]:
    """The examples of each question of a set ("2wiki", "hotpot", "musique"), with its nodes."""
    by_question: list[list[GraphExample]] = []
    for item, pairs in items(kind, questions, rng):
        subgraph = retriever.retrieve(item["question"], top_k=READ)
        names = PageNames(pages_of(subgraph))
        nodes = NodeView.for_question(item["question"], subgraph, names)
        by_title = {p.title: p for p in subgraph.passages}
        by_question.append(
            [
                GraphExample(example, by_title[example.title].chunk, nodes)
                for _, example in pairs
                if example.title in by_title
            ]
        )
    return by_question


def train_fusion(
    network: ReaderNetwork,
    cutter: WindowCutter,
    train: Sequence[GraphExample],
    held_out: Sequence[GraphExample],
    *,
    epochs: int = 6,
    batch: int = 16,
    rate: float = 1e-3,
    seed: int = 0,
) -> dict[str, float]:
    """Train the fusion block in place; returns what held-out reading is worth by arm.

    The arms: "text" without nodes, "graph" with them, "shuffled" with another question's.
    """
    rng = random.Random(seed)
    rows, tests = _encode(network, cutter, train, rng), _encode(network, cutter, held_out, rng)
    align = Alignment(network.span_head.in_features, network.node_width)

    def batches(epoch: int) -> Iterator[list[_Row]]:
        order = list(rows)
        random.Random(seed * 100 + epoch).shuffle(order)
        order.sort(key=lambda r: (r.source.nodes is None, len(r.window.ids) // 24))
        groups = [order[i : i + batch] for i in range(0, len(order), batch)]
        random.Random(seed * 100 + epoch).shuffle(groups)
        yield from groups

    def loss(group: list[_Row]) -> Tensor:
        use = rng.random() >= WITHOUT_NODES
        return _loss(network, cutter, align, group, use)

    fit(
        [network.fusion, align],
        batches,
        loss,
        LoopConfig(epochs, -(-len(rows) // batch), rate=rate, seed=seed),
        evaluate=lambda: exact(network, cutter, tests, _own),
    )
    strangers = list(tests)
    rng.shuffle(strangers)
    other = {id(row): stranger.source.nodes for row, stranger in zip(tests, strangers, strict=True)}
    return {
        "text": exact(network, cutter, tests, _none),
        "graph": exact(network, cutter, tests, _own),
        "shuffled": exact(network, cutter, tests, lambda row: other[id(row)]),
        "token_gate": float(torch.tanh(network.fusion.token_gate.detach())),
        "node_gate": float(torch.tanh(network.fusion.node_gate.detach())),
    }


def exact(
    network: ReaderNetwork,
    cutter: WindowCutter,
    rows: Sequence[_Row],
    nodes_of: Callable[[_Row], NodeView | None],
) -> float:
    """The share of rows read right: a gold span where there is one, else the class."""
    right = 0
    network.eval()
    for start in range(0, len(rows), 16):
        part = rows[start : start + 16]
        views = [nodes_of(row) for row in part]
        batch = _batch(network, cutter, part, views)
        with torch.no_grad():
            output = network.read(_states(part, batch), batch)
        readings = decode(output, [row.window for row in part])
        best_class = output.classes.argmax(1).tolist()
        for row, reading, label in zip(part, readings, best_class, strict=True):
            example = row.source.example
            if example.label != "span":
                right += CLASSES[label] == example.label
                continue
            golds = {example.text[a:b].strip(" .,").lower() for a, b in example.spans}
            found = merge_windows([reading], 1)
            right += any(example.text[s.start : s.end].strip(" .,").lower() in golds for s in found)
    return right / max(1, len(rows))


def _own(row: _Row) -> NodeView | None:
    return row.source.nodes


def _none(row: _Row) -> NodeView | None:
    return None


def _loss(
    network: ReaderNetwork,
    cutter: WindowCutter,
    align: Alignment,
    rows: Sequence[_Row],
    use_nodes: bool,
) -> Tensor:
    from kgtransfer.train.reader import targets

    views = [row.source.nodes if use_nodes else None for row in rows]
    batch = _batch(network, cutter, rows, views)
    output = network.read(_states(rows, batch), batch)
    marked = [(row.window, row.source.example) for row in rows]
    starts, ends = targets(batch, marked)
    classes = torch.tensor([CLASSES.index(row.source.example.label) for row in rows])
    loss = reader_loss(output, classes, starts, ends)
    own = [
        (i, view.chunks.index(row.source.chunk))
        for i, (row, view) in enumerate(zip(rows, views, strict=True))
        if view is not None and row.source.chunk in view.chunks
    ]
    if len(own) > 1:
        at, node = (torch.tensor(part) for part in zip(*own, strict=True))
        loss = loss + ALIGNMENT * align(output.state[at], output.nodes[at, node])
    return loss


def _encode(
    network: ReaderNetwork,
    cutter: WindowCutter,
    examples: Sequence[GraphExample],
    rng: random.Random,
) -> list[_Row]:
    """One window for each example, with the language model's states."""
    from kgtransfer.train.reader import mark

    rows: list[_Row] = []
    network.eval()
    by_example = {id(g.example): g for g in examples}
    marked = sorted(mark(cutter, [g.example for g in examples], rng), key=lambda m: len(m[0].ids))
    for start in range(0, len(marked), 32):
        part = marked[start : start + 32]
        batch = cutter.batch([w for w, _ in part], node_width=network.node_width)
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            states = network.encode(batch).half()
        for (window, example), state in zip(part, states, strict=True):
            kept = state[: len(window.ids)].clone()
            rows.append(_Row(window, by_example[id(example)], kept))
    return rows


def _states(rows: Sequence[_Row], batch: ReaderBatch) -> Tensor:
    """The rows' hidden states, as wide as the batch is padded."""
    states = torch.zeros(*batch.ids.shape, rows[0].hidden.shape[-1])
    for i, row in enumerate(rows):
        states[i, : len(row.hidden)] = row.hidden.float()
    return states


def _batch(
    network: ReaderNetwork,
    cutter: WindowCutter,
    rows: Sequence[_Row],
    views: Sequence[NodeView | None],
) -> ReaderBatch:
    batch = cutter.batch([row.window for row in rows], node_width=network.node_width)
    size = max((len(view.chunks) for view in views if view is not None), default=0)
    nodes = torch.zeros(len(rows), size, network.node_width)
    mask = torch.zeros(len(rows), size, dtype=torch.bool)
    for i, (row, view) in enumerate(zip(rows, views, strict=True)):
        if view is not None:
            features, _ = view.batch([row.source.chunk])
            nodes[i, : features.shape[1]] = features[0]
            mask[i, : features.shape[1]] = True
    return replace(batch, nodes=nodes, node_mask=mask)
