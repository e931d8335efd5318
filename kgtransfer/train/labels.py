"""The labels of annotations as types and predicates: those that are known, and new ones."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from kgtransfer.annotations.propose import PRONOUN
from kgtransfer.annotations.record import AnnotatedText, Marked, Related
from kgtransfer.errors import InputError
from kgtransfer.extract.entities import entity_type
from kgtransfer.extract.labels import ENTITY_TYPES
from kgtransfer.extract.schema import Predicate, load_schema
from kgtransfer.extract.weights import TrainedExtractor
from kgtransfer.train.lessons import Plan

_TYPE = re.compile(r"[A-Z][A-Za-z0-9]{0,40}")
_PREDICATE = re.compile(r"[a-z][a-z0-9_]{0,60}")
_VALUES = {
    **dict.fromkeys(("DATE", "TIME"), "date"),
    **dict.fromkeys(("NUMBER", "CARDINAL", "QUANTITY", "MONEY", "PERCENT"), "number"),
}


def named(texts: Sequence[AnnotatedText], labels: Mapping[str, str]) -> list[AnnotatedText]:
    """The texts with types and predicates for labels; a label that is left out marks nothing.

    A label that `labels` does not have and no type bears becomes one: "chemical compound" is
    ChemicalCompound, and a relation "Works At" works_at. An entity that only stands at the end of
    a relation keeps its place even where its label is left out.

    Raises:
        InputError: a label can't be a name.
    """
    return [_named(text, labels) for text in texts]


def _named(text: AnnotatedText, labels: Mapping[str, str]) -> AnnotatedText:
    relations = [
        Related(r.subject, name, r.object)
        for r in text.relations
        if (name := predicate_name(r.predicate, labels))
    ]
    rejected = [
        Related(r.subject, name, r.object)
        for r in text.wrong_relations
        if (name := predicate_name(r.predicate, labels))
    ]
    return replace(
        text,
        entities=tuple(Marked(m.start, m.end, type_name(m.label, labels)) for m in text.entities),
        relations=tuple(relations),
        wrong_entities=tuple(
            Marked(m.start, m.end, name)
            for m in text.wrong_entities
            if (name := type_name(m.label, labels))
        ),
        wrong_relations=tuple(rejected),
    )


def type_name(label: str, labels: Mapping[str, str]) -> str:
    """The type of a label; empty where it is left out."""
    label = labels.get(label, label).strip()
    if label.casefold() == PRONOUN:
        return ""
    known = entity_type(label) or entity_type(label.upper()) or _VALUES.get(label.upper())
    if not label or known:
        return known or ""
    words = re.split(r"[\s_\-]+", label)
    name = "".join(w[:1].upper() + (w[1:].lower() if w.isupper() and len(words) > 1 else w[1:])
                   for w in words)  # fmt: skip
    if not _TYPE.fullmatch(name):
        raise InputError(
            f"the label {label!r} can't be a type",
            where="annotations",
            hint=f'Name it in the configuration: labels = {{"{label}" = "SomeType"}}.',
        )
    return name


def predicate_name(label: str, labels: Mapping[str, str]) -> str:
    """The predicate of a label; empty where it is left out."""
    label = labels.get(label, label).strip()
    schema = load_schema()
    if not label or label in schema.predicates:
        return label
    if label in schema.by_id:
        return schema.by_id[label].name
    name = re.sub(r"[\s\-]+", "_", label).lower()
    if not _PREDICATE.fullmatch(name):
        raise InputError(
            f"the label {label!r} can't be a predicate",
            where="annotations",
            hint=f'Name it in the configuration: labels = {{"{label}" = "some_predicate"}}.',
        )
    return name


def plan_of(
    texts: Sequence[AnnotatedText], trained: TrainedExtractor
) -> tuple[Plan, tuple[Predicate, ...]]:
    """What these texts teach, and the predicates that are new, with the ends that they have."""
    schema = load_schema()
    known = {p.id: p for p in trained.taught} | schema.by_id
    old = [known[i].name for i in trained.predicates]
    marked = {m.label for t in texts for m in (*t.entities, *t.wrong_entities)}
    marked -= {"", *_VALUES.values()}  # dates and numbers are found by rules
    related = {r.predicate for t in texts for r in (*t.relations, *t.wrong_relations)}
    types = (*trained.types, *sorted(marked - set(trained.types)))
    new = sorted(related - set(old))
    own = tuple(_predicate(name, texts) for name in new)
    return Plan(types, (*old, *new), frozenset(marked), frozenset(related), tuple(new)), own


def scoped(plan: Plan, texts: Sequence[AnnotatedText]) -> Plan:
    """The plan for texts of one file or folder: they are silent on what others annotate."""
    marked = {m.label for t in texts for m in (*t.entities, *t.wrong_entities)}
    related = {r.predicate for t in texts for r in (*t.relations, *t.wrong_relations)}
    return replace(plan, marked=plan.marked & marked, related=plan.related & related)


def _predicate(name: str, texts: Sequence[AnnotatedText]) -> Predicate:
    domain: set[str] = set()
    range_: set[str] = set()
    for text in texts:
        for r in text.relations:
            if r.predicate == name:
                domain.add(text.entities[r.subject].label)
                range_.add(text.entities[r.object].label)
    of_values = range_ <= {"date", "number"} and range_
    return Predicate(
        name,
        f"taught:{name}",
        tuple(sorted(domain - {""})) or ENTITY_TYPES,
        tuple(sorted(range_))
        if of_values
        else tuple(sorted(range_ - {"", "date", "number"})) or ENTITY_TYPES,
    )
