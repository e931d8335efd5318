"""A sentence with a hole as the questions that its filling answers."""

from __future__ import annotations

import re

from kgtransfer.generate.claims import Claim
from kgtransfer.records import Span

_AUXILIARY = re.compile(r"\b(was|is|were|are|has|had|can|will)\b")
_BEFORE = re.compile(r"\s*\b(on|in|at|since|from|by|to|of|for|with)$")
_PLACE = frozenset({"in", "at"})


def questions(claim: Claim, span: Span) -> tuple[str, ...]:
    """What the span answers: "Kes was directed by [Ken Loach]" is "Who was Kes directed by?"."""
    text = claim.text.rstrip(" .!")
    before, after = text[: span[0]].rstrip(), text[span[1] :]
    found = _BEFORE.search(before)
    preposition = found.group(1) if found else ""
    if span in claim.values:
        long = len(claim.text[span[0] : span[1]]) >= 4
        words: tuple[str, ...] = ("When",) if long else ("How many",)
    elif preposition in _PLACE:
        words = ("Where",)
    elif preposition == "from":
        words = ("Which country",)
    else:
        words = ("Who", "What")
    if found and words[0] in ("When", "Where"):
        before = before[: found.start()].rstrip()
    if not before:
        return tuple(f"{word}{after}?" for word in words)
    return tuple(f"{word} {_inverted(before)}{after}?" for word in words)


def _inverted(before: str) -> str:
    """ "Kes was directed by" as "was Kes directed by"."""
    found = _AUXILIARY.search(before)
    if found is None:
        return before[:1].lower() + before[1:] if before.startswith("The ") else before
    subject = before[: found.start()].strip()
    if subject.startswith(("The ", "A ", "An ")):
        subject = subject[0].lower() + subject[1:]
    parts = (found.group(1), subject, before[found.end() :].strip())
    return " ".join(part for part in parts if part)
