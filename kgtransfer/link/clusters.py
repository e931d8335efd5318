"""One document's mentions, gathered into the things that they name."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, field

from kgtransfer.link.naming import AskedNames
from kgtransfer.link.signatures import bracket_of, clash, majority
from kgtransfer.link.surfaces import Reading
from kgtransfer.names import STOPWORDS, fold
from kgtransfer.records import Chunk, Extraction

_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv"})
_BEFORE, _AFTER = 60, 40
"""Characters around a name in which the words of a title's bracket count as said."""


@dataclass(slots=True)
class Cluster:
    """What one document calls by one name and its variants."""

    key: str
    forms: Counter[str] = field(default_factory=Counter)
    types: Counter[str] = field(default_factory=Counter)
    hints: frozenset[str] = frozenset()
    """Pages whose bracket is said beside the name ("the 1990 film Dark River")."""

    @property
    def type(self) -> str:
        """The type that most of its mentions have."""
        return majority(self.types)

    @property
    def keys(self) -> set[str]:
        """The keys of all its forms."""
        return {fold(form) for form in self.forms}

    def take(self, other: Cluster) -> None:
        """Add what another cluster holds."""
        self.forms += other.forms
        self.types += other.types
        self.hints |= other.hints


Read = tuple[Chunk, Extraction, Reading]
"""A chunk, what was extracted from it, and how its names read."""


def find_clusters(
    passages: Iterable[Read], own_keys: Set[str], names: AskedNames
) -> dict[str, Cluster]:
    """The document's clusters by each key that its chunks' clusters go by.

    Clusters of chunks join where they share their longest name. A shorter name ("Romero", "BBC")
    joins the one longer name that the document gives it, and stays alone where there are two.
    `own_keys`, the names that the document bears itself, all name one thing.
    """
    clusters: dict[str, Cluster] = {}
    longer: dict[str, set[str]] = {}
    own: Cluster | None = None
    for chunk, extraction, reading in passages:
        for mention, surface in zip(extraction.mentions, reading.surfaces, strict=True):
            if surface is None:
                continue
            key = reading.clusters[mention.cluster]
            cluster = clusters.get(key)
            if cluster is None:
                cluster = clusters[key] = (own if key in own_keys else None) or Cluster(key)
                own = cluster if key in own_keys else own
            cluster.forms[surface.form] += 1
            cluster.types[mention.type] += 1
            hints = said(chunk.text, surface.start, surface.end, surface.key, names)
            if hints:
                cluster.hints = cluster.hints.union(hints)
            if surface.key != key and not mention.term:
                longer.setdefault(surface.key, set()).add(key)
    for short, key in _abbreviations(clusters):
        longer.setdefault(short, set()).add(key)
    return _join(clusters, longer, own)


def said(text: str, start: int, end: int, key: str, names: AskedNames) -> list[str]:
    """The bearers of `key` whose bracket's words stand beside the name."""
    brackets = [(b.page, bracket_of(b.page)) for b in names.bearers(key)]
    if not any(bracket for _, bracket in brackets):
        return []
    beside = set(fold(text[max(0, start - _BEFORE) : start]).split())
    beside |= set(fold(text[end : end + _AFTER]).split())
    return [page for page, bracket in brackets if bracket and set(bracket.split()) <= beside]


def _abbreviations(clusters: dict[str, Cluster]) -> Iterator[tuple[str, str]]:
    """(short key, longer key): a person's first or last name, an organisation's initials."""
    for key, cluster in clusters.items():
        words = key.split()
        if len(words) < 2:
            continue
        if cluster.type == "Person":
            plain = [word for word in words if word not in _SUFFIXES]
            shorts = {plain[0], plain[-1]} if len(plain) > 1 else set()
        else:
            shorts = {"".join(word[0] for word in words if word not in STOPWORDS)}
        for short in shorts:
            known = clusters.get(short)
            if known and (cluster.type == "Person" or any(form.isupper() for form in known.forms)):
                yield short, key


def _join(
    clusters: dict[str, Cluster], longer: dict[str, set[str]], own: Cluster | None
) -> dict[str, Cluster]:
    """Follow each short key to its only longer one, the longest keys first."""
    joined: dict[str, Cluster] = {}
    for key in sorted(clusters, key=lambda key: (-key.count(" "), -len(key), key)):
        cluster = joined[key] = clusters[key]
        targets = {id(joined[k]): joined[k] for k in longer.get(key, ()) if k in joined}
        if cluster is own or len(targets) != 1:
            continue
        (target,) = targets.values()
        if target is not cluster and not clash(target.type, cluster.type):
            target.take(cluster)
            joined[key] = target
    return joined
