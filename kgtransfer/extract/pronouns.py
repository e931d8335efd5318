"""Pronouns and "the film": what a mention without a name stands for, by rules.

Antecedents are scored by recency, by being the subject of their sentence, by how often the text
speaks of them, and by being what the passage is about; a gender, where the text betrays it, must
fit.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kgtransfer.records import EntityMention, Span

if TYPE_CHECKING:
    from kgtransfer.extract.antecedents import Score

_GENDER = {
    **dict.fromkeys(("he", "him", "his", "himself"), "m"),
    **dict.fromkeys(("she", "her", "hers", "herself"), "f"),
}
_THINGS = frozenset({"it", "its", "itself"})
_GROUPS = frozenset({"they", "their", "them"})
_NOUNS = {
    "Work": "film|movie|album|song|single|novel|book|series|show|episode|game|play|opera|poem"
    "|documentary|soundtrack|magazine|newspaper",
    "Organization": "band|group|company|university|college|school|club|team|party|organization"
    "|organisation|agency|label|newspaper|duo|trio|firm|studio",
    "Location": "city|town|village|river|island|country|municipality|lake|district|region|county",
    "Event": "battle|war|tournament|festival|championship|election|competition|race",
}
_NOUN = re.compile(
    r"\b[Tt]h(?:e|is) (?:"
    + "|".join(f"(?P<{k}>{v})" for k, v in _NOUNS.items())
    + r")\b(?![- ]\w+s?\b[A-Z])"
)
_WORD = re.compile(
    r"\b(?:[Hh](?:e|im|is|imself|er|ers|erself)|[Ss]he|[Ii]t|[Ii]ts|[Tt]he(?:y|ir|m))\b"
)
_FEMALE = re.compile(
    r"(?i)\b(?:mrs|ms|miss|lady|queen|princess|duchess|countess|empress|actress|daughter|wife"
    r"|mother|sister|woman|girl|née|businesswoman|sportswoman|heroine)\b"
)
_MALE = re.compile(
    r"(?i)\b(?:mr|sir|lord|king|prince|duke|earl|emperor|son|husband|father|brother|man|boy"
    r"|businessman|sportsman|clergyman)\b"
)
# Last mention in this sentence, in the one before, two before; subject of this sentence, of the one
# before; the passage's topic; mentions; gender; nearness. Fitted on the development part of GAP
# (Webster et al. 2018), but for topic and gender, which passages about one thing need more.
_WEIGHTS = (1.2, 0.0, 0.2, 0.1, 0.95, 0.6, 0.9, 0.6, 0.3)
_OBLIQUE = re.compile(r"(?i)\b(?:in|on|at|by|with|of|from|for|after|before|to)\b[^,]*$")
_NAMES_BEFORE = 12
"""So many names before a pronoun are weighed."""
_THING_TYPES = ("Work", "Organization", "Location", "Event", "Product", "Misc")


@dataclass(slots=True)
class _Thing:
    """A cluster while the text is read."""

    type: str
    gender: str = ""
    stated_gender: str = ""
    """What the text says, without the pronouns."""
    count: int = 0
    last_sentence: int = -9
    last_start: int = -1
    subject_in: int = -9
    """The last sentence that it opened."""


@dataclass(slots=True)
class _Scene:
    things: dict[int, _Thing] = field(default_factory=dict)
    lead: dict[str, int] = field(default_factory=dict)
    """The first cluster of each type: what the passage is about, if it is of that type."""
    topic: int | None = None


def resolve_pronouns(
    text: str,
    mentions: Sequence[EntityMention],
    sentences: Sequence[Span],
    score: Score | None = None,
) -> list[EntityMention]:
    """Mentions for the pronouns and definite nouns whose antecedent is found.

    Args:
        text: the whole text.
        mentions: names with their clusters, sorted by place.
        sentences: spans of the sentences, in order.
        score: says how well names fit a pronoun for a person; without it, rules do.
    """
    scene = _Scene()
    people = [mention for mention in mentions if mention.type == "Person"]
    taken = [(m.start, m.end) for m in mentions]
    found: list[EntityMention] = []
    queue = list(mentions)
    for number, (start, end) in enumerate(sentences):
        for anaphor in _anaphors(text, start, end, taken):
            while queue and queue[0].start < anaphor[0]:
                _see(scene, text, queue.pop(0), number, start)
            cluster = None
            if score is not None and anaphor[2] in _GENDER:
                cluster = _scored(scene, people, anaphor, score)
            if cluster is None:
                cluster = _choose(scene, number, anaphor)
            if cluster is not None:
                thing = scene.things[cluster]
                first, last, word = anaphor
                found.append(EntityMention(first, last, thing.type, 0.7, cluster, pronoun=True))
                thing.gender = _GENDER.get(word, thing.gender)
                thing.count += 1
                thing.last_sentence, thing.last_start = number, first
                if not text[start:first].strip(" \"“'("):
                    thing.subject_in = number
        while queue and queue[0].start < end:
            _see(scene, text, queue.pop(0), number, start)
    return found


def unclear_clusters(text: str, mentions: Sequence[EntityMention]) -> set[int]:
    """The clusters in which some pronoun must be wrong: "he" and "she" stand for one thing."""
    genders: dict[int, set[str]] = {}
    for m in mentions:
        said = genders.setdefault(m.cluster, set())
        if m.pronoun:
            said.add(_GENDER.get(text[m.start : m.end].lower(), ""))
        elif m.type == "Person":
            said.add(_stated_gender(text, m, lead=False))
    return {cluster for cluster, said in genders.items() if {"m", "f"} <= said}


def _anaphors(text: str, start: int, end: int, taken: Sequence[Span]) -> list[tuple[int, int, str]]:
    """(start, end, pronoun in lower case or type of a definite noun), outside of names."""
    found = [(m.start(), m.end(), m[0].lower()) for m in _WORD.finditer(text, start, end)]
    found += [(m.start(), m.end(), str(m.lastgroup)) for m in _NOUN.finditer(text, start, end)]
    return sorted(a for a in found if not any(a[0] < e and s < a[1] for s, e in taken))


def _see(scene: _Scene, text: str, mention: EntityMention, sentence: int, start: int) -> None:
    """Note a name mention."""
    thing = scene.things.get(mention.cluster)
    if thing is None:
        thing = scene.things[mention.cluster] = _Thing(mention.type)
        scene.lead.setdefault(mention.type, mention.cluster)
        if scene.topic is None:
            scene.topic = mention.cluster
    thing.count += 1
    thing.last_sentence, thing.last_start = sentence, mention.start
    before = text[start : mention.start]
    opened = any(t.subject_in == sentence for t in scene.things.values())
    if not opened and len(before) < 40 and not _OBLIQUE.search(before):
        thing.subject_in = sentence
    if thing.type == "Person" and not thing.gender:
        lead = sentence == 0 and mention.cluster == scene.topic
        thing.gender = thing.stated_gender = _stated_gender(text, mention, lead)


def _stated_gender(text: str, mention: EntityMention, lead: bool) -> str:
    """A gender by the title before the name or, in a lead sentence, the noun after it."""
    before = text[max(0, mention.start - 14) : mention.start].rpartition("(")[2]
    after = re.split(r"[.;]", text[mention.end : mention.end + 160])[0] if lead else ""
    if kin := re.search(r"\b(daughter|son) of\b", after):
        return "f" if kin[1] == "daughter" else "m"
    own = re.match(r"\w+", text[mention.start : mention.end])  # "Prince Maurice", "Earl of Ogle"
    for near in (before, own[0] if own else "", after):
        female, male = bool(_FEMALE.search(near)), bool(_MALE.search(near))
        if female != male:
            return "f" if female else "m"
    return ""


def _scored(
    scene: _Scene, people: Sequence[EntityMention], anaphor: tuple[int, int, str], score: Score
) -> int | None:
    """The person whose name fits a pronoun best, or None where no name is near."""
    start, end, word = anaphor
    near = [m for m in people if m.end <= start][-_NAMES_BEFORE:]
    near += [m for m in people if m.start >= end][:1]
    fitting = [m for m in near if _may_be(scene.things.get(m.cluster), _GENDER[word])]
    scores = score((start, end), [(m.start, m.end) for m in fitting])
    known = [(s, m) for s, m in zip(scores, fitting, strict=True) if s is not None]
    if not known:
        return None
    _, mention = max(known, key=lambda pair: (pair[0], -pair[1].start))
    return mention.cluster if mention.cluster in scene.things else None


def _may_be(thing: _Thing | None, gender: str) -> bool:
    return thing is None or thing.stated_gender in ("", gender)


def _choose(scene: _Scene, sentence: int, anaphor: tuple[int, int, str]) -> int | None:
    start, _, word = anaphor
    if word in _GENDER:
        return _best(scene, sentence, start, ("Person",), _GENDER[word])
    if word in _NOUNS:
        return _best(scene, sentence, start, (word,), "")
    if word in _GROUPS:
        lead = scene.topic
        if lead is not None and scene.things[lead].type == "Organization":
            return lead
        return None
    if word in _THINGS and scene.topic is not None:
        return _best(scene, sentence, start, _THING_TYPES, "", strict=True)
    return None


def _best(
    scene: _Scene,
    sentence: int,
    start: int,
    types: Sequence[str],
    gender: str,
    strict: bool = False,
) -> int | None:
    """The best cluster of some types, or None where none is near."""
    scores: dict[int, float] = {}
    for cluster, thing in scene.things.items():
        if thing.type not in types or (gender and thing.gender and thing.gender != gender):
            continue
        gap = sentence - thing.last_sentence
        topic = cluster == scene.topic
        if gap > 3 and not topic and cluster != scene.lead.get(thing.type):
            continue
        if strict and not topic and sentence - thing.subject_in > 1:
            continue
        traits = _traits(thing, topic, sentence, start, gender)
        scores[cluster] = sum(w * t for w, t in zip(_WEIGHTS, traits, strict=True))
    if not scores:
        return None
    return max(scores, key=lambda cluster: (scores[cluster], -cluster))


def _traits(
    thing: _Thing, topic: bool, sentence: int, start: int, gender: str
) -> tuple[float, ...]:
    """What speaks for an antecedent, in the order of `_WEIGHTS`."""
    gap = sentence - thing.last_sentence
    return (
        float(gap == 0),
        float(gap == 1),
        float(gap == 2),
        float(thing.subject_in == sentence),
        float(thing.subject_in == sentence - 1),
        float(topic),
        min(thing.count, 6) / 6,
        float(bool(gender) and thing.gender == gender),
        1 / (1 + (start - thing.last_start) / 40),
    )
