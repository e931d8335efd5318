"""Questions whose path over pages is known: what is asked, page by page, and where it stands.

Two known relations that share a name become a nested question ("Where was the director of Kes
born?"), of which it is known, too, which words ask for which hop.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from kgtransfer.records import Span
from kgtransfer.train.questions import (
    ReadingExample,
    crop,
)
from kgtransfer.train.wordings import NATURAL, ask

_HOLE = "\0"


@dataclass(frozen=True, slots=True)
class Step:
    """One page of a path: what to find there, and which characters of the question ask for it.

    Without `spans` nothing is to be found: the page lies beside the path. `linked` are titles of
    pages that name this one.
    """

    title: str
    text: str
    spans: tuple[Span, ...]
    asked: tuple[Span, ...] = ()
    linked: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PathQuestion:
    """A question with its path, and pages beside it.

    `named` is where the question names the first page, if it does. `beside` are pairs of a step
    and the mention on the page of `steps[0]` that wrongly led there. `source` says where it is
    from.
    """

    source: str
    question: str
    named: Span | None
    steps: tuple[Step, ...]
    beside: tuple[tuple[Step, Span], ...] = ()


def nested(relations: Sequence[str], subject: str, rng: random.Random) -> tuple[str, list[Any]]:
    """A question for a chain of relations; the characters that ask for each, in their order."""
    phrase = subject
    spans: list[Any] = []
    for relation in relations[:-1]:
        phrase, spans = _filled(_noun_phrase(relation, rng), phrase, spans)
    return _filled(ask(relations[-1], _HOLE, rng), phrase, spans)


def _noun_phrase(relation: str, rng: random.Random) -> str:
    who = [w for w in NATURAL.get(relation, ()) if re.match(r"Who (?!is|was|did)", w)]
    choices = [f"the {relation} of {_HOLE}"] * 3 + [f"{_HOLE}'s {relation}"] * 2
    choices += [w[0].lower() + w[1:-1].replace("{s}", _HOLE) for w in who]
    chosen = rng.choice(choices)
    return f"the person {chosen}" if chosen.startswith("who ") else chosen


def _filled(pattern: str, phrase: str, spans: list[Any]) -> tuple[str, list[Any]]:
    at = pattern.index(_HOLE)
    end = at + len(phrase)
    text = pattern.replace(_HOLE, phrase)
    moved = [tuple((a + at, b + at) for a, b in parts) for parts in spans]
    own = tuple((a, b) for a, b in ((0, at), (end, len(text.rstrip("?")))) if text[a:b].strip())
    return text, [*moved, own]


def cropped(step: Step, rng: random.Random) -> Step:
    """A stretch of the page around what is to be found there."""
    label = "span" if step.spans else "none"
    example = ReadingExample("", step.title, step.text, step.spans, label)  # type: ignore[arg-type]
    part = crop(example, rng, 300, 600)
    return replace(step, text=part.text, spans=part.spans)


def elsewhere(step: Step, rng: random.Random) -> Step | None:
    """A stretch of the same page that holds nothing of what is to be found there, if there is."""
    found = {step.text[a:b].lower() for a, b in step.spans}
    stretches = [step.text[at : at + 480] for at in range(0, len(step.text) - 200, 400)]
    empty = [s for s in stretches if not any(text in s.lower() for text in found)]
    if not step.spans or not empty:
        return None
    return replace(step, text=rng.choice(empty), spans=())
