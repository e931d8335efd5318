"""What people decided about the graph, which the ledger keeps and linking obeys.

Decisions name signatures (see `kgtransfer.contributions`), never entity ids: so they hold when the
graph is made anew, and speak again when a document that had gone comes back.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Kind(StrEnum):
    """What a decision says."""

    MERGE = "merge"
    """`left` and `right` are one thing."""
    NEVER = "never"
    """`left` and `right` are two things, whatever else says that they are one."""
    SPLIT = "split"
    """Each signature of `left` is a thing of its own; with `documents`, what these documents
    call `left` is a thing of its own, of the type `type`."""
    ASSERT = "assert"
    """A fact: each of `left`, `predicate`, each of `right` (an entity, or a value as `form`)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. `tag` names it for ever: ids that it makes are made from the tag."""

    kind: Kind
    left: tuple[str, ...]
    right: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    type: str = ""
    predicate: str = ""
    form: str = ""
    tag: int = 0

    @property
    def signatures(self) -> tuple[str, ...]:
        """All signatures that it speaks of."""
        return self.left + self.right

    def as_json(self) -> str:
        """The decision as a JSON text."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> Decision:
        """The decision of a JSON text."""
        stored = json.loads(text)
        fields: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in stored.items()
        }
        fields["kind"] = Kind(stored["kind"])
        return cls(**fields)
