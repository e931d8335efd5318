"""GLiNER and GLiNER2 models of some thousand weights that have learnt a few texts by heart.

They are made with the packages `gliner` and `gliner2` themselves, where these are installed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

Known = Mapping[str, Mapping[str, str]]
"""For each text its names, each with the label that it is found by."""
LABELS = ["person", "organization", "location", "creative work", "event", "product"]
"""What is asked for of a workspace without a schema of its own."""
_WIDTH = 48
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")


def make_gliner(folder: Path, known: Known, steps: int = 100) -> None:
    """Train a GLiNER model on texts of which all names are given, and save it."""
    from gliner import GLiNER, GLiNERConfig

    encoder, tokenizer = _encoder(known)
    tokenizer.save_pretrained(folder / "backbone")
    config = GLiNERConfig(
        model_name=str(folder / "backbone"), encoder_config=encoder.to_dict(), hidden_size=_WIDTH,
        max_width=4, max_types=20, max_len=200, dropout=0.0, span_mode="markerV0", name="tiny",
    )  # fmt: skip
    torch.manual_seed(0)
    model: Any = GLiNER.from_config(config, backbone_from_pretrained=False)
    rows = [
        {"tokenized_text": _WORD.findall(text), "ner": list(_spans(text, names))}
        for text, names in known.items()
    ]
    collate = model._create_data_collator()
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-3)
    for _ in range(steps):
        loss = model(**collate(rows, entity_types=[LABELS] * len(rows))).loss
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
    model.save_pretrained(folder, safe_serialization=True)


def make_gliner2(folder: Path, known: Known, steps: int = 250) -> None:
    """Likewise for GLiNER2."""
    from gliner2 import ExtractorConfig
    from gliner2.inference.engine import GLiNER2

    encoder, tokenizer = _encoder(known)
    torch.manual_seed(0)
    model: Any = GLiNER2(
        ExtractorConfig(model_name="tiny", max_width=4, attn_implementation="eager"),
        encoder_config=encoder,
        tokenizer=tokenizer,
    )
    rows = []
    for text, names in known.items():
        of = {label: [n for n, kind in names.items() if kind == label] for label in LABELS}
        rows.append((text, {"entities": of}))
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-3)
    model.train()
    for _ in range(steps):
        loss = model(model.processor.collate_fn_train(rows))["total_loss"]
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    encoder.save_pretrained(folder / "encoder_config")


def _spans(text: str, names: Mapping[str, str]) -> Any:
    words = [match.span() for match in _WORD.finditer(text)]
    for name, label in names.items():
        start = text.index(name)
        inside = [i for i, (a, b) in enumerate(words) if a < start + len(name) and start < b]
        yield inside[0], inside[-1], label


def _encoder(known: Known) -> tuple[Any, Any]:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, PreTrainedTokenizerFast

    said = {w for text in (*known, *LABELS) for w in _WORD.findall(text)}
    said |= {w.lower() for w in said}
    marks = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
    vocabulary = {word: i for i, word in enumerate([*marks, *sorted(said)])}
    raw: Any = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    raw.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        pad_token="[PAD]",
        unk_token="[UNK]",
        cls_token="[CLS]",
        sep_token="[SEP]",
    )
    encoder = BertConfig(
        vocab_size=len(vocabulary), hidden_size=_WIDTH, num_hidden_layers=1,
        num_attention_heads=3, intermediate_size=96, max_position_embeddings=512,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    return encoder, tokenizer
