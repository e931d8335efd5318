"""The graph's facts beside what was read: which of them the answer rests on."""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.names import fold, split_bracket
from kgtransfer.read.pages import Evidence, Page
from kgtransfer.records import Citation, Fact, FactAnswer, Passage, Subgraph

MAX_FACTS = 5
STEM = 4


def supporting(subgraph: Subgraph, evidence: Sequence[Evidence]) -> tuple[FactAnswer, ...]:
    """Stated facts about the pages on the way whose objects are what was read there."""
    read = [(fold(split_bracket(e.passage.title)[0]), fold(e.text)) for e in evidence]
    passages = {p.chunk: p for p in subgraph.passages}
    found: dict[str, FactAnswer] = {}
    for fact in sorted(subgraph.facts, key=lambda f: (-f.confidence, f.id)):
        subject, object_ = (subgraph.names.get(i, "") for i in (fact.subject, fact.object))
        keys = fold(split_bracket(subject)[0]), fold(object_)
        if fact.stated and any(_same(keys[0], t) and _same(keys[1], a) for t, a in read):
            citations = tuple(_citations(fact, passages))
            found[fact.id] = FactAnswer(
                subject, fact.predicate, object_, fact.confidence, citations
            )
    return tuple(found.values())[:MAX_FACTS]


def objects_asked(question: str, page: Page, subgraph: Subgraph) -> dict[str, float]:
    """Folded names that facts of the page give for a predicate that the question names."""
    stems = {word[:STEM] for word in fold(question).split() if len(word) >= STEM}
    title = fold(split_bracket(page.title)[0])
    wanted: dict[str, float] = {}
    for fact in subgraph.facts:
        words = fold(fact.predicate.replace("_", " ")).split()
        if not any(word[:STEM] in stems for word in words if len(word) >= STEM):
            continue
        if fact.stated and _same(fold(subgraph.names.get(fact.subject, "")), title):
            key = fold(subgraph.names.get(fact.object, ""))
            if key:
                wanted[key] = max(wanted.get(key, 0.0), fact.confidence)
    return wanted


def _same(one: str, other: str) -> bool:
    """Equal, or one within the other as whole words."""
    return bool(one and other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


def _citations(fact: Fact, passages: dict[str, Passage]) -> list[Citation]:
    citations = []
    for chunk, sentence in zip(fact.chunks, fact.sentences, strict=False):
        passage = passages.get(chunk)
        if passage is None or ":" not in sentence:
            continue
        start, end = (int(part) for part in sentence.split(":"))
        quote = passage.text[max(0, start - passage.start) : end - passage.start]
        if len(quote) == end - start:
            citations.append(Citation(passage.document, passage.title, chunk, start, end, quote))
    return citations
