"""A sequence-to-sequence model of a few thousand weights that has learnt a few texts by heart."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch


def make_model(folder: Path, known: Mapping[str, str], steps: int = 150) -> None:
    """Train on the pairs until it writes each answer for its text, and save model and tokenizer."""
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, T5Config, T5ForConditionalGeneration

    marks = ["<triplet>", "<subj>", "<obj>"]
    splitter = pre_tokenizers.Whitespace()
    said = {w for t in known for w, _ in splitter.pre_tokenize_str(t)}
    said |= {w for t in known.values() for w in t.split() if w not in marks}
    vocabulary = {w: i for i, w in enumerate(["<pad>", "</s>", "<unk>", *marks, *sorted(said)])}
    raw: Any = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    raw.pre_tokenizer = splitter
    raw.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 1)]
    )
    tokenizer: Any = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        pad_token="<pad>",
        eos_token="</s>",
        unk_token="<unk>",
        additional_special_tokens=marks,
    )
    torch.manual_seed(0)
    config = T5Config(
        vocab_size=len(tokenizer), d_model=48, d_ff=96, d_kv=16, num_heads=3, num_layers=1,
        dropout_rate=0.0, decoder_start_token_id=0, tie_word_embeddings=False,
    )  # fmt: skip
    model: Any = T5ForConditionalGeneration(config)
    asked = tokenizer(list(known), return_tensors="pt", padding=True)
    labels = tokenizer(list(known.values()), return_tensors="pt", padding=True).input_ids
    labels[labels == 0] = -100
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-2)
    for _ in range(steps):
        loss = model(
            input_ids=asked.input_ids, attention_mask=asked.attention_mask, labels=labels
        ).loss
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.save_pretrained(folder, safe_serialization=True)
    tokenizer.save_pretrained(folder)
