"""From a question to the subgraph that answers it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

import numpy as np

from kgtransfer.errors import ModelError
from kgtransfer.language_models.encoder import TextEncoder
from kgtransfer.records import Fact, FloatArray, LinkedName, Subgraph
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.linking import Link
from kgtransfer.retrieve.model import RetrieverModel
from kgtransfer.retrieve.ranking import Control, rank
from kgtransfer.retrieve.scoring import Scorer, Scores, ranked
from kgtransfer.retrieve.tables import AnyArray, Ints, ranges

Method = Literal["graph", "pagerank", "dense", "bm25"]

_MOST_FACTS = 200


@dataclass(frozen=True, slots=True)
class _Ranking:
    """The best chunks, best first, and the encoder's view of all candidates."""

    chunks: AnyArray
    scores: FloatArray
    candidates: AnyArray
    states: FloatArray | None = None
    logits: FloatArray | None = None


class Retriever:
    """Finds the passages, names and facts for a question in one index.

    Args:
        index: the graph's index.
        encoder: the text encoder that the index was built with.
        model: a trained graph encoder; without it the method "graph" is not there.
        shuffle: permute the edges' receivers by this seed, as a control.

    Raises:
        ModelError: the index or the model belongs to another text encoder.
    """

    def __init__(
        self,
        index: GraphIndex,
        encoder: TextEncoder,
        model: RetrieverModel | None = None,
        *,
        shuffle: int | None = None,
    ) -> None:
        for what, theirs in (
            ("index", index.encoder_fingerprint),
            ("retriever", model.encoder if model else encoder.fingerprint),
        ):
            if theirs != encoder.fingerprint:
                raise ModelError(
                    f"the {what} was made with another text encoder",
                    where=str(index.folder),
                    hint="Run `kgtransfer rebuild`, or set `encoder` back.",
                )
        self.index = index
        self._model = model
        self._shuffle = shuffle
        self._encoder = encoder
        self._scorer = Scorer(index, encoder)

    def retrieve(
        self,
        question: str,
        *,
        method: Method = "graph",
        top_k: int = 5,
        documents: Set[str] | None = None,
        names: bool = True,
    ) -> Subgraph:
        """The `top_k` best passages for a question, and the graph around them.

        Args:
            question: any text.
            method: who ranks: the graph encoder, the walk, the text embeddings, or the words.
            top_k: how many passages.
            documents: ids of the documents that may be found; None allows all.
            names: let edges between names and the pages that bear them into the graph.

        Raises:
            ModelError: the method is "graph" and there is no model.
        """
        scores = self._scorer.score(question, documents)
        ranking = self._rank(scores, method, names)
        best = ranking.chunks[:top_k]
        facts = self._facts(best, scores.links)
        return Subgraph(
            question=question,
            meant=scores.text,
            passages=tuple(
                self.index.passage(int(chunk), float(score))
                for chunk, score in zip(best, ranking.scores, strict=False)
            ),
            linked=tuple(self._linked_name(link) for link in scores.links),
            chunks=tuple(self.index.chunk_ids[int(chunk)] for chunk in ranking.candidates),
            node_states=ranking.states,
            node_scores=ranking.logits,
            facts=facts,
            names=self._names(facts, scores.links),
        )

    def _rank(self, scores: Scores, method: Method, names: bool) -> _Ranking:
        if method == "graph":
            return self._rank_by_graph(scores, names)
        column = {"pagerank": scores.walk, "dense": scores.dense, "bm25": scores.bm25}[method]
        best = ranked(column, 100)
        return _Ranking(best, column[best], best)

    def _rank_by_graph(self, scores: Scores, names: bool) -> _Ranking:
        if self._model is None:
            raise ModelError(
                "there is no trained graph retriever",
                where="retriever",
                hint="Train one, or choose another: --retriever pagerank.",
            )
        control = Control(names, self._shuffle)
        found = rank(self.index, self._encoder, scores, self._model, control)
        order = found.order()
        probability = np.asarray(1 / (1 + np.exp(-found.logits[order])), np.float32)
        return _Ranking(found.chunks[order], probability, found.chunks, found.states, found.logits)

    def _linked_name(self, link: Link) -> LinkedName:
        ids = tuple(self.index.entity_ids[int(entity)] for entity in link.entities)
        return LinkedName(*link.asked, link.strength, ids)

    def _facts(self, chunks: AnyArray, links: list[Link]) -> tuple[Fact, ...]:
        """Facts that the passages state, then those about the linked entities."""
        index = self.index
        entities = np.concatenate([np.zeros(0, np.int32), *(link.entities for link in links)])
        stated = _items(index.chunk_facts, index.facts_by_chunk, chunks)
        about = _items(index.entity_facts, index.facts_by_entity, entities.astype(np.int64))
        numbers = list(dict.fromkeys([*stated, *about]))[:_MOST_FACTS]
        return tuple(f for f in map(index.fact, numbers) if f.stated and not f.negated)

    def _names(self, facts: tuple[Fact, ...], links: list[Link]) -> dict[str, str]:
        index = self.index
        ids = {end for fact in facts for end in (fact.subject, fact.object)}
        names = {
            index.entity_ids[int(e)]: index.entity_names[int(e)]
            for link in links
            for e in link.entities
        }
        for id_ in sorted(ids - names.keys()):
            if id_ in index.entity_number:
                names[id_] = index.entity_names[index.entity_number[id_]]
            elif id_ in index.value_number:
                names[id_] = index.value_texts[index.value_number[id_]]
        return names


def _items(pointers: AnyArray, items: Ints, rows: AnyArray) -> list[int]:
    _, at = ranges(pointers, rows)
    return [int(item) for item in items[at]]
