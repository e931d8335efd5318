"""An extractor on a REBEL-like model: it writes triplets down, which are then found in the text.

The linearisation is that of REBEL (Huguet Cabot and Navigli 2021):
`<triplet> subject <subj> object <obj> relation <subj> object <obj> relation ...`, and of its
multilingual successor, where types stand in the places of `<subj>` and `<obj>`
(`<triplet> subject <per> object <loc> relation`).
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.errors import ModelError
from kgtransfer.extract.alignment import Claim, align
from kgtransfer.extract.languages import ANY
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Extraction

log = logging.getLogger(__name__)
VERSION = "seq2seq 1"
_MARK = re.compile(r"<(\w+)>")
_SKIPPED = frozenset({"s", "pad", "unk", "mask"})
_TYPES = {
    "per": "Person", "org": "Organization", "loc": "Location", "media": "Work", "eve": "Event",
}  # fmt: skip
_MOST_CHARACTERS = 600
"""Of sentences that are read in one go: the model was trained on short paragraphs."""
_BEAMS = 3


class Seq2SeqExtractor:
    """Reads a few sentences at a time and keeps the triplets whose ends the text holds.

    Args:
        folder: a Hugging Face sequence-to-sequence model with safetensors weights.

    Raises:
        ModelError: it is missing, has other weights, or needs code of its own.
    """

    languages = ANY

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "config.json").is_file():
            raise ModelError(
                "there is no model here", where=str(folder), hint="Name the folder: seq2seq:FOLDER."
            )
        if not list(folder.glob("*.safetensors")):
            raise ModelError(
                "the model has no safetensors weights",
                where=str(folder),
                hint="Pickled weights are not loaded; save it with safe_serialization=True.",
            )
        self.schema = load_schema()
        digest = hashlib.sha256(f"{VERSION} {_BEAMS} {self.schema.fingerprint}".encode())
        for file in sorted(folder.iterdir()):
            if file.suffix in (".json", ".safetensors", ".model", ".txt"):
                digest.update(file.name.encode())
                digest.update(file.read_bytes())
        self._fingerprint = digest.hexdigest()[:16]

    @property
    def fingerprint(self) -> str:
        """Names the model's files, the schema and the way they are used."""
        return self._fingerprint

    def __reduce__(self) -> tuple[Any, tuple[Path]]:
        """Another process loads it anew."""
        return Seq2SeqExtractor, (self.folder,)

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

        local: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
        try:
            tokenizer = AutoTokenizer.from_pretrained(self.folder, **local)
            model = AutoModelForSeq2SeqLM.from_pretrained(
                self.folder, use_safetensors=True, **local
            )
        except (OSError, ValueError, KeyError, RuntimeError, SafetensorError) as error:
            first = (str(error).splitlines() or ["unknown reason"])[0]
            raise ModelError(
                f"the model can't be loaded ({first})",
                where=str(self.folder),
                hint="It has to be a sequence-to-sequence model of transformers, with tokenizer.",
            ) from error
        return tokenizer, model.eval()

    def extract(self, text: str, language: str) -> Extraction:
        """Read one chunk."""
        if not text.strip():
            return Extraction()
        names: dict[str, str] = {}
        claims: list[Claim] = []
        for start, end in _portions(text, language):
            written, confidence = self._generate(text[start:end])
            for subject, predicate, target, kinds in triplets(written):
                claims.append(Claim(subject, predicate, target, confidence=confidence))
                names.update((n, k) for n, k in zip((subject, target), kinds, strict=True) if k)
        extraction, refused = align(text, language, list(names.items()), claims, self.schema)
        if refused:
            log.info("%d of %d names and triplets refused", refused, len(names) + len(claims))
        return extraction

    @torch.inference_mode()
    def _generate(self, text: str) -> tuple[str, float]:
        """What the model writes, and the mean probability of a token of it."""
        tokenizer, model = self._loaded
        most = min(getattr(model.config, "max_position_embeddings", 512) or 512, 512)
        asked = tokenizer(text, return_tensors="pt", truncation=True, max_length=most)
        asked.pop("token_type_ids", None)
        found = model.generate(
            **asked,
            num_beams=_BEAMS,
            max_new_tokens=256,
            do_sample=False,
            length_penalty=1.0,
            return_dict_in_generate=True,
            output_scores=True,
        )
        written = tokenizer.decode(found.sequences[0], skip_special_tokens=False)
        return str(written), float(found.sequences_scores[0].exp().clamp(0.01, 0.99))


def _portions(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Neighbouring sentences together, as long as they are short enough."""
    first = last = None
    for start, end in sentence_spans(text, language or "en"):
        if first is not None and last is not None and end - first > _MOST_CHARACTERS:
            yield first, last
            first = None
        first, last = (start if first is None else first), end
    if first is not None and last is not None:
        yield first, last


def triplets(written: str) -> Iterator[tuple[str, str, str, tuple[str, str]]]:
    """(subject, relation, object, their types) of a linearised answer; half ones are left out."""
    parts = _MARK.split(written)  # text, mark, text, mark, text ...
    marks = [
        (mark, " ".join(said.replace("</s>", " ").split()))
        for mark, said in zip(parts[1::2], parts[2::2], strict=True)
        if mark not in _SKIPPED
    ]
    for i, (mark, subject) in enumerate(marks):
        if mark != "triplet" or not subject:
            continue
        rest = []
        for pair in marks[i + 1 :]:
            if pair[0] == "triplet":
                break
            rest.append(pair)
        for (kind, target), (other, relation) in zip(rest[::2], rest[1::2], strict=False):
            if target and relation:
                yield subject, relation, target, (_TYPES.get(kind, ""), _TYPES.get(other, ""))
