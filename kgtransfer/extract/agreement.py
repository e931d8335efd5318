"""Whether a verb's form can be the finite verb of a subject in singular or plural."""

from __future__ import annotations

from collections.abc import Sequence

from kgtransfer.extract.verbs import is_participle, lemma
from kgtransfer.names.fold import words_of

_SINGULAR = frozenset({"is", "was", "has", "does", "'s", "’s"})
_PLURAL = frozenset({"are", "were", "have", "do", "'re", "’re", "am", "'m", "’m", "'ve", "’ve"})
_ANY = words_of(
    "can could may might must shall should will would cannot ca wo did had 'll ’ll 'd ’d"
)
_BOTH = words_of("put set cut hit cast read split spread hurt let shut quit bet beat")
"""Verbs whose past looks like their base form."""


def agrees(words: Sequence[str], letters: str, plural: bool | None, loose: bool = False) -> bool:
    """Whether the first verb of a phrase can be finite.

    "To read a file with Gunzip use" has none: a base form after a name in the singular is an
    infinitive or an order.

    Args:
        words: of the phrase, in lower case.
        letters: one for each word's part of speech.
        plural: the subject's number; None where it is not known.
        loose: whether a bare participle ("files created by") is more likely than a past tense.
    """
    first = next((i for i, letter in enumerate(letters) if letter in "AV"), None)
    if first is None:
        return False
    verb = words[first]
    if verb in _ANY:
        return True
    if verb in _SINGULAR or verb in _PLURAL:
        return plural is None or plural == (verb in _PLURAL)
    if verb.endswith("ing"):
        return False
    base = lemma(verb)
    if verb == base:
        return plural is not False or verb in _BOTH
    if verb.endswith("s"):
        return plural is not True
    return not (loose and is_participle(verb))
