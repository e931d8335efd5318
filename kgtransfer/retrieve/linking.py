"""Find the graph's names in a question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from kgtransfer.names import TITLE, find_names
from kgtransfer.records import Span
from kgtransfer.retrieve.index import GraphIndex
from kgtransfer.retrieve.spelling import apply, respell
from kgtransfer.retrieve.tables import AnyArray, Ints

_MOST_BEARERS = 50


@dataclass(frozen=True, slots=True)
class Link:
    """A name in the question and who bears it.

    `strength` is that of the strongest bearer: 3 a title with its bracket, 2 a title, 1 a weaker
    name, 0 a name that only entities without a document bear.
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
    surety: float = 1.0
    """1 where the name is spelt as the graph spells it, else how sure it is that it is meant."""
    asked: Span = (0, 0)
    """Where the name stands in the question as it was asked; `start` and `end` count in the
    question as it was meant."""


def link_question(index: GraphIndex, question: str) -> tuple[str, list[Link]]:
    """The question as it is meant, and the names of the graph in it, left to right.

    Names are the longest from each start. A question without capitals is searched whatever the
    case, for names of two or more words. What matches nothing is read once more with tolerance for
    misspelling; a name found exactly is a link in any case.
    """
    exact = _exact(index, question)
    changes = respell(index, question, [(start, end) for start, end, _ in exact])
    if not changes:
        return question, [_link(index, s, e, key, asked=(s, e)) for s, e, key in exact]
    text, spans = apply(question, changes)
    asked = [(change.start, change.end) for change in changes]
    links = []
    for start, end, key in _exact(index, text):
        hit = [c.surety for c, (s, e) in zip(changes, spans, strict=True) if s < end and start < e]
        at = _place(start, spans, asked)[0], _place(end, spans, asked)[1]
        links.append(_link(index, start, end, key, surety=min(hit, default=1.0), asked=at))
    found = {link.key for link in links}
    for start, end, key in exact:
        if key not in found:  # it stands within a longer name that is misspelt
            at = _place(start, asked, spans)[0], _place(end, asked, spans)[1]
            links.append(_link(index, *at, key, asked=(start, end)))
    return text, sorted(links, key=lambda link: link.start)


def _exact(index: GraphIndex, question: str) -> list[tuple[int, int, str]]:
    number = index.name_number
    found = find_names(question, number.__contains__)
    if not found and question == question.lower():
        found = find_names(question, lambda k: " " in k and k in number, cased=False)
    return found


def _place(at: int, theirs: Sequence[Span], ours: Sequence[Span]) -> Span:
    """Where a place in one question is in the other; within a change, the change's two ends."""
    shift = 0
    for (first, last), (start, end) in zip(theirs, ours, strict=True):
        if at <= first:
            break
        if at < last:
            return start, end
        shift = end - last
    return at + shift, at + shift


def _link(
    index: GraphIndex, start: int, end: int, key: str, *, surety: float = 1.0, asked: Span
) -> Link:
    at = index.name_number[key]
    bearers = index.name_document_bearers[_row(index.name_documents, at)]
    documents, strengths = bearers[:, 0], bearers[:, 1]
    named = index.name_entity_bearers[_row(index.name_entities, at), 0]
    about = [index.abouts_by_document[_row(index.document_about, d)] for d in documents]
    entities = np.concatenate([*about, named]).astype(np.int32)
    return Link(
        start,
        end,
        key,
        int(strengths.max()) if len(strengths) else 0,
        documents,
        strengths,
        strengths == index.best_strength[documents],
        _distinct(entities)[:_MOST_BEARERS],
        surety,
        asked,
    )


def _row(pointers: AnyArray, at: int) -> slice:
    return slice(int(pointers[at]), int(pointers[at + 1]))


def _distinct(numbers: Ints) -> Ints:
    return np.asarray(list(dict.fromkeys(numbers.tolist())), np.int32)


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
