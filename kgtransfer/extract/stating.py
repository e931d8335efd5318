"""Component `kgtransfer_stating`: whether the sentence of the model's statement states it.

The relation model says that a relation holds; that a sentence names both ends does not mean that
the sentence says so ("the two met in Rome" does not say that either lives there). What tells the
two apart is how sure the model is, how the text joins the ends, and the words for such a relation
(`cues`). A statement that is doubted goes on as inferred.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from spacy.language import Language

from kgtransfer.extract.cues import KIND_OF, KINDS, has_cue, lacks_word
from kgtransfer.extract.reading import Reading, key_of, reading_of
from kgtransfer.extract.schema import Predicate, load_schema
from kgtransfer.records import Span, Statement

WITH_CUE = ("place", "people", "work", "group")
NAMES = (
    "logit", "words", "nearer", "clauses", "pronoun", "tight", "nominal", *KINDS,
    *(f"{kind} cue" for kind in WITH_CUE), "cue",
)  # fmt: skip
"""What a sentence is judged by, in the order of `features`."""
WEIGHTS = (
    0.871, -0.021, -0.554, -0.227, -0.627, 0.404, 0.273, 0.667, -0.092, 0.762, -3.052, -0.139,
    1.245, 0.1, 0.13, 1.865, 2.367, 0.915, 0.55, 1.588, 0.036,
)  # fmt: skip
BIAS = -1.06
"""A logistic regression on judged statements: `experiments/stating.py`."""
THRESHOLD = 0.75
_CODE = re.compile(r"[=<>{}\[\]#$`|\\]")
"""What no name in prose holds."""
_GOES_ON = re.compile(r"-[^\W\d_]")
_NEED_CUE = frozenset({"kin", "language", "award", "event"})
"""Kinds that no sentence states without such a word."""
_CLAUSE = frozenset({"SCONJ", "CCONJ"})
_NO_PEOPLE = frozenset({"Organization", "Location", "Work", "Event"})
_CAPTION = re.compile(
    r"\b(?:[Ii]mage|[Pp]hoto(?:graph)?|[Pp]icture|[Vv]ideo|[Ii]llustration|[Cc]redit)s?:\s*$"
)
"""What leads to who made a picture, and says nothing of what it shows."""
_BORN = re.compile(r"[\s-]+born\b")
_SHOWN_IN = re.compile(
    r"\b(?:in|on)\s+(?:[\w'’-]+\s+){0,4}(?:film|movie|special|show|series|episode|program(?:me)?)"
    r",?\s+[\"“‘']?$"
)
_HEADING = 8
"""Letters of a name in capitals from which it is a heading, where it is of several words."""
_FAR = 10
"""Words beyond which places are not joined."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """The two mentions of a sentence that stand nearest to each other, by words."""

    subject: Span
    target: Span
    pronoun: bool
    kind: str
    """The subject's type."""

    @property
    def between(self) -> Span:
        """The words from one to the other."""
        first, second = sorted((self.subject, self.target))
        return first[1], max(first[1], second[0])


@Language.component("kgtransfer_stating")
def doubt_statements(doc: Any) -> Any:
    """Note in the reading which statements of the model their sentences do not state."""
    reading = reading_of(doc)
    if reading.parts:
        judge, known = Sentences(doc.text, reading), _known()
        for statement in reading.statements:
            if statement.sentence is None or statement.predicate not in known:
                continue  # what a person taught is as sure as its own examples make it
            if judge.probability(statement) < THRESHOLD:
                reading.doubted.add(key_of(reading, statement))
    return doc


@cache
def _known() -> dict[str, Predicate]:
    return load_schema().predicates


class Sentences:
    """Judges the statements of a reading whose words have parts of speech."""

    def __init__(self, text: str, reading: Reading) -> None:
        self.text, self.reading = text, reading
        self.starts = [start for start, _ in reading.words]
        self.places = [self._words(m.start, m.end) for m in reading.mentions]
        self.firsts = [place[0] for place in self.places]

    def probability(self, statement: Statement) -> float:
        """That the statement's sentence states it."""
        values = self.features(statement)
        if values[NAMES.index("pronoun")] and self._is_unclear(statement):
            return 0.0
        if _CODE.search(self.text, *self._span(statement.subject)) or self._is_misread(statement):
            return 0.0
        if self._confuses_people(statement) or self._is_of_another(statement):
            return 0.0
        if lacks_word(statement.predicate, self.text[slice(*(statement.sentence or (0, 0)))]):
            return 0.0
        if KIND_OF.get(statement.predicate) in _NEED_CUE and not values[-1]:
            return 0.0
        score = BIAS + sum(w * v for w, v in zip(WEIGHTS, values, strict=True))
        return 1 / (1 + math.exp(-score))

    def features(self, statement: Statement) -> tuple[float, ...]:
        """One number for each of `NAMES`."""
        mentions, predicate = self.reading.mentions, statement.predicate
        pair = self._nearest(statement)
        first, last = pair.between
        sure = min(max(statement.confidence, 0.01), 0.99)
        clusters = {mentions[statement.subject].cluster}
        if not statement.object_is_value:
            clusters.add(mentions[statement.object].cluster)
        others = any(mentions[i].cluster not in clusters for i in self._named(first, last))
        parts = self.reading.parts[first:last]
        verbs = "VERB" in parts
        clauses = sum(part in _CLAUSE for part in parts)
        plain = not verbs and not clauses and not others
        kind = KIND_OF.get(predicate, "")
        cue = self._has_cue(statement, pair)
        if kind == "place":
            cue = cue and not verbs and last - first <= _FAR
        return (
            math.log(sure / (1 - sure)),
            math.log1p(last - first),
            float(self._nearer(pair, clusters)),
            min(3.0, clauses),
            float(pair.pronoun),
            float(plain and last - first <= 3),
            float(plain),
            *(float(kind == name) for name in KINDS),
            *(float(cue and kind == name) for name in WITH_CUE),
            float(cue),
        )

    def _is_unclear(self, statement: Statement) -> bool:
        """Whether a pronoun's thing is one that "he" and "she" both stand for."""
        mentions, unclear = self.reading.mentions, self.reading.unclear
        target = None if statement.object_is_value else mentions[statement.object].cluster
        return mentions[statement.subject].cluster in unclear or target in unclear

    def _is_misread(self, statement: Statement) -> bool:
        """Whether an end is a heading, or half a name ("Wong Yeung" of "Wong Yeung-tat")."""
        subject = self.reading.mentions[statement.subject]
        ends = [statement.subject] + [statement.object] * (not statement.object_is_value)
        if any(self._is_heading(self.text[slice(*self._span(end))]) for end in ends):
            return True
        if subject.type != "Person":
            return False
        half = not subject.pronoun and _GOES_ON.match(self.text, subject.end) is not None
        return half or statement.predicate == "applies_to_jurisdiction"

    def _is_heading(self, name: str) -> bool:
        """Whether a name is in capitals, several words of it, in a text that is not."""
        return name.isupper() and " " in name and len(name) > _HEADING and not self.text.isupper()

    def _confuses_people(self, statement: Statement) -> bool:
        """Whether a person stands where the predicate has none, or something else for a person."""
        predicate, mentions = _known()[statement.predicate], self.reading.mentions
        ends = [(mentions[statement.subject].type, predicate.domain)]
        if not statement.object_is_value:
            ends.append((mentions[statement.object].type, predicate.range))
        return any(
            (kind == "Person" and "Person" not in allowed)
            or (kind in _NO_PEOPLE and allowed == ("Person",))
            for kind, allowed in ends
            if allowed
        )

    def _is_of_another(self, statement: Statement) -> bool:
        """Whether an end only names who or what another thing is of.

        The picture in "Black Widow. Image: Ann Lee", the book in "based on Ann Lee's", the country
        in "a German-born American", the film in "sang it in the film Kes".
        """
        pair = self._nearest(statement)
        first, last = pair.between
        words = self.reading.words
        if last < len(words) and _CAPTION.search(self.text[words[first - 1][0] : words[last][0]]):
            return True
        after = self.text[words[pair.target[1] - 1][1] :][:6]
        if statement.predicate == "country_of_citizenship":
            return _BORN.match(after) is not None
        if statement.predicate == "performer":
            return _SHOWN_IN.search(self.text[: words[pair.subject[0]][0]][-60:]) is not None
        return statement.predicate == "cast_member" and after[:2] in ("'s", "’s")

    def _span(self, mention: int) -> Span:
        return self.reading.mentions[mention].start, self.reading.mentions[mention].end

    def _has_cue(self, statement: Statement, pair: _Pair) -> bool:
        words, (start, end) = self.reading.words, statement.sentence or (0, 0)
        first, last = pair.between
        between = self.text[words[first - 1][1] : words[last][0]] if last < len(words) else ""
        forward = pair.subject < pair.target
        if KIND_OF.get(statement.predicate) == "place" and self._qualifies(
            max(pair.subject, pair.target)
        ):
            return False
        return has_cue(statement.predicate, self.text[start:end], between, forward)

    def _qualifies(self, end: Span) -> bool:
        """Whether a place only qualifies what follows it: "the Mexican government"."""
        return self.reading.parts[end[1] : end[1] + 1] == ["NOUN"]

    def _nearer(self, pair: _Pair, clusters: set[int]) -> bool:
        """Whether something else of the subject's type stands nearer to the object."""
        end, other = pair.target, pair.subject
        reach = max(other[0] - end[1], end[0] - other[1])
        mentions = self.reading.mentions
        return any(
            mentions[i].type == pair.kind and mentions[i].cluster not in clusters
            for i in self._named(end[0] - reach, end[1] + reach)
        )

    def _nearest(self, statement: Statement) -> _Pair:
        reading, where = self.reading, statement.sentence or (0, 0)
        subjects = self._of(reading.mentions[statement.subject].cluster, where)
        if statement.object_is_value:
            value = reading.values[statement.object]
            targets = [(self._words(value.start, value.end), False)]
        else:
            targets = self._of(reading.mentions[statement.object].cluster, where)
        pairs = [
            (max(o[0] - s[1], s[0] - o[1]), p or q, s, o) for s, p in subjects for o, q in targets
        ]
        _, pronoun, subject, target = min(pairs)
        return _Pair(subject, target, pronoun, reading.mentions[statement.subject].type)

    def _of(self, cluster: int, sentence: Span) -> list[tuple[Span, bool]]:
        return [
            (place, m.pronoun)
            for m, place in zip(self.reading.mentions, self.places, strict=True)
            if m.cluster == cluster and sentence[0] <= m.start < sentence[1]
        ]

    def _named(self, first: int, last: int) -> Iterator[int]:
        """The names that stand between two words."""
        for i in range(bisect_left(self.firsts, first), bisect_left(self.firsts, last)):
            if self.places[i][1] <= last and not self.reading.mentions[i].pronoun:
                yield i

    def _words(self, start: int, end: int) -> Span:
        first = max(0, bisect_right(self.starts, start) - 1)
        return first, max(bisect_left(self.starts, end), first + 1)
