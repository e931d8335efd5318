"""Which entity each signature stands for, decided over all documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import NamedTuple

from kgtransfer.link.signatures import (
    UNKNOWN,
    bare_signature,
    block_of,
    entity_id,
    is_page,
    is_value,
    majority,
    value_id,
)
from kgtransfer.names.terms import CONCEPT

NOISE = 4
"""A type of a bare name is noise where another has so many times its votes."""


class Resolved(NamedTuple):
    """The element that a signature stands for, and its type."""

    signature: str
    entity: str
    type: str


def decide(
    signatures: Iterable[str],
    votes: Mapping[str, int],
    page_types: Mapping[str, str],
    renamed: Mapping[str, str] = MappingProxyType({}),
) -> list[Resolved]:
    """Resolve the signatures of one block (see `block_of`).

    Args:
        signatures: all signatures of the block that some document contributes.
        votes: how many mentions each has.
        page_types: the type of each page.
        renamed: types that count as another.
    """
    resolved = []
    types: dict[str, str] | None = None
    for signature in sorted(signatures):
        if is_value(signature):
            resolved.append(Resolved(signature, value_id(signature), ""))
        elif is_page(signature):
            type_ = renamed.get(page_types[signature], page_types[signature])
            resolved.append(Resolved(signature, entity_id(signature, type_), type_))
        else:
            types = types or merge_types({_type_of(s): n for s, n in votes.items()})
            type_ = types[_type_of(signature)]
            type_ = renamed.get(type_, type_)
            target = bare_signature(block_of(signature)[:-1], type_)
            resolved.append(Resolved(signature, entity_id(target, type_), type_))
    return resolved


def merge_types(votes: Mapping[str, int]) -> dict[str, str]:
    """The types of one bare name, each with the type it counts as.

    One name of two types is two things (a river and a person), unless one type is so rare beside
    the other, or says so little, that it is a misreading.
    """
    names = {type_: n for type_, n in votes.items() if type_ != CONCEPT}
    main = majority(names)
    known = {t: n for t, n in names.items() if t != UNKNOWN}
    if main == UNKNOWN and known and max(known.values()) * NOISE > names[UNKNOWN]:
        main = majority(known)
    return {
        type_: main if type_ == UNKNOWN or count * NOISE <= names[main] else type_
        for type_, count in names.items()
    } | {type_: CONCEPT for type_ in votes if type_ == CONCEPT}  # "apple" is never Apple


def _type_of(signature: str) -> str:
    return signature.partition("#")[2]
