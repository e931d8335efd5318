"""`kgtransfer annotate`: correct what the extractor found where that teaches it most."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from kgtransfer.cli.options import DEFAULT_WORKSPACE, WorkspaceOption

if TYPE_CHECKING:
    from kgtransfer.annotations.draft import Draft
    from kgtransfer.annotations.propose import Proposal


def annotate(
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The annotations (JSONL); goes on where it ends.")
    ] = Path("annotations.jsonl"),
    count: Annotated[int, typer.Option(min=1, help="So many passages.")] = 20,
    containing: Annotated[str, typer.Option(help="Only passages with this text.")] = "",
    seed: Annotated[int, typer.Option(help="Chooses among passages worth the same.")] = 0,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
) -> None:
    """Label passages of the workspace: those that would teach the extractor most come first.

    Shows what was found in each; accept, correct or add. `kgtransfer train extractor` learns it.

    Example: kgtransfer annotate --output mine.jsonl --containing "GmbH"
    """
    from kgtransfer.annotations.draft import Draft
    from kgtransfer.annotations.propose import propose
    from kgtransfer.annotations.readers import native
    from kgtransfer.workspace import Workspace

    output.parent.mkdir(parents=True, exist_ok=True)  # better known before the work
    done = {(t.document, t.start) for t in native.read(output)} if output.exists() else set()
    with Workspace.open(workspace) as w:
        proposals = propose(w.ledger, count, seed=seed, containing=containing, done=done)
    if not proposals:
        typer.echo("no passage is left to propose")
        return
    typer.echo("An empty line accepts what is shown; ? shows the commands.")
    kept, source = 0, typer.get_text_stream("stdin")
    for number, proposal in enumerate(proposals, 1):
        draft = Draft(proposal.text)
        typer.echo(
            f"\n{number}/{len(proposals)}  [{proposal.title}]  {', '.join(proposal.reasons)}"
        )
        answer = _correct(draft, proposal, source)
        if answer == "q":
            break
        with output.open("a", encoding="utf-8") as file:
            file.write(native.write(draft.finished(complete=answer != "s")) + "\n")
        kept += answer != "s"
    typer.echo(f"\n{kept} passages added to {output}")


def _correct(draft: Draft, proposal: Proposal, source: IO[str]) -> str:
    """Take commands until a passage is accepted (empty), skipped (s) or all is stopped (q)."""
    from kgtransfer.annotations.draft import HELP

    _show(draft, proposal)
    while True:
        typer.echo("> ", nl=False)
        line = source.readline()
        command = line.strip()
        if not line or command == "q":
            return "q"
        if command in ("", "s"):
            return command
        problem = HELP if command == "?" else draft.apply(command)
        if problem:
            typer.echo(problem)
        else:
            _show(draft, proposal)


def _show(draft: Draft, proposal: Proposal) -> None:
    text = draft.text.text
    typer.echo(f"  {' '.join(text.split())}")
    for number, (start, end, label) in sorted(draft.entities.items()):
        typer.echo(f"  {number:>3}  {label}: {' '.join(text[start:end].split())}")
    scores = dict(zip(proposal.text.relations, proposal.confidences, strict=True))
    for letter, (subject, predicate, object_) in draft.relations.items():
        first, second = draft.entities[subject], draft.entities[object_]
        score = next((s for r, s in scores.items() if (r.subject + 1, r.predicate, r.object + 1)
                      == (subject, predicate, object_)), None)  # fmt: skip
        sure = "" if score is None else f"  ({score:.2f})"
        names = (f"{' '.join(text[m.start : m.end].split())}" for m in (first, second))
        typer.echo(f"  {letter:>3}  {next(names)} - {predicate} -> {next(names)}{sure}")
