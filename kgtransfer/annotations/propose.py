"""Which passages of a workspace are worth a person's time: the unsure, the bare, the rare; diverse.

After "uncertainty sampling" (Lewis and Gale 1994), with other reasons beside it, because a model is
also sure of much that it misses.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import zip_longest

import numpy as np

from kgtransfer.annotations.record import AnnotatedText, Marked, Related
from kgtransfer.ledger.ledger import Ledger
from kgtransfer.records import Chunk, Extraction, Span

PRONOUN = "pronoun"
"""The label of a pronoun that stands for a relation's end: no type is taught by it."""
_UNSURE_NAME = 0.6
_RARE = 0.03
_LOWEST = 0.25
_FEW_NAMES = 3
"""Of sentences without a fact those with so many names come first, not lists of them."""
_ALIKE = 0.5
_WORDS = range(4, 80)


@dataclass(frozen=True, slots=True)
class Proposal:
    """A passage to annotate, what the extractor found in it, and why it is proposed."""

    text: AnnotatedText
    title: str
    reasons: tuple[str, ...]
    confidences: tuple[float, ...]
    """Of the text's relations, in their order."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    document: str
    title: str
    chunk: Chunk
    extraction: Extraction
    sentence: int
    reasons: dict[str, float]
    """Each reason with how strong it is, the lower the stronger."""


def propose(
    ledger: Ledger,
    count: int,
    *,
    seed: int = 0,
    containing: str = "",
    done: Collection[tuple[str, int]] = (),
) -> list[Proposal]:
    """Passages worth labelling, each reason in its turn, from as many documents as can be.

    Args:
        ledger: is read.
        count: so many at most.
        seed: decides among passages that are worth the same.
        containing: only passages that have this text, in whatever case.
        done: (document, start) of passages that are annotated already.
    """
    candidates = list(_candidates(ledger, containing.casefold()))
    by_reason: dict[str, list[_Candidate]] = {}
    for candidate in candidates:
        for reason in candidate.reasons:
            by_reason.setdefault(reason, []).append(candidate)
    for reason, own in by_reason.items():
        own.sort(key=lambda c, r=reason: (round(c.reasons[r], 2), _chance(seed, c)))  # type: ignore[misc]
    chosen: list[Proposal] = []
    words: list[frozenset[str]] = []
    documents: Counter[str] = Counter()
    for most in (1, 2, count):  # first one of each document, then two, then what there is
        for row in zip_longest(*(by_reason[r] for r in sorted(by_reason))):
            for candidate in row:
                if len(chosen) >= count:
                    return chosen
                if candidate is None or documents[candidate.document] >= most:
                    continue
                proposal = _proposal(candidate)
                own_words = frozenset(proposal.text.text.casefold().split())
                place = (proposal.text.document, proposal.text.start)
                if place in done or any(_alike(own_words, other) for other in words):
                    continue
                documents[candidate.document] += 1
                words.append(own_words)
                chosen.append(proposal)
    return chosen


def _candidates(ledger: Ledger, containing: str) -> Iterator[_Candidate]:
    passages = [
        (stored.document, chunk, extraction)
        for stored in ledger.documents()
        for chunk, extraction in ledger.extractions(stored.document.id)
    ]
    types = Counter(m.type for *_, e in passages for m in e.mentions if m.named)
    rare = {t: n for t, n in types.items() if n < _RARE * types.total()}
    scores = [s.confidence for *_, e in passages for s in e.statements if s.sentence]
    low = float(np.quantile(scores, _LOWEST)) if scores else 0.0
    for document, chunk, extraction in passages:
        for number, (start, end) in enumerate(extraction.sentences):
            text = chunk.text[start:end]
            if containing and containing not in text.casefold():
                continue
            if len(text.split()) not in _WORDS and not containing:
                continue
            reasons = dict(_reasons(extraction, (start, end), rare, low))
            if containing and not reasons:
                reasons = {"asked for": 0.0}
            if reasons:
                yield _Candidate(document.id, document.title or document.uri, chunk, extraction,
                                 number, reasons)  # fmt: skip


def _reasons(
    extraction: Extraction, sentence: Span, rare: dict[str, int], low: float
) -> Iterator[tuple[str, float]]:
    names = [m for m in extraction.mentions if _within(m.start, m.end, sentence) and m.named]
    said = [s.confidence for s in extraction.statements if s.sentence == sentence]
    if said and min(said) <= low:
        yield "unsure relation", min(said)
    if not said and len(names) >= 2:
        yield "two names, no fact", float(abs(len({m.cluster for m in names}) - _FEW_NAMES))
    unsure = [m.confidence for m in names]
    if unsure and min(unsure) < _UNSURE_NAME:
        yield "unsure name", min(unsure)
    seldom = [rare[m.type] for m in names if m.type in rare]
    if seldom:
        yield "rare type", float(min(seldom))


def _proposal(candidate: _Candidate) -> Proposal:
    """The sentence, with the one before it where it has a pronoun."""
    extraction = candidate.extraction
    start, end = extraction.sentences[candidate.sentence]
    pronoun = any(m.pronoun and _within(m.start, m.end, (start, end)) for m in extraction.mentions)
    if pronoun and candidate.sentence:
        start = extraction.sentences[candidate.sentence - 1][0]
    span = (start, end)
    statements = [s for s in extraction.statements if s.sentence and _within(*s.sentence, span)]
    wanted: dict[Span, str] = {
        (m.start, m.end): m.type
        for m in extraction.mentions
        if _within(m.start, m.end, span) and m.named
    }
    related: dict[tuple[Span, str, Span], float] = {}
    for s in statements:
        subject = extraction.mentions[s.subject]
        object_ = (
            extraction.values[s.object] if s.object_is_value else extraction.mentions[s.object]
        )
        ends = (subject.start, subject.end), (object_.start, object_.end)
        if not all(_within(*place, span) for place in ends):
            continue
        if subject.term or getattr(object_, "term", False):  # no name that a person would mark
            continue
        wanted.setdefault(ends[0], PRONOUN)
        kind = getattr(object_, "kind", "")
        value = "date" if kind == "date" else "number"
        wanted.setdefault(ends[1], value if s.object_is_value else PRONOUN)
        related[ends[0], s.predicate, ends[1]] = s.confidence
    order = sorted(Marked(a - start, b - start, label) for (a, b), label in wanted.items())
    number = {(m.start + start, m.end + start): i for i, m in enumerate(order)}
    relations = sorted(
        (Related(number[a], predicate, number[b]), score)
        for (a, predicate, b), score in related.items()
    )
    text = AnnotatedText(
        candidate.chunk.text[start:end],
        tuple(order),
        tuple(relation for relation, _ in relations),
        document=candidate.document,
        start=candidate.chunk.start + start,
    )
    return Proposal(
        text, candidate.title, tuple(sorted(candidate.reasons)), tuple(s for _, s in relations)
    )


def _within(start: int, end: int, span: Span) -> bool:
    return span[0] <= start and end <= span[1]


def _alike(first: frozenset[str], second: frozenset[str]) -> bool:
    return len(first & second) > _ALIKE * len(first | second)


def _chance(seed: int, candidate: _Candidate) -> bytes:
    place = f"{seed} {candidate.chunk.id} {candidate.sentence}"
    return hashlib.blake2b(place.encode(), digest_size=8).digest()
