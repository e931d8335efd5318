"""Whether something is so: "Was X born in Rome?" is asked as "Where was X born?" and compared.

A reader that is asked for yes or no says yes to what sounds like its page. Asked for what the
question names, it has to find it: where it finds the same, the answer is yes, and where it finds
something else of the kind, no. What can't be turned round so is left to the reader's yes and no.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kgtransfer.names import STOPWORDS, capitalised_spans, fold
from kgtransfer.names.countries import peoples
from kgtransfer.read.countries import countries_in
from kgtransfer.read.follow import Candidate
from kgtransfer.read.hops import is_human, is_place
from kgtransfer.read.kinds import is_yes_no
from kgtransfer.read.pages import PageNames, sentence_of
from kgtransfer.records import Span
from kgtransfer.values import find_values

NEAR = 1.5
"""How much less than the best another reading may score to count as found, as a log-probability."""

_OTHERWISE = re.compile(r"\b(?:or|both|same|not|never|no)\b|n['’]t\b", re.IGNORECASE)
_AUXILIARY = re.compile(r"(is|was|are|were|did|does|do|has|had)\s+(?:the\s+)?", re.IGNORECASE)
_JOINT = re.compile(r",\s+(?:\d+\w\w\s+)?")
_BRACKET = re.compile(r"\s*\([^()]*\)$")
_PREPOSITION = re.compile(r"\s(in|at|on|from|by|to|with|for|near)\s+(?:the\s+)?$", re.IGNORECASE)
_PLACED = ("in", "at", "on", "near", "from")
_THE_NOUN = re.compile(r"\s+the\s+([\w\s-]+?)\s+(?:of|in|at|for|by)\s", re.IGNORECASE)
_LAST_WORDS = re.compile(r"\s(?=((?:\w+\s)?\w+)$)")
_A_NOUN = re.compile(r"\s+an?\s+[\w\s-]+?\s+of\s+(?:the\s+)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Claim:
    """`question` asks for what the claim says is `object`; `place` where that may be one."""

    question: str
    object: str
    place: bool = False


def parse(question: str, names: PageNames) -> Claim | None:
    """The claim of a question for yes or no, turned round; None where it can't be."""
    asked = _BRACKET.sub("", question.strip().rstrip(" ?"))
    opening = _AUXILIARY.match(asked)
    if opening is None or not is_yes_no(question) or _OTHERWISE.search(asked):
        return None
    dates = [(value.start, value.end) for value in find_values(asked) if value.kind == "date"]
    things = _things(asked, names, dates, opening.end(1))
    if not things or things[-1][1] != len(asked):
        return None
    last = asked[things[-1][0] :]
    before = asked[: things[-1][0]]
    is_date = any(end == len(asked) for _, end in dates)
    by = _PREPOSITION.search(before)
    if countries_in(last) and len(things) > 1 and (by is None or by[1].lower() == "from"):
        about = before[: by.start()] if by is not None else before.rstrip()
        if about.endswith(asked[slice(*things[-2])]):
            return Claim(f"What nationality {_lowered(about)}?", last, place=True)
    if by is not None:
        return _of_object(_lowered(before[: by.start()]), last, by[1].lower(), is_date)
    if len(things) < 2:
        return None
    if _A_NOUN.match(asked[things[-2][1] : things[-1][0]]):
        return Claim(f"Who {_lowered(before.rstrip())}?", last)
    first = things[0]
    if first[0] != opening.end():
        return None
    rest, said = f"{opening[1].lower()}{asked[first[1] :]}?", asked[slice(*first)]
    if opening[1].lower() in ("did", "does", "do"):
        return Claim(f"Who {rest}", said)
    if (noun := _THE_NOUN.match(asked, first[1])) is not None:
        wh = "Where" if is_place(noun[1]) else "Who" if is_human(noun[1]) else "What"
        return Claim(f"{wh} {rest}", said, place=wh == "Where")
    return None


def _things(asked: str, names: PageNames, dates: Sequence[Span], start: int) -> list[Span]:
    """What is named or dated in the question, in order; a people after a name stands by itself."""
    found = [(a, b) for a, b, _ in names.find(asked) if a >= start]
    for more in (dates, capitalised_spans(asked)):
        apart = [(a, b) for a, b in more if not any(a < d and b > c for c, d in found)]
        found += [span for span in apart if span[0] >= start]
    found.sort()
    joined = found[:1]
    for a, b in found[1:]:
        if _JOINT.fullmatch(asked, joined[-1][1], a):
            joined[-1] = joined[-1][0], b
        else:
            joined.append((a, b))
    if joined:
        begun, end = joined[-1]
        for words in _LAST_WORDS.finditer(asked, begun, end):
            if fold(words[1]) in peoples():
                return [*joined[:-1], (begun, words.start()), words.span(1)]
    return joined


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _of_object(before: str, object_: str, preposition: str, dated: bool) -> Claim:
    """What is asked of `before` by the preposition that leads to the object."""
    if dated:
        return Claim(f"When {before}?", object_)
    if preposition in _PLACED:
        ending = " from" if preposition == "from" else ""
        return Claim(f"Where {before}{ending}?", object_, place=True)
    return Claim(f"Who {before} {preposition}?", object_)


def decide(claim: Claim, candidates: Sequence[Candidate]) -> Candidate | None:
    """Yes or no with the evidence read; None where what was read can't tell."""
    if not candidates:
        return None
    best = candidates[0]
    for found in candidates:
        if found.score >= best.score - NEAR and _same(claim.object, found.text):
            return replace(found, text="yes")
    if not claim.place:
        return replace(best, text="no")
    last = best.evidence[-1]
    sentence = last.passage.text[slice(*sentence_of(last.passage, last.start, last.end))]
    if f" {fold(claim.object)} " in f" {fold(sentence)} ":
        return replace(best, text="yes")
    wide = [bool(countries_in(text)) for text in (claim.object, best.text)]
    return replace(best, text="no") if wide[0] == wide[1] else None


def _same(one: str, other: str) -> bool:
    """Whether one names the other: a part of its words, or the same country."""
    words = [set(fold(text).split()) - STOPWORDS for text in (one, other)]
    if not words[0] or not words[1]:
        return False
    return words[0] <= words[1] or words[1] <= words[0] or bool(_countries(one) & _countries(other))


def _countries(text: str) -> set[str]:
    return {country for _, country in countries_in(text)}
