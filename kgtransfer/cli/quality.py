"""`kgtransfer quality`: what the graph holds, what looks wrong, and a person's judgement of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption, plain, print_json

if TYPE_CHECKING:
    from rich.console import Console

    from kgtransfer.quality import Judgements, QualityReport
    from kgtransfer.quality.graph import Said
    from kgtransfer.quality.judge import Precision

_PREDICATES = 40
_KEYS = {"y": "right", "n": "wrong", "s": "skip"}


def quality(
    judge: Annotated[
        bool, typer.Option("--judge", help="Ask of each fact of the sample whether it is right.")
    ] = False,
    sample: Annotated[int, typer.Option(min=0, help="So many random facts.")] = 20,
    seed: Annotated[int, typer.Option(help="Of the sample and the examples.")] = 0,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    json: JsonOption = False,
) -> None:
    """Report what the graph holds and what looks wrong in it; judge random facts.

    Reads the ledger alone: the store may be down. Judgements are kept in the workspace.

    Example: kgtransfer quality --judge --sample 50
    """
    from kgtransfer.quality import Judgements, precision, quality_report
    from kgtransfer.quality.judge import FILE
    from kgtransfer.workspace import Workspace

    with Workspace.open(workspace) as w:
        judged = Judgements(w.folder / FILE)
        report = quality_report(w.ledger, sample=sample, seed=seed)
    if judge:
        _ask(report.sample, judged, quiet=json)
    measured = precision(judged.of(report.sample))
    by_predicate = judged.by_predicate()
    if json:
        judgements = {"sample": measured, "by_predicate": by_predicate}
        print_json({**plain(report), "judgements": judgements})
        return
    from rich.console import Console

    # What documents say is shown as it is: brackets in it are no markup.
    console = Console(markup=False, highlight=False, emoji=False)
    if not judge:
        for section in SECTIONS:
            for line in section(report):
                console.print(line, soft_wrap=True)
            console.print()
    _print_judgements(console, measured, by_predicate, len(report.sample))


# -- judging ---------------------------------------------------------------------------------------


def _ask(sample: tuple[Said, ...], judged: Judgements, *, quiet: bool) -> None:
    """Ask of each fact that has no verdict yet; the end of input stops as `q` does."""
    from kgtransfer.quality import Verdict
    from kgtransfer.quality.judge import key_of

    source = typer.get_text_stream("stdin")
    for number, said in enumerate(sample, 1):
        if key_of(said) in judged.verdicts:
            continue
        typer.echo(f"\n{number}/{len(sample)}  {_triple(said)}", err=quiet)
        typer.echo(f"  “{' '.join(said.sentence.split())}”", err=quiet)
        typer.echo(f"  [{said.title or said.uri} {said.start}:{said.end}]", err=quiet)
        while True:
            typer.echo("right? y/n/s(kip)/q(uit) ", nl=False, err=quiet)
            answer = source.readline()
            key = answer.strip().lower()[:1]
            if not answer or key == "q":
                typer.echo("", err=quiet)
                return
            if key in _KEYS:
                judged.add(said, Verdict(_KEYS[key]))
                break


def _print_judgements(
    console: Console, measured: Precision, by_predicate: dict[str, Precision], sample: int
) -> None:
    from rich.table import Table

    if not by_predicate:
        console.print("Nothing is judged yet: `kgtransfer quality --judge` asks.")
        return
    done = measured.right + measured.wrong + measured.skipped
    console.print(f"This sample: {done} of {sample} judged. {_share(measured)}")
    table = Table("judged so far, by predicate", "right", "wrong", "skipped", "precision", "95 %")
    for name, own in by_predicate.items():
        bounds = "" if own.share is None else f"{own.low:.2f} to {own.high:.2f}"
        share = "" if own.share is None else f"{own.share:.2f}"
        table.add_row(name, str(own.right), str(own.wrong), str(own.skipped), share, bounds)
    console.print(table)


def _share(measured: Precision) -> str:
    if measured.share is None:
        return ""
    return (
        f"Precision {measured.share:.2f} (95 % interval {measured.low:.2f} to "
        f"{measured.high:.2f}; {measured.right} right, {measured.wrong} wrong, "
        f"{measured.skipped} skipped)."
    )


# -- the report ------------------------------------------------------------------------------------

Parts = Iterator[str]


def _overview(report: QualityReport) -> Parts:
    facts, sentences = report.facts_per_document, report.sentences
    yield (
        f"revision {report.revision}: {report.documents:,} documents, {report.entities:,} entities,"
        f" {report.values:,} values, {report.facts:,} facts ({report.stated:,} stated,"
        f" {report.facts - report.stated:,} inferred, {report.negated:,} negated)"
    )
    yield (
        f"facts a document: mean {facts.mean}, median {facts.median}, a tenth has {facts.low} or"
        f" fewer, a tenth {facts.high} or more, the most {facts.most}; {facts.without:,} have none"
        + (f" ({', '.join(facts.without_examples)}, ...)" if facts.without else "")
    )
    yield (
        f"sentences without a fact: {sentences.without:,} of {sentences.sentences:,}"
        f" ({_percent(sentences.without, sentences.sentences)}); of those with two names"
        f" {sentences.names_without:,} of {sentences.names:,}"
        f" ({_percent(sentences.names_without, sentences.names)})"
        + (", such as" if sentences.examples else "")
    )
    for sentence in sentences.examples:
        yield f"  “{_one_line(sentence)}”"
    outside = report.open_relations
    yield (
        f"open relations: {outside.facts:,} facts of {outside.predicates:,} phrases outside of the"
        f" schema ({100 * outside.share:.1f} %)"
    )


def _types(report: QualityReport) -> Parts:
    yield "types:"
    for kind in report.types:
        counts = f"{kind.entities:,} entities, {kind.mentions:,} mentions, {kind.facts:,} facts"
        yield f"  {kind.type}: {counts}"
        for name, sentence in zip(kind.examples, kind.sentences, strict=True):
            yield f"    {name}" + (f": “{_one_line(sentence, 120)}”" if sentence else "")


def _predicates(report: QualityReport) -> Parts:
    yield "predicates (an open relation in quotes):"
    for one in report.predicates[:_PREDICATES]:
        name = one.predicate if one.in_schema else f"“{one.predicate}”"
        counts = f"{one.facts:,} facts, {one.stated:,} stated, confidence {one.confidence:.2f}"
        yield f"  {name}: {counts}"
        for said in one.examples[:1]:
            yield f"    {said.subject} -> {said.object}: “{_one_line(said.sentence, 120)}”"
    if len(report.predicates) > _PREDICATES:
        yield f"  and {len(report.predicates) - _PREDICATES} more (--json shows all)"


def _suspects(report: QualityReport) -> Parts:
    yield "looks suspicious (all of it with --json; `merge`, `split` and `never` decide):"
    for kind, count in report.suspicious.items():
        yield f"  {kind}: {count:,}"
        for suspect in [s for s in (*report.merges, *report.splits) if s.label == kind][:3]:
            named = " / ".join(
                f"{n} ({i})" for n, i in zip(suspect.names, suspect.entities, strict=True)
            )
            yield f"    {named}: {suspect.why}"
    for shared in report.shared_names[:3]:
        yield f"    {shared.name}: {'; '.join(shared.described)}"


def _sample(report: QualityReport) -> Parts:
    yield f"{len(report.sample)} random stated facts (`--judge` asks whether they are right):"
    for said in report.sample:
        yield f"  {_triple(said)}"
        yield f"    “{_one_line(said.sentence)}” [{said.title or said.uri}]"


SECTIONS: tuple[Callable[[QualityReport], Parts], ...] = (
    _overview,
    _types,
    _predicates,
    _suspects,
    _sample,
)
"""What is printed, in this order. A part of the report that is new brings its section here."""


def _triple(said: Said) -> str:
    negation = "not " if said.negated else ""
    arrow = f"{said.subject} - {negation}{said.predicate} -> {said.object}"
    return f"{arrow} ({said.confidence:.2f})"


def _one_line(text: str, most: int = 300) -> str:
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 3] + "..."


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "0 %"
