"""The schema: types of entities, kinds of values, and predicates with their ends.

One format for the shipped file and for a workspace's `schema.yaml`; what a workspace's schema does
to a graph is in `kgtransfer.contract`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from graph_store.cypher import NODE_LABELS, STRUCTURE
from kgtransfer.config import nearest, shipped
from kgtransfer.errors import ConfigError
from kgtransfer.names import fold

SCHEMA_FILE = "schema.yaml"
OPEN_TYPE = "RELATES_TO"
"""The relationship type of phrases outside of the schema."""
_TYPE = re.compile(r"[A-Z][A-Za-z0-9]{0,49}", re.ASCII)
_PREDICATE = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
_OWN_LABELS = {*NODE_LABELS.values(), "KGTransfer"}


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation of the schema.

    `domain` and `range` hold types or value kinds, nothing where every one is allowed; `inverse`
    is a predicate's name or empty. Statements with one of `synonyms` mean this predicate, those
    with one of `turned` mean it with their ends exchanged.
    """

    name: str
    id: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    inverse: str = ""
    functional: bool = False
    synonyms: tuple[str, ...] = ()
    turned: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """Types, value kinds and predicates, in the file's order, and a hash of all of its text.

    `renamed` gives the types that other names of a type stand for, `described` what a type is in
    words, for models that are told; `open_phrases` says whether phrases outside of the schema are
    facts of the type `RELATES_TO`.
    """

    types: tuple[str, ...]
    value_kinds: tuple[str, ...]
    predicates: dict[str, Predicate]
    fingerprint: str
    by_id: dict[str, Predicate] = field(default_factory=dict)
    renamed: dict[str, str] = field(default_factory=dict)
    described: dict[str, str] = field(default_factory=dict)
    open_phrases: bool = True

    @property
    def names(self) -> frozenset[str]:
        """The predicates' names."""
        return frozenset(self.predicates)

    @property
    def meaning(self) -> str:
        """A hash of what it says: comments, order and spacing do not change it."""
        predicates = [
            (p.name, sorted(p.domain), sorted(p.range), p.inverse, p.functional,
             sorted(p.synonyms), sorted(p.turned))
            for p in sorted(self.predicates.values(), key=lambda p: p.name)
        ]  # fmt: skip
        parts = [sorted(self.types), sorted(self.value_kinds), sorted(self.renamed.items()),
                 self.open_phrases, predicates]  # fmt: skip
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def default_schema_path() -> Path:
    """The schema that ships with the package."""
    return shipped("schema", "default.yaml")


def load_schema(path: Path | None = None) -> Schema:
    """Read and check a schema file (the shipped one by default).

    Raises:
        ConfigError: the file is missing, is not YAML, or contradicts itself.
    """
    path = path or default_schema_path()
    try:
        return parse_schema(path.read_bytes().decode(), str(path))
    except FileNotFoundError as error:
        raise ConfigError("no such schema file", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"not valid YAML ({error})", where=str(path)) from error


def parse_schema(text: str, where: str = SCHEMA_FILE) -> Schema:
    """Read and check a schema's text.

    Args:
        text: YAML.
        where: what an error names as its place.

    Raises:
        ConfigError: it is not YAML, a key is unknown or wrong, or it contradicts itself.
    """
    try:
        file = _File.model_validate(_read_yaml(text, where))
    except ValidationError as error:
        raise _explained(error, where) from error
    predicates = {name: _predicate(name, line, file) for name, line in file.predicates.items()}
    schema = Schema(
        tuple(file.types),
        tuple(file.value_kinds),
        predicates,
        hashlib.sha256(text.encode()).hexdigest()[:16],
        {predicate.id: predicate for predicate in predicates.values() if predicate.id},
        {other: name for name, line in file.types.items() for other in line.synonyms},
        {name: line.description for name, line in file.types.items() if line.description},
        file.open_phrases == "keep",
    )
    for what, hint in _contradictions(file, schema):
        raise ConfigError(what, where=where, hint=hint)
    return schema


# -- the file --------------------------------------------------------------------------------------


def _listed(value: Any) -> Any:
    """One name for a list of one."""
    return [value] if isinstance(value, str) else value


def _keyed(value: Any) -> Any:
    """A list of names for a mapping; nothing said of a name for an empty mapping."""
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        value = dict.fromkeys(value)
    if isinstance(value, dict):
        return {name: {} if line is None else line for name, line in value.items()}
    return value


class _Lines(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _TypeLine(_Lines):
    synonyms: list[str] = []
    description: str = ""


class _PredicateLine(_Lines):
    id: str = ""
    domain: Annotated[list[str] | None, Field(min_length=1)] = None
    range: Annotated[list[str] | None, Field(min_length=1)] = None
    inverse: Annotated[list[str], BeforeValidator(_listed)] = []
    functional: bool = False
    synonyms: list[str] = []


class _File(_Lines):
    version: Literal[1] = 1
    types: Annotated[dict[str, _TypeLine], BeforeValidator(_keyed)]
    value_kinds: list[str]
    predicates: Annotated[dict[str, _PredicateLine], BeforeValidator(_keyed)]
    open_phrases: Literal["keep", "quarantine"] = "keep"


def _read_yaml(text: str, where: str) -> Any:
    import yaml

    class Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
        """Refuses a key that is there twice: the first would go without a word."""

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            seen: set[str] = set()
            for key, _ in node.value:
                if not isinstance(key.value, str):
                    continue
                if key.value in seen:
                    raise yaml.YAMLError(
                        f"{key.value!r} is there twice, line {key.start_mark.line + 1}"
                    )
                seen.add(key.value)
            return super().construct_mapping(node, deep)

    try:
        return yaml.load(text, Loader)  # noqa: S506  a SafeLoader
    except yaml.YAMLError as error:
        mark, problem = getattr(error, "problem_mark", None), getattr(error, "problem", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(error)
        raise ConfigError(f"not valid YAML ({place})", where=where) from error


def _explained(error: ValidationError, where: str) -> ConfigError:
    first = error.errors()[0]
    place = [str(part) for part in first["loc"] if part != "[key]"]
    name, kind = ".".join(place) or "the file", first["type"]
    if kind == "extra_forbidden":
        model = {1: _File, 3: _TypeLine if place[0] == "types" else _PredicateLine}[len(place)]
        hint = nearest(place[-1], model.model_fields, "keys")
        return ConfigError(f"unknown key {name!r}", where=where, hint=hint)
    if kind == "missing":
        hint = "A schema needs types, value_kinds and predicates."
        return ConfigError(f"the schema lacks {name!r}", where=where, hint=hint)
    if kind == "too_short":
        hint = "Leave the key out to allow every type."
        return ConfigError(f"{name} allows nothing", where=where, hint=hint)
    hint = "Put quotes around a word that YAML reads otherwise (yes, no, null, 1990)."
    return ConfigError(f"{name}: {first['msg']}", where=where, hint=hint)


def _predicate(name: str, line: _PredicateLine, file: _File) -> Predicate:
    own = [other for other in line.inverse if other in file.predicates]
    types = {other: type_ for type_, said in file.types.items() for other in said.synonyms}
    return Predicate(
        name,
        line.id,
        tuple(types.get(end, end) for end in line.domain or ()),
        tuple(types.get(end, end) for end in line.range or ()),
        own[0] if own else "",
        line.functional,
        tuple(line.synonyms),
        tuple(other for other in line.inverse if other not in own),
    )


# -- what contradicts itself, each with what to do -------------------------------------------------


def _contradictions(file: _File, schema: Schema) -> Iterator[tuple[str, str]]:
    yield from _bad_names(schema)
    for predicate in schema.predicates.values():
        yield from _bad_ends(predicate, schema)
        inverse = predicate.inverse
        if inverse and schema.predicates[inverse].inverse != predicate.name:
            yield (
                f"{predicate.name} has the inverse {inverse!r}, which does not point back",
                f"Say `inverse: {predicate.name}` there, or take {inverse} out of the predicates: "
                "its statements are then read the other way round.",
            )
        if sum(other in file.predicates for other in file.predicates[predicate.name].inverse) > 1:
            yield f"{predicate.name} has several predicates for its inverse", "Keep one of them."
    yield from _claimed_twice(schema)
    ids = [predicate.id for predicate in schema.predicates.values() if predicate.id]
    for id_ in ids:
        if ids.count(id_) > 1:
            yield f"two predicates have the id {id_}", "An id is optional: leave one out."


def _bad_names(schema: Schema) -> Iterator[tuple[str, str]]:
    relationships = {name.upper(): name for name in schema.predicates}
    for type_ in schema.types:
        if not _TYPE.fullmatch(type_) or type_ in _OWN_LABELS or type_ in relationships:
            yield (
                f"{type_!r} can't be a type",
                "Begin it with a capital, use letters and digits, and no label of the graph's own "
                f"({', '.join(sorted(_OWN_LABELS))}) or predicate in capitals.",
            )
    for relationship, name in relationships.items():
        if not _PREDICATE.fullmatch(name) or relationship in (*STRUCTURE, OPEN_TYPE):
            own = ", ".join(kind.lower() for kind in (*STRUCTURE, OPEN_TYPE))
            yield (
                f"{name!r} can't be a predicate",
                f"Use lower case letters, digits and _ (place_of_birth), and none of {own}.",
            )


def _bad_ends(predicate: Predicate, schema: Schema) -> Iterator[tuple[str, str]]:
    known = (*schema.types, *schema.value_kinds)
    for key, ends in (("domain", predicate.domain), ("range", predicate.range)):
        for end in ends:
            if end not in known:
                yield (
                    f"predicates.{predicate.name}.{key} names {end!r}, "
                    "which is no type or value kind",
                    nearest(end, known, "types and value kinds"),
                )
    for end in predicate.domain:
        if end in schema.value_kinds:
            yield (
                f"predicates.{predicate.name}.domain names {end!r}, and a value states nothing",
                f"The domain is of types: {', '.join(schema.types)}.",
            )


def _claimed_twice(schema: Schema) -> Iterator[tuple[str, str]]:
    owners = {fold(name): name for name in schema.predicates}
    for predicate in schema.predicates.values():
        for phrase in (*predicate.synonyms, *predicate.turned):
            owner = owners.setdefault(fold(phrase), predicate.name)
            if not fold(phrase):
                yield f"{predicate.name} has the synonym {phrase!r}, which has no word", ""
            if owner != predicate.name:
                yield (
                    f"{predicate.name} has the synonym {phrase!r}, which is {owner} or a synonym "
                    "of it already",
                    f"Take it away there, or take {owner} out of the predicates.",
                )
        both = {*map(fold, predicate.turned)} & {predicate.name, *map(fold, predicate.synonyms)}
        if both:
            yield f"{predicate.name} has {min(both)!r} as synonym and as inverse", "Keep one."
    types = set(schema.types)
    for other, type_ in schema.renamed.items():
        if other in types:
            yield (
                f"the type {type_} has the synonym {other!r}, which is a type itself",
                f"Take {other} out of the types.",
            )


# -- a workspace's own -----------------------------------------------------------------------------

_HEADER = """\
# What the graph of this workspace may hold. Edit it, look with `kgtransfer migrate`, apply it with
# `kgtransfer migrate --yes`. What it forbids is kept in quarantine (`kgtransfer quarantine`) and
# comes back as soon as it is allowed.
#
# types         a list; or, with other names that count as a type: {Person: {synonyms: [Human]}}.
#   description what it is in a few words, for an extractor that is told (gliner:MODEL)
# value_kinds   what an object can be that is no entity
# predicates    each with any of these keys:
#   domain      the types that it may be said of; without it, all
#   range       the types or value kinds that it may lead to; without it, all
#   synonyms    names of predicates and phrases that mean it: [directed by, film director]
#   inverse     a predicate that says the same the other way round (itself, if it is symmetric).
#               If that is not in this file, its statements are read with their ends exchanged.
#   functional  true: one object for each subject; several are shown by `quarantine --conflicts`
#   id          of the property in Wikidata, for your information
# open_phrases  what no predicate means: `keep` (as RELATES_TO) or `quarantine`
version: 1
open_phrases: keep
"""


def template() -> str:
    """The shipped schema with comments that say how to edit it, as a workspace's own begins."""
    shipped_text = default_schema_path().read_text(encoding="utf-8")
    return _HEADER + shipped_text[shipped_text.index("types:") :]
