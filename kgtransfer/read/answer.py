"""A question and its subgraph to an answer with quotes, facts and a calibrated confidence."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgtransfer.config import shipped
from kgtransfer.names import fold
from kgtransfer.read import claims, compare, facts, kinds, lives
from kgtransfer.read.confidence import (
    THRESHOLD,
    Confidence,
    Signs,
    signs_of_comparison,
    signs_of_reading,
)
from kgtransfer.read.follow import Candidate, follow
from kgtransfer.read.hops import split
from kgtransfer.read.joined import joined
from kgtransfer.read.network import Ask, Found, PageReading, TextReader
from kgtransfer.read.nodes import NodeView
from kgtransfer.read.pages import Page, PageNames, cite, distinct, pages_of
from kgtransfer.read.path_follow import follow_paths
from kgtransfer.read.path_network import ReadsPaths, load_beside
from kgtransfer.read.query import query_for
from kgtransfer.records import Answer, Passage, Subgraph

FACT_BONUS = 2.0


@dataclass(frozen=True, slots=True)
class Trace:
    """The best candidate with the signs that its confidence is computed from."""

    candidate: Candidate
    signs: Signs
    compared: bool = False
    """Whether two things were compared."""


def reader_folder(folder: Path | str) -> Path:
    """Where a reader lies; "default" is the shipped one."""
    return shipped("models", "reader") if str(folder) == "default" else Path(folder)


class Reader:
    """Reads retrieved passages: `Reader.load(folder).read(question, subgraph)`."""

    def __init__(self, text_reader: TextReader, paths: ReadsPaths | None = None) -> None:
        self.text_reader, self.paths = text_reader, paths
        self.calibration = Confidence.of(text_reader.settings.get("calibration", {}))

    @classmethod
    def load(cls, folder: Path | str = "default", adapter: Path | None = None) -> Reader:
        """Load the shipped reader ("default") or the one in a folder, as an adapter changes it.

        Raises:
            ModelError: a file is missing or damaged.
        """
        path = reader_folder(folder)
        text_reader = TextReader.load(path, adapter)
        return cls(text_reader, load_beside(path, text_reader))

    def read(
        self,
        question: str,
        subgraph: Subgraph,
        *,
        fusion: bool = True,
        use_facts: bool = True,
        threshold: float = THRESHOLD,
    ) -> Answer:
        """Answer from the passages, or abstain where the confidence is below `threshold`.

        Args:
            question: the user's question.
            subgraph: what was retrieved for it.
            fusion: let the graph into the reader's hidden states: the path to each page.
            use_facts: let the graph's facts support spans, and list those the answer rests on.
            threshold: 0 always answers if anything was found.
        """
        started = time.perf_counter()
        trace = self.trace(question, subgraph, fusion=fusion, use_facts=use_facts)
        spent = {"read": round((time.perf_counter() - started) * 1000, 1)}
        confidence = self.confidence(trace) if trace is not None else 0.0
        if trace is None or confidence < threshold:
            return Answer(question, None, True, confidence, (), (), subgraph.passages, spent)
        evidence = trace.candidate.evidence
        support = facts.support(subgraph, evidence) if use_facts else ()
        return Answer(
            question,
            trace.candidate.text,
            False,
            confidence,
            distinct(cite(one) for one in reversed(evidence)),
            facts.supporting(subgraph, support),
            subgraph.passages,
            spent,
            query_for(question, evidence, support),
        )

    def trace(
        self, question: str, subgraph: Subgraph, *, fusion: bool = True, use_facts: bool = True
    ) -> Trace | None:
        """The best candidate, before anything is withheld; None where nothing is proposed."""
        question = subgraph.meant or question
        pages = pages_of(subgraph)
        if not pages or not question.strip():
            return None
        names = PageNames(pages)
        nodes = NodeView.for_question(question, subgraph, names) if fusion else None
        by_chunk = {p.chunk: page for page in pages for p in page.passages}

        def ask(asked: Sequence[tuple[str, Passage]]) -> list[PageReading]:
            readings = self.text_reader.ask(asked, nodes)
            for i, (question, passage) in enumerate(asked):
                page = by_chunk[passage.chunk]
                if _is_about(question, page, names):
                    readings[i] = _add(readings[i], lives.stated(question, passage))
                if use_facts and subgraph.facts:
                    readings[i] = _with_facts(question, readings[i], page, subgraph)
                readings[i] = _doubted(question, readings[i])
            return readings

        comparison = compare.parse(question, names)
        if comparison is not None:
            verdict = compare.decide(comparison, names, lambda q, page: _spans(q, page, ask))
            if verdict is not None:
                candidate = Candidate(verdict.text, 0.0, 0.0, verdict.evidence, 2)
                return Trace(candidate, signs_of_comparison(comparison, verdict), True)
        if (claimed := _claimed(question, names, ask)) is not None:
            return claimed
        proposed = follow(question, names, ask)
        if fusion and self.paths is not None:
            walked = follow_paths(question, names, self.paths)
            proposed = joined(proposed, [c for c in walked if kinds.fits(question, c.text)])
        candidates = [one for one in proposed if kinds.fits(question, one.text)]
        if not candidates:
            return None
        support = facts.support(subgraph, candidates[0].evidence[-1:]) if use_facts else ()
        stated = any(facts.named_share(question, fact) > 0 for found in support for fact in found)
        return Trace(candidates[0], signs_of_reading(question, candidates, stated=stated))

    def confidence(self, trace: Trace) -> float:
        """The calibrated probability that the traced candidate is right."""
        return self.calibration.probability(trace.signs, compared=trace.compared)


def _claimed(question: str, names: PageNames, ask: Ask) -> Trace | None:
    """Yes or no to a claim, by what is read where it is asked for what it claims."""
    claim = claims.parse(question, names)
    if claim is None:
        return None
    read = follow(claim.question, names, ask)
    found = [one for one in read if kinds.fits(claim.question, one.text)]
    decided = claims.decide(claim, found)
    return None if decided is None else Trace(decided, signs_of_reading(claim.question, found))


def _spans(
    question: str,
    page: Page,
    ask: Ask,
) -> list[Found]:
    readings = ask([(question, passage) for passage in page.passages[:2]])
    return sorted((f for r in readings for f in r.spans), key=lambda f: -f.score)


def _is_about(question: str, page: Page, names: PageNames) -> bool:
    """Whether the question asks for something of the page's own subject, not of its father."""
    return any(
        page in bearers and split(question, start, end) is None
        for start, end, bearers in names.find(question)
    )


def _add(reading: PageReading, more: Sequence[Found]) -> PageReading:
    """With spans that were read otherwise, best first, each place once."""
    best = {(f.evidence.start, f.evidence.end): f for f in reversed([*more, *reading.spans])}
    return replace(reading, spans=tuple(sorted(best.values(), key=lambda f: -f.score)))


def _doubted(question: str, reading: PageReading) -> PageReading:
    """With less for spans that are hardly of the kind asked for."""
    spans = [replace(f, score=f.score + kinds.doubt(question, f.text)) for f in reading.spans]
    return replace(reading, spans=tuple(sorted(spans, key=lambda f: -f.score)))


def _with_facts(question: str, reading: PageReading, page: Page, subgraph: Subgraph) -> PageReading:
    """Raise the spans that a fact about the page gives for what is asked."""
    wanted = facts.objects_asked(question, page, subgraph)
    if not wanted:
        return reading
    spans = [
        Found(f.evidence, min(0.0, f.score + FACT_BONUS * wanted.get(fold(f.text), 0.0)))
        for f in reading.spans
    ]
    return replace(reading, spans=tuple(sorted(spans, key=lambda f: -f.score)))
