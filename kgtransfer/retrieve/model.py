"""The trained retriever: its files, and a question's graph through its network."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from kgtransfer.errors import ModelError
from kgtransfer.records import FloatArray
from kgtransfer.retrieve.edges import EDGE_FEATURES
from kgtransfer.retrieve.features import QuestionGraph
from kgtransfer.retrieve.measures import NODE_FEATURES
from kgtransfer.retrieve.second_hop import HOP_FEATURES

if TYPE_CHECKING:
    from kgtransfer.nn.gat import QuestionGat
    from kgtransfer.nn.graph_batch import GraphBatch
    from kgtransfer.nn.propagate import Engine

CONFIG, WEIGHTS = "config.json", "model.safetensors"


class RetrieverModel:
    """A network with what it was trained for: the features and the encoder it expects.

    Args:
        network: ranks the candidates of the first pass.
        encoder: the fingerprint of the text encoder whose vectors the network was trained on.
        features: its node features.
        second: the weights (15,) of `HOP_FEATURES` in the second pass; None leaves it at one pass.
    """

    def __init__(
        self,
        network: QuestionGat,
        encoder: str,
        features: tuple[str, ...] = NODE_FEATURES,
        second: FloatArray | None = None,
    ) -> None:
        self.network = network
        self._columns = [NODE_FEATURES.index(name) for name in features]
        self.encoder = encoder
        self.second = second

    @property
    def width(self) -> int:
        """The length of a node's state."""
        return self.network.width

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
        state = self.network.state_dict()
        save_file({k: v.half().contiguous() for k, v in state.items()}, folder / WEIGHTS)
        config: dict[str, Any] = {
            "encoder": self.encoder,
            "node_features": [NODE_FEATURES[column] for column in self._columns],
            "edge_features": EDGE_FEATURES,
            "network": self.network.config.as_dict(),
        }
        if self.second is not None:
            weights = [round(float(weight), 4) for weight in self.second]
            config["second"] = dict(zip(HOP_FEATURES, weights, strict=True))
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
        second = config.get("second")
        known = set(features) <= set(NODE_FEATURES) and config["edge_features"] == [*EDGE_FEATURES]
        if not known or (second is not None and list(second) != [*HOP_FEATURES]):
            raise ModelError(
                "the retriever was trained on other features",
                where=str(folder),
                hint="Train it again: kgtransfer train retriever CONFIG.",
            )
        network = QuestionGat(GatConfig(**config["network"]), engine=engine)
        weights = {k: v.float() for k, v in load_file(folder / WEIGHTS).items()}
        network.load_state_dict(weights)
        sums = None if second is None else np.asarray(list(second.values()), np.float32)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"the retriever can't be loaded ({str(error).splitlines()[0]})",
            where=str(folder),
            hint="Name the folder of a trained retriever, or choose another: --retriever pagerank.",
        ) from error
    network.eval()
    return RetrieverModel(network, str(config["encoder"]), features, sums)


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
