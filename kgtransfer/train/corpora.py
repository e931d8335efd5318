"""Retrieval sets: a corpus, its graph, and questions whose gold passages are known.

Formats, told apart by their keys: 2WikiMultihopQA and HotpotQA as published (questions with
contexts and supporting facts), MuSiQue (paragraphs), a corpus file of {title, text} with questions
whose evidence triples name pages by their titles, and SQuAD's (articles of paragraphs: one document
each, in which an answer has its place).
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgtransfer.corpus.chunks import document_id, make_chunks
from kgtransfer.errors import InputError
from kgtransfer.extract.extractor import Extractor
from kgtransfer.extract.schema import load_schema
from kgtransfer.extract.workers import extract_many
from kgtransfer.ledger.documents import version_of
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.link import update
from kgtransfer.names import capitalised_spans, fold
from kgtransfer.records import (
    Document,
    EntityMention,
    Extraction,
    GraphContent,
    SourceDocument,
    Span,
)

log = logging.getLogger(__name__)

_KNOWN = "Known: 2WikiMultihopQA, HotpotQA, MuSiQue, SQuAD, and [{title, text}] with evidence."


@dataclass(frozen=True, slots=True)
class CorpusQuestion:
    """A question and the uris of the documents that hold its evidence."""

    text: str
    gold: frozenset[str]
    places: tuple[Span, ...] = ()
    """Where in its one gold document the answer stands, any of them; empty: the whole document."""

    def holds(self, uri: str, start: int, end: int) -> bool:
        """Whether `[start, end)` of a document holds evidence."""
        if uri not in self.gold or not self.places:
            return uri in self.gold
        return any(first < end and start < last for first, last in self.places)


@dataclass(frozen=True, slots=True)
class RetrievalSet:
    """A corpus with its questions."""

    documents: tuple[SourceDocument, ...]
    questions: tuple[CorpusQuestion, ...]

    def without_titles(self) -> RetrievalSet:
        """The same passages, none of which has a title."""
        return replace(self, documents=tuple(replace(d, title="") for d in self.documents))


def read_set(questions: Path, corpus: Path | None = None) -> RetrievalSet:
    """Read questions, and their corpus where it is a file of its own.

    Without `corpus`, the corpus is all contexts of all questions, each passage once.

    Raises:
        InputError: a file can't be read or has another format.
    """
    items = _load(questions)
    if isinstance(items, dict) and "data" in items and corpus is None:
        return _read_articles(items["data"], questions)
    try:
        passages = list(_passages(_load(corpus)) if corpus else _contexts(items))
        documents = {f"corpus/{at}": p for at, p in enumerate(dict.fromkeys(passages))}
        by_title: dict[str, set[str]] = defaultdict(set)
        by_passage: dict[tuple[str, str], set[str]] = defaultdict(set)
        for uri, (title, text) in documents.items():
            by_title[fold(title)].add(uri)
            by_passage[title, text.strip()].add(uri)
        asked = [
            CorpusQuestion(item["question"], frozenset(_gold(item, by_title, by_passage)))
            for item in items
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"not a question set that is known here ({error!r})",
            where=str(questions),
            hint=_KNOWN,
        ) from error
    return RetrievalSet(
        tuple(SourceDocument(uri, title, text, "en") for uri, (title, text) in documents.items()),
        tuple(asked),
    )


def graph_of(
    documents: Sequence[SourceDocument], extractor: Extractor, ledger: Path, *, workers: int = 1
) -> GraphContent:
    """The documents' graph, in a ledger of its own where what was extracted stays extracted."""
    opened = Ledger.open(ledger)
    try:
        for source in documents:
            digest = version_of(Document("", source.uri, source.title, "", source.text))
            id_ = document_id(source.uri)
            document = Document(id_, source.uri, source.title, source.language, digest)
            version = version_of(document, extractor.fingerprint)
            if opened.is_current(id_, version):
                continue
            chunks = make_chunks(id_, source.text, source.language)
            opened.begin(document, version, chunks, extractor.fingerprint)
        begun = [stored.document.id for stored in opened.pending()]
        missing = {item[0]: item for document in begun for item in opened.missing(document)}
        results = extract_many(extractor, missing.values(), workers=workers)
        for number, result in enumerate(results, 1):
            opened.put_extractions([result])
            if number % 500 == 0:
                log.info("extracted %d of %d", number, len(missing))
        wanted = {document_id(source.uri) for source in documents}
        others = [s.document.id for s in opened.documents() if s.document.id not in wanted]
        if begun or others:
            with opened.change("corpus"):
                for gone in others:
                    opened.remove(gone)
                for whole in begun:
                    opened.complete(whole)
                update(opened.links, frozenset(load_schema().predicates))
        return opened.content()
    finally:
        opened.close()


class NamesExtractor:
    """Takes runs of capitalised words for entities of no particular type; no model, no facts.

    It gives retrieval its graph of names in seconds, where relations are not needed.
    """

    fingerprint = "names-1"

    def extract(self, text: str, language: str) -> Extraction:
        """Extract mentions alone."""
        clusters: dict[str, int] = {}
        mentions = tuple(
            EntityMention(
                start, end, "Misc", 1.0, clusters.setdefault(fold(text[start:end]), len(clusters))
            )
            for start, end in capitalised_spans(text)
        )
        return Extraction(mentions=mentions)


def _load(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"can't be read ({error})", where=str(path)) from error


def _read_articles(articles: Any, file: Path) -> RetrievalSet:
    """SQuAD's format: an article's paragraphs are one document."""
    documents: list[SourceDocument] = []
    asked: list[CorpusQuestion] = []
    try:
        for at, article in enumerate(articles):
            uri, text = f"corpus/{at}", ""
            for paragraph in article["paragraphs"]:
                text += "\n\n" if text else ""
                for item in paragraph["qas"]:
                    starts = [(a["answer_start"], len(a["text"])) for a in item["answers"]]
                    spans = {(len(text) + s, len(text) + s + size) for s, size in starts}
                    if spans:
                        question = item["question"].strip()
                        places = tuple(sorted(spans))
                        asked.append(CorpusQuestion(question, frozenset([uri]), places))
                text += paragraph["context"]
            title = article["title"].replace("_", " ")
            documents.append(SourceDocument(uri, title, text, "en"))
    except (KeyError, TypeError, ValueError) as error:
        raise InputError(
            f"not a question set that is known here ({error!r})", where=str(file), hint=_KNOWN
        ) from error
    return RetrievalSet(tuple(documents), tuple(asked))


Passage = tuple[str, str]
"""(title, text)."""


def _passages(corpus: Any) -> Iterator[Passage]:
    if isinstance(corpus, dict):  # HotpotQA: title to sentences
        yield from ((title, _joined(sentences)) for title, sentences in corpus.items())
    else:
        yield from ((item["title"], item["text"]) for item in corpus)


def _contexts(items: list[dict[str, Any]]) -> Iterator[Passage]:
    for item in items:
        if "paragraphs" in item:
            yield from ((p["title"], p["paragraph_text"]) for p in item["paragraphs"])
        else:
            yield from ((title, _joined(sentences)) for title, sentences in item["context"])


def _joined(sentences: list[str]) -> str:
    return " ".join(sentence.strip() for sentence in sentences)


def _gold(
    item: dict[str, Any],
    by_title: dict[str, set[str]],
    by_passage: dict[Passage, set[str]],
) -> set[str]:
    if "paragraphs" in item:
        supports = [p for p in item["paragraphs"] if p["is_supporting"]]
        keys = [(p["title"], p["paragraph_text"].strip()) for p in supports]
        return set().union(*(by_passage[key] for key in keys))
    if "supporting_facts" in item:
        titles = {title for title, _ in item["supporting_facts"]}
    else:
        titles = {subject for subject, _, _ in item["evidence"]}
    return set().union(*(by_title[fold(title)] for title in sorted(titles)))
