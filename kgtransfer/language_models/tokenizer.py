"""Text to token ids with character offsets, by the `tokenizers` library alone.

A fast tokenizer of transformers is one of these in a wrapper; importing the wrapper takes longer
than loading the model does, and a question from the command line waits for it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import tokenizers


class Tokenizer:
    """Cuts texts into tokens; only `windows` limits their number. Several threads may use it.

    Args:
        core: how text is cut.
        opening: the id of the token that stands before a text.
        closing: the id of the token that stands after a text, and between two.
        pad: the id of the token that fills up.
    """

    def __init__(self, core: tokenizers.Tokenizer, *, opening: int, closing: int, pad: int) -> None:
        core.no_padding()
        core.no_truncation()
        self._core, self._limited = core, dict[tuple[int, int], tokenizers.Tokenizer]()
        self.opening, self.closing, self.pad = opening, closing, pad

    @classmethod
    def load(cls, folder: Path) -> Tokenizer:
        """Read `tokenizer.json`, and the names of its special tokens beside it."""
        core = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        file = folder / "tokenizer_config.json"
        named = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        ids = (_special(core, named, name) for name in ("cls_token", "sep_token", "pad_token"))
        opening, closing, pad = ids
        return cls(core, opening=opening, closing=closing, pad=pad)

    @classmethod
    def of(cls, fast: Any) -> Tokenizer:
        """The core of a fast tokenizer of transformers."""
        first, last = fast.cls_token_id, fast.sep_token_id
        return cls(
            fast.backend_tokenizer,
            opening=fast.bos_token_id or 0 if first is None else first,
            closing=fast.eos_token_id or 0 if last is None else last,
            pad=fast.pad_token_id or 0,
        )

    def encode(self, texts: Sequence[str]) -> list[tokenizers.Encoding]:
        """Each text's tokens (`ids`, `offsets`), without special ones."""
        return list(self._core.encode_batch(list(texts), add_special_tokens=False))

    def encode_words(self, words: Sequence[str]) -> tokenizers.Encoding:
        """The tokens of a text given as words (`ids`, `word_ids`), special ones at both ends."""
        return self._core.encode(list(words), is_pretokenized=True)

    def windows(
        self, texts: Sequence[str], length: int, overlap: int
    ) -> Iterator[tuple[int, tokenizers.Encoding]]:
        """(index of the text, a window of it): at most `length` tokens, special ones included.

        Windows of one text follow each other and share `overlap` tokens (`ids`, `offsets`,
        `special_tokens_mask`).
        """
        core = self._limited.get((length, overlap))
        if core is None:
            core = tokenizers.Tokenizer.from_str(self._core.to_str())
            core.enable_truncation(length, stride=overlap)
            self._limited[length, overlap] = core
        for index, encoding in enumerate(core.encode_batch(list(texts))):
            yield index, encoding
            for more in encoding.overflowing:
                yield index, more


def _special(core: tokenizers.Tokenizer, named: dict[str, Any], name: str) -> int:
    token = named.get(name) or {"cls_token": "[CLS]", "sep_token": "[SEP]"}.get(name, "[PAD]")
    written = token["content"] if isinstance(token, dict) else token
    return core.token_to_id(written) or 0
