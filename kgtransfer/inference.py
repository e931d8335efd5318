"""Rules of a workspace: mined from its facts, seen before they are applied, applied, dropped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from kgtransfer.errors import UsageError, WorkspaceError
from kgtransfer.link.infer import inferences_of
from kgtransfer.pipeline import change_graph
from kgtransfer.records import GraphContent, Inference
from kgtransfer.report import BuildReport, Show, silent
from kgtransfer.rules.facts import FactArrays
from kgtransfer.rules.mine import Mined, Thresholds, mine
from kgtransfer.rules.rule import RuleSet
from kgtransfer.workspace import Workspace

EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class Example:
    """Something that would be inferred, by names."""

    subject: str
    predicate: str
    object: str
    confidence: float
    rule: str
    premises: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a set of rules would infer: how much in all and by each rule, and the surest of each."""

    inferred: int
    by_rule: dict[str, int]
    examples: tuple[Example, ...]


def mine_rules(
    workspace: Workspace,
    thresholds: Thresholds,
    *,
    confidence: float,
    seed: int = 0,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Mined:
    """Mine the facts that the workspace's texts and triples state; nothing is changed.

    Args:
        workspace: its ledger is read.
        thresholds: what a rule needs, and how long mining may take.
        confidence: the least confidence of a rule.
        seed: of the samples.
        progress: called with (bodies counted, bodies).

    Raises:
        WorkspaceError: there are no facts.
    """
    facts = (
        (fact.subject, fact.predicate, fact.object)
        for fact in workspace.ledger.links.facts_of(None)
        if fact.stated and not fact.negated
    )
    arrays = FactArrays.of_texts(facts)
    if not len(arrays.rows):
        raise WorkspaceError("there are no facts to mine", hint="Ingest or import some first.")
    mined = mine(arrays, thresholds, seed=seed, progress=progress)
    return replace(mined, rules=tuple(r for r in mined.rules if r.confidence >= confidence))


def preview(workspace: Workspace, rules: RuleSet) -> Preview:
    """What rules would infer from the facts as they are, before the schema objects to anything."""
    found = inferences_of(workspace.ledger.links, rules)
    by_rule: dict[str, list[Inference]] = {}
    for inference in sorted(found, key=lambda each: (-each.confidence, each.id)):
        by_rule.setdefault(inference.rule, []).append(inference)
    shown = [each for group in by_rule.values() for each in group[:EXAMPLES]]
    names = _Names(workspace.ledger.content()) if shown else None
    return Preview(
        len(found),
        dict(Counter(each.rule for each in found).most_common()),
        tuple(names.example(each) for each in shown) if names else (),
    )


class _Names:
    """What a graph's elements are called."""

    def __init__(self, content: GraphContent) -> None:
        self.names = {e.id: e.name for e in content.entities} | {
            v.id: v.text for v in content.values
        }
        self.facts = {fact.id: fact for fact in content.facts}

    def example(self, inference: Inference) -> Example:
        """An inference by names."""
        premises = tuple(
            f"{self.names[f.subject]} - {f.predicate} -> {self.names[f.object]}"
            for f in (self.facts[id_] for id_ in inference.premises)
        )
        return Example(
            self.names[inference.subject], inference.predicate, self.names[inference.object],
            inference.confidence, inference.rule, premises,
        )  # fmt: skip


def apply_rules(workspace: Workspace, rules: RuleSet, *, progress: Show = silent) -> BuildReport:
    """Infer by these rules from now on, and by no others; none ends it. `undo` takes it back."""
    text = rules.as_json()
    reason = f"infer by {len(rules.rules)} rules" if rules.rules else "infer nothing"
    return change_graph(workspace, reason, lambda ledger: ledger.apply_rules(text),
                        progress=progress)  # fmt: skip


def rules_in_force(workspace: Workspace) -> RuleSet:
    """The rules that infer now."""
    return RuleSet.from_json(workspace.ledger.history.rules())


def read_rules(file: Path) -> RuleSet:
    """The rules of a file that `kgtransfer rules --save` wrote.

    Raises:
        UsageError: it can't be read, or is none.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"can't be read ({error})", where=str(file)) from error
    return RuleSet.from_json(text or "{}", where=str(file))
