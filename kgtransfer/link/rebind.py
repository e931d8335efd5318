"""Another schema over the same documents: only what it reads or judges otherwise is made anew."""

from __future__ import annotations

from kgtransfer.contract import Contract
from kgtransfer.link.tables import Tables


def rebind(tables: Tables, old: Contract, new: Contract, given: frozenset[str]) -> set[str]:
    """Touch what may change where one contract follows another.

    Args:
        tables: with what was made under `old`.
        old: the contract that was in force.
        new: the one that is from now on.
        given: the predicates that are relationship types where a contract has no schema.

    Returns:
        The documents to join again: those with statements that `new` reads otherwise.
    """
    if old.renamed != new.renamed:
        tables.touch_signatures()
    if (old.schema is None) != (new.schema is None):
        tables.touch_values(every=True)
    for type_ in tables.types():
        if (old.objection_to(type_) is None) != (new.objection_to(type_) is None):
            tables.touch_type(type_)
    tables.touch_patterns(
        [p for p in list(tables.patterns()) if _stands(old, given, *p) != _stands(new, given, *p)]
    )
    return {
        document
        for document, predicate in tables.extracted_predicates()
        if predicate is None or old.meaning(predicate) != new.meaning(predicate)
    }


def _stands(
    contract: Contract, given: frozenset[str], subject: str, predicate: str, target: str
) -> tuple[bool, bool]:
    """Whether facts of a pattern are in the graph, and with a relationship type of their own."""
    stands = contract.objection(subject, predicate, target) is None
    return stands, predicate in (contract.schema.names if contract.schema else given)
