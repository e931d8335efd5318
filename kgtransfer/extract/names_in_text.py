"""Which names in a text name the same thing: same key, shorter form, acronym, stated alias."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kgtransfer.extract.labels import MISC_TYPES
from kgtransfer.names import fold

_ALIAS = re.compile(
    r"(?:\s*\([ A-Z.]{2,12}\))?[\s,(“\"'’–—]*(?:(?:(?i:also)|better|best|commonly|formerly|often"
    r"|professionally|previously|widely|and|who|is|was|now|officially|simply|originally)\s+)*"
    r"(?:known|called|nicknamed|named|credited|referred\s+to|abbreviated|born|née|a\.?k\.?a\.?|alias|pseudonym|stage\s+name)"
    r"(?:\s+(?:professionally|simply|mononymously|under|by|(?:his|her|their|its)(?:\s+\w+)?\s+name))*"
    r"(?:\s+(?:as|to|the))*[\s,“\"'‘(]*"
)
_SUFFIXES = frozenset(
    {
        "inc",
        "ltd",
        "corporation",
        "corp",
        "company",
        "co",
        "plc",
        "llc",
        "gmbh",
        "ag",
        "sa",
        "group",
    }
)
_LITTLE = frozenset({"of", "the", "and", "for", "in", "de", "la", "des", "du", "on", "to"})
_PARTICLES = frozenset({"jr", "sr", "ii", "iii", "iv"})


@dataclass(frozen=True, slots=True)
class NamedSpan:
    """A name mention before clustering."""

    start: int
    end: int
    type: str
    confidence: float
    sentence: int


def cluster_names(text: str, spans: Sequence[NamedSpan]) -> list[int]:
    """The cluster of each mention, numbered by first appearance.

    Args:
        spans: sorted by place.
    """
    index = _Index(text)
    clusters: list[int] = []
    for later, span in enumerate(spans):
        key = _key(text, span)
        if later and _is_alias(text, spans[later - 1], span):
            cluster: int | None = clusters[later - 1]
        else:
            cluster = index.find(span, key)
        clusters.append(index.add(span, key, cluster))
    return clusters


class _Index:
    """The clusters so far, by their names' keys and by the words that a shorter form may keep."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.size = 0
        self.by_key: dict[str, list[tuple[str, int]]] = defaultdict(list)
        self.by_word: dict[str, list[tuple[NamedSpan, str, int]]] = defaultdict(list)

    def find(self, span: NamedSpan, key: str) -> int | None:
        """The cluster that a mention belongs to by its name, if any."""
        for kind, cluster in reversed(self.by_key.get(key, ())):
            if compatible(kind, span.type):
                return cluster
        candidates = [c for word in _handles(self.text, span, key) for c in self.by_word[word]]
        # A bare surname means whoever the text introduced first.
        for known, known_key, cluster in sorted(candidates, key=lambda c: c[0].start):
            if compatible(known.type, span.type) and _is_form(
                self.text, known, span, known_key, key
            ):
                return cluster
        return None

    def add(self, span: NamedSpan, key: str, cluster: int | None) -> int:
        """Note a mention and return its cluster, a new one where none is given."""
        if cluster is None:
            cluster, self.size = self.size, self.size + 1
        if key:
            seen = (span.type, cluster) in self.by_key[key]
            self.by_key[key].append((span.type, cluster))
            if not seen:
                for word in _handles(self.text, span, key):
                    self.by_word[word].append((span, key, cluster))
        return cluster


def _handles(text: str, span: NamedSpan, key: str) -> set[str]:
    """What a name and another form of it have in common: a first or last word, or initials."""
    words = [word for word in key.split() if word not in _PARTICLES]
    if not words:
        return set()
    name = text[span.start : span.end]
    short = name.replace(".", "").strip().upper() if len(words) == 1 else ""
    full = [word for word in re.split(r"[\s\-]+", name) if word]
    initials = {
        "".join(word[0] for word in full if word.lower() not in skipped).upper()
        for skipped in (_LITTLE, frozenset[str]())
    }
    return {words[0], words[-1], short, *(initials if len(full) > 1 else ())} - {""}


def compatible(first: str, second: str) -> bool:
    """Whether mentions of these types may name one thing: models confuse the rarer types."""
    rare = {*MISC_TYPES, "Organization"}
    return first == second or (first in rare and second in rare)


def _key(text: str, span: NamedSpan) -> str:
    return fold(text[span.start : span.end]).removeprefix("the ")


def _is_alias(text: str, first: NamedSpan, second: NamedSpan) -> bool:
    """Whether the text says that both are names of one thing: "A, also known as B", "A (ABC)"."""
    if first.sentence != second.sentence or not compatible(first.type, second.type):
        return False
    between = text[first.end : second.start]
    if len(between) > 60:
        return False
    if _ALIAS.fullmatch(between):
        return not between.strip(" ,(").startswith("named") or first.type == "Person"
    bracketed = between.strip() == "(" and text[second.end : second.end + 1] == ")"
    return bracketed and _is_acronym(text[second.start : second.end], text[first.start : first.end])


def _is_form(text: str, long: NamedSpan, short: NamedSpan, long_key: str, short_key: str) -> bool:
    """Whether one name is a usual form of the other."""
    first, second = long_key.split(), short_key.split()
    if not first or not second:
        return False
    if long.type == "Person" and short.type == "Person":
        if len(second) > len(first):
            first, second = second, first
        return _is_person_form(first, second)
    if long.type == "Organization" and len(first) != len(second):
        more, less = sorted((first, second), key=len, reverse=True)
        if more[: len(less)] == less and set(more[len(less) :]) <= _SUFFIXES:
            return True
    one, other = text[long.start : long.end], text[short.start : short.end]
    return long.type != "Person" and (_is_acronym(other, one) or _is_acronym(one, other))


def _is_person_form(full: list[str], part: list[str]) -> bool:
    full = [word for word in full if word not in _PARTICLES] or full
    if len(part) >= len(full) or len(full) < 2:
        return False
    if part[-1] == full[-1]:  # "Ann Smith" for "Ann Mary Smith", "A. Smith", "Smith"
        return all(any(w == f or (len(w) == 1 and f[0] == w) for f in full) for w in part)
    return len(part) == 1 and len(part[0]) > 2 and part[0] == full[0]


def _is_acronym(short: str, full: str) -> bool:
    letters = short.replace(".", "").strip()
    if not (2 <= len(letters) <= 7 and letters.isupper() and letters.isalpha()):
        return False
    words = [word for word in re.split(r"[\s\-]+", full) if word]
    for skipped in (_LITTLE, frozenset[str]()):
        initials = "".join(word[0] for word in words if word.lower() not in skipped).upper()
        if initials == letters and len(words) > 1:
            return True
    return False
