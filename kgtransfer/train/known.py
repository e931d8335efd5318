"""What a user's triples say of things, by identity, to be found in texts by name."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.corpus.triples import read_triple_files
from kgtransfer.errors import InputError
from kgtransfer.names import document_names, fold
from kgtransfer.records import Triple
from kgtransfer.train.labels import predicate_name, type_name

log = logging.getLogger(__name__)

_ALIASES = frozenset(["alias", "also known as", "aka", "alt label", "altlabel", "alternative name"])
_KINDS = frozenset(["type", "rdf type", "instance of", "is a", "p31"])
Pair = tuple[str, str]
"""The identities of two ends: an IRI, a folded name, or `value_key` of a value."""


AMBIGUOUS = "?"
"""The identity of what may be one of several things."""


@dataclass(frozen=True, slots=True)
class Known:
    """Triples, sorted.

    `names` gives what a folded name may mean; `pairs` the predicates that join two ends; `kinds`
    the type that a thing is said to have; `subjects` the things of which a predicate is known.
    """

    names: Mapping[str, frozenset[str]]
    pairs: Mapping[Pair, frozenset[str]]
    kinds: Mapping[str, str]
    subjects: Mapping[str, frozenset[str]]
    kinds_by_name: Mapping[str, str] = field(default_factory=dict)
    """The types of things, by the folded names that only such a thing bears."""

    @classmethod
    def of(cls, triples: Iterable[Triple]) -> Known:
        """Sort triples: those that name or type a thing, and the others."""
        names: dict[str, set[str]] = defaultdict(set)
        pairs: dict[Pair, set[str]] = defaultdict(set)
        kinds: dict[str, str] = {}
        subjects: dict[str, set[str]] = defaultdict(set)
        for triple in triples:
            subject = _thing(triple.subject, triple.subject_key, names)
            said = fold(triple.predicate.replace("_", " "))
            if said in _ALIASES:
                names[fold(triple.object)].add(subject)
            elif said in _KINDS and not triple.kind:
                kinds.setdefault(subject, triple.object)
            else:
                target = (
                    value_key(triple.value)
                    if triple.kind
                    else _thing(triple.object, triple.object_key, names)
                )
                if subject != target:
                    pairs[subject, target].add(triple.predicate)
                    subjects[triple.predicate].add(subject)
        names.pop("", None)
        return cls(
            {name: frozenset(things) for name, things in names.items()},
            {pair: frozenset(said) for pair, said in pairs.items()},
            kinds,
            {said: frozenset(things) for said, things in subjects.items()},
            {
                name: kinds[thing]
                for name, things in names.items()
                if len(things) == 1 and (thing := next(iter(things))) in kinds
            },
        )

    def meant_by(self, names: Iterable[str]) -> str:
        """The one thing that folded names of something mean; empty for none, `AMBIGUOUS`."""
        things = {thing for name in names for thing in self.names.get(name, ())}
        return AMBIGUOUS if len(things) > 1 else things.pop() if things else ""


def read_known(files: Sequence[Path], labels: Mapping[str, str]) -> Known:
    """The triples of files, their predicates and types named as in annotations.

    Raises:
        InputError: a file can't be read or holds no triple, or a predicate can't be a name.
    """
    triples = []
    for source in read_triple_files(files):
        if isinstance(source, SourceProblem):
            log.warning("%s: %s", source.uri, source.reason)
            continue
        triples += [named for t in source.triples if (named := _named(t, labels)) is not None]
    if not triples:
        raise InputError(
            "the files hold no triples",
            where=", ".join(str(file) for file in files),
            hint="A line is subject, predicate and object, as `import triples` reads it.",
        )
    return Known.of(triples)


def _named(triple: Triple, labels: Mapping[str, str]) -> Triple | None:
    said = fold(triple.predicate.replace("_", " "))
    if said in _ALIASES:
        return triple
    if said in _KINDS:
        kind = type_name(triple.object, labels)
        return replace(triple, object=kind) if kind else None
    name = predicate_name(triple.predicate, labels)
    return replace(triple, predicate=name) if name else None


def _thing(name: str, key: str, names: dict[str, set[str]]) -> str:
    thing = key or fold(name)
    for own in document_names(name, ""):
        names[own.key].add(thing)
    return thing


def value_key(value: str | float) -> str:
    """The identity of a date or number."""
    return f"={float(value):g}" if isinstance(value, int | float) else f"={value}"
