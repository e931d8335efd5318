"""Train the fast tier's tagger: names from annotated corpora and a teacher, parts of speech."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from pydantic import BaseModel, ConfigDict
from torch import Tensor

from kgtransfer.extract.entities import tagged_spans
from kgtransfer.extract.fast_weights import new_tagger, save_tagger
from kgtransfer.extract.labels import MISC_TYPES, STYLES, TAG_TYPES
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.spelling import text_features
from kgtransfer.nn.extraction import decode_bio
from kgtransfer.nn.tagger import TokenTagger
from kgtransfer.train.entity_corpora import read_entities
from kgtransfer.train.extraction_data import LabelledText, read_redocred
from kgtransfer.train.fast_data import (
    TaggedText,
    annotated,
    plain_passages,
    read_conllu,
    taught,
)
from kgtransfer.train.loop import History, LoopConfig, fit

log = logging.getLogger(__name__)
_WORDS = 192
"""Longer texts are cut: the tagger sees few words to either side anyway."""


class FastConfig(BaseModel):
    """A training run of the fast tagger (the keys of its TOML file)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    data: Path
    """The folder with `extraction/` and `multihop/`."""
    output: Path
    corpora: tuple[str, ...] = ("uner", "wikigold", "wnut17", "btc", "crossner")
    documents: int = 450
    """So many Re-DocRED documents are trained on; the rest are held out."""
    passages: int = 100_000
    """At most so many passages that the teacher reads."""
    width: int = 128
    dilations: tuple[int, ...] = (1, 1, 2, 4)
    epochs: int = 15
    batch: int = 16
    rate: float = 2e-3
    threads: int = 1
    seed: int = 0


def train_fast(config: FastConfig) -> History:
    """Train, and leave the tagger in `config.output`."""
    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    train, held_out, parts = read_texts(config)
    model = new_tagger(config.width, config.dilations)
    steps = len(_batches(train, config.batch, 0))
    history = fit(
        [model],
        lambda epoch: iter(_batches(train, config.batch, config.seed + epoch)),
        lambda batch: batch_loss(model, batch),
        LoopConfig(
            config.epochs, steps, rate=config.rate, warmup=0.05, seed=config.seed, log_every=100
        ),
        evaluate=lambda: held_out_score(model, held_out, parts),
        checkpoint=config.output / "checkpoint" / "best.safetensors",
    )
    save_tagger(config.output, model)
    return history


def read_texts(config: FastConfig) -> tuple[list[TaggedText], list[LabelledText], list[TaggedText]]:
    """What is trained on, and the held-out names and parts of speech."""
    root = config.data / "extraction"
    documents = read_redocred(root / "redocred" / "dev.json", load_schema())
    train = [annotated(text) for text in documents[: config.documents]]
    for name in config.corpora:
        train += [annotated(text) for text in read_entities(root / name, name)]
    multihop = config.data / "multihop"
    passages = plain_passages(multihop, multihop / "2wiki" / "corpus.json")
    random.Random(config.seed).shuffle(passages)
    spoken = read_conllu(root / "gum" / "train")
    train += taught([*spoken, *passages[: config.passages]])
    log.info("%d texts, %d words", len(train), sum(len(text.words) for text in train))
    return (
        [piece for text in train for piece in _cut(text)],
        documents[config.documents :],
        read_conllu(root / "gum" / "dev"),
    )


def _cut(text: TaggedText) -> Iterator[TaggedText]:
    for at in range(0, len(text.words), _WORDS):
        part = slice(at, at + _WORDS)
        yield TaggedText(
            text.style,
            text.words[part],
            text.opening[part],
            None if text.allowed is None else text.allowed[part],
            None if text.teacher is None else text.teacher[part],
            None if text.parts is None else text.parts[part],
        )


def _batches(texts: Sequence[TaggedText], size: int, seed: int) -> list[list[TaggedText]]:
    """Texts of like length together, in an order that the seed fixes."""
    rng = random.Random(seed)
    order = sorted(texts, key=lambda t: len(t.words) + rng.random() * 30)
    batches = [order[i : i + size] for i in range(0, len(order), size)]
    rng.shuffle(batches)
    return batches


def tag_texts(model: TokenTagger, texts: Sequence[TaggedText]) -> tuple[Tensor, Tensor]:
    """Log probabilities of tags and logits of parts for all words of the texts, in a row."""
    lengths = torch.tensor([len(text.words) for text in texts])
    words = [word for text in texts for word in text.words]
    opening = [first for text in texts for first in text.opening]
    vectors = model.words(*text_features(words, opening))
    mask = torch.arange(int(lengths.max()))[None] < lengths[:, None]
    padded = vectors.new_zeros(*mask.shape, vectors.shape[-1])
    padded = padded.masked_scatter(mask[..., None], vectors)
    states = model.states(padded, mask)[mask]
    style = torch.repeat_interleave(torch.tensor([text.style for text in texts]), lengths)
    log_p, logits = model.tag(states, style)
    return log_p, logits


def batch_loss(model: TokenTagger, texts: Sequence[TaggedText]) -> Tensor:
    """The mean over words of what their annotation, the teacher and the treebank say."""
    log_p, logits = tag_texts(model, texts)
    total, at = log_p.new_zeros(()), 0
    for text in texts:
        part = slice(at, at + len(text.words))
        at = part.stop
        if text.allowed is not None:
            allowed = torch.from_numpy(text.allowed)
            total = total - log_p[part].masked_fill(~allowed, -1e4).logsumexp(-1).sum()
        if text.teacher is not None:
            total = total - (torch.from_numpy(text.teacher).float() * log_p[part]).sum()
        if text.parts is not None:
            gold = torch.tensor(text.parts)
            total = total + torch.nn.functional.cross_entropy(
                logits[part], gold, ignore_index=-1, reduction="sum"
            )
    return total / at


@torch.inference_mode()
def held_out_score(
    model: TokenTagger, names: Sequence[LabelledText], parts: Sequence[TaggedText]
) -> float:
    """Names' F1 with coarse types on held-out Re-DocRED, plus accuracy of parts of speech."""
    style = STYLES.index("redocred")
    counts = {"untyped": [0, 0, 0], "coarse": [0, 0, 0]}
    for text in names:
        one = annotated(text)
        tags = decode_bio(tag_texts(model, [one])[0])
        found = {(a, b, _coarse(TAG_TYPES[k])) for a, b, k in tagged_spans(tags)}
        gold = {(a, b, _coarse(TAG_TYPES[text.types[e]])) for a, b, e in text.mentions}
        for kind, cut in (("untyped", 2), ("coarse", 3)):
            mine, theirs = {f[:cut] for f in found}, {g[:cut] for g in gold}
            for i, n in enumerate((len(mine & theirs), len(mine), len(theirs))):
                counts[kind][i] += n
    right = total = 0
    for one in parts:
        predicted = tag_texts(model, [TaggedText(style, one.words, one.opening)])[1].argmax(-1)
        gold_parts = torch.tensor(one.parts)
        right += int(((predicted == gold_parts) & (gold_parts >= 0)).sum())
        total += int((gold_parts >= 0).sum())
    f1 = {kind: 2 * a / max(1, b + c) for kind, (a, b, c) in counts.items()}
    log.info("held out: F1 %s, parts of speech %.4f", f1, right / max(1, total))
    return f1["coarse"] + right / max(1, total)


def _coarse(kind: str) -> str:
    return "rest" if kind in MISC_TYPES else kind
