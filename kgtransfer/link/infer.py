"""What the rules in force infer from the graph's facts, made anew whenever a fact changed.

It is a function of the facts and the rules alone, so any order of changes leaves what all at once
would have left. Only facts that a text (or a person) states are premises, and nothing is inferred
that the graph holds or denies, or that the schema in force forbids.
"""

from __future__ import annotations

import numpy as np

from kgtransfer.contributions import HeldFact
from kgtransfer.link.bounds import Bounds
from kgtransfer.link.signatures import inference_id
from kgtransfer.link.tables import Tables
from kgtransfer.records import Inference
from kgtransfer.rules.infer import Premises, infer
from kgtransfer.rules.rule import RuleSet


def project_inferences(tables: Tables, bounds: Bounds) -> None:
    """Let the graph hold what the rules infer now, and nothing else as inferred."""
    if not tables.inference_is_due():
        return
    gone = set(tables.inferences())
    rules = RuleSet.from_json(tables.rules_text())
    for inference in inferences_of(tables, rules):
        if bounds.objection(inference.subject, inference.predicate, inference.object) is None:
            tables.put(inference)
            gone.discard(inference.id)
    for id_ in sorted(gone):
        tables.drop("inferences", id_)


def inferences_of(tables: Tables, rules: RuleSet) -> list[Inference]:
    """What rules infer from the graph's facts."""
    names = {rule.head for rule in rules.rules}
    names |= {atom.predicate for rule in rules.rules for atom in rule.body}
    if not names:
        return []
    facts = list(tables.facts_of(names))
    premises, things, order = _premises(facts, sorted(names))
    return [
        Inference(
            inference_id(things[i.subject], order[i.predicate], things[i.object]),
            things[i.subject],
            order[i.predicate],
            things[i.object],
            i.confidence,
            str(rules.rules[i.rule]),
            tuple(facts[at].id for at in i.premises),
        )
        for i in infer(premises, rules)
        if things[i.subject].startswith("e")  # a value is no subject
    ]


def _premises(facts: list[HeldFact], names: list[str]) -> tuple[Premises, list[str], list[str]]:
    """Facts as numbers, and what the numbers stand for."""
    things = sorted({end for fact in facts for end in (fact.subject, fact.object)})
    number = {id_: at for at, id_ in enumerate(things)}
    predicates = {name: at for at, name in enumerate(names)}
    rows = np.asarray(
        [(number[f.subject], predicates[f.predicate], number[f.object]) for f in facts], np.int64
    ).reshape(-1, 3)
    usable = np.asarray([fact.stated and not fact.negated for fact in facts], bool)
    sure = np.asarray([fact.confidence for fact in facts], np.float64)
    # A fact that is no premise keeps its place, with a predicate that no rule names.
    may = rows.copy()
    may[~usable, 1] = -1
    return Premises(predicates, may, sure, rows, len(things)), things, names
