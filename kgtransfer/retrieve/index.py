"""The index of one revision of the graph: memory-mapped, read-only, quick to open."""

from __future__ import annotations

import json
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_matrix

from kgtransfer import places
from kgtransfer.errors import CorruptWorkspace, WorkspaceError
from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.records import Document, Fact, FloatArray, Inference, Passage
from kgtransfer.retrieve.lexical import WordScores
from kgtransfer.retrieve.name_words import NameWords
from kgtransfer.retrieve.tables import AnyArray, Ints, Rows, Strings, load, ranges

FORMAT = 1
CURRENT = "current"
META = "meta.json"

_ARRAYS = (
    "document_chunks", "chunk_document", "chunk_start", "chunk_sentences", "sentence_spans",
    "sentence_stems", "stems", "chunk_mentions", "mention_chunk", "mention_entity", "mention_span",
    "mention_count", "mention_strength", "mention_sentence", "mention_bearers", "entity_mentions",
    "mentions_by_entity", "document_about", "abouts_by_document", "entity_about",
    "abouts_by_entity", "name_documents", "name_entities", "chunk_facts", "entity_facts",
    "chunk_vectors", "chunk_cells", "sentence_cells", "mention_cells",
)  # fmt: skip
_STRINGS = (
    "documents", "document_ids", "titles", "chunk_ids", "chunk_texts", "entity_ids", "entity_names",
    "entity_types", "names", "facts", "value_ids", "value_texts",
)  # fmt: skip


class GraphIndex:
    """Arrays and texts of an index folder, as `layout` and `build` wrote them.

    Raises:
        WorkspaceError: the folder is of another format.
        CorruptWorkspace: a file is missing or damaged.
    """

    document_chunks: AnyArray
    """(documents + 1,) row pointers: the chunks of document d are numbered consecutively."""
    chunk_document: Ints
    chunk_start: AnyArray
    chunk_sentences: AnyArray
    """(chunks + 1,) row pointers into the sentences."""
    sentence_spans: Ints
    """(sentences, 2), relative to the chunk."""
    sentence_stems: AnyArray
    stems: Ints
    chunk_mentions: AnyArray
    """(chunks + 1,) row pointers into the mentions, which are sorted by chunk and entity."""
    mention_chunk: Ints
    mention_entity: Ints
    mention_span: Ints
    """(mentions, 2): where the entity is first named, relative to the chunk."""
    mention_count: Ints
    mention_strength: Ints
    mention_sentence: Ints
    """The number of the holding sentence within its chunk."""
    mention_bearers: Ints
    """How many entities share the span: 1 where the name is not ambiguous."""
    entity_mentions: AnyArray
    mentions_by_entity: AnyArray
    document_about: AnyArray
    abouts_by_document: Ints
    entity_about: AnyArray
    abouts_by_entity: Ints
    name_documents: AnyArray
    name_entities: AnyArray
    chunk_facts: AnyArray
    entity_facts: AnyArray
    chunk_cells: AnyArray
    """(chunks + 1,) row pointers into the cells."""
    sentence_cells: AnyArray
    """(sentences + 1,) row pointers into the cells."""
    mention_cells: AnyArray
    """(mentions, 2): the cells of the window around a mention, end exclusive."""
    chunk_vectors: AnyArray
    """(chunks, d) float32, each of length 1."""
    documents: Strings
    document_ids: Strings
    titles: Strings
    chunk_ids: Strings
    chunk_texts: Strings
    entity_ids: Strings
    entity_names: Strings
    entity_types: Strings
    names: Strings
    facts: Strings
    value_ids: Strings
    value_texts: Strings

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            meta = json.loads((folder / META).read_text(encoding="utf-8"))
            if meta["format"] != FORMAT:
                raise WorkspaceError(
                    f"the index has format {meta['format']}, this program reads {FORMAT}",
                    where=str(folder),
                    hint="Run `kgtransfer rebuild`.",
                )
            for name in _ARRAYS:
                setattr(self, name, load(folder, name))
            for name in _STRINGS:
                setattr(self, name, Strings(folder, name))
            self.name_document_bearers: Ints = load(folder, "name_documents.bearers")
            self.name_entity_bearers: Ints = load(folder, "name_entities.bearers")
            self.facts_by_chunk: Ints = load(folder, "chunk_facts.facts")
            self.facts_by_entity: Ints = load(folder, "entity_facts.facts")
            self.cell_vectors = Rows(folder, "cell_vectors")
        except (OSError, ValueError, KeyError) as error:
            raise CorruptWorkspace(
                f"the index can't be read ({error})",
                where=str(folder),
                hint="Run `kgtransfer rebuild`.",
            ) from error
        self.meta: dict[str, Any] = meta
        self.revision = int(meta["revision"])
        self.encoder_fingerprint = str(meta["encoder"])
        self.dimension = int(meta["dimension"])

    @classmethod
    def open(cls, root: Path) -> GraphIndex:
        """Open the newest whole index under `root`.

        Raises:
            WorkspaceError: there is none yet.
        """
        for attempt in range(3):  # a writer may prune the folder between the two reads
            try:
                name = (root / CURRENT).read_text(encoding="utf-8").strip()
            except FileNotFoundError as error:
                raise WorkspaceError(
                    "there is no index yet",
                    where=str(root),
                    hint="Run `kgtransfer ingest FILES`, or `kgtransfer rebuild`.",
                ) from error
            try:
                return cls(root / name)
            except CorruptWorkspace:
                if attempt == 2:
                    raise
        raise AssertionError("unreachable")

    @classmethod
    def open_if_any(cls, root: Path) -> GraphIndex | None:
        """The newest index, or None where there is none that can be read."""
        try:
            return cls.open(root)
        except WorkspaceError:
            return None

    def __len__(self) -> int:
        """How many chunks there are."""
        return len(self.chunk_document)

    # -- texts and records ---------------------------------------------------------------------

    def document(self, number: int) -> Document:
        """A document's record."""
        return Document(**json.loads(self.documents[number]))

    def passage(self, chunk: int, score: float = 0.0) -> Passage:
        """A chunk as it is read and cited."""
        number = int(self.chunk_document[chunk])
        document, text = self.document(number), self.chunk_texts[chunk]
        start = int(self.chunk_start[chunk])
        return Passage(
            document=document.id,
            title=document.title,
            chunk=self.chunk_ids[chunk],
            score=score,
            text=text,
            start=start,
            places=places.within(places.load(document.metadata), start, start + len(text)),
            uri=document.uri,
        )

    def name_of(self, id_: str) -> str:
        """The name of an entity, the text of a value; of neither the id."""
        if id_ in self.entity_number:
            return str(self.entity_names[self.entity_number[id_]])
        number = self.value_number.get(id_)
        return str(self.value_texts[number]) if number is not None else id_

    def fact(self, number: int) -> Fact:
        """A fact's record."""
        values: dict[str, Any] = json.loads(self.facts[number])
        for name in ("chunks", "sentences"):
            values[name] = tuple(values[name])
        return Fact(**values)

    @cached_property
    def inferences(self) -> tuple[Inference, ...]:
        """What rules infer, by id; an index that is older than rules has none."""
        if not (self.folder / "inferences.text.npy").exists():
            return ()
        found = map(json.loads, Strings(self.folder, "inferences"))
        return tuple(Inference(**each | {"premises": tuple(each["premises"])}) for each in found)

    @cached_property
    def fact_number(self) -> dict[str, int]:
        """Fact ids to numbers: reads all facts, for what is inferred from some."""
        return {json.loads(text)["id"]: at for at, text in enumerate(self.facts)}

    @cached_property
    def chunk_number(self) -> dict[str, int]:
        """Chunk ids to numbers."""
        return {id_: at for at, id_ in enumerate(self.chunk_ids)}

    @cached_property
    def document_number(self) -> dict[str, int]:
        """Document ids to numbers."""
        return {id_: at for at, id_ in enumerate(self.document_ids)}

    @cached_property
    def entity_number(self) -> dict[str, int]:
        """Entity ids to numbers."""
        return {id_: at for at, id_ in enumerate(self.entity_ids)}

    @cached_property
    def value_number(self) -> dict[str, int]:
        """Value ids to numbers."""
        return {id_: at for at, id_ in enumerate(self.value_ids)}

    @cached_property
    def name_number(self) -> dict[str, int]:
        """Name keys to numbers."""
        return {key: at for at, key in enumerate(self.names)}

    @cached_property
    def name_words(self) -> NameWords:
        """The words of all names, for those that are misspelt."""
        return NameWords.load(self.folder, self.names)

    @cached_property
    def bm25(self) -> WordScores:
        """BM25 over title and text of every chunk."""
        return WordScores(self.folder, "bm25")

    @cached_property
    def coverage(self) -> WordScores:
        """Which share of each document's strongest name a query's words cover."""
        return WordScores(self.folder, "coverage")

    # -- neighbourhoods ------------------------------------------------------------------------

    def cells_of(self, chunk: int) -> slice:
        """The rows of a chunk's cells."""
        return slice(int(self.chunk_cells[chunk]), int(self.chunk_cells[chunk + 1]))

    def chunk_spans(self, chunks: AnyArray) -> AnyArray:
        """Where some chunks stand in their documents: (n, 2)."""
        starts = np.asarray(self.chunk_start[chunks], np.int64)
        return np.column_stack([starts, starts + [len(self.chunk_texts[int(c)]) for c in chunks]])

    def sentence_vectors(self, sentences: AnyArray) -> FloatArray:
        """The vectors (n, d) of some sentences."""
        return self._mean_cells(self.sentence_cells[sentences], self.sentence_cells[sentences + 1])

    def window_vectors(self, mentions: AnyArray) -> FloatArray:
        """The vectors (n, d) of the windows around some mentions."""
        spans = self.mention_cells[mentions].reshape(-1, 2)
        return self._mean_cells(spans[:, 0], spans[:, 1])

    def _mean_cells(self, starts: AnyArray, ends: AnyArray) -> FloatArray:
        """The mean of the cells starts[i]:ends[i], of length 1: (n, d)."""
        if not len(starts):
            return np.zeros((0, self.dimension), np.float32)
        bounds = np.column_stack([starts, np.maximum(ends, starts)]).reshape(-1)
        owner, cells = ranges(bounds, 2 * np.arange(len(starts)))
        used, position = np.unique(cells, return_inverse=True)
        ones, shape = np.ones(len(owner), np.float32), (len(starts), len(used))
        mixing = csr_matrix((ones, (owner, position)), shape)
        sums = np.asarray(mixing @ self.cell_vectors[used], np.float32)
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        return np.asarray(sums / np.maximum(lengths, 1e-9), np.float32)

    @cached_property
    def first_chunk(self) -> AnyArray:
        """Each document's first chunk, -1 for a document without any."""
        empty = self.document_chunks[:-1] == self.document_chunks[1:]
        return np.where(empty, -1, self.document_chunks[:-1])

    @cached_property
    def best_strength(self) -> AnyArray:
        """The strength of each document's strongest name: (documents,)."""
        best = np.zeros(len(self.document_ids), np.int32)
        np.maximum.at(best, self.name_document_bearers[:, 0], self.name_document_bearers[:, 1])
        return best

    @cached_property
    def frequency(self) -> AnyArray:
        """How many chunks mention each entity."""
        return np.diff(self.entity_mentions)

    # -- reuse ---------------------------------------------------------------------------------

    def embedded(self, encoder: TextEncoder) -> dict[bytes, int]:
        """Embedding keys to chunk numbers, where `encoder` made the vectors; else nothing."""
        if encoder.fingerprint != self.encoder_fingerprint:
            return {}
        return {key: at for at, key in enumerate(load(self.folder, "embedding_keys").tolist())}
