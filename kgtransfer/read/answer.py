"""A question and its subgraph to an answer with quotes, facts and a calibrated confidence."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kgtransfer.config import shipped
from kgtransfer.names import fold
from kgtransfer.read import compare, facts, kinds, lives
from kgtransfer.read.follow import Ask, Candidate, follow
from kgtransfer.read.hops import split
from kgtransfer.read.joined import joined
from kgtransfer.read.network import Found, PageReading, TextReader
from kgtransfer.read.nodes import NodeView
from kgtransfer.read.pages import Page, PageNames, cite, distinct, pages_of
from kgtransfer.read.path_follow import follow_paths
from kgtransfer.read.path_network import ReadsPaths, load_beside
from kgtransfer.read.query import query_for
from kgtransfer.records import Answer, Passage, Subgraph

THRESHOLD = 0.5
FACT_BONUS = 2.0


@dataclass(frozen=True, slots=True)
class Trace:
    """The best candidate with what its confidence is computed from.

    `certain` is None except for comparisons; then `features` is empty.
    """

    candidate: Candidate
    features: tuple[float, ...]
    certain: bool | None


class Reader:
    """Reads retrieved passages: `Reader.load(folder).read(question, subgraph)`."""

    def __init__(self, text_reader: TextReader, paths: ReadsPaths | None = None) -> None:
        self.text_reader, self.paths = text_reader, paths
        stored = text_reader.settings.get("calibration", {})
        self.weights: list[float] = stored.get("weights", [1.0, 0.5, 0.0, 0.0, 0.0, 0.0])
        self.compared: list[float] = stored.get("compared", [0.9, 0.6])

    @classmethod
    def load(cls, folder: Path | str = "default") -> Reader:
        """Load the shipped reader ("default") or the one in a folder.

        Raises:
            ModelError: a file is missing or damaged.
        """
        path = shipped("models", "reader") if str(folder) == "default" else Path(folder)
        text_reader = TextReader.load(path)
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
            return readings

        comparison = compare.parse(question, names)
        if comparison is not None:
            verdict = compare.decide(comparison, names, lambda q, page: _spans(q, page, ask))
            if verdict is not None:
                candidate = Candidate(verdict.text, 0.0, 0.0, verdict.evidence, 2)
                return Trace(candidate, (), verdict.certain)
        proposed = follow(question, names, ask)
        if fusion and self.paths is not None:
            walked = follow_paths(question, names, self.paths)
            proposed = joined(proposed, [c for c in walked if kinds.fits(question, c.text)])
        candidates = [one for one in proposed if kinds.fits(question, one.text)]
        if not candidates:
            return None
        return Trace(candidates[0], confidence_features(candidates), None)

    def confidence(self, trace: Trace) -> float:
        """The calibrated probability that the traced candidate is right."""
        if trace.certain is not None:
            return self.compared[0 if trace.certain else 1]
        features = (1.0, *trace.features)
        logit = sum(w * x for w, x in zip(self.weights, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


def confidence_features(candidates: Sequence[Candidate]) -> tuple[float, ...]:
    """What the confidence depends on: the best span, its lead over the next text, hops, page."""
    best = candidates[0]
    rival = next((c for c in candidates if fold(c.text) != fold(best.text)), None)
    margin = min(6.0, best.score - rival.score) if rival else 6.0
    around = max(-12.0, best.score - best.reading)
    return max(-12.0, best.reading), margin, around, float(best.hops > 1), float(best.about)


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
