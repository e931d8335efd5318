"""The numbers behind the trained heads: types, tags and corpus styles, in an order that stays."""

from __future__ import annotations

from collections.abc import Sequence

TAG_TYPES = (
    "Person", "Organization", "Location", "Work", "Event", "Product", "Misc", "date", "number",
)  # fmt: skip
ENTITY_TYPES = TAG_TYPES[:7]
MISC_TYPES = ("Work", "Event", "Product", "Misc")
UNKNOWN_TYPE = len(TAG_TYPES)
"""The type of an entity that no corpus typed."""
TYPES = len(TAG_TYPES) + 1
TAGS = 2 * len(TAG_TYPES) + 1
STYLES = ("redocred", "uner", "wikigold", "wnut17", "btc", "crossner", "fewrel", "knowledgenet",
          "2wiki")  # fmt: skip


def relation_type(types: Sequence[str], name: str) -> int:
    """The number of an entity type in the relation head; one that it never saw is unknown to it."""
    return min(types.index(name), UNKNOWN_TYPE) if name in types else UNKNOWN_TYPE


def tags_of(name: str) -> tuple[int, int]:
    """The numbers of a type's B and I tags."""
    k = TAG_TYPES.index(name)
    return 2 * k + 1, 2 * k + 2
