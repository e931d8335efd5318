"""What the fast tagger learns from: annotated names, parts of speech, and what a teacher says."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch

from kgtransfer.config import shipped
from kgtransfer.errors import InputError
from kgtransfer.extract.fast_weights import PARTS
from kgtransfer.extract.labels import STYLES
from kgtransfer.extract.pipeline import build_pipeline
from kgtransfer.extract.reading import reading_of
from kgtransfer.names import fold
from kgtransfer.train.entity_corpora import packed
from kgtransfer.train.extraction_data import LabelledText

log = logging.getLogger(__name__)
_REDOCRED = STYLES.index("redocred")


@dataclass(frozen=True, slots=True)
class TaggedText:
    """A text in words and what is known of each.

    `opening` marks first words of sentences; `allowed` (words, tags) the entity tags that an
    annotation allows; `teacher` (words, tags) a teacher's probabilities; `parts` the numbers of
    parts of speech, -1 where unknown. Each is None where nothing is known.
    """

    style: int
    words: tuple[str, ...]
    opening: tuple[bool, ...]
    allowed: npt.NDArray[np.bool_] | None = None
    teacher: npt.NDArray[np.float16] | None = None
    parts: tuple[int, ...] | None = None


def annotated(text: LabelledText) -> TaggedText:
    """An entity corpus's text."""
    first = set(text.sentences)
    opening = tuple(i in first for i in range(len(text.words)))
    return TaggedText(text.style, text.words, opening, text.allowed)


def read_conllu(folder: Path, words: int = 120) -> list[TaggedText]:
    """Texts of about so many words with their parts of speech (Universal Dependencies).

    Raises:
        InputError: the folder holds no .conllu file.
    """
    files = sorted(folder.glob("*.conllu"))
    if not files:
        raise InputError("no .conllu file here", where=str(folder))
    texts = []
    for file in files:
        sentences = _sentences(file.read_text(encoding="utf-8"))
        for group in packed(sentences, words):
            pairs = [pair for sentence in group for pair in sentence]
            opening = [i == 0 for sentence in group for i in range(len(sentence))]
            numbers = tuple(PARTS.index(p) if p in PARTS else -1 for _, p in pairs)
            texts.append(
                TaggedText(_REDOCRED, tuple(w for w, _ in pairs), tuple(opening), parts=numbers)
            )
    return texts


def _sentences(content: str) -> Iterator[list[tuple[str, str]]]:
    for block in content.split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line[:1].isdigit()]
        words = [(row[1], row[3]) for row in rows if row[0].isdigit()]
        if words:
            yield words


def plain_passages(folder: Path, unseen: Path | None) -> list[str]:
    """The passages of the multi-hop training sets, none of a title that `unseen` holds.

    Args:
        folder: with 2wiki_train, hotpotqa_train and musique_train.
        unseen: a corpus file that is kept for measurements.
    """
    kept = {fold(p["title"]) for p in json.loads(unseen.read_text("utf-8"))} if unseen else set()
    found: dict[str, None] = {}
    for question in json.loads((folder / "2wiki_train/questions.json").read_text("utf-8")):
        for title, sentences in question["context"]:
            if fold(title) not in kept:
                found[f"{title}\n\n{' '.join(sentences)}"] = None
    titled = json.loads((folder / "hotpotqa_train/corpus.json").read_text("utf-8"))
    pairs = [(title, "".join(sentences)) for title, sentences in titled.items()]
    listed = json.loads((folder / "musique_train/corpus.json").read_text("utf-8"))
    for title, text in [*pairs, *((p["title"], p["text"]) for p in listed)]:
        if fold(title) not in kept:
            found[f"{title}\n\n{text}"] = None
    return list(found)


@torch.inference_mode()
def taught(texts: Sequence[str | TaggedText]) -> Iterator[TaggedText]:
    """The texts with the shipped accurate extractor's probabilities for every word's entity tag."""
    from spacy.tokens import Doc

    nlp = build_pipeline(shipped("models", "extractor"))
    tagger = nlp.get_pipe("kgtransfer_entities")
    for number, text in enumerate(texts, 1):
        if number % 500 == 0:
            log.info("the teacher has read %d of %d", number, len(texts))
        known = text if isinstance(text, TaggedText) else None
        doc = Doc(nlp.vocab, words=list(known.words)) if known else nlp.make_doc(str(text))
        for name in ("kgtransfer_sentences", "kgtransfer_encoder"):
            doc = nlp.get_pipe(name)(doc)
        reading = reading_of(doc)
        whole = doc.text
        words = tuple(whole[start:end] for start, end in reading.words)
        if not words or (known and words != known.words):
            continue
        said = [tagger.log_probabilities(w)[w.first - w.context :].exp() for w in reading.windows]
        teacher = torch.cat(said).numpy().astype(np.float16)
        numbers = reading.sentence_of
        first = tuple(i == 0 or numbers[i] != numbers[i - 1] for i in range(len(words)))
        opening = known.opening if known else first
        parts = known.parts if known else None
        yield TaggedText(_REDOCRED, words, opening, teacher=teacher, parts=parts)
