"""What of the graph a workspace's schema lets stand, told from the types that entities have."""

from __future__ import annotations

from kgtransfer.contract import Contract, Objection
from kgtransfer.link.signatures import is_value, read_value
from kgtransfer.link.tables import Tables


class Bounds:
    """A contract over tables. Everything is asked once, and nothing where no schema is in force."""

    def __init__(self, tables: Tables, contract: Contract) -> None:
        self._tables, self._contract = tables, contract
        self._kinds: dict[str, str] = {}

    def widen(self) -> None:
        """Touch what may come or go with touched facts: values are there for facts alone."""
        if self._contract.schema is not None:
            self._tables.touch_values()

    def hold(self, element: str) -> bool:
        """Whether the graph can hold an entity of its type, or a value that some fact leads to."""
        contract = self._contract
        if contract.schema is None:
            return True
        if not element.startswith("v"):
            return contract.objection_to(self.kind(element)) is None
        return any(
            self.objection(subject, predicate, element) is None
            for subject, predicate in self._tables.stated_of(element)
        )

    def objection(self, subject: str, predicate: str, object_: str) -> Objection | None:
        """Why the graph can't hold a fact between two elements; None where it can."""
        if self._contract.schema is None:
            return None
        return self._contract.objection(self.kind(subject), predicate, self.kind(object_))

    def kind(self, element: str) -> str:
        """The type of an entity or the kind of a value."""
        if element not in self._kinds:
            found = self._tables.kind_of(element)
            self._kinds[element] = read_value(found)[0] if is_value(found) else found
        return self._kinds[element]
