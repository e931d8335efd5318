"""Predicates of open relations: the words of a phrase in one form, whatever its tense and voice.

"has also moved to" is "move to"; "was later donated by", with an agent, is "donate" the other way
round; without one it stays passive: "be sent to". Articles and most adverbs go, negation is noted
apart, and so is nothing of the rest: particles, prepositions and nouns stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kgtransfer.extract.verbs import is_participle, lemma

_ARTICLES = frozenset({"a", "an", "the"})
_NOT = frozenset(
    {"not", "n't", "n’t", "never", "no", "hardly", "scarcely", "rarely", "seldom", "barely"}
)
_DROPPED = frozenset({"will", "would", "shall", "do", "have", "'ll", "’ll", "'d", "’d"})
_PARTICLES = frozenset(
    {
        "up", "out", "away", "back", "together", "off", "down", "in", "over", "forward", "home",
        "apart", "along", "aside", "around", "through", "abroad", "against", "opposite",
        "alongside", "outside", "inside", "close", "next", "prior",
    }
)  # fmt: skip
_OF_TIME = frozenset(
    {"in", "on", "since", "until", "during", "from", "by", "before", "after", "at"}
)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A predicate; `swapped` says that its subject is what the text names after it."""

    predicate: str
    negated: bool = False
    swapped: bool = False
    verb: str = ""
    """The base form of its main verb."""


def normalised(
    words: Sequence[str], letters: str, target_acts: bool, reduced: bool = False
) -> Phrase | None:
    """The words of a phrase (lower case, one letter for each word's part of speech) as a predicate.

    `target_acts` says that what follows can act: after "by" it is then the subject. `reduced` says
    that a participle stands for a relative clause (", educated at"). None where nothing is said
    ("is also").
    """
    negated = any(word in _NOT for word in words)
    kept = [
        (word, letter)
        for word, letter in zip(words, letters, strict=True)
        if word not in _ARTICLES
        and word not in _NOT
        and (word, letter) != ("longer", "R")
        and not (letter == "R" and word not in _PARTICLES)
    ]
    first = next((i for i, (_, letter) in enumerate(kept) if letter in "AV"), None)
    if first is None:
        return None
    last = first  # auxiliaries, then the verb: "has been sent"
    while kept[last][1] == "A" and last + 1 < len(kept) and kept[last + 1][1] in "AV":
        last += 1
    group, rest = [word for word, _ in kept[first : last + 1]], kept[last + 1 :]
    modal = [w for w in group[:-1] if lemma(w) not in _DROPPED | {"be"}]
    verb, passive = lemma(group[-1]), False
    if is_participle(group[-1]):
        before = [lemma(word) for word in group[:-1]]
        passive = before[-1:] == ["be"] or (
            not before
            and (
                (reduced and rest[:1] and rest[0][1] == "P") or (target_acts and _follows_by(rest))
            )
        )
    after = [word for word, _ in rest]
    if verb == "be" and not any(letter == "P" for _, letter in rest):
        return None  # a bare copula; "is the capital of" says something
    if (verb == "be" and rest[0][0] == "to") or (verb == "do" and not rest[1:]):
        return None  # "was to meet", "which he did on"
    if verb == "be" and rest[0][0] == "of":
        return None  # "is south of", of which the adverb went
    if passive and target_acts and _follows_by(rest):
        at = after.index("by")
        if after[at + 1 :]:
            return None
        return Phrase(" ".join([*modal, verb, *after[:at]]), negated, True, verb)
    said = [*modal, "be", group[-1]] if passive else [*modal, verb]
    return Phrase(" ".join([*said, *after]), negated, False, verb)


def _follows_by(rest: Sequence[tuple[str, str]]) -> bool:
    """Whether an agent's "by" comes next, but for a particle ("set up by")."""
    words = [word for word, _ in rest[:2]]
    return words[:1] == ["by"] or (words[1:] == ["by"] and words[0] in _PARTICLES)


def takes_time(predicate: str) -> bool:
    """Whether a date can follow the predicate."""
    return predicate.rpartition(" ")[2] in _OF_TIME
