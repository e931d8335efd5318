"""The graph's facts beside what was read: which of them the answer rests on."""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.names import fold, split_bracket
from kgtransfer.read.pages import Evidence, Page
from kgtransfer.records import Citation, Fact, FactAnswer, Passage, Subgraph

MAX_FACTS = 5
STEM = 4
_MEANS = {
    "when": ("date",),
    "birthday": ("date", "birth"),
    "where": ("place", "location"),
    "born": ("birth",),
    "birthplace": ("place", "birth"),
    "die": ("death",),
    "died": ("death",),
    "buried": ("burial",),
    "married": ("spouse",),
    "marry": ("spouse",),
    "wife": ("spouse",),
    "husband": ("spouse",),
    "wrote": ("author", "writer"),
}
"""Everyday words for what predicates are called by nouns."""

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
    """Folded names that facts of the page give for the predicate that the question names best."""
    title = fold(split_bracket(page.title)[0])
    about = [
        (named, fact)
        for fact in subgraph.facts
        if fact.stated and _same(fold(subgraph.names.get(fact.subject, "")), title)
        if (named := named_share(question, fact)) > 0
    ]
    best = max((named for named, _ in about), default=0.0)
    wanted: dict[str, float] = {}
    for named, fact in about:
        key = fold(subgraph.names.get(fact.object, ""))
        # Who asks for a date of birth does not ask for that of death, though it is a date, too.
        if key and named == best:
            wanted[key] = max(wanted.get(key, 0.0), fact.confidence)
    return wanted


def named_share(question: str, fact: Fact) -> float:
    """How much of the fact's predicate the question names: the share of its longer words."""
    asked = fold(question).split()
    words = {*asked, *(word for said in asked for word in _MEANS.get(said, ()))}
    stems = {word[:STEM] for word in words if len(word) >= STEM}
    predicate = [w for w in fold(fact.predicate.replace("_", " ")).split() if len(w) >= STEM]
    return sum(word[:STEM] in stems for word in predicate) / max(1, len(predicate))


def _same(one: str, other: str) -> bool:
    """Equal, or one within the other as whole words."""
    return bool(one and other) and (f" {one} " in f" {other} " or f" {other} " in f" {one} ")


def _citations(fact: Fact, passages: dict[str, Passage]) -> list[Citation]:
    citations = []
    for chunk, start, end in fact.stating():
        passage = passages.get(chunk)
        if passage and start >= passage.start and end <= passage.start + len(passage.text):
            citations.append(passage.quote(start - passage.start, end - passage.start))
    return citations
