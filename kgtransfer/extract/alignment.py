"""Names and claims that a model wrote down, held against the text: only what stands there stays.

A model that generates text gives no offsets and may invent. Each name and quote is looked for in
the passage (letter case, quotation marks, dashes and white space may differ); what is not found is
refused and counted, and nothing that is kept lacks its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.extract.names_in_text import NamedSpan, cluster_names
from kgtransfer.extract.schema import Schema
from kgtransfer.records import EntityMention, Extraction, Span, Statement, ValueMention
from kgtransfer.values import find_values

_SAME = {
    **dict.fromkeys("‘’‚‛`´", "'"),
    **dict.fromkeys("“”„‟«»", '"'),
    **dict.fromkeys("‐‑‒–—―", "-"),
}
_PRONOUNS = frozenset(
    ["i", "he", "she", "it", "they", "we", "you", "him", "her", "them", "his", "its", "their",
     "this", "that"]
)  # fmt: skip
_LONGEST_PHRASE = 80


@dataclass(frozen=True, slots=True)
class Claim:
    """What a model says that a text says. An empty quote stands for the sentence of both ends."""

    subject: str
    predicate: str
    object: str
    quote: str = ""
    negated: bool = False
    confidence: float = 0.8


@dataclass(slots=True)
class Quotable:
    """A text in which quotes are found although they were copied with small changes."""

    text: str
    _plain: str = ""
    _places: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._plain, self._places = _plain(self.text)

    def find(self, quote: str) -> Iterator[Span]:
        """Where the text has the quote, from left to right, as whole words."""
        wanted = _plain(quote.strip())[0].strip()
        if not any(c.isalnum() for c in wanted):
            return
        at = self._plain.find(wanted)
        while at >= 0:
            end = at + len(wanted)
            if _is_edge(self._plain, at) and _is_edge(self._plain, end):
                yield self._places[at], self._places[end - 1] + 1
            at = self._plain.find(wanted, at + 1)


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in its plainest form, and which character each of it came from."""
    found: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        if character.isspace():
            if found and found[-1] == " ":
                continue
            character = " "
        for folded in _SAME.get(character, character.casefold()):
            found.append(folded)
            places.append(place)
    return "".join(found), places


def _is_edge(text: str, at: int) -> bool:
    """Whether no word goes on there; scripts without spaces have edges everywhere."""
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    return not (before.isalnum() and after.isalnum()) or before > "\u2e80" or after > "\u2e80"


def align(
    text: str,
    language: str,
    names: Sequence[tuple[str, str]],
    claims: Sequence[Claim],
    schema: Schema,
) -> tuple[Extraction, int]:
    """The extraction that a text bears out, and how much was refused.

    Args:
        text: the passage that the model read.
        language: of the passage, for its sentences.
        names: (name, type); a type that the schema lacks counts as Misc.
        claims: statements by names; their ends need not be among `names`.
        schema: its predicates keep their names, others become phrases.
    """
    quotable = Quotable(text)
    sentences = tuple(sentence_spans(text, language or "en"))
    values = tuple(find_values(text))
    typed = {name: kind if kind in schema.types else "Misc" for name, kind in names}
    for claim in claims:
        predicate = schema.predicates.get(_snake(claim.predicate))
        for name, ends in (
            (claim.subject, predicate.domain if predicate else ()),
            (claim.object, predicate.range if predicate else ()),
        ):
            kinds = [kind for kind in ends if kind in schema.types]
            is_value = any(_covers(values, span) for span in quotable.find(name))
            if name not in typed and not is_value:
                typed[name] = kinds[0] if kinds else "Misc"
    mentions = _mentions(text, _named(quotable, sentences, typed, values))
    missing = sum(not any(True for _ in quotable.find(name)) for name, _ in names)
    stated: dict[tuple[int, str, int, bool], Statement] = {}
    for claim in claims:
        statement = _stated(quotable, sentences, mentions, values, claim, schema)
        if statement is None:
            missing += 1
            continue
        end = statement.object if statement.object_is_value else mentions[statement.object].cluster
        key = (mentions[statement.subject].cluster, statement.predicate, end,
               statement.object_is_value)  # fmt: skip
        stated.setdefault(key, statement)
    return Extraction(sentences, tuple(mentions), values, tuple(stated.values())), missing


def _named(
    quotable: Quotable,
    sentences: Sequence[Span],
    typed: dict[str, str],
    values: Sequence[ValueMention],
) -> list[NamedSpan]:
    """Every place of every name, the longest where they overlap."""
    taken = bytearray(len(quotable.text))
    found: list[NamedSpan] = []
    for name in sorted(typed, key=lambda n: (-len(n), n)):
        if name.strip().casefold() in _PRONOUNS:
            continue
        for start, end in quotable.find(name):
            if any(taken[start:end]) or _covers(values, (start, end)):
                continue
            taken[start:end] = b"\x01" * (end - start)
            number = max((i for i, s in enumerate(sentences) if s[0] <= start), default=0)
            found.append(NamedSpan(start, end, typed[name], 0.9, number))
    return sorted(found, key=lambda span: span.start)


def _covers(values: Sequence[ValueMention], span: Span) -> bool:
    """Whether a value is the whole of a span."""
    return any(v.start <= span[0] and span[1] <= v.end for v in values)


def _mentions(text: str, spans: Sequence[NamedSpan]) -> list[EntityMention]:
    clusters = cluster_names(text, spans)
    first: dict[int, str] = {}
    for span, cluster in zip(spans, clusters, strict=True):
        first.setdefault(cluster, span.type)
    return [
        EntityMention(span.start, span.end, first[cluster], span.confidence, cluster)
        for span, cluster in zip(spans, clusters, strict=True)
    ]


def _stated(
    quotable: Quotable,
    sentences: Sequence[Span],
    mentions: Sequence[EntityMention],
    values: Sequence[ValueMention],
    claim: Claim,
    schema: Schema,
) -> Statement | None:
    """The claim's statement, None where the text does not bear it out."""
    subjects = [i for span in quotable.find(claim.subject) for i in _at(mentions, span)]
    objects = [(i, False) for span in quotable.find(claim.object) for i in _at(mentions, span)]
    if not objects:
        spans = list(quotable.find(claim.object))
        objects = [
            (i, True) for i, v in enumerate(values)
            if any(v.start <= start and end <= v.end for start, end in spans)
        ]  # fmt: skip
    predicate = _predicate(claim.predicate, schema, bool(objects and objects[0][1]))
    where = _evidence(quotable, sentences, mentions, values, claim, subjects, objects)
    if not subjects or not objects or not predicate or where is None:
        return None
    subject = min(subjects, key=lambda i: _far(mentions[i].start, where))
    target, is_value = min(
        objects, key=lambda o: _far((values if o[1] else mentions)[o[0]].start, where)
    )
    if not is_value and mentions[subject].cluster == mentions[target].cluster:
        return None
    confidence = min(1.0, max(0.01, round(claim.confidence, 3)))
    negated = True if claim.negated else None
    return Statement(subject, predicate, target, is_value, confidence, where, negated)


def _at(mentions: Sequence[EntityMention], span: Span) -> Iterator[int]:
    """The mentions at a place; one that is longer holds the name too."""
    for i, mention in enumerate(mentions):
        if mention.start <= span[0] and span[1] <= mention.end:
            yield i


def _evidence(
    quotable: Quotable,
    sentences: Sequence[Span],
    mentions: Sequence[EntityMention],
    values: Sequence[ValueMention],
    claim: Claim,
    subjects: Sequence[int],
    objects: Sequence[tuple[int, bool]],
) -> Span | None:
    """The sentence of the quote, which has to hold an end; without a quote, one that holds both."""
    starts = [mentions[i].start for i in subjects]
    ends = [(values if is_value else mentions)[i].start for i, is_value in objects]
    if claim.quote.strip():
        for start, end in quotable.find(claim.quote):
            if any(start <= place < end for place in (*starts, *ends)):
                return next((s for s in sentences if s[0] <= start < s[1]), None)
        return None
    for sentence in sentences:
        if all(any(sentence[0] <= p < sentence[1] for p in side) for side in (starts, ends)):
            return sentence
    return None


def _far(place: int, sentence: Span) -> tuple[bool, int]:
    """How far a mention is from a sentence: those in it first."""
    return not sentence[0] <= place < sentence[1], abs(place - sentence[0])


def _snake(phrase: str) -> str:
    return re.sub(r"[\s-]+", "_", phrase.strip().casefold())


def _predicate(phrase: str, schema: Schema, with_value: bool) -> str:
    """The schema's name for a phrase where its range fits, else the phrase itself."""
    known = schema.predicates.get(_snake(phrase))
    if known is not None and with_value == bool(set(known.range) & set(schema.value_kinds)):
        return known.name
    return " ".join(phrase.replace("_", " ").split())[:_LONGEST_PHRASE].strip().casefold()
