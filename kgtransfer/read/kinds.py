"""Whether an answer is of the kind that a question asks for: yes or no, a date, a number.

Only what is certain from the question's own words is refused: a name to "When ...", a name to
"Is ...", "yes" to "Who ...".
"""

from __future__ import annotations

import re

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


def is_yes_no(question: str) -> bool:
    """Whether its verb comes first, in the sentence or after a topic: "Aspirin: does it help?"."""
    found = _YES_NO.search(question.strip())
    return found is not None and not _ASKS_WHAT.search(question[: found.start() + 1])


def fits(question: str, answer: str) -> bool:
    """Whether the answer may be one to the question; True wherever that is not certain."""
    said = answer.strip().lower() in ("yes", "no")
    if is_yes_no(question):
        return said or _CHOICE.search(question) is not None
    if said:
        return False
    if _DATE.search(question):
        return not _is_name(answer) or _DATED.search(answer) is not None
    return True


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
