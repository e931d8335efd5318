"""Component `kgtransfer_gliner`: names by a GLiNER model, which is told the types in words.

GLiNER (Zaratiana et al. 2024, "GLiNER: Generalist Model for Named Entity Recognition using
Bidirectional Transformer") scores every short span against every label; GLiNER2 (Zaratiana et al.
2025) asks for entities in a schema of tasks. Both are used by their packages' documented calls.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from spacy.language import Language
from spacy.util import filter_spans

from kgtransfer.errors import ModelError
from kgtransfer.extract.gliner_model import MOST_WORDS, GlinerModel, load_model
from kgtransfer.extract.reading import reading_of
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Span

VERSION = "gliner 1"
THRESHOLD = 0.5
"""The least score of a name: what both packages take unasked."""
_ASKED = {"Work": "creative work"}
_UNASKED = frozenset({"Misc", "Concept"})
"""Types that say nothing to a model."""
_WORD = re.compile(r"\w+(?:[-_]\w+)*|\S")
"""As both packages count words."""
_MOST_CHARACTERS = 1500
"""Of a text that is read in one go, and of a word that is read at all."""
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class Scored(NamedTuple):
    """A name with its label's type and the model's score."""

    start: int
    end: int
    type: str
    score: float


def labels_of(types: Iterable[tuple[str, str]], own: Mapping[str, str]) -> dict[str, str]:
    """What to ask for, and the type that it stands for.

    Args:
        types: of a schema, with their descriptions; empty for the shipped schema.
        own: further labels with their types; an empty type leaves the label out.

    Raises:
        ModelError: nothing is left to ask for.
    """
    described = dict(types) or dict.fromkeys(load_schema().types, "")
    asked = {}
    for name, description in described.items():
        if description or name not in _UNASKED:
            words = _CAMEL.sub(" ", name).lower()
            asked[" ".join(description.split()) or _ASKED.get(name, words)] = name
    asked = {label: kind for label, kind in {**asked, **own}.items() if kind}
    if not asked:
        raise ModelError(
            "no label is left to ask the model for",
            where="entity_labels",
            hint='Give it some: [entity_labels] "chemical compound" = "Product".',
        )
    return asked


def fingerprint(folder_digest: str, labels: Mapping[str, str]) -> str:
    """Names the model's files, the labels in their order, and how they are used."""
    parts = (VERSION, str(THRESHOLD), folder_digest, repr(list(labels.items())))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


@lru_cache(maxsize=1)
def shared_model(folder: str) -> GlinerModel:
    """The model of a folder, loaded once in a process."""
    return load_model(folder)


@Language.factory(
    "kgtransfer_gliner", assigns=["doc.ents"], default_config={"folder": "", "labels": {}}
)
def create_gliner(nlp: Language, name: str, folder: str, labels: dict[str, str]) -> GlinerNames:
    """Make the component; see `labels_of` for the labels."""
    return GlinerNames(shared_model(folder), labels)


class GlinerNames:
    """Sets `doc.ents` and each name's score in the reading.

    Args:
        model: see `load_model`.
        labels: what to ask for, and the types that they stand for.
    """

    def __init__(self, model: GlinerModel, labels: Mapping[str, str]) -> None:
        self.model, self.labels = model, dict(labels)

    def __call__(self, doc: Any) -> Any:
        """Ask for a few sentences at a time; of names that overlap the surest stays."""
        reading, text = reading_of(doc), doc.text
        spans: dict[Span, Any] = {}
        for name in best(self._names(text, reading.sentences)):
            span = doc.char_span(name.start, name.end, name.type, alignment_mode="expand")
            place = (span.start_char, span.end_char)
            if span.text.strip() and place not in spans:  # the surest first
                spans[place] = span
                reading.scores[place] = name.score
        doc.ents = filter_spans(spans.values())
        return doc

    def _names(self, text: str, sentences: Iterable[Span]) -> Iterator[Scored]:
        asked = list(self.labels)
        for start, end in portions(text, sentences, self.model.most_words):
            for first, last, label, score in self.model.ask(text[start:end], asked, THRESHOLD):
                name = text[start + first : start + last]
                first += len(name) - len(name.lstrip())
                last -= len(name) - len(name.rstrip())
                kind = self.labels.get(label)
                if kind and any(c.isalnum() for c in name):
                    sure = round(min(max(score, 0.001), 1.0), 3)
                    yield Scored(start + first, start + last, kind, sure)


def best(names: Iterable[Scored]) -> list[Scored]:
    """Of names that overlap the one with the highest score, then the longest."""
    kept: list[Scored] = []
    for name in sorted(names, key=lambda n: (-n.score, n.start - n.end, n.start, n.type)):
        if all(name.end <= other.start or other.end <= name.start for other in kept):
            kept.append(name)
    return kept


def portions(text: str, sentences: Iterable[Span], most: int = MOST_WORDS) -> Iterator[Span]:
    """Neighbouring sentences together, of so many words at most; a longer one is cut at a word."""
    first = last = words = 0
    for start, end in sentences:
        for place, count in _pieces(text, start, end, most):
            if words and (place[1] - first > _MOST_CHARACTERS or words + count > most):
                yield first, last
                words = 0
            first, last = (first if words else place[0]), place[1]
            words += count
    if words:
        yield first, last


def _pieces(text: str, start: int, end: int, most: int) -> Iterator[tuple[Span, int]]:
    """A sentence, or the parts of a very long one, with the number of their words."""
    first, last, count = start, start, 0
    for word in _WORD.finditer(text, start, end):
        if word.end() - word.start() > _MOST_CHARACTERS:
            continue  # no name
        if count and (count == most or word.end() - first > _MOST_CHARACTERS):
            yield (first, last), count
            count = 0
        first, last = (first if count else word.start()), word.end()
        count += 1
    if count:
        yield (first, last), count
