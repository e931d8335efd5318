"""A written answer: every sentence checked as it comes, and the reader's where there is none."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from kgtransfer.errors import ModelError
from kgtransfer.generate.check import check
from kgtransfer.generate.claims import missing_name
from kgtransfer.generate.generator import Generator
from kgtransfer.generate.prompt import Prompt
from kgtransfer.generate.sentences import Written, sentences
from kgtransfer.names import fold
from kgtransfer.read.network import Ask
from kgtransfer.read.pages import Evidence, cite
from kgtransfer.read.query import query_for
from kgtransfer.records import Answer, AnswerSentence, Citation, Fact, FactAnswer, Passage

log = logging.getLogger(__name__)
MARK = "[unsupported]"
MOST_BAD = 5
"""So many unsupported sentences in a row end an answer."""
_UNKNOWN = re.compile(
    r"i (?:do not|don['’]t|cannot|can['’]t) (?:know|answer|tell|find)"
    r"|the (?:given |provided )?(?:passages|facts|context) (?:do|does) not\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Writing:
    """How an answer is written: the longest one in tokens and seconds, and whether sentences that
    nothing bears out are left out instead of marked."""

    tokens: int = 400
    seconds: float = 60.0
    remove: bool = False


@dataclass(slots=True)
class _Draft:
    """What was written so far."""

    sentences: list[AnswerSentence] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    removed: int = 0

    def add(self, text: str, evidence: Sequence[Evidence], why: str) -> AnswerSentence:
        """A checked sentence, its quotes numbered among the answer's."""
        numbers = []
        for one in evidence:
            quote = cite(one)
            if quote not in self.citations:
                self.citations.append(quote)
                self.evidence.append(one)
            numbers.append(self.citations.index(quote) + 1)
        sentence = AnswerSentence(text, not why, tuple(dict.fromkeys(numbers)), why)
        self.sentences.append(sentence)
        return sentence


def write(
    generator: Generator,
    prompt: Prompt,
    ask: Ask,
    fallback: Callable[[], Answer],
    writing: Writing,
    clock: Callable[[str], AbstractContextManager[None]],
) -> Iterator[AnswerSentence | Answer]:
    """Each sentence as it was written and checked, at last the whole answer.

    The answer is the reader's, with a note, where the generator fails at any point or writes
    nothing that its citations bear out; the sentences before it then do not count.

    Args:
        generator: writes.
        prompt: the question and what to answer it from.
        ask: the reader, to check.
        fallback: the reader's own answer.
        writing: the limits.
        clock: takes the time of writing and of checking.
    """
    draft = _Draft()
    pieces = generator.stream(prompt, tokens=writing.tokens, seconds=writing.seconds)
    coming = sentences(pieces)
    seen: set[str] = set()
    held: list[AnswerSentence] = []  # unsupported ones wait: perhaps nothing of it holds
    hopeless = MOST_BAD
    while True:
        try:
            with clock("write"):
                written = next(coming, None)
        except ModelError as error:
            log.info("%s: %s", generator.name, error)
            yield _instead(fallback(), generator, str(error).removesuffix("."))
            return
        if written is None or written.text in seen:  # a small model may say it for ever
            break
        seen.add(written.text)
        if _UNKNOWN.search(written.text) and not written.numbers:
            continue
        with clock("check"):
            checked = _checked(draft, written, prompt, ask)
        if checked.supported:
            yield from held
            yield checked
            held.clear()
            hopeless = MOST_BAD
            continue
        hopeless -= 1
        if writing.remove:
            draft.sentences.pop()
            draft.removed += 1
        else:
            held.append(checked)
        if not hopeless:
            break
    if any(sentence.supported for sentence in draft.sentences):
        yield from held
        yield _finished(draft, generator, prompt)
    else:
        yield _instead(fallback(), generator, _failing(draft))


def _checked(draft: _Draft, written: Written, prompt: Prompt, ask: Ask) -> AnswerSentence:
    unknown = [n for n in written.numbers if not 1 <= n <= len(prompt.passages)]
    if unknown:
        return draft.add(written.text, (), f"there is no passage {unknown[0]}")
    cited = [prompt.passages[number - 1] for number in written.numbers]
    before = draft.sentences[-1].text if draft.sentences else prompt.question
    verdict = check(written.text, prompt.question, before, cited, ask)
    return draft.add(written.text, verdict.evidence, verdict.why)


def _failing(draft: _Draft) -> str:
    count = len(draft.sentences) + draft.removed
    if not count:
        return "it found no answer in the passages"
    if count == 1:
        return "no citation supports the one sentence that it wrote"
    return f"no citation supports any of its {count} sentences"


def _instead(answer: Answer, generator: Generator, why: str) -> Answer:
    note = f"{generator.name} did not answer ({why}); this is the reader's answer"
    if answer.abstained:
        note = f"{generator.name} did not answer ({why}), and the reader found no answer"
    return replace(answer, generator=generator.name, note=note)


def _finished(draft: _Draft, generator: Generator, prompt: Prompt) -> Answer:
    good = [sentence for sentence in draft.sentences if sentence.supported]
    count = len(draft.sentences) + draft.removed
    bad = count - len(good)
    note = ""
    if bad:
        what = "removed" if draft.removed else "marked"
        note = f"{what}: {bad} of {count} sentences, which no citation supports"
    return Answer(
        prompt.question,
        " ".join(map(with_marks, draft.sentences)),
        False,
        round(len(good) / count, 3),
        tuple(draft.citations),
        _facts(draft, prompt),
        prompt.passages,
        query=query_for(prompt.question, draft.evidence, ()),
        generator=generator.name,
        sentences=tuple(draft.sentences),
        note=note,
    )


def with_marks(sentence: AnswerSentence) -> str:
    """The sentence with the numbers of its quotes, or marked as unsupported."""
    marks = "".join(f"[{number}]" for number in sentence.numbers) if sentence.supported else MARK
    text = sentence.text.rstrip(".")
    return f"{text} {marks}." if text != sentence.text else f"{text} {marks}"


def _facts(draft: _Draft, prompt: Prompt) -> tuple[FactAnswer, ...]:
    """The prompt's facts that a supported sentence tells, with their quotes."""
    said = [frozenset(fold(s.text).split()) for s in draft.sentences if s.supported]
    cited = {one.passage.chunk for one in draft.evidence}
    found = []
    for stated in prompt.facts:
        places = [
            citation
            for number in stated.numbers
            if (passage := prompt.passages[number - 1]).chunk in cited
            for citation in _stating(stated.fact, passage)
        ]
        told = any(
            not missing_name(stated.subject, words) and not missing_name(stated.object, words)
            for words in said
        )
        if told and places:
            fact = stated.fact
            found.append(
                FactAnswer(
                    stated.subject, fact.predicate, stated.object, fact.confidence, tuple(places)
                )
            )
    return tuple(found)


def _stating(fact: Fact, passage: Passage) -> Iterator[Citation]:
    for chunk, first, last in fact.stating():
        start, end = first - passage.start, last - passage.start
        if chunk == passage.chunk and 0 <= start < end <= len(passage.text):
            yield cite(Evidence(passage, start, end))
