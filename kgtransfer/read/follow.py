"""Answer a question by following names from page to page, asking each page one thing.

A nested question is taken apart at a name that a page bears; the inner question is asked of that
page; the page that bears the answer's name is asked the outer question, and so on. What is not
nested is asked of the best pages as it stands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kgtransfer.names import split_bracket
from kgtransfer.read import hops
from kgtransfer.read.agreement import Agreement
from kgtransfer.read.bridges import Bridge, bridges
from kgtransfer.read.kinds import is_unsaid, is_yes_no
from kgtransfer.read.network import Ask
from kgtransfer.read.pages import Evidence, Page, PageNames
from kgtransfer.records import Passage

MAX_HOPS = 3
PASSAGES = 8
PRIOR_WEIGHT = 0.6
TRAIL_WEIGHT = 0.3
OTHER_PAGE = 0.5
"""Taken off for a page that the question does not name, where it names another."""
UNRESOLVED = 3.0
"""Taken off where a nested question could not be followed: what is read is a guess."""

UNSAID = 4.0
"""Taken off a yes where the page lacks something that the question names."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A proposed answer with the evidence on the way to it, in the order of the hops.

    `score` sums log-probabilities and the page's prior; `reading` is the last span's alone.
    """

    text: str
    score: float
    reading: float
    evidence: tuple[Evidence, ...]
    hops: int
    about: bool = False
    """Whether the answer's page is named in the question, or was reached from one that is."""
    link: float = 0.0
    """The log-probability of the weakest link on the way; 0 where there is none."""
    page: float = 0.0
    """The prior of the last page."""
    guessed: bool = False
    """Whether the question is nested but could not be followed."""
    agreement: float = 0.0
    """How well the sentence of the answer agrees with the question that its page was asked."""


@dataclass(frozen=True, slots=True)
class _State:
    question: str
    score: float
    trail: tuple[Evidence, ...]
    seen: tuple[str, ...]
    link: float = 0.0
    guessed: bool = False


@dataclass(frozen=True, slots=True)
class _Sources:
    """What can be read, and how."""

    names: PageNames
    ask: Ask
    agreement: Agreement


def follow(question: str, names: PageNames, ask: Ask) -> list[Candidate]:
    """Candidates for an answer, best first; empty where no page proposes anything."""
    agreement = Agreement([p for page in names.pages for p in page.passages])
    found = _hop(_State(question, 0.0, (), ()), _Sources(names, ask, agreement))
    return sorted(found, key=lambda c: -c.score)


def _hop(state: _State, sources: _Sources) -> list[Candidate]:
    inner = _inner_questions(state.question, sources.names) if len(state.trail) < MAX_HOPS else []
    if inner:
        for nested, bearers in inner:
            candidates = [
                candidate
                for bridge in bridges(nested.inner, bearers, state.seen, sources.names, sources.ask)
                for candidate in _hop(_next(state, nested, bridge), sources)
            ]
            if candidates:
                return candidates
        state = replace(state, score=state.score - UNRESOLVED, guessed=True)
    return _final(state, sources)


def _inner_questions(question: str, names: PageNames) -> list[tuple[hops.Nested, tuple[Page, ...]]]:
    nested = []
    for start, end, pages in reversed(names.find(question)):
        if (parts := hops.split(question, start, end)) is not None:
            nested.append((parts, pages))
    return nested


def _next(state: _State, nested: hops.Nested, bridge: Bridge) -> _State:
    page, link = bridge.page, bridge.link
    return _State(
        nested.fill(split_bracket(page.title)[0] or link.text),
        state.score + TRAIL_WEIGHT * bridge.score,
        (*state.trail, link),
        (*state.seen, link.passage.document, page.document),
        min(state.link, bridge.score),
    )


def _final(state: _State, sources: _Sources) -> list[Candidate]:
    """Ask the question as it stands: of the page just reached, else of the best passages."""
    names = sources.names
    if state.trail:  # the retrieval ranked the page's passages for another question
        pages = [page for page in names.pages if page.document == state.seen[-1]]
        pages = [replace(page, priors=(page.prior,) * len(page.priors)) for page in pages]
        named = pages
    else:
        named = [page for _, _, bearers in names.find(state.question) for page in bearers]
        pages = [*dict.fromkeys([*named, *names.pages])]
    ranked = _ranked(pages, named)[:PASSAGES]
    readings = sources.ask([(state.question, passage) for _, passage, _ in ranked])
    candidates: list[Candidate] = []
    for (page, passage, prior), reading in zip(ranked, readings, strict=True):
        about = page in named
        base = state.score + PRIOR_WEIGHT * prior - (OTHER_PAGE if named and not about else 0)
        found = [(f.text, f.score, f.evidence) for f in reading.spans]
        if is_yes_no(state.question):
            whole = Evidence(passage, 0, min(1, len(passage.text)))
            unsaid = UNSAID if is_unsaid(state.question, f"{page.title} {passage.text}") else 0.0
            found += [("yes", reading.yes - unsaid, whole), ("no", reading.no, whole)]
        for text, score, evidence in found:
            agreed = sources.agreement.of(state.question, evidence)
            ranked_by = score if state.trail else score + agreed  # links chose the page already
            candidates.append(
                Candidate(
                    text, base + ranked_by, score, (*state.trail, evidence),
                    len(state.trail) + 1, about, state.link, prior, state.guessed, agreed,
                )
            )  # fmt: skip
    return candidates


def _ranked(pages: Sequence[Page], first: Sequence[Page]) -> list[tuple[Page, Passage, float]]:
    """Passages with their pages and priors, those of the pages in `first` before all others."""
    passages = [
        (page, passage, prior)
        for page in pages
        for passage, prior in zip(page.passages, page.priors, strict=True)
    ]
    return sorted(passages, key=lambda found: (found[0] not in first, -found[2]))
