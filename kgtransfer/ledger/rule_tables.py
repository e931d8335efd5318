"""The tables as `link.infer` sees them: the rules in force, and the facts that they bear on."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator

from kgtransfer.contributions import HeldFact
from kgtransfer.ledger.database import Database


class RuleTables:
    """Rules and facts, inside a transaction of the ledger."""

    _database: Database
    _revision: int

    def rules_text(self) -> str:
        """The set of rules that infer; empty where there is none."""
        found = self._database.first("SELECT text FROM ruleset WHERE until IS NULL")
        return found[0] if found else ""

    def inference_is_due(self) -> bool:
        """Whether this change touched rules, or any fact."""
        sql = (
            "SELECT 1 FROM ruleset WHERE ?1 IN (since, until)"
            " UNION ALL SELECT 1 FROM touched_fact LIMIT 1"
        )
        return self._database.first(sql, (self._revision,)) is not None

    def facts_of(self, predicates: Collection[str] | None) -> Iterator[HeldFact]:
        """The graph's facts of some predicates, or of all, by id."""
        fields = ", ".join(f"json_extract(payload, '$[{n}]')" for n in (1, 2, 4, 5, 9, 10))
        some = (
            "AND json_extract(payload, '$[2]') IN (SELECT value FROM json_each(?))"
            if predicates is not None
            else ""
        )
        sql = (
            f"SELECT id, {fields} FROM element WHERE kind = 'facts' AND payload IS NOT NULL"  # noqa: S608
            f" {some} ORDER BY id"
        )
        for id_, subject, predicate, object_, sure, stated, negated in self._database.rows(
            sql, () if predicates is None else (json.dumps(sorted(predicates)),)
        ):
            yield HeldFact(id_, subject, predicate, object_, sure, bool(stated), negated)

    def inferences(self) -> list[str]:
        """The ids of what the graph holds as inferred."""
        sql = "SELECT id FROM element WHERE kind = 'inferences' AND payload IS NOT NULL"
        return [id_ for (id_,) in self._database.rows(sql)]
