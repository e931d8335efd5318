"""Component `kgtransfer_phrases`: what a few plain phrases say in the schema's words.

"play for" between a person and an organization is `member_of_sports_team`; "Dark River is a 1990
British film" says when it came out and where it comes from, "Ann Lee was an Irish painter" whose
citizen she was (`definitions`, for a pipeline without a relation model). Types have to fit the
predicate.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.extract.schema import Schema, load_schema
from kgtransfer.records import Statement

_PLACE = (
    r"(?:village|town|city|commune|municipality|district|region|county|suburb|locality|hamlet|parish"
    r"|township|settlement|community|province|neighbou?rhood|mountain|river|lake|island|station)"
)
_PHRASES = [  # phrase, predicate, whether the object is the predicate's subject
    (rf"be (?:[\w-]+ ){{0,3}}{_PLACE} (?:located |situated )?(?:in|near|on)", "located_in", False),
    (r"be (?:located|situated) (?:in|near|on)", "located_in", False),
    (r"be capital (?:city )?of", "capital", True),
    (r"be (?:[\w-]+ )?member of", "member_of", False),
    (r"be part of", "is_part_of", False),
    (r"(?:play|sign) (?:[\w-]+ )?for", "member_of_sports_team", False),
    (r"(?:study|study \w+|be educated) at|graduate from|attend", "educated_at", False),
    (r"work (?:for|at)|be employed (?:by|at)|be professor at", "employer", False),
    (r"(?:co-)?(?:found|establish)", "founded_by", True),
    (r"be (?:founded|established|formed|created) (?:in|on)", "inception", False),
    (r"(?:be dissolved|be disbanded|disband|dissolve) (?:in|on)", "dissolved", False),
    (r"be (?:based|headquartered) in", "headquarters_location", False),
    (r"be (?:released|(?:first )?published|premiered) (?:in|on)", "publication_date", False),
    (r"direct", "director", True),
    (r"write|author", "author", True),
    (r"(?:co-)?produce", "producer", True),
    (r"compose", "composer", True),
    (r"win|receive|be awarded", "award_received", False),
    (r"live in|reside in", "residence", False),
    (r"be born (?:in|at)", "place_of_birth", False),
    (r"die (?:in|at)", "place_of_death", False),
    (r"be born (?:in|on)", "date_of_birth", False),
    (r"die (?:in|on)", "date_of_death", False),
    (r"marry|be married to", "spouse", False),
    (r"publish", "publisher", True),
    (r"develop", "developer", True),
    (r"manufacture", "manufacturer", True),
    (r"own", "owned_by", True),
    (r"operate", "operator", True),
]
_PATTERNS = [(re.compile(f"(?:{said})"), name, swap) for said, name, swap in _PHRASES]
_CONFIDENCE = 0.7
Fact = tuple[int, str, int]
"""The thing that is the subject, the predicate, and the object's thing or value."""
_IS_A = re.compile(
    r"[\"”’]?(?:\s*\([^()]{0,120}\))?,?\s+(?:is|was)\s+(?:an?|the)\s+(?:former\s+|retired\s+)?"
)
_TO_NOUN = re.compile(r"[\s-]+(?:[A-Za-z-]+,?\s+){0,4}[a-z]{3,}")
_BETWEEN = re.compile(r"[\s,-]*(?:[a-z-]+\s+)?")


@Language.factory("kgtransfer_phrases", default_config={"definitions": True})
def create_phrases(nlp: Language, name: str, definitions: bool) -> PhraseTable:
    """Make the component; `definitions` says whether it reads "is a 1990 British film" as well."""
    return PhraseTable(load_schema(), definitions)


class PhraseTable:
    """Renames open relations that the schema has a predicate for, and reads definitions."""

    def __init__(self, schema: Schema, definitions: bool = True) -> None:
        self.schema, self.definitions = schema, definitions
        self.phrases = [row for row in _PATTERNS if row[1] in schema.predicates]

    def __call__(self, doc: Any) -> Any:
        """Rename and add statements."""
        reading = reading_of(doc)
        known = {_key(reading, s): s for s in reading.statements}
        stated = []
        for statement in reading.statements:
            named = self.renamed(statement, reading)
            if named is statement or self._is_news(named, reading, known):
                known[_key(reading, named)] = named
                stated.append(named)
        for statement in self.defined(doc.text, reading) if self.definitions else ():
            if _key(reading, statement) not in known:
                known[_key(reading, statement)] = statement
                stated.append(statement)
        reading.statements = stated
        return doc

    def renamed(self, statement: Statement, reading: Reading) -> Statement:
        """The statement under the schema's predicate, where its phrase and types are one's."""
        if statement.predicate in self.schema.predicates:
            return statement
        for pattern, name, swap in self.phrases:
            if not pattern.fullmatch(statement.predicate):
                continue
            if swap and statement.object_is_value:
                continue
            turned = (
                replace(statement, subject=statement.object, object=statement.subject)
                if swap
                else statement
            )
            if self.fits(name, turned, reading):
                return replace(turned, predicate=name, confidence=_CONFIDENCE)
        return statement

    def _is_news(
        self, statement: Statement, reading: Reading, known: dict[Fact, Statement]
    ) -> bool:
        """Whether nothing says so yet, nor another object of a predicate that has only one."""
        subject, name, _ = _key(reading, statement)
        if _key(reading, statement) in known:
            return False
        functional = self.schema.predicates[name].functional
        return not (functional and any(key[:2] == (subject, name) for key in known))

    def fits(self, name: str, statement: Statement, reading: Reading) -> bool:
        """Whether both ends have types that the predicate joins."""
        predicate = self.schema.predicates[name]
        if statement.object_is_value:
            target = reading.values[statement.object].kind
        else:
            target = reading.mentions[statement.object].type
        return reading.mentions[statement.subject].type in predicate.domain and (
            target in predicate.range
        )

    def defined(self, text: str, reading: Reading) -> Iterator[Statement]:
        """What "is a 1990 British film" says of the name before it."""
        for i, mention in enumerate(reading.mentions):
            opening = None if mention.pronoun else _IS_A.match(text, mention.end)
            if opening is None:
                continue
            sentence = reading.sentences[reading.sentence_at(mention.start)]
            at = opening.end()
            if mention.type == "Work":
                for j, value in enumerate(reading.values):
                    if value.start == at and value.kind == "date":
                        found = Statement(i, "publication_date", j, True, _CONFIDENCE, sentence)
                        if self.fits("publication_date", found, reading):
                            yield found
                        at = value.end + len(_BETWEEN.match(text, value.end)[0])  # type: ignore[index]
                        break
            name = {"Work": "country_of_origin", "Person": "country_of_citizenship"}.get(
                mention.type, ""
            )
            for j, other in enumerate(reading.mentions):
                if name and other.start == at and other.type == "Location":
                    if _TO_NOUN.match(text, other.end) and other.end <= sentence[1]:
                        yield Statement(i, name, j, False, _CONFIDENCE, sentence)
                    break


def _key(reading: Reading, statement: Statement) -> Fact:
    target = -1 - statement.object
    if not statement.object_is_value:
        target = reading.mentions[target].cluster
    return reading.mentions[statement.subject].cluster, statement.predicate, target
