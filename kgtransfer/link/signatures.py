"""Signatures of things and the ids that the graph gives them (see `kgtransfer.contributions`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from kgtransfer.digest import digest

UNKNOWN = "Misc"
"""The type that says least: it never speaks against another."""


def page_signature(key: str, bracket_key: str) -> str:
    """What documents of one title are about."""
    return f"{key}@{bracket_key}"


def bare_signature(key: str, type_: str) -> str:
    """A name that no document bears, as a thing of one type."""
    return f"{key}#{type_}"


def value_signature(kind: str, value: str | float, unit: str) -> str:
    """A date, number or quantity."""
    return "=" + json.dumps([kind, value, unit], ensure_ascii=False)


def read_value(signature: str) -> tuple[str, str | float, str]:
    """Kind, value and unit of a value's signature."""
    kind, value, unit = json.loads(signature[1:])
    return kind, value, unit


def is_value(signature: str) -> bool:
    """Whether the signature is a value's."""
    return signature.startswith("=")


def is_page(signature: str) -> bool:
    """Whether the signature is that of what documents are about."""
    return not signature.startswith("=") and "@" in signature


def bracket_of(page: str) -> str:
    """The key of the page's bracket, empty where it has none."""
    return page.partition("@")[2]


def key_of(signature: str) -> str:
    """The key of a name's signature, of a page or bare."""
    return signature.partition("#")[0].partition("@")[0]


def block_of(signature: str) -> str:
    """Signatures are decided together where this is equal: the types of one bare name."""
    if signature.startswith("=") or "@" in signature:
        return signature
    return signature.partition("#")[0] + "#"


def entity_id(signature: str, type_: str) -> str:
    """The id of the entity of a signature; another type is another node."""
    return "e" + digest(signature.partition("#")[0], type_)


def inference_id(subject: str, predicate: str, object_: str) -> str:
    """The id of what rules infer: another one than a fact of these ends would have."""
    return "i" + digest(subject, predicate, object_)


def value_id(signature: str) -> str:
    """The id of a value."""
    return "v" + digest(signature)


def fact_id(subject: str, predicate: str, object_: str) -> str:
    """The id of the fact between two elements."""
    return "f" + digest(subject, predicate, object_)


def majority(votes: Mapping[str, int]) -> str:
    """The type with most votes; the unknown type loses a tie, then the alphabet decides."""
    if not votes:
        return UNKNOWN
    return min(votes, key=lambda name: (-votes[name], name == UNKNOWN, name))


def agree(one: str, other: str) -> bool:
    """Whether two types are known and the same."""
    return one == other and one not in ("", UNKNOWN)


def clash(one: str, other: str) -> bool:
    """Whether two types are known and differ."""
    return one != other and not {one, other} & {"", UNKNOWN}
