"""The schema: types of entities, kinds of values, and predicates with their ends."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kgtransfer.config import shipped
from kgtransfer.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Predicate:
    """A relation of the schema.

    `domain` and `range` hold types or value kinds; `inverse` is a predicate's name or empty.
    """

    name: str
    id: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    inverse: str = ""
    functional: bool = False


@dataclass(frozen=True, slots=True)
class Schema:
    """Types, value kinds and predicates, in the file's order, and a hash of all of it."""

    types: tuple[str, ...]
    value_kinds: tuple[str, ...]
    predicates: dict[str, Predicate]
    fingerprint: str
    by_id: dict[str, Predicate] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The predicates' names."""
        return frozenset(self.predicates)


def default_schema_path() -> Path:
    """The schema that ships with the package."""
    return shipped("schema", "default.yaml")


def load_schema(path: Path | None = None) -> Schema:
    """Read and check a schema file (the shipped one by default).

    Raises:
        ConfigError: the file is missing, is not YAML, or contradicts itself.
    """
    import yaml

    path = path or default_schema_path()
    try:
        content = path.read_bytes()
        raw = yaml.safe_load(content)
    except FileNotFoundError as error:
        raise ConfigError("no such schema file", where=str(path)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"not valid YAML ({error})", where=str(path)) from error
    try:
        types, kinds = tuple(raw["types"]), tuple(raw["value_kinds"])
        predicates = {name: _predicate(name, line) for name, line in raw["predicates"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(
            f"the schema lacks or misstates {error}",
            where=str(path),
            hint="It needs types, value_kinds and predicates with id, domain and range.",
        ) from error
    _check(types, kinds, predicates, path)
    return Schema(
        types,
        kinds,
        predicates,
        hashlib.sha256(content).hexdigest()[:16],
        {predicate.id: predicate for predicate in predicates.values()},
    )


def _predicate(name: str, line: dict[str, Any]) -> Predicate:
    return Predicate(
        name,
        str(line["id"]),
        tuple(line["domain"]),
        tuple(line["range"]),
        line.get("inverse", ""),
        bool(line.get("functional", False)),
    )


def _check(
    types: tuple[str, ...], kinds: tuple[str, ...], predicates: dict[str, Predicate], path: Path
) -> None:
    for predicate in predicates.values():
        unknown = (set(predicate.domain) | set(predicate.range)) - set(types) - set(kinds)
        if unknown:
            raise ConfigError(
                f"{predicate.name} names {sorted(unknown)[0]!r}, which is no type or value kind",
                where=str(path),
            )
        inverse = predicate.inverse
        if inverse and (inverse not in predicates or predicates[inverse].inverse != predicate.name):
            raise ConfigError(
                f"{predicate.name} has the inverse {inverse!r}, which does not point back",
                where=str(path),
            )
