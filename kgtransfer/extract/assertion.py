"""Component `kgtransfer_assertion`: what a text denies, supposes or leaves to others is no fact.

A statement whose sentence denies it is `negated`; one that the sentence supposes ("may have",
"allegedly", "if", a question) is hedged as `possible`, one that it leaves to a speaker ("he said
that", "according to", in quotation marks) as `reported`. The cues are looked for where they can
bear on both ends: between them, a few words before, and for what a speaker says anywhere before.
Statements that the sentence names without stating (`Reading.doubted`) lose their sentence here.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, key_of, reading_of
from kgtransfer.records import Span, Statement

_NEAR, _FAR = 60, 200
"""Characters before the first end in which a cue bears on it."""
_NOT = re.compile(
    r"(?:\b(?:not|never|neither|nor|cannot|no longer|denied|denies|refused to|failed to|declined to"
    r"|unable to|instead of|rather than)\b|n['’]t\b)(?!\s+(?:only|just|least|merely|until)\b)"
)
_MAYBE = re.compile(
    r"(?i)\b(?:perhaps|possibly|probably|presumably|apparently|supposedly|likely|maybe|ostensibly"
    r"|allegedly|alleged|reportedly|reputedly|purportedly|rumou?red|disputed|uncertain|unclear"
    r"|hypothetical(?:ly)?)\b"
    r"|\b(?:believed|thought|said|reputed|suspected|considered|supposed|claimed|alleged|assumed"
    r"|expected|planned|intended|proposed|hoped|seems?|seemed|appears?|appeared|claims?|hopes?|plans?"
    r"|wants?|wanted|tried|wished|wishes|attempts?|attempted|threatened|offered|asked)\s+to\b"
    r"|\b(?:as (?:if|though)|for example|suppose)\b"
)
_IF = re.compile(r"(?i)\b(?:if|whether|unless|in case|in order)\b")
_ONLY_IF = re.compile(r"(?i)\b(?:if|unless|only when|only after|provided that|except)\b")
"""What takes back what stands before it."""
_MODAL = re.compile(r"\b(?:may|might|could|should|ought to|would)\s+(?=[a-z])")
_MODAL_OF_MODEL = re.compile(r"\b(?:may|might|could)\s+(?=[a-z])")
_TELLS = (
    r"(?:says?|said|saying|claims?|claimed|claiming|argue[sd]?|suggest(?:s|ed)?|alleges?|alleged"
    r"|insist(?:s|ed)?|assert(?:s|ed)?|believe[sd]?|thinks?|thought|told|tells?|explain(?:s|ed)"
    r"|warn(?:s|ed)|complain(?:s|ed)|predict(?:s|ed)|speculat(?:es|ed)|imagine[sd]?|suppose[sd]?"
    r"|hope[sd]?|wrote that|writes that|report(?:s|ed) that|state[sd] that|estimate[sd]? that"
    r"|noted that|indicate[sd]? that|announced that|declared that|stated|added that|asked"
    r"|wonder(?:s|ed)?|legend|rumou?rs?|tradition has it)"
)
_BEFORE = re.compile(rf"\b{_TELLS}\b")
_AFTER = re.compile(
    r"[,”\"’?!]\s*"
    r"(?:(?:he|she|it|they|I|we|[A-Z][\w.'’-]+(?:\s[A-Z][\w.'’-]+){0,3}|the \w+)\s+)?"
    rf"(?:also\s+|has\s+|had\s+)?{_TELLS}\b"
)
_SOURCE = re.compile(r"(?i)\b(?:according to|in the words of|quoted|citing)\b")


@Language.component("kgtransfer_assertion")
def weigh_statements(doc: Any) -> Any:
    """Mark the statements that are no plain assertions."""
    reading, text = reading_of(doc), doc.text
    quoted = quotations(text)
    reading.statements = [
        _weighed(text, reading, statement, quoted) for statement in reading.statements
    ]
    return doc


def _weighed(text: str, reading: Reading, statement: Statement, quoted: list[Span]) -> Statement:
    if statement.sentence is None:
        return statement
    if key_of(reading, statement) in reading.doubted:
        return replace(statement, sentence=None)
    first, second = nearest(reading, statement)
    hedge = hedge_of(text, statement.sentence, (first, second), quoted)
    denied = _NOT.search(text, first[1], max(first[1], second[0])) is not None
    return replace(statement, hedge=hedge, negated=True if denied else statement.negated)


def hedge_of(
    text: str, sentence: Span, ends: tuple[Span, Span], quoted: list[Span], free: bool = False
) -> str:
    """`possible`, `reported`, or nothing: how a sentence takes what it says of two spans in it.

    `free` says that the predicate is the text's own verb: "would" between the ends is a wish then,
    while the model reads "would later marry" for what happened.
    """
    (start, gap), (until, end) = ends
    until = max(gap, until)
    modal = _MODAL if free else _MODAL_OF_MODEL
    near = max(sentence[0], start - _NEAR)
    far = max(sentence[0], start - _FAR)
    if (
        "?" in text[end : sentence[1]]
        or modal.search(text, gap, until)
        or _MAYBE.search(text, near, start)
        or _MAYBE.search(text, gap, until)
        or (free and _ONLY_IF.search(text, end, sentence[1]))
        or _IF.search(text, far, start)
        or _IF.search(text, gap, until)
    ):
        return "possible"
    if (
        any(a < start and end <= b for a, b in quoted)
        or _BEFORE.search(text, sentence[0], start)
        or (not free and _BEFORE.search(text, gap, until))
        or _AFTER.search(text, end, sentence[1])
        or _SOURCE.search(text, *sentence)
    ):
        return "reported"
    return ""


def nearest(reading: Reading, statement: Statement) -> tuple[Span, Span]:
    """The spans of the statement's ends in its sentence that are nearest, in the text's order."""
    subjects = _spans(reading, statement.subject, statement.sentence)
    if statement.object_is_value:
        value = reading.values[statement.object]
        targets = [(value.start, value.end)]
    else:
        targets = _spans(reading, statement.object, statement.sentence)
    pairs = [(s, o) if s <= o else (o, s) for s in subjects for o in targets]
    return min(pairs, key=lambda pair: (pair[1][0] - pair[0][1], pair))


def _spans(reading: Reading, mention: int, sentence: Span | None) -> list[Span]:
    own = reading.mentions[mention]
    spans = [
        (m.start, m.end)
        for m in reading.mentions
        if m.cluster == own.cluster and sentence and sentence[0] <= m.start < sentence[1]
    ]
    return spans or [(own.start, own.end)]


def quotations(text: str) -> list[Span]:
    """What stands in quotation marks, more than a few words of it: titles are no speech."""
    found: list[Span] = []
    opened = -1
    for mark in re.finditer(r"[“”\"]|\n[^\S\n]*\n", text):
        kind = mark.group()
        if kind not in '“”"':
            opened = -1  # no quotation goes on in the next paragraph without a mark
        elif kind == "“" or (kind == '"' and opened < 0):
            opened = mark.start()
        elif opened >= 0:
            if text.count(" ", opened, mark.start()) > _TITLE:
                found.append((opened, mark.end()))
            opened = -1
    return found


_TITLE = 5
