"""UNER, WNUT17, CrossNER and the Broad Twitter Corpus: sentences in CoNLL columns."""

from __future__ import annotations

from collections.abc import Sequence, Set
from pathlib import Path

from kgtransfer.evaluate.gold.records import GoldName, GoldText, NameCorpus
from kgtransfer.extract.labels import ENTITY_TYPES
from kgtransfer.train.entity_corpora import (
    CROSSNER_FIELDS,
    ENTITY_CORPORA,
    Sentence,
    bio_spans,
    read_groups,
)

PARTS = {
    "uner": {"EWT dev": "en_ewt-dev.iob2"},
    "wnut17": {"WNUT17 dev": "dev.conll", "WNUT17 train": "train.conll"},
    "crossner": {f"CrossNER {field}": f"{field}/dev.txt" for field in CROSSNER_FIELDS},
    "btc": {"BTC": ""},
}
"""What is measured of each corpus, and the file that it is in (all of them where none is named)."""


def read_names(folder: Path, corpus: str, trained: Set[int] = frozenset()) -> list[NameCorpus]:
    """A corpus's parts (see `PARTS`), in the texts that training reads.

    Args:
        folder: the corpus's own.
        corpus: a key of `PARTS`.
        trained: the numbers of the texts that were trained on, which are left out.

    Raises:
        InputError: a file is missing.
    """
    known = ENTITY_CORPORA[corpus]
    types = {label: _one_type(names) for label, names in known.types.items()}
    counted = frozenset(ENTITY_TYPES) - set(known.unmarked)
    groups = list(enumerate(read_groups(folder, corpus)))
    parts = []
    for name, file in PARTS[corpus].items():
        inside = [(i, group) for i, (where, group) in groups if not file or where == file]
        texts = [_text(f"{name} {i}", g, types) for i, g in inside if i not in trained]
        parts.append(NameCorpus(name, tuple(texts), counted, len(inside)))
    return parts


def _one_type(names: Sequence[str]) -> frozenset[str]:
    """A label that may be one of several types of ours is none that could be counted."""
    return frozenset(names) if len(names) == 1 else frozenset()


def _text(title: str, group: Sequence[Sentence], types: dict[str, frozenset[str]]) -> GoldText:
    """Words joined by blanks; each sentence is a paragraph, for neighbours may be strangers."""
    pieces: list[str] = []
    names: list[GoldName] = []
    at = 0
    for sentence in group:
        places = []
        for word, _ in sentence:
            places.append((at, at + len(word)))
            at += len(word) + 1
        at += 1  # a blank line: the last word's blank and the one before it are line ends
        pieces.append(" ".join(word for word, _ in sentence))
        for first, last, label in bio_spans([tag for _, tag in sentence]):
            kinds = types.get(label, frozenset())
            names.append(GoldName(places[first][0], places[last - 1][1], kinds))
    return GoldText(title, "\n\n".join(pieces), tuple(names))
