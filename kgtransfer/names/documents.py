"""The names that a document contributes: its title, its lead's name, and weaker forms of both."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kgtransfer.names.find import capitalised_spans
from kgtransfer.names.fold import (
    ARTICLES,
    MONTHS,
    STOPWORDS,
    WORD,
    can_begin,
    fold,
    split_bracket,
    words_of,
)

BRACKETED, TITLE, WEAK = 3, 2, 1
"""Strengths: a title with its bracket, a title without, any weaker name."""

_GENERIC = words_of(
    "actor album article author band book chapter character city club company country episode "
    "family film game group list man movie name novel page part people person place play "
    "school season section series show song story team text title town university village "
    "woman work year"
)
_HONORIFICS = words_of(
    "admiral archduchess archduke baron baroness bishop brigadier caliph captain cardinal chief "
    "colonel count countess dame doctor dom don dr duchess duke earl emperor empress general "
    "governor hon infanta infante judge king lady lieutenant lord major marquess marquis mr "
    "mrs ms pope president prince princess prof professor queen rear reverend rev saint "
    "senator sergeant sheikh sir st sultan the vice"
)
_DIMINUTIVES = {
    "alexander": ("alex",), "andrew": ("andy",), "anthony": ("tony",), "benjamin": ("ben",),
    "charles": ("charlie",), "christopher": ("chris",), "daniel": ("dan",), "david": ("dave",),
    "donald": ("don",), "edgar": ("eddie",), "edward": ("ed", "eddie"), "elizabeth": ("liz",),
    "frederick": ("fred",), "gerald": ("gerry",), "james": ("jim", "jimmy"), "joseph": ("joe",),
    "katherine": ("kate",), "lawrence": ("larry",), "leonard": ("leo",), "margaret": ("peggy",),
    "matthew": ("matt",), "michael": ("mike",), "nicholas": ("nick",), "patricia": ("pat",),
    "peter": ("pete",), "philip": ("phil",), "raymond": ("ray",), "richard": ("dick", "rick"),
    "robert": ("bob", "rob", "bobby"), "ronald": ("ron",), "samuel": ("sam",),
    "stephen": ("steve",), "steven": ("steve",), "susan": ("sue",), "theodore": ("ted",),
    "thomas": ("tom",),
    "timothy": ("tim",), "vincent": ("vince",), "walter": ("walt",), "william": ("bill", "will"),
}  # fmt: skip
NICKNAMES: dict[str, tuple[str, ...]] = dict(_DIMINUTIVES)
"""Given names to their short forms, and short forms to the given names."""
for _name, _shorts in _DIMINUTIVES.items():
    for _short in _shorts:
        NICKNAMES[_short] = (*NICKNAMES.get(_short, ()), _name)
_COPULA = re.compile(
    r"\b(?:is|was|are|were|refers|ist|war|sind|est|était|sont|es|fue|son|è|era|sono|é|foi)\b|是"
)
_KNOWN_AS = re.compile(
    r"(?<![\w-])(?:known\s+(?:simply\s+|professionally\s+|mononymously\s+)?as|also\s+called|born|née|né|"
    r"formerly|nicknamed|stage\s+name|abbreviated(?:\s+as)?)(?:\s+the)?[\s\"“”]+"
)
_DATES_OF_LIFE = re.compile(
    r"(?:\s+or\s+[^(,]*|,\s*(?:Jr|Sr)\b\.?|,)?\s*[(（]\s*(?:born|b\.|c\.|ca\.|died|d\.|–|[^)]*\d{3,4})"
)


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a document: as written, its key, and its strength (3, 2 or 1)."""

    form: str
    key: str
    strength: int


def document_names(title: str, lead: str) -> tuple[Name, ...]:
    """The names that a document contributes, the strongest first, one for each key.

    Args:
        title: the document's title; may be empty, then the lead's name stands for it.
        lead: the beginning of the text (two or three sentences are enough).
    """
    bare, bracket = split_bracket(title)
    sentence = _first_sentence(lead)
    lead_name, is_person = _lead_name(sentence, bare)
    forms: list[tuple[str, int]] = []
    if bracket:
        forms.append((title.strip(), BRACKETED))
    if bare:
        forms.append((bare, TITLE))
    if lead_name:
        forms.append((lead_name, WEAK if bare else TITLE))
        forms += [(form, WEAK) for form in _known_as(sentence)]
    for form in (bare, lead_name):
        forms += [(weaker, WEAK) for weaker in _weaker(form)]
    if is_person:
        forms += [(weaker, WEAK) for weaker in _short_names(lead_name)]
        if not bare:  # nothing but the full name of the lead tells how others call the person
            forms += [(weaker, WEAK) for weaker in _everyday_names(lead_name)]
    return _distinct(forms)


def _first_sentence(lead: str) -> str:
    head = lead.strip()[:600]
    for stop in re.finditer(r"[.!?]\s+(?=[A-Z\"“])|[。\n]", head):
        word = re.search(r"(\w+)$", head[: stop.start()])
        if not _is_open(head[: stop.start()]) and (word is None or len(word[1]) > 3):
            return head[: stop.start() + 1]
    return head


def _is_open(text: str) -> bool:
    return text.count("(") > text.count(")")


def _lead_name(sentence: str, title: str) -> tuple[str, bool]:
    """The thing that a defining first sentence is about, and whether dates follow as for a person.

    With a title at hand, a lead that shares no word with it is trusted only where dates of life
    follow it ("Calvin Broadus (born 1971)"): otherwise a story's hero would name the chapter.
    """
    copula = _COPULA.search(sentence)
    if copula is None and title:
        return "", False
    head = sentence[: copula.start()] if copula else _first_run(sentence)
    stop = re.search(r"[(（,;:]|\s+or\s+", head)
    form = (head[: stop.start()] if stop else head).strip(" \t\"“”«»'*_#")
    rest = head[stop.start() :] if stop else ""
    is_person = _DATES_OF_LIFE.match(rest) is not None
    words = WORD.findall(form)
    if not 1 <= len(words) <= 12 or not can_begin(words[0]) or _is_junk(fold(form)):
        return "", False
    if title and not is_person:
        shared = set(fold(form).split()) & set(fold(title).split()) - STOPWORDS
        if not shared and fold(form) != fold(title):
            return "", False
    return form, is_person


def _first_run(sentence: str) -> str:
    """The capitalised words that a sentence without "is" begins with, if it does."""
    spans = capitalised_spans(sentence)
    if not spans or WORD.search(sentence[: spans[0][0]]):
        return ""
    return sentence[: spans[0][1]]


def _known_as(sentence: str) -> Iterator[str]:
    for phrase in _KNOWN_AS.finditer(sentence):
        rest = sentence[phrase.end() :]
        spans = capitalised_spans(rest[:80])
        if not spans or rest[: spans[0][0]].strip(" \"“”‘'") or _is_date(rest):
            continue
        form = rest[spans[0][0] : spans[0][1]]
        if " " in form or phrase[0].lower().startswith(("known", "also", "nick", "stage", "abb")):
            yield form  # after "born" or "formerly" one word may be a place or a people


def _is_date(text: str) -> bool:
    return fold(text[:12]).split(" ")[0] in MONTHS


def _weaker(form: str) -> Iterator[str]:
    if not form:
        return
    words = form.split()
    if words[0].lower() in ARTICLES and len(words) > 1:
        yield " ".join(words[1:])
    for mark in (",", ":"):
        head = form.split(mark)[0].strip()
        if head and head != form:
            yield head
            yield from _without_initials(head)
            yield from _without_honorific(head)
    yield from _without_initials(form)
    yield from _without_honorific(form)


def _without_initials(form: str) -> Iterator[str]:
    words = form.split()
    kept = [w for w in words if not re.fullmatch(r"(?:[A-Z]\.-?)+", w)]
    if 2 <= len(kept) < len(words):
        yield " ".join(kept)


def _without_honorific(form: str) -> Iterator[str]:
    words = form.replace("- ", "-").split()
    kept = without_honorifics(words)
    if 0 < len(kept) < len(words) and (len(kept) > 1 or len(kept[0]) > 3) and kept[0][0].isupper():
        yield " ".join(kept)


def without_honorifics(words: Sequence[str]) -> list[str]:
    """A name's words without the titles before them: "King", "Sir"."""
    kept = list(words)
    while kept and set(fold(kept[0]).split()) <= _HONORIFICS:
        kept.pop(0)
    return kept


def _short_names(form: str) -> Iterator[str]:
    """A person's first and last name, and the quoted nickname with the last name."""
    plain = re.sub(r"\s*[\"“][^\"”]*[\"”]\s*", " ", form)
    plain = next(_without_honorific(plain), plain)
    words = [w for w in plain.replace("- ", "-").split() if fold(w) not in ("jr", "sr")]
    if not 2 <= len(words) <= 5 or not all(w[0].isupper() for w in words):
        return
    if len(words) > 2 or plain != form:
        yield f"{words[0]} {words[-1]}"
    for nickname in re.findall(r"[\"“]\s*([^\"”]+?)\s*[\"”]", form):
        yield f"{nickname} {words[-1]}"


def _everyday_names(form: str) -> Iterator[str]:
    """How a person with two given names or two family names may be called.

    "Robert Francis Boyle" is also Robert F. Boyle, R. Francis Boyle, Francis Boyle, Robert Francis
    and Bob Boyle.
    """
    plain = re.sub(r"\s*[\"“][^\"”]*[\"”]\s*", " ", form)
    words = next(_without_honorific(plain), plain).split()
    if not 2 <= len(words) <= 4 or not all(w[0].isupper() and len(w) > 1 for w in words):
        return
    first, last = words[0], words[-1]
    for short in _DIMINUTIVES.get(first.lower(), ()):
        yield f"{short.title()} {last}"
    if len(words) == 3:
        middle = words[1]
        yield from (f"{first} {middle[0]}. {last}", f"{first[0]}. {middle} {last}")
        yield from (f"{middle} {last}", f"{first} {middle}")
    if len(words) == 4:
        yield from (f"{first} {words[1]}", f"{first} {words[2]}")


def _is_junk(key: str) -> bool:
    words = [w for w in key.split() if w not in STOPWORDS]
    return not words or len(key) < 2 or all(w in _GENERIC or w in MONTHS for w in words)


def _distinct(forms: list[tuple[str, int]]) -> tuple[Name, ...]:
    names: dict[str, Name] = {}
    for form, strength in sorted(forms, key=lambda pair: -pair[1]):
        key = fold(form)
        bare_number = key.replace(" ", "").isdigit() and (strength < TITLE or len(forms) > 1)
        junk = bare_number or (strength < TITLE and (_is_junk(key) or len(key) < 3))
        if key and not junk:
            names.setdefault(key, Name(form, key, strength))
    return tuple(names.values())
