"""Find the graph's names in a question."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from kgtransfer.names import STOPWORDS, TITLE, capitalised_spans, find_names, fold
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.tables import AnyArray, Ints

_NEAR = 88.0
"""How alike (of 100) a misspelt name must be to one that the graph knows."""
_SHORTEST_MISSPELT = 5
_MOST_BEARERS = 50


@dataclass(frozen=True, slots=True)
class Link:
    """A name in the question and who bears it.

    `strength` is that of the strongest bearer: 3 a title with its bracket, 2 a title, 1 a weaker
    name or a misspelt one, 0 a name that only entities without a document bear.
    """

    start: int
    end: int
    key: str
    strength: int
    documents: Ints
    """(n,) documents that bear the name."""
    strengths: Ints
    """(n,) how strong it is for each."""
    whole: AnyArray
    """(n,) whether it is the document's strongest name: its title with the bracket, if it has one.
    "Dark River" is that for a page of this title, and not for "Dark River (1990 film)"."""
    entities: Ints
    """(m,) entities of that name: those that the documents are about, then others."""
    exact: bool = True
    """Whether the name is spelt as the graph spells it."""


def link_question(index: GraphIndex, question: str) -> list[Link]:
    """The names of the graph in a question, the longest from each start, left to right.

    A question without capitals is searched whatever the case, for names of two or more words.
    Capitalised words that match nothing are tried once more with tolerance for misspelling.
    """
    number = index.name_number
    found = find_names(question, number.__contains__)
    if not found and question == question.lower():
        found = find_names(question, lambda k: " " in k and k in number, cased=False)
    links = [_link(index, start, end, key) for start, end, key in found]
    taken = [(start, end) for start, end, _ in found]
    for start, end in capitalised_spans(question):
        if not any(start < last and first < end for first, last in taken):
            key = _nearest(index, fold(question[start:end]))
            if key:
                links.append(_link(index, start, end, key, exact=False))
    return sorted(links, key=lambda link: link.start)


def _link(index: GraphIndex, start: int, end: int, key: str, *, exact: bool = True) -> Link:
    at = index.name_number[key]
    bearers = index.name_document_bearers[_row(index.name_documents, at)]
    documents, strengths = bearers[:, 0], bearers[:, 1]
    named = index.name_entity_bearers[_row(index.name_entities, at), 0]
    about = [index.abouts_by_document[_row(index.document_about, d)] for d in documents]
    entities = np.concatenate([*about, named]).astype(np.int32)
    strongest = int(strengths.max()) if len(strengths) else 0
    return Link(
        start,
        end,
        key,
        strongest if exact else min(strongest, 1),
        documents,
        strengths if exact else np.minimum(strengths, 1),
        strengths == index.best_strength[documents],
        _distinct(entities)[:_MOST_BEARERS],
        exact,
    )


def _row(pointers: AnyArray, at: int) -> slice:
    return slice(int(pointers[at]), int(pointers[at + 1]))


def _distinct(numbers: Ints) -> Ints:
    return np.asarray(list(dict.fromkeys(numbers.tolist())), np.int32)


def _nearest(index: GraphIndex, key: str) -> str:
    """The one name that a misspelt key is close to, or nothing."""
    if len(key) < _SHORTEST_MISSPELT or key in STOPWORDS:
        return ""
    from rapidfuzz import fuzz, process

    best = process.extractOne(key, index.name_number.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR)
    return str(best[0]) if best else ""


def strong(links: list[Link]) -> list[Link]:
    """The links that a walk may start from: titles; where there is none, whatever there is."""
    titles = [link for link in links if link.strength >= TITLE]
    return titles or [link for link in links if len(link.documents) or len(link.entities)]


def without_names(question: str, links: list[Link]) -> str:
    """The question without its linked names: what is asked about them."""
    rest, at = "", 0
    for link in links:
        rest += question[at : link.start]
        at = max(at, link.end)
    return " ".join((rest + question[at:]).split())
