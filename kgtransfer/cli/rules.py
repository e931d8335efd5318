"""`kgtransfer rules`: mine rules from the graph, and infer by them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, plain, print_json
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from kgtransfer.inference import Preview
    from kgtransfer.rules.rule import Rule, RuleSet
    from kgtransfer.workspace import Workspace

MOST_SHOWN = 40


def rules(
    apply: Annotated[bool, typer.Option("--apply", help="Infer by them from now on.")] = False,
    off: Annotated[bool, typer.Option("--off", help="Infer nothing any more.")] = False,
    status: Annotated[bool, typer.Option(help="Show the rules that infer now.")] = False,
    load: Annotated[Path | None, typer.Option(help="Take the rules of this file.")] = None,
    save: Annotated[Path | None, typer.Option(help="Write them to this file (JSON).")] = None,
    confidence: Annotated[
        float, typer.Option(min=0, max=1, help="A rule's least confidence (PCA, lowered).")
    ] = 0.7,
    support: Annotated[int, typer.Option(min=1, help="So many facts must follow by it.")] = 10,
    head_coverage: Annotated[
        float, typer.Option(min=0, max=1, help="And so large a share of its predicate's.")
    ] = 0.01,
    standard: Annotated[
        float, typer.Option(min=0, max=1, help="The least share of its body that is known.")
    ] = 0.3,
    least: Annotated[
        float, typer.Option(min=0, max=1, help="What is inferred has this confidence at least.")
    ] = 0.4,
    seconds: Annotated[float, typer.Option(min=1, help="Mine for so long at most.")] = 300.0,
    seed: Annotated[int, typer.Option(help="Of the samples.")] = 0,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Mine rules from the facts, with what they would infer; --apply infers by them.

    What is inferred is kept apart from the facts, follows every change, and `undo` takes it back.

    Example: kgtransfer rules --confidence 0.8 --apply
    """
    from kgtransfer.inference import apply_rules, preview, read_rules, rules_in_force
    from kgtransfer.rules.rule import RuleSet
    from kgtransfer.workspace import Workspace

    if apply + off + status > 1 or (load is not None and (off or status)):
        raise UsageError("--apply, --off and --status are three things: choose one")
    with Workspace.open(workspace) as w:
        left_out = 0
        if off:
            chosen = RuleSet()
        elif status:
            chosen = rules_in_force(w)
        elif load is not None:
            chosen = read_rules(load)
        else:
            thresholds = (support, head_coverage, standard, seconds)
            chosen, left_out = _mine(w, thresholds, confidence, least, seed, quiet=json)
        if save is not None:
            save.write_text(chosen.as_json() + "\n", encoding="utf-8")
        report = apply_rules(w, chosen) if apply or off else None
        inferred = w.ledger.counts()["inferences"] if apply or off or status else None
        seen = None if apply or off or status else preview(w, chosen)
    if json:
        print_json(_plain(chosen, seen, inferred, left_out))
        return
    if not off:
        _print(chosen.rules, seen, left_out)
    if report is not None:
        typer.echo(
            f"{inferred} inferred, by {len(chosen.rules)} rules (revision {report.revision})."
        )
    elif status:
        typer.echo(f"{inferred} inferred, by {len(chosen.rules)} rules.")


def _mine(
    w: Workspace,
    thresholds: tuple[int, float, float, float],
    confidence: float,
    least: float,
    seed: int,
    *,
    quiet: bool,
) -> tuple[RuleSet, int]:
    from kgtransfer.inference import mine_rules
    from kgtransfer.rules.mine import Thresholds
    from kgtransfer.rules.rule import RuleSet

    support, head_coverage, standard, seconds = thresholds

    def show(done: int, total: int) -> None:
        if not quiet and total > 200 and (done % 200 == 0 or done == total):
            typer.echo(f"{done} of {total} bodies counted", err=True)

    chosen = Thresholds(support, head_coverage, standard, seconds=seconds)
    mined = mine_rules(w, chosen, confidence=confidence, seed=seed, progress=show)
    return RuleSet(mined.rules, least), mined.left_out


def _plain(
    chosen: RuleSet, seen: Preview | None, inferred: int | None, left_out: int
) -> dict[str, Any]:
    listed = [{"rule": str(rule), **_figures(rule), **plain(rule)} for rule in chosen.rules]
    return {
        "rules": listed,
        "least": chosen.least,
        "inferred": seen.inferred if seen else inferred,
        "by_rule": seen.by_rule if seen else None,
        "examples": plain(seen.examples) if seen else None,
        "left_out": left_out,
    }


def _figures(rule: Rule) -> dict[str, float]:
    names = ("confidence", "confidence_of_more", "pca", "standard", "head_coverage")
    return {name: round(getattr(rule, name), 3) for name in names}


def _print(rules: tuple[Rule, ...], seen: Preview | None, left_out: int) -> None:
    from rich.console import Console

    # What documents say is shown as it is: brackets in it are no markup.
    console = Console(markup=False, highlight=False, emoji=False, soft_wrap=True)
    if rules:
        console.print("confidence  PCA   standard  coverage  support  infers  rule", style="bold")
    for rule in rules[:MOST_SHOWN]:
        infers = str(seen.by_rule.get(str(rule), 0)) if seen else "-"
        console.print(
            f"{rule.confidence:10.2f}  {rule.pca:.2f}  {rule.standard:8.2f}  "
            f"{rule.head_coverage:8.2f}  {rule.support:7d}  {infers:>6}  {rule}",
        )
    if not rules:
        console.print("no rules")
    if len(rules) > MOST_SHOWN:
        console.print(f"and {len(rules) - MOST_SHOWN} more (--json lists them)")
    if left_out:
        console.print(f"{left_out} bodies were not counted: the time was over (--seconds).")
    if seen is None:
        return
    for each in seen.examples[:MOST_SHOWN]:
        console.print(
            f"  {each.subject} - {each.predicate} -> {each.object}  {each.confidence:.2f}"
        )
        console.print(f"    since {' and '.join(each.premises)}", style="dim")
    console.print(f"{seen.inferred} would be inferred; --apply infers them, marked as such.")
