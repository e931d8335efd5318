"""A graph's records as numbered arrays: every edge that retrieval uses, collapsed from the graph.

Chunks are numbered by document and position, everything else by id. An edge is a stored path:
chunk to entity is a mention; entity to document an ABOUT; chunk to chunk over an entity two
mentions. Names are recomputed from titles, leads and aliases by `kgtransfer.names`, so that an
index built from the graph equals one built from the ledger.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from kgtransfer.names import STOPWORDS, TITLE, Name, document_names, fold
from kgtransfer.names.terms import NOUN
from kgtransfer.records import Chunk, Document, Fact, GraphContent, Inference, Mention, Span
from kgtransfer.retrieve.cells import Cells, cut, save_stems
from kgtransfer.retrieve.lexical import save_bm25, save_coverage
from kgtransfer.retrieve.name_words import NameWords
from kgtransfer.retrieve.tables import Strings, compress, pointers_of, save

LEAD = 600
"""Characters of a document's beginning that are searched for its names."""
BEFORE, AFTER = 45, 25
"""Characters around a mention that make its window."""

Bearer = tuple[int, int]
"""(document or entity number, strength)."""


@dataclass(frozen=True, slots=True)
class Passages:
    """What is to be encoded: each chunk's text after its title, and the spans of its cells."""

    texts: list[str]
    prefixes: list[int]
    """How long the title before each text is; the cells' offsets count without it."""
    cells: Cells

    def spans(self, at: int) -> list[Span]:
        """The cells' spans in `texts[at]`."""
        return [tuple(span) for span in (self.cells.of(at) + self.prefixes[at]).tolist()]


def write_layout(content: GraphContent, folder: Path) -> Passages:
    """Write every array but the embeddings, and say what is to be encoded."""
    content = without_terms(content)
    documents = {record.id: at for at, record in enumerate(content.documents)}
    chunks = sorted(
        (c for c in content.chunks if c.document in documents),
        key=lambda c: (documents[c.document], c.position),
    )
    leads = _write_texts(content.documents, chunks, documents, folder)
    languages = {d.id: d.language for d in content.documents}
    cells = cut((c.text, languages[c.document]) for c in chunks)
    cells.save(folder)
    save_stems((c.text for c in chunks), cells, folder)
    entities = {record.id: at for at, record in enumerate(content.entities)}
    _write_mentions(content.mentions, chunks, entities, cells, folder)
    _write_names(content, leads, documents, entities, folder)
    _write_facts(content, chunks, entities, folder)
    titles = [content.documents[documents[c.document]].title for c in chunks]
    prefixes = [f"{title}. " if title else "" for title in titles]
    texts = [prefix + chunk.text for prefix, chunk in zip(prefixes, chunks, strict=True)]
    return Passages(texts, [len(prefix) for prefix in prefixes], cells)


def without_terms(content: GraphContent) -> GraphContent:
    """The graph of names alone: common nouns would lead from any page to any other.

    Entities that only noun phrases mention are left out, and the facts that they are an end of.
    """
    nouns = {m.entity for m in content.mentions if m.strength == NOUN}
    mentions = tuple(m for m in content.mentions if m.strength != NOUN)
    nouns -= {m.entity for m in mentions} | {a.entity for a in content.abouts}
    if not nouns:
        return replace(content, mentions=mentions)
    return replace(
        content,
        mentions=mentions,
        entities=tuple(e for e in content.entities if e.id not in nouns),
        facts=tuple(f for f in content.facts if not {f.subject, f.object} & nouns),
        inferences=tuple(f for f in content.inferences if not {f.subject, f.object} & nouns),
    )


def _write_texts(
    documents: tuple[Document, ...], chunks: list[Chunk], number: dict[str, int], folder: Path
) -> list[str]:
    """Write documents, chunks and word tables; return each document's beginning."""
    owners = np.asarray([number[c.document] for c in chunks], np.int64)
    pointers, _ = compress(owners, len(documents))
    leads = [
        chunks[first].text[:LEAD] if first < last else ""
        for first, last in itertools.pairwise(pointers)
    ]
    titles = [d.title for d in documents]
    Strings.save(folder, "documents", map(_json, documents))
    Strings.save(folder, "document_ids", (d.id for d in documents))
    Strings.save(folder, "titles", titles)
    Strings.save(folder, "chunk_ids", (c.id for c in chunks))
    Strings.save(folder, "chunk_texts", (c.text for c in chunks))
    save(folder, "document_chunks", pointers)
    save(folder, "chunk_document", owners.astype(np.int32))
    save(folder, "chunk_start", np.asarray([c.start for c in chunks], np.int64))
    save_bm25(
        folder, "bm25", [f"{titles[d]} {c.text}" for d, c in zip(owners, chunks, strict=True)]
    )
    return leads


def _write_mentions(
    mentions: tuple[Mention, ...],
    chunks: list[Chunk],
    entities: dict[str, int],
    cells: Cells,
    folder: Path,
) -> None:
    """Write the chunk-entity edges, each with its place, its sentence and its window of cells."""
    number = {chunk.id: at for at, chunk in enumerate(chunks)}
    known = [m for m in mentions if m.chunk in number and m.entity in entities and m.spans]
    ends = np.asarray([(number[m.chunk], entities[m.entity]) for m in known], np.int64)
    ends = ends.reshape(-1, 2)
    rows = [known[at] for at in np.lexsort((ends[:, 1], ends[:, 0]))]
    table = np.zeros((len(rows), 7), np.int32)
    windows = np.zeros((len(rows), 2), np.int64)
    for at, mention in enumerate(rows):
        chunk = number[mention.chunk]
        start, end = _first_span(mention, chunks[chunk])
        table[at] = (
            chunk, entities[mention.entity], start, end, len(mention.spans), mention.strength,
            cells.sentence_at(chunk, start),
        )  # fmt: skip
        windows[at] = cells.window(chunk, start - BEFORE, end + AFTER)
    pointers, _ = compress(table[:, 0], len(chunks))
    _, same = np.unique(table[:, [0, 2, 3]], axis=0, return_inverse=True)
    same = same.reshape(-1)
    bearers = np.bincount(same, minlength=1)[same] if len(rows) else np.zeros(0)
    ambiguous = np.asarray([mention.ambiguous for mention in rows], bool)
    entity_pointers, by_entity = compress(table[:, 1], len(entities))
    save(folder, "chunk_mentions", pointers)
    save(folder, "mention_chunk", table[:, 0])
    save(folder, "mention_entity", table[:, 1])
    save(folder, "mention_span", table[:, 2:4])
    save(folder, "mention_count", table[:, 4])
    save(folder, "mention_strength", table[:, 5])
    save(folder, "mention_sentence", table[:, 6])
    save(
        folder,
        "mention_bearers",
        np.where(ambiguous, np.maximum(bearers, 2), bearers).astype(np.int32),
    )
    save(folder, "entity_mentions", entity_pointers)
    save(folder, "mentions_by_entity", by_entity)
    save(folder, "mention_cells", windows)


def _first_span(mention: Mention, chunk: Chunk) -> Span:
    start, _, end = mention.spans[0].partition(":")
    size = len(chunk.text)
    first = min(max(0, int(start) - chunk.start), size)
    return first, min(max(first, int(end) - chunk.start), size)


def _write_names(
    content: GraphContent,
    leads: list[str],
    documents: dict[str, int],
    entities: dict[str, int],
    folder: Path,
) -> None:
    """Write who bears which name, the ABOUT edges, and the names' words for partial matches."""
    own = [
        document_names(document.title, lead)
        for document, lead in zip(content.documents, leads, strict=True)
    ]
    about = np.asarray(
        [
            (documents[a.document], entities[a.entity])
            for a in content.abouts
            if a.document in documents and a.entity in entities
        ],
        np.int64,
    ).reshape(-1, 2)
    by_document, order = compress(about[:, 0], len(documents))
    save(folder, "document_about", by_document)
    save(folder, "abouts_by_document", about[order, 1].astype(np.int32))
    by_entity, order = compress(about[:, 1], len(entities))
    save(folder, "entity_about", by_entity)
    save(folder, "abouts_by_entity", about[order, 0].astype(np.int32))
    Strings.save(folder, "entity_ids", (e.id for e in content.entities))
    Strings.save(folder, "entity_names", (e.name for e in content.entities))
    Strings.save(folder, "entity_types", (e.type for e in content.entities))
    documents_of = _bearers(own)
    entities_of = _aliases(content)
    keys = sorted({*documents_of, *entities_of})
    Strings.save(folder, "names", keys)
    NameWords.of(keys).save(folder)
    _save_bearers(folder, "name_documents", keys, documents_of)
    _save_bearers(folder, "name_entities", keys, entities_of)
    strongest = [
        " ".join(name.form for name in names[:1] or () if name.strength >= TITLE) for names in own
    ]
    save_coverage(folder, "coverage", strongest)


def _bearers(own: list[tuple[Name, ...]]) -> dict[str, list[Bearer]]:
    bearers: dict[str, list[Bearer]] = {}
    for number, names in enumerate(own):
        for name in names:
            bearers.setdefault(name.key, []).append((number, name.strength))
    return bearers


def _aliases(content: GraphContent) -> dict[str, list[Bearer]]:
    """Entities by the keys of their names and aliases; the strength is 1 for the name, else 0."""
    bearers: dict[str, list[Bearer]] = {}
    for number, entity in enumerate(content.entities):
        keys = {fold(alias): 0 for alias in entity.aliases} | {fold(entity.name): 1}
        for key, strength in keys.items():
            if len(key) > 2 and key not in STOPWORDS:
                bearers.setdefault(key, []).append((number, strength))
    return bearers


def _save_bearers(
    folder: Path, name: str, keys: list[str], bearers: dict[str, list[Bearer]]
) -> None:
    pointers = pointers_of(len(bearers.get(key, ())) for key in keys)
    flat = [bearer for key in keys for bearer in bearers.get(key, ())]
    save(folder, name, pointers)
    save(folder, f"{name}.bearers", np.asarray(flat, np.int32).reshape(-1, 2))


def _write_facts(
    content: GraphContent, chunks: list[Chunk], entities: dict[str, int], folder: Path
) -> None:
    number = {chunk.id: at for at, chunk in enumerate(chunks)}
    facts = list(enumerate(content.facts))
    Strings.save(folder, "facts", map(_json, content.facts))
    at_chunk = [(number[c], at) for at, fact in facts for c in fact.chunks if c in number]
    at_entity = [
        (entities[e], at)
        for at, fact in facts
        for e in (fact.subject, fact.object)
        if e in entities
    ]
    for name, pairs, size in (
        ("chunk_facts", at_chunk, len(chunks)),
        ("entity_facts", at_entity, len(entities)),
    ):
        table = np.asarray(pairs, np.int64).reshape(-1, 2)
        pointers, order = compress(table[:, 0], size)
        save(folder, name, pointers)
        save(folder, f"{name}.facts", table[order, 1].astype(np.int32))
    Strings.save(folder, "value_ids", (v.id for v in content.values))
    Strings.save(folder, "value_texts", (v.text for v in content.values))
    Strings.save(folder, "inferences", map(_json, content.inferences))


def _json(record: Document | Fact | Inference) -> str:
    return json.dumps(asdict(record), ensure_ascii=False, sort_keys=True)
