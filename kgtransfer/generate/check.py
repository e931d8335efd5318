"""Whether the passages that a written sentence cites bear it out.

By content first: its names, numbers and months stand in these passages, its other words mostly, and
what it affirms they don't deny. Then by our own reader: each name or value of the sentence is
blanked out, the rest is asked of the passages as a question, and the reader has to come back with
what was blanked (as QAGS does to judge summaries: Wang et al. 2020, arXiv:2004.04228), in a passage
that also names another of the sentence's names.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.generate.claims import Claim, denies, missing_name, missing_values, stem, stems
from kgtransfer.generate.cloze import questions
from kgtransfer.names import capitalised_spans, fold
from kgtransfer.read import lives
from kgtransfer.read.network import Ask, Found, PageReading
from kgtransfer.read.pages import Evidence
from kgtransfer.records import Passage, Span

MOST_OTHER = 0.5
"""The share of a sentence's other words that the passages need not hold (two, in a short one);
half of it where there is nothing to ask for."""
BEHIND = 1.0
"""How far what was blanked may stand behind the reader's best span, in log probability."""
LEAST_SCORE = -5.0
MOST_ASKED = 4
MOST_QUOTES = 4


@dataclass(frozen=True, slots=True)
class Verdict:
    """`evidence` are the places that bear the sentence out; empty, with a reason, where none do."""

    evidence: tuple[Evidence, ...]
    why: str = ""

    @property
    def supported(self) -> bool:
        """Whether the sentence may stand."""
        return not self.why


def check(text: str, question: str, before: str, cited: Sequence[Passage], ask: Ask) -> Verdict:
    """Judge one sentence.

    Args:
        text: the sentence, without its marks of citation.
        question: what it answers; a bare name or value is judged as the answer to it.
        before: the sentence before it, or the question, that a pronoun may point to.
        cited: the passages that it cites.
        ask: the reader.
    """
    if not cited:
        return Verdict((), "it cites nothing")
    claim = Claim.of(text, [passage.title for passage in cited])
    why = _by_content(claim, before, cited)
    if why:
        return Verdict((), why)
    evidence = _quotes(claim, cited)
    if not evidence:
        return Verdict((), "what it cites says nothing of it")
    why = _denied(claim, evidence) or _by_reading(claim, question, cited, ask)
    return Verdict((), why) if why else Verdict(evidence)


def _source(passage: Passage) -> str:
    return f"{passage.title}\n{passage.text}"


def _words(passages: Sequence[Passage]) -> frozenset[str]:
    return frozenset(word for p in passages for word in fold(_source(p)).split())


def _by_content(claim: Claim, before: str, cited: Sequence[Passage]) -> str:
    words, source = _words(cited), "\n".join(map(_source, cited))
    for start, end in claim.names:
        if missing_name(claim.text[start:end], words):
            return f"what it cites does not name {claim.text[start:end]}"
    lacks = missing_values(claim.text, source)
    if lacks:
        return f"what it cites does not say {lacks[0]}"
    wanted = claim.words()
    lacking = len(wanted - stems(source))
    asked = len(claim.names) + len(claim.values) > 1
    if lacking > (max(2, len(wanted) * MOST_OTHER) if asked else len(wanted) * MOST_OTHER / 2):
        return "what it cites says too little of it"
    if claim.points_back and not _continues(before, words):
        return "what it cites does not name what the sentence before is about"
    return ""


def _continues(before: str, words: frozenset[str]) -> bool:
    names = [before[start:end] for start, end in capitalised_spans(before)]
    return not names or any(not missing_name(name, words) for name in names)


def _quotes(claim: Claim, cited: Sequence[Passage]) -> tuple[Evidence, ...]:
    """Few sentences that together hold most of the claim, in the order of the passages."""
    wanted = set(claim.words())
    for start, end in (*claim.names, *claim.values):
        wanted |= {stem(word) for word in fold(claim.text[start:end]).split()}
    places = [
        (Evidence(passage, *span), {stem(w) for w in fold(passage.text[slice(*span)]).split()})
        for passage in cited
        for span in sentence_spans(passage.text)
    ]
    chosen: list[Evidence] = []
    while wanted and len(chosen) < MOST_QUOTES:
        best = max(places, key=lambda place: len(wanted & place[1]), default=None)
        if best is None or not wanted & best[1] or (chosen and len(wanted & best[1]) == 1):
            break
        chosen.append(best[0])
        wanted -= best[1]
    order = {passage.chunk: at for at, passage in enumerate(cited)}
    return tuple(sorted(chosen, key=lambda e: (order[e.passage.chunk], e.start)))


def _denied(claim: Claim, evidence: Sequence[Evidence]) -> str:
    quotes = [one.text for one in evidence]
    if claim.is_denial and not any(Claim.of(quote).is_denial for quote in quotes):
        return "it denies what its citation does not deny"
    if not claim.is_denial and any(denies(quote, claim.words()) for quote in quotes):
        return "its citation denies it"
    return ""


def _by_reading(claim: Claim, answered: str, cited: Sequence[Passage], ask: Ask) -> str:
    """Ask for every name and value but the first name, which the sentence is about."""
    about = claim.names[:1] if len(claim.names) + len(claim.values) > 1 else ()
    blanked = sorted({*claim.names, *claim.values} - set(about))[:MOST_ASKED]
    asked = [
        (span, question, passage)
        for span in blanked
        for passage in _near(claim, span, cited)
        for question in ((answered,) if claim.is_bare else questions(claim, span))
    ]
    readings = ask([(question, passage) for _, question, passage in asked]) if asked else []
    for span in blanked:
        what = claim.text[span[0] : span[1]]
        if not any(
            finds(reading, lives.stated(question, passage), what)
            for (place, question, passage), reading in zip(asked, readings, strict=True)
            if place == span
        ):
            return f"read again, what it cites does not give {what}"
    return ""


def _near(claim: Claim, span: Span, cited: Sequence[Passage]) -> list[Passage]:
    """The passages that hold what was blanked beside another name of the claim, if it has one."""
    what = claim.text[span[0] : span[1]]
    others = [claim.text[s:e] for s, e in claim.names if (s, e) != span]
    near = []
    for passage in cited:
        words = _words([passage])
        if missing_name(what, words):
            continue
        if not others or any(not missing_name(other, words) for other in others):
            near.append(passage)
    return near


def finds(reading: PageReading, stated: Sequence[Found], what: str) -> bool:
    """Whether what was blanked is among the reader's spans, not far behind its best.

    Where the page states a life's dates, these alone count.
    """
    key = set(fold(what).split())
    if stated:
        return any(_overlap(key, found.text) for found in stated)
    best = reading.spans[0].score if reading.spans else 0.0
    return any(
        span.score >= max(best - BEHIND, LEAST_SCORE) and _overlap(key, span.text)
        for span in reading.spans
    )


def _overlap(key: set[str], span: str) -> bool:
    words = set(fold(span).split())
    common = len(key & words)
    return common > 0 and 2 * common >= min(len(key), len(words))
