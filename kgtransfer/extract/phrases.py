"""Component `kgtransfer_phrases`: what a few plain phrases say in the schema's words.

For a pipeline without a relation model. "played for" between a person and an organization is
`member_of_sports_team`; "Dark River is a 1990 British film" says when it came out and where it
comes from, "Ann Lee was an Irish painter" whose citizen she was. Types have to fit the predicate.
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

_TENSE = r"(?:(?:is|was|are|were|has been|had been|also|currently|later|first|formerly) )*"
_PLACE = (
    r"(?:village|town|city|commune|municipality|district|region|county|suburb|locality|hamlet|parish"
    r"|township|settlement|community|province|neighbou?rhood|mountain|river|lake|island|station)"
)
_PHRASES = [  # phrase, predicate, whether the object is the predicate's subject
    (rf"(?:[\w-]+ ){{0,3}}{_PLACE} (?:located |situated )?(?:in|near|on)", "located_in", False),
    (r"(?:located|situated) (?:in|near|on)", "located_in", False),
    (r"capital (?:city )?of", "capital", True),
    (r"(?:[\w-]+ )?member of", "member_of", False),
    (r"part of", "is_part_of", False),
    (r"(?:(?:plays|played|playing|signed) (?:[\w-]+ )?for)", "member_of_sports_team", False),
    (r"(?:studied|educated|studied \w+) at|graduated from|attended", "educated_at", False),
    (r"(?:works|worked) (?:for|at)|employed (?:by|at)|professor at", "employer", False),
    (r"(?:co-)?founded by|established by|formed by", "founded_by", False),
    (r"(?:co-)?founded|established", "founded_by", True),
    (r"(?:founded|established|formed|created) (?:in|on)", "inception", False),
    (r"(?:dissolved|disbanded) (?:in|on)", "dissolved", False),
    (r"(?:based|headquartered) in", "headquarters_location", False),
    (r"(?:released|published|premiered|first published) (?:in|on)", "publication_date", False),
    (r"published by", "publisher", False),
    (r"directed", "director", True),
    (r"(?:wrote|authored)", "author", True),
    (r"(?:co-)?produced", "producer", True),
    (r"composed", "composer", True),
    (r"developed by", "developer", False),
    (r"manufactured by", "manufacturer", False),
    (r"owned by", "owned_by", False),
    (r"operated by", "operator", False),
    (r"(?:won|received|awarded)", "award_received", False),
    (r"(?:lives|lived|resides|resided) in", "residence", False),
    (r"born (?:in|at)", "place_of_birth", False),
    (r"died (?:in|at)", "place_of_death", False),
    (r"born on", "date_of_birth", False),
    (r"died on", "date_of_death", False),
]
_PATTERNS = [(re.compile(_TENSE + f"(?:{said})"), name, swap) for said, name, swap in _PHRASES]
_CONFIDENCE = 0.7
_IS_A = re.compile(
    r"[\"”’]?(?:\s*\([^()]{0,120}\))?,?\s+(?:is|was)\s+(?:an?|the)\s+(?:former\s+|retired\s+)?"
)
_TO_NOUN = re.compile(r"[\s-]+(?:[A-Za-z-]+,?\s+){0,4}[a-z]{3,}")
_BETWEEN = re.compile(r"[\s,-]*(?:[a-z-]+\s+)?")


@Language.factory("kgtransfer_phrases")
def create_phrases(nlp: Language, name: str) -> PhraseTable:
    """Make the component."""
    return PhraseTable(load_schema())


class PhraseTable:
    """Renames open relations that the schema has a predicate for, and reads definitions."""

    def __init__(self, schema: Schema) -> None:
        self.schema = schema
        self.phrases = [row for row in _PATTERNS if row[1] in schema.predicates]

    def __call__(self, doc: Any) -> Any:
        """Rename and add statements."""
        reading = reading_of(doc)
        stated = [self.renamed(s, reading) for s in reading.statements]
        known = {_key(reading, s) for s in stated}
        for statement in self.defined(doc.text, reading):
            if _key(reading, statement) not in known:
                known.add(_key(reading, statement))
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


def _key(reading: Reading, statement: Statement) -> tuple[int, str, int]:
    target = statement.object
    if not statement.object_is_value:
        target = reading.mentions[target].cluster
    return reading.mentions[statement.subject].cluster, statement.predicate, target
