"""Component `kgtransfer_ownership`: which of two organisations is the other's, in set phrases.

"Acme is a wholly owned subsidiary of Bolt", "Bolt's subsidiary Acme", "Acme, owned by Bolt", "Bolt
is the parent company of Acme". The model was trained on texts that say nothing of the way back, and
so finds many pairs both ways round: what is read here wins over it, and of a pair that nothing is
read of the surer way alone stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from spacy.language import Language

from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.records import EntityMention, Span, Statement

_NOUN = r"(?:subsidiar(?:y|ies)|divisions?|business\s+units?|units?|arms?)"
_BELOW = re.compile(rf"\b(?:{_NOUN}\s+of|(?:wholly[\s-])?owned\s+by)\b")
_ABOVE = re.compile(
    r"\b(?:parent|parent\s+(?:company|organi[sz]ation|firm|corporation)|owners?)\s+of\b"
)
_POSSESSED = re.compile(rf"['’]s?\s+(?:[\w-]+\s+){{0,3}}{_NOUN},?\s+")
_BESIDE = re.compile(
    r"(?:\s*\([^()]*\))*[,;]?\s+(?:(?:which|that|and|it)\s+)?"
    r"(?:(?:is|was|are|were|became|operates|operating|as|currently|now|also|formerly|still)\s+)*"
    r"(?:(?!(?:of|and|by|to|in|with|for|from|its|their)\b)[\w-]+,?\s+){0,6}"
)
"""Between the one and the word for what it is to the other."""
_LEADS_TO = re.compile(r"\s+(?:(?!(?:and|of|by|with|in)\b)[\w-]+\s+){0,5}")
_PREDICATES = {"parent_organization": False, "subsidiary": True}
"""Whether the owner stands first."""
_CONFIDENCE = 0.9
Organizations = Sequence[tuple[int, EntityMention]]
_Pair = tuple[int, int]


@Language.component("kgtransfer_ownership")
def add_ownership(doc: Any) -> Any:
    """Add parent_organization, and take out what stands the wrong way round."""
    reading, text = reading_of(doc), doc.text
    found: dict[_Pair, Statement] = {}
    for span in reading.sentences:
        organizations = reading.named_in(span, "Organization")
        if len(organizations) > 1:
            for statement in _stated(text, span, organizations):
                pair = _clusters(reading, statement)
                if pair[0] != pair[1] and pair[::-1] not in found:
                    found.setdefault(pair, statement)
    if found or any(s.predicate in _PREDICATES for s in reading.statements):
        reading.statements = [*_one_way(reading, found), *found.values()]
    return doc


def _stated(text: str, span: Span, organizations: Organizations) -> Iterator[Statement]:
    """Statements of who belongs to whom, the owned one first."""
    for cue, owner_first in ((_BELOW, False), (_ABOVE, True)):
        for match in cue.finditer(text, *span):
            one = _before(text, match.start(), organizations)
            other = _after(text, match.end(), organizations, _LEADS_TO)
            if one is not None and other is not None:
                owned, owner = (other, one) if owner_first else (one, other)
                yield Statement(owned, "parent_organization", owner, False, _CONFIDENCE, span)
    for index, organization in organizations:
        match_ = _POSSESSED.match(text, organization.end, span[1])
        owned_ = next((i for i, m in organizations if match_ and m.start == match_.end()), None)
        if owned_ is not None:
            yield Statement(owned_, "parent_organization", index, False, _CONFIDENCE, span)


def _before(text: str, start: int, organizations: Organizations) -> int | None:
    before = [(i, m) for i, m in organizations if m.end <= start]
    if before and _BESIDE.fullmatch(text, before[-1][1].end, start):
        return before[-1][0]
    return None


def _after(
    text: str, start: int, organizations: Organizations, between: re.Pattern[str]
) -> int | None:
    after = [(m.start, i) for i, m in organizations if m.start >= start and not m.pronoun]
    if after and between.fullmatch(text, start, min(after)[0]):
        return min(after)[1]
    return None


def _clusters(reading: Reading, statement: Statement) -> _Pair:
    """The owned and the owner."""
    subject = reading.mentions[statement.subject].cluster
    target = reading.mentions[statement.object].cluster
    return (target, subject) if _PREDICATES[statement.predicate] else (subject, target)


def _one_way(reading: Reading, found: dict[_Pair, Statement]) -> Iterator[Statement]:
    """The statements, of each pair of organisations those of one way alone."""
    surest: dict[_Pair, float] = {}
    for s in reading.statements:
        if s.predicate in _PREDICATES and not s.object_is_value:
            pair = _clusters(reading, s)
            surest[pair] = max(surest.get(pair, 0.0), s.confidence)
    for s in reading.statements:
        if s.predicate not in _PREDICATES or s.object_is_value:
            yield s
            continue
        pair = _clusters(reading, s)
        back = pair[::-1]
        if back in found or (pair in found and s.predicate == "parent_organization"):
            continue
        if pair in found:
            yield replace(s, sentence=found[pair].sentence)
        elif surest.get(back, 0.0) < surest[pair]:
            yield s
