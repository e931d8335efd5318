"""Entity corpora in CoNLL columns: where each keeps its sentences, and what labels are to us."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kgtransfer.errors import InputError
from kgtransfer.extract.labels import MISC_TYPES, STYLES, tags_of
from kgtransfer.train.extraction_data import LabelledText, mark, outside

TEXT_WORDS = 120
"""Neighbouring sentences are packed into texts of about so many words: one pass reads them all."""

Sentence = list[tuple[str, str]]
"""Words with their tags."""


@dataclass(frozen=True, slots=True)
class EntityCorpus:
    """A corpus's files, the columns of word and tag in them, and its labels.

    `types` gives the types that a label may be; none where what it marks is nothing of ours, and
    a label that is missing marks common nouns of some field. `unmarked` are the types that its
    annotation is silent on.
    """

    files: tuple[str, ...]
    word: int
    tag: int
    types: Mapping[str, Sequence[str]]
    unmarked: tuple[str, ...]


_COARSE = {"PER": ["Person"], "ORG": ["Organization"], "LOC": ["Location"], "OTH": []}
_WIKIGOLD = {**_COARSE, "MISC": [*MISC_TYPES, "Location"]}
_WNUT = {
    "corporation": ["Organization"],
    "group": ["Organization"],
    "creative-work": ["Work"],
    "location": ["Location"],
    "person": ["Person"],
    "product": ["Product"],
}
_CROSSNER_GROUPS = {
    "Person": "person researcher writer musicalartist politician scientist",
    "Organization": "organisation university band politicalparty",
    "Location": "location country",
    "Event": "event election conference",
    "Work": "book poem album song magazine academicjournal",
    "Product": "product programlang",
    "Misc": "award",
}
_CROSSNER = {name: [kind] for kind, names in _CROSSNER_GROUPS.items() for name in names.split()} | {
    "misc": [*MISC_TYPES, "Location"],
    "astronomicalobject": ["Misc", "Location"],
}
_VALUES = ("date", "number")
_REST = ("Work", "Event", "Product", "Misc", *_VALUES)
CROSSNER_FIELDS = ("ai", "literature", "music", "politics", "science")
ENTITY_CORPORA = {
    "uner": EntityCorpus(("en_ewt-dev.iob2",), 1, 2, _COARSE, _REST),
    "wikigold": EntityCorpus(
        ("CONLL-format/data/wikigold.conll.txt",), 0, 1, _WIKIGOLD, _VALUES
    ),
    "wnut17": EntityCorpus(
        ("train.conll", "dev.conll"), 0, 1, _WNUT, ("Event", "Misc", *_VALUES)
    ),
    "btc": EntityCorpus(
        tuple(f"CONLL-format/data/{part}.conll" for part in "abefgh"), 0, 1, _COARSE, _REST
    ),
    "crossner": EntityCorpus(
        tuple(f"{field}/{part}.txt" for field in CROSSNER_FIELDS for part in ("train", "dev")),
        0, 1, _CROSSNER, _VALUES,
    ),
}  # fmt: skip


def read_entities(folder: Path, corpus: str) -> list[LabelledText]:
    """The texts of an entity corpus (a key of `ENTITY_CORPORA`)."""
    known = ENTITY_CORPORA[corpus]
    style = STYLES.index(corpus)
    return [_entity_text(group, style, known) for _, group in read_groups(folder, corpus)]


def read_groups(folder: Path, corpus: str) -> Iterator[tuple[str, list[Sentence]]]:
    """The same texts as sentences of words with tags, each with the name of its file.

    Raises:
        InputError: a file is missing.
    """
    known = ENTITY_CORPORA[corpus]
    for name in known.files:
        sentences = _sentences(folder / name, known.word, known.tag)
        for group in packed(sentences, TEXT_WORDS):
            yield name, group


def _entity_text(group: Sequence[Sentence], style: int, corpus: EntityCorpus) -> LabelledText:
    words = [word for sentence in group for word, _ in sentence]
    allowed = outside(len(words), corpus.unmarked)
    starts, place = [], 0
    for sentence in group:
        starts.append(place)
        for first, last, label in bio_spans([tag for _, tag in sentence]):
            types = corpus.types.get(label)
            if types is None:  # a common noun of some field: a name of the Misc kind or none
                allowed[place + first : place + last, tags_of("Misc")] = True
            elif types:
                mark(allowed, place + first, place + last, types)
        place += len(sentence)
    return LabelledText(style, tuple(words), tuple(starts), allowed)


def _sentences(path: Path, word: int, tag: int) -> Iterator[Sentence]:
    sentence: Sentence = []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise InputError("no such data set", where=str(path)) from error
    for line in [*lines, ""]:
        fields = line.split("\t") if "\t" in line else line.split()
        if not line.strip():
            if sentence:
                yield sentence
            sentence = []
        elif len(fields) > tag and not line.startswith("# "):
            sentence.append((fields[word], fields[tag]))


def packed(sentences: Iterable[Sentence], words: int) -> Iterator[list[Sentence]]:
    """Neighbouring sentences (words with their tags) in groups of at most so many words."""
    group: list[Sentence] = []
    for sentence in sentences:
        if group and sum(map(len, group)) + len(sentence) > words:
            yield group
            group = []
        group.append(sentence)
    if group:
        yield group


def bio_spans(tags: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """(first, last + 1, label) of BIO or IO tags."""
    start, label = 0, ""
    for i, tag in enumerate([*tags, "O"]):
        prefix, _, name = tag.partition("-")
        if label and (prefix != "I" or name != label):
            yield start, i, label
            label = ""
        if prefix in ("B", "I") and not label:
            start, label = i, name
