"""What carried an answer: the passages' scores, and the answer when one thing is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from kgtransfer.names import fold
from kgtransfer.read.answer import Reader
from kgtransfer.records import Answer, Citation, Fact, FactAnswer, Subgraph

MOST_READINGS = 8
"""Times that a question is read again."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A passage that was read: its retrieval score, and whether the answer cites it."""

    title: str
    chunk: str
    score: float
    cited: bool


@dataclass(frozen=True, slots=True)
class Removal:
    """What would have been answered without one cited passage or one fact.

    `answer` and `confidence` are of the best reading, withheld or not; `changed` says whether it
    is another text, `drop` how much confidence in the given answer is lost (all, where changed).
    """

    kind: Literal["passage", "fact"]
    what: str
    id: str
    answer: str | None
    confidence: float
    changed: bool
    drop: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why an answer was given: the names that were understood, what was read, what it hangs on."""

    answer: Answer
    meant: str
    """The question with its names as the graph spells them."""
    names: tuple[str, ...]
    """The entities that the question was found to name."""
    passages: tuple[Weighed, ...]
    removals: tuple[Removal, ...]
    """The most decisive first."""


def explain(
    reader: Reader, question: str, subgraph: Subgraph, *, fusion: bool = True, threshold: float
) -> Explanation:
    """Read, then `MOST_READINGS` times at most without one cited passage or one fact.

    Args:
        reader: answers.
        question: as asked.
        subgraph: what was retrieved for it.
        fusion: as for `Reader.read`.
        threshold: below it the answer is withheld; then nothing is read again.
    """
    answer = reader.read(question, subgraph, fusion=fusion, threshold=threshold)
    removals: list[Removal] = []
    for kind, what, id_, rest in _less(answer, subgraph) if answer.text is not None else ():
        if len(removals) == MOST_READINGS:
            break
        again = reader.read(question, rest, fusion=fusion, threshold=0.0)
        changed = fold(again.text or "") != fold(answer.text or "")
        drop = answer.confidence - (0.0 if changed else again.confidence)
        removals.append(Removal(kind, what, id_, again.text, again.confidence, changed, drop))
    cited = {citation.chunk for citation in _citations(answer)}
    linked = (entity for name in subgraph.linked for entity in name.entities[:1])
    return Explanation(
        answer=answer,
        meant=subgraph.meant or question,
        names=tuple(dict.fromkeys(subgraph.names.get(entity, entity) for entity in linked)),
        passages=tuple(
            Weighed(p.title, p.chunk, p.score, p.chunk in cited) for p in subgraph.passages
        ),
        removals=tuple(sorted(removals, key=lambda removal: -removal.drop)),
    )


_Less = tuple[Literal["passage", "fact"], str, str, Subgraph]


def _less(answer: Answer, subgraph: Subgraph) -> Iterator[_Less]:
    """The subgraph without each cited passage, then without each fact that the answer rests on."""
    title = {citation.chunk: citation.title for citation in reversed(_citations(answer))}
    for passage in subgraph.passages:
        if passage.chunk in title:
            yield "passage", passage.title, passage.chunk, _without_passage(subgraph, passage.chunk)
    for given in answer.facts:
        fact = next((fact for fact in subgraph.facts if _is(fact, given, subgraph)), None)
        if fact is not None:
            what = f"{given.subject} - {given.predicate} -> {given.object}"
            kept = tuple(other for other in subgraph.facts if other.id != fact.id)
            yield "fact", what, fact.id, replace(subgraph, facts=kept)


def _citations(answer: Answer) -> list[Citation]:
    return [*answer.citations, *(c for fact in answer.facts for c in fact.citations)]


def _without_passage(subgraph: Subgraph, chunk: str) -> Subgraph:
    """Neither the passage nor the facts that it alone states."""
    return replace(
        subgraph,
        passages=tuple(p for p in subgraph.passages if p.chunk != chunk),
        facts=tuple(fact for fact in subgraph.facts if set(fact.chunks) != {chunk}),
    )


def _is(fact: Fact, given: FactAnswer, subgraph: Subgraph) -> bool:
    ends = (subgraph.names.get(fact.subject), subgraph.names.get(fact.object))
    return fact.predicate == given.predicate and ends == (given.subject, given.object)
