"""The trained retriever: its files, and a question's graph through its network."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgtransfer.errors import ModelError
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.features import EDGE_FEATURES, NODE_FEATURES, QuestionGraph

if TYPE_CHECKING:
    from kgtransfer.nn.gat import QuestionGat
    from kgtransfer.nn.graph_batch import GraphBatch
    from kgtransfer.nn.propagate import Engine

CONFIG, WEIGHTS = "config.json", "model.safetensors"


class RetrieverModel:
    """A network with what it was trained for: the features and the encoder it expects."""

    def __init__(
        self, network: QuestionGat, encoder: str, features: tuple[str, ...] = NODE_FEATURES
    ) -> None:
        self.network = network
        self._columns = [NODE_FEATURES.index(name) for name in features]
        self.encoder = encoder
        """The fingerprint of the text encoder whose vectors the network was trained on."""

    def encode(self, graph: QuestionGraph) -> tuple[FloatArray, FloatArray]:
        """Node states (n, width) and scores (n,), as logits."""
        import torch

        with torch.inference_mode():
            encoding = self.network(to_batch(replace(graph, nodes=graph.nodes[:, self._columns])))
        return encoding.states.numpy(), encoding.scores.numpy()

    def save(self, folder: Path) -> None:
        """Write config.json and, in half precision, model.safetensors."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        weights = self.network.state_dict()
        save_file({k: v.half().contiguous() for k, v in weights.items()}, folder / WEIGHTS)
        config = {
            "encoder": self.encoder,
            "node_features": [NODE_FEATURES[column] for column in self._columns],
            "edge_features": EDGE_FEATURES,
            "network": self.network.config.as_dict(),
        }
        (folder / CONFIG).write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")


def load_retriever(folder: Path, *, engine: Engine = "torch") -> RetrieverModel:
    """Load a trained retriever.

    Raises:
        ModelError: files are missing or damaged, or were trained on other features.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from kgtransfer.nn.gat import GatConfig, QuestionGat

    try:
        config: dict[str, Any] = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        features = tuple(config["node_features"])
        if not set(features) <= set(NODE_FEATURES) or config["edge_features"] != [*EDGE_FEATURES]:
            raise ModelError(
                "the retriever was trained on other features",
                where=str(folder),
                hint="Train it again: kgtransfer train retriever CONFIG.",
            )
        network = QuestionGat(GatConfig(**config["network"]), engine=engine)
        weights = {k: v.float() for k, v in load_file(folder / WEIGHTS).items()}
        network.load_state_dict(weights)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"the retriever can't be loaded ({str(error).splitlines()[0]})",
            where=str(folder),
            hint="Name the folder of a trained retriever, or choose another: --retriever pagerank.",
        ) from error
    network.eval()
    return RetrieverModel(network, str(config["encoder"]), features)


def to_batch(graph: QuestionGraph) -> GraphBatch:
    """A question's graph as tensors."""
    import torch

    from kgtransfer.nn.graph_batch import GraphBatch

    return GraphBatch(
        nodes=torch.from_numpy(graph.nodes),
        node_vectors=torch.from_numpy(graph.node_vectors.astype(np.float32)),
        edges=torch.from_numpy(graph.edges.astype(np.int64)),
        edge_features=torch.from_numpy(graph.edge_features),
        edge_vectors=torch.from_numpy(graph.edge_vectors.astype(np.float32)),
        edge_window=torch.from_numpy(graph.edge_window.astype(np.int64)),
        question=torch.from_numpy(graph.question[None].astype(np.float32)),
        graph=torch.zeros(len(graph.chunks), dtype=torch.int64),
    )
