"""Whether an answer is of the kind that a question asks for: yes or no, a date, a number.

Only what is certain from the question's own words is refused: a name to "When ...", a name to
"Is ...", "yes" to "Who ...". What is only unlikely counts for less: a man's name to "Who is the
mother of ...", a people to "Where ...".
"""

from __future__ import annotations

import math
import re

from kgtransfer.names import STOPWORDS, capitalised_spans, fold
from kgtransfer.names.countries import peoples
from kgtransfer.names.given import given_names

_YES_NO = re.compile(
    r"(?:^|[:.;]\s+|\s-\s|--\s?|\s?[–—]\s?)(?:is|are|was|were|do|does|did|has|have|had|can|could|"
    r"will|would|should)\b",
    re.IGNORECASE,
)
_ASKS_WHAT = re.compile(r"\b(?:who|whom|whose|what|which|when|where|why|how)\b", re.IGNORECASE)
_CHOICE = re.compile(r"\b(?:or|who|what|which|when|where|how)\b", re.IGNORECASE)
_DATE = re.compile(
    r"^\s*when\b|\bdate of (?:birth|death)\b|\bbirthday\b|\b(?:what|which) year\b", re.IGNORECASE
)
_DATED = re.compile(
    r"\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tues|wednes|thurs|fri|satur|sun|"
    r"spring|summer|autumn|fall|winter|century|year|decade|today|yesterday|day|night|morning|ago|"
    r"after|before|during|until|since|when|war|age|era|time)",
    re.IGNORECASE,
)


_ASKING = frozenset(["who", "whom", "whose", "what", "which", "when", "where", "why", "how"])
_WHERE = re.compile(r"^\s*where\b", re.IGNORECASE)
_WHO_IS = re.compile(
    r"^\s*who\s+(?:is|was)\s+(?:(?:the|a)\s+(?:\w+\s+)?(?P<of>[a-z-]+)\s+of\b|"
    r".*['’]s?\s+(?:\w+\s+)?(?P<own>[a-z-]+)\s*\?*$)",
    re.IGNORECASE,
)
_WOMEN = frozenset(
    """
    mother wife daughter sister grandmother stepmother aunt niece widow girlfriend bride
    mother-in-law sister-in-law daughter-in-law granddaughter
    """.split()  # noqa: SIM905
)
_MEN = frozenset(
    """
    father husband son brother grandfather stepfather uncle nephew widower boyfriend groom
    father-in-law brother-in-law son-in-law grandson
    """.split()  # noqa: SIM905
)
NO_PLACE = -3.0
"""What a people's adjective loses as an answer to "Where ...", as a log-probability."""


def is_yes_no(question: str) -> bool:
    """Whether its verb comes first, in the sentence or after a topic: "Aspirin: does it help?"."""
    found = _YES_NO.search(question.strip())
    return found is not None and not _ASKS_WHAT.search(question[: found.start() + 1])


def fits(question: str, answer: str) -> bool:
    """Whether the answer may be one to the question; True wherever that is not certain."""
    if fold(answer) in _ASKING:
        return False
    said = answer.strip().lower() in ("yes", "no")
    if is_yes_no(question):
        return said or _CHOICE.search(question) is not None
    if said:
        return False
    if _DATE.search(question):
        return not _is_name(answer) or _DATED.search(answer) is not None
    return True


def doubt(question: str, answer: str) -> float:
    """What speaks against the kind of an answer, as a log-probability; 0 where nothing does."""
    if _WHERE.search(question):
        return NO_PLACE if fold(answer) in peoples() else 0.0
    asked = _WHO_IS.match(question)
    noun = (asked["of"] or asked["own"]).lower() if asked else ""
    if noun not in _WOMEN and noun not in _MEN:
        return 0.0
    woman = given_names().female(answer)
    return min(0.0, math.log(2 * (woman if noun in _WOMEN else 1 - woman)))


def is_unsaid(question: str, text: str) -> bool:
    """Whether the question names something, or a number, that the text does not have."""
    said = set(fold(text).split())
    named = [question[start:end] for start, end in capitalised_spans(question)]
    words = fold(" ".join([*named, *re.findall(r"\d+", question)])).split()
    first = fold(question).split()[:1]
    return any(word not in said for word in words if word not in STOPWORDS and word not in first)


def _is_name(answer: str) -> bool:
    """Whether all its longer words have capitals."""
    words = [word for word in re.findall(r"[^\W\d_]+", answer) if len(word) > 3]
    return bool(words) and all(word[0].isupper() for word in words)


_PERSON = re.compile(r"^\s*(?:who|whose|whom)\b", re.IGNORECASE)
_PLACE = re.compile(r"^\s*where\b|\b(?:place|city|town|country) of\b", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*how (?:many|much|long|old|far|high|tall|big|large)\b", re.IGNORECASE)


def agreement(question: str, answer: str) -> float:
    """1 where the answer is surely of the kind asked for, -1 where it hardly is, 0: unknown."""
    if is_yes_no(question):
        return 1.0 if answer.lower() in ("yes", "no") else 0.0
    if _DATE.search(question):
        return 1.0 if re.search(r"\d{3}", answer) else -1.0
    if _NUMBER.search(question):
        return 1.0 if re.search(r"\d", answer) else 0.0
    if _PERSON.search(question) or _PLACE.search(question):
        return 1.0 if _is_name(answer) else -1.0
    return 0.0
