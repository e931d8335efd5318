"""The graph's facts beside what was read: which of them the answer rests on."""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.names import fold, split_bracket
from kgtransfer.read.pages import Evidence, Page, quote
from kgtransfer.records import Citation, Fact, FactAnswer, Passage, Subgraph

MAX_FACTS = 5
STEM = 4


Support = tuple[tuple[Fact, ...], ...]
"""For each piece of evidence, the stated facts whose subject and object were read there."""


def support(subgraph: Subgraph, evidence: Sequence[Evidence]) -> Support:
    """Stated facts about the pages on the way whose objects are what was read, surest first."""
    facts = [fact for fact in subgraph.facts if fact.stated]
    facts.sort(key=lambda f: (-f.confidence, f.id))
    keys = [
        (fold(split_bracket(subject)[0]), fold(object_))
        for fact in facts
        for subject, object_ in [[subgraph.names.get(i, "") for i in (fact.subject, fact.object)]]
    ]
    read = [(fold(split_bracket(e.passage.title)[0]), fold(e.text)) for e in evidence]
    return tuple(
        tuple(
            fact
            for fact, (subject, object_) in zip(facts, keys, strict=True)
            if _same(subject, title) and _same(object_, text)
        )
        for title, text in read
    )


def supporting(subgraph: Subgraph, found: Support) -> tuple[FactAnswer, ...]:
    """Facts that support an answer, by names, each once, with the sentences that state them."""
    passages = {p.chunk: p for p in subgraph.passages}
    distinct = {fact.id: fact for facts in found for fact in facts}
    surest = sorted(distinct.values(), key=lambda f: (-f.confidence, f.id))[:MAX_FACTS]
    return tuple(
        FactAnswer(
            subgraph.names.get(fact.subject, ""),
            fact.predicate,
            subgraph.names.get(fact.object, ""),
            fact.confidence,
            tuple(_citations(fact, passages)),
        )
        for fact in surest
    )


def objects_asked(question: str, page: Page, subgraph: Subgraph) -> dict[str, float]:
    """Folded names that facts of the page give for a predicate that the question names."""
    title = fold(split_bracket(page.title)[0])
    wanted: dict[str, float] = {}
    for fact in subgraph.facts:
        if not is_asked(question, fact):
            continue
        if fact.stated and _same(fold(subgraph.names.get(fact.subject, "")), title):
            key = fold(subgraph.names.get(fact.object, ""))
            if key:
                wanted[key] = max(wanted.get(key, 0.0), fact.confidence)
    return wanted


def is_asked(question: str, fact: Fact) -> bool:
    """Whether the question has a word of the fact's predicate, by their beginnings."""
    stems = {word[:STEM] for word in fold(question).split() if len(word) >= STEM}
    words = fold(fact.predicate.replace("_", " ")).split()
    return any(word[:STEM] in stems for word in words if len(word) >= STEM)


def _same(one: str, other: str) -> bool:
    """Equal, or one within the other as whole words."""
    return bool(one and other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


def _citations(fact: Fact, passages: dict[str, Passage]) -> list[Citation]:
    citations = []
    for chunk, sentence in zip(fact.chunks, fact.sentences, strict=False):
        passage = passages.get(chunk)
        if passage is None or ":" not in sentence:
            continue
        start, end = (int(part) - passage.start for part in sentence.split(":"))
        if start >= 0 and end <= len(passage.text):
            citations.append(quote(passage, start, end))
    return citations
