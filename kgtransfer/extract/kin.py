"""Component `kgtransfer_kin`: parents and spouses, where the text names them in set phrases.

"Ann Lee, daughter of Bob Ray and Eve Ray", "He was born in Rome to Bob and Eve Ray", "Her mother
was the actress Eve Ray", "the wife of Bob Ray", "she married the actor Bob Ray" (`kin_phrases`).
Which parent is the mother is told by titles, else by the given names, a pronoun or the model; the
father is mostly named first. Where a sentence names two fathers, both are parents and no more is
said. A parent read so wins over what the model says of the same person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from spacy.language import Language

from kgtransfer.extract.kin_phrases import ONE, stated_kin
from kgtransfer.extract.reading import Reading, reading_of
from kgtransfer.records import EntityMention, Statement

_MALE = re.compile(
    r"(?i)\b(?:sir|lord|king|prince|duke|earl|count|baron|emperor|infante|landgrave|margrave|elector"
    r"|marquess|viscount|archduke|tsar|sultan|pope|mr|baronet)\b"
)
_Key = tuple[int, str, int]


@Language.component("kgtransfer_kin")
def add_kin(doc: Any) -> Any:
    """Add father, mother and spouse to the reading's statements."""
    reading = reading_of(doc)
    text = doc.text
    found: dict[_Key, Statement] = {}
    for span in reading.sentences:
        people = reading.named_in(span, "Person")
        if len(people) > 1:
            stated = stated_kin(text, span, people, reading.unclear)
            for statement in _without_rivals(reading, text, list(stated)):
                key = _key(reading, statement)
                if key[0] != reading.mentions[statement.object].cluster:
                    found.setdefault(key, statement)
    _replace(reading, found)
    return doc


def _without_rivals(reading: Reading, text: str, stated: list[Statement]) -> Iterator[Statement]:
    """The statements, fathers that are mothers put right, two fathers of one as parents alone."""
    clusters = [m.cluster for m in reading.mentions]
    mothers = {
        (clusters[s.subject], clusters[s.object])
        for s in reading.statements
        if s.predicate == "mother" and not s.object_is_value
    }
    female = {m.cluster for m in reading.mentions if m.pronoun and _is_she(text, m)}
    read = []
    for s in stated:
        child, parent = clusters[s.subject], clusters[s.object]
        where = reading.mentions[s.object]
        male = _MALE.search(text, max(0, where.start - 12), where.end + 12)
        guessed = s.predicate == "father" and s.confidence == ONE and not male
        if guessed and ((child, parent) in mothers or parent in female):
            s = replace(s, predicate="mother")
        read.append(s)
    parents: dict[tuple[int, str], set[int]] = {}
    for s in read:
        parents.setdefault((clusters[s.subject], s.predicate), set()).add(clusters[s.object])
    for s in read:
        rivals = len(parents[clusters[s.subject], s.predicate]) > 1
        if rivals and s.predicate in ("father", "mother"):
            yield replace(s, predicate="child", subject=s.object, object=s.subject)
        else:
            yield s


def _is_she(text: str, mention: EntityMention) -> bool:
    return text[mention.start : mention.end].lower() in ("she", "her", "hers", "herself")


def _key(reading: Reading, statement: Statement) -> _Key:
    """What a person has only one of: a father, a mother, and a tie to each spouse or child."""
    subject = reading.mentions[statement.subject].cluster
    if statement.predicate in ("father", "mother"):
        return subject, statement.predicate, -1
    return subject, statement.predicate, reading.mentions[statement.object].cluster


def _replace(reading: Reading, found: dict[_Key, Statement]) -> None:
    """Of parents the found ones stay alone, and whose wife is said, nobody else is it there."""
    mentions = reading.mentions
    ends = {(k[0], k[1], mentions[s.object].cluster) for k, s in found.items()}
    wives = {
        (mentions[s.object].cluster, s.sentence): k[0]
        for k, s in found.items()
        if s.predicate == "spouse"
    }
    kept = []
    for s in reading.statements:
        if s.object_is_value:
            kept.append(s)
            continue
        subject, target = mentions[s.subject].cluster, mentions[s.object].cluster
        if (subject, s.predicate, -1) in found or (subject, s.predicate, target) in ends:
            continue
        if s.predicate == "spouse" and (
            wives.get((target, s.sentence), subject) != subject
            or wives.get((subject, s.sentence), target) != target
        ):
            continue
        kept.append(s)
    reading.statements = [*kept, *found.values()]
