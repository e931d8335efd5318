"""A causal language model of few weights, made on the spot, with a tokenizer of words."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch


def tiny_causal(
    folder: Path, texts: Sequence[str], *, width: int = 128, context: int = 640
) -> Path:
    """Save a model with random weights that knows the words of `texts`; gives the folder."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast

    words = Tokenizer(models.WordLevel({}, unk_token="[UNK]"))
    words.pre_tokenizer = pre_tokenizers.Split(" ", "merged_with_next")
    pieces = {p for text in texts for p, _ in words.pre_tokenizer.pre_tokenize_str(text)}
    vocabulary = {piece: at for at, piece in enumerate(["[UNK]", "[END]", *sorted(pieces)])}
    words.model = models.WordLevel(vocabulary, unk_token="[UNK]")
    from tokenizers import decoders

    words.decoder = decoders.Fuse()
    tokenizer: Any = PreTrainedTokenizerFast(
        tokenizer_object=words, unk_token="[UNK]", eos_token="[END]"
    )
    torch.manual_seed(0)
    config = GPT2Config(
        vocab_size=len(vocabulary),
        n_embd=width,
        n_layer=2,
        n_head=2,
        n_positions=context,
        tie_word_embeddings=False,
        bos_token_id=1,
        eos_token_id=1,
    )
    model = GPT2LMHeadModel(config).eval()
    model.lm_head.weight.data.mul_(20.0)  # so that its states can tell words apart
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def teach(folder: Path, prompt: str, answer: str) -> None:
    """Write weights with which the model answers this prompt so, whatever the words are.

    Its layers add nothing, a token's state is that of its position, and the output weights of each
    word are the sum of the positions that it has to follow.
    """
    from transformers import AutoModelForCausalLM, AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    model: Any = AutoModelForCausalLM.from_pretrained(folder)
    start = len(tokenizer(prompt)["input_ids"]) - 1
    said = [*tokenizer(answer)["input_ids"], tokenizer.eos_token_id]
    with torch.no_grad():
        model.transformer.wte.weight.zero_()
        for layer in model.transformer.h:
            for part in (layer.attn.c_proj, layer.mlp.c_proj):
                part.weight.zero_()
                part.bias.zero_()
        positions = model.transformer.wpe.weight.normal_()
        head = torch.zeros_like(model.lm_head.weight)
        for at, token in enumerate(said):
            head[token] += positions[start + at]
        model.lm_head.weight = torch.nn.Parameter(head)
    model.save_pretrained(folder)
