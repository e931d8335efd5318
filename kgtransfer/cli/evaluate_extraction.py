"""`kgtransfer evaluate extraction`: names, relations, coreference and dates, as users get them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from kgtransfer.cli.options import Tier
from kgtransfer.cli.reports import save_report, with_provenance, write_report
from kgtransfer.errors import InputError, UsageError

Row = tuple[str, str, str, dict[str, Any]]
"""What it is measured on, how much of that, the measure, and its score."""


def extraction(
    source: Annotated[
        Path, typer.Argument(help="Documents in Re-DocRED's JSON, or a folder of corpora.")
    ],
    first: Annotated[int, typer.Option(help="Leave out the documents before this one.")] = 0,
    last: Annotated[int | None, typer.Option(help="Leave out this one and those after.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(help="Of a folder, this corpus; may be repeated.")
    ] = None,
    trained_by: Annotated[
        list[Path] | None,
        typer.Option(help="Of a folder: leave out what this run (TOML) read; may be repeated."),
    ] = None,
    sample: Annotated[
        int, typer.Option(min=0, help="Of a folder: so many texts of each corpus; 0: all.")
    ] = 0,
    extractor: Annotated[str, typer.Option(help="As the setting of that name.")] = "default",
    tier: Annotated[Tier, typer.Option(help="Of the shipped extractor.")] = Tier.accurate,
    output: Annotated[Path | None, typer.Option(help="Save the result as JSON, too.")] = None,
) -> None:
    """Score what is extracted from text against annotated documents: precision, recall, F1.

    A folder may hold uner, wnut17, crossner, btc, gum, knowledgenet, fewrel and semeval2010_8, each
    as published; one table has them all.

    Example: kgtransfer evaluate extraction redocred/dev.json --first 450
    """
    from kgtransfer.extract.extractor import load_extractor

    if source.is_dir():
        _corpora(source, only or [], trained_by or [], sample, extractor, tier, output)
        return
    if only or trained_by or sample:
        raise UsageError("--only, --trained-by and --sample go with a folder of corpora")
    from kgtransfer.evaluate.extraction import evaluate_extraction

    chosen = load_extractor(extractor, tier=tier.value)
    report = evaluate_extraction(chosen, source, first=first, last=last)
    write_report(report, [source], output)


def _corpora(
    folder: Path,
    only: list[str],
    trained_by: list[Path],
    sample: int,
    extractor: str,
    tier: Tier,
    output: Path | None,
) -> None:
    from kgtransfer.config import read_run, shipped
    from kgtransfer.evaluate.corpora import MEASURES, Measured, evaluate_corpora
    from kgtransfer.extract.extractor import load_extractor
    from kgtransfer.train.extractor import ExtractorConfig

    for name in only:
        if name not in MEASURES:
            raise UsageError(f"no corpus {name!r}", hint=f"Known: {', '.join(MEASURES)}")
    own = Path(extractor) if (Path(extractor) / "model.safetensors").is_file() else None
    network = shipped("models", "extractor") if extractor == "default" else own
    measured = Measured(
        load_extractor(extractor, tier=tier.value),
        folder,
        tuple(read_run(path, ExtractorConfig) for path in trained_by),
        network if tier is Tier.accurate else None,
        sample,
    )
    report = evaluate_corpora(measured, only)
    if len(report) == 2 and not report["names"]:
        raise InputError(
            "none of the corpora is here", where=str(folder), hint=f"Known: {', '.join(MEASURES)}"
        )
    named = "/".join(Path(extractor).parts[-2:])
    settings = {"extractor": named, "tier": tier.value, "only": only, "sample": sample}
    settings["trained_by"] = [path.name for path in trained_by]
    save_report(with_provenance(report, trained_by, **settings), output)
    for line in table(report):
        typer.echo(line)


def table(report: dict[str, Any]) -> Iterator[str]:
    """A report on corpora as the lines of a Markdown table."""
    yield "| measured on | how much | what | P | R | F1 |"
    yield "|---|---|---|---|---|---|"
    for corpus, size, measure, score in _rows(report):
        shares = (f"{100 * score[k]:.1f}" if k in score else "" for k in ("precision", "recall"))
        yield f"| {corpus} | {size} | {measure} | {' | '.join(shares)} | {100 * score['f1']:.1f} |"
    if "crossner_average" in report:
        average = 100 * report["crossner_average"]
        yield f"| CrossNER | five fields | names, typed, mean | | | {average:.1f} |"


def _rows(report: dict[str, Any]) -> Iterator[Row]:
    for row in report["names"]:
        size = f"{row['texts']} of {row['of']} texts, {row['words']:,} words"
        casing = "" if row["casing"] == "as is" else f", {row['casing']} case"
        yield row["corpus"] + casing, size, "names, typed", row["typed"]
        yield row["corpus"] + casing, size, "names, untyped", row["untyped"]
    if facts := report.get("knowledgenet"):
        size = f"{facts['passages']} passages" + (" (trained on)" * facts["trained_on"])
        for kind in ("all", "plain"):
            yield "KnowledgeNet", size, f"facts from text, {kind}", facts["from_text"][kind]
        for name, score in facts.get("gold_pairs", {}).items():
            if name.startswith(("at_", "as_")):
                yield "KnowledgeNet", size, f"gold pairs, {name.replace('_', ' ')}", score
    for name in ("fewrel", "semeval"):
        if pairs := report.get(name):
            size = f"{pairs['sentences']} of {pairs['of']} sentences"
            size += f", {pairs['without_our_predicate']} of relations that we have not"
            yield pairs["corpus"], size, "gold pairs, micro", pairs["micro"]
            yield pairs["corpus"], size, "gold pairs, macro", {"f1": pairs["macro_f1"]}
    if coreference := report.get("coreference"):
        size = f"{coreference['documents']} documents"
        for kind in ("names_and_pronouns", "all_phrases"):
            own = coreference[kind]
            for measure in ("muc", "b3", "ceafe"):
                yield "GUM dev", size, f"{kind.replace('_', ' ')}, {measure}", own[measure]
            whole = {"f1": own["conll_f1"]}
            yield "GUM dev", size, f"{kind.replace('_', ' ')}, CoNLL mean", whole
    for kind, counts in report.get("dates", {}).items():
        recall = counts["right"] / max(1, counts["gold"])
        found = counts["right"] / max(1, counts["found"])
        score = {"precision": found, "recall": recall}
        score["f1"] = 2 * found * recall / (found + recall) if found + recall else 0.0
        yield "GUM dev", f"{counts['gold']} dates", f"dates, {kind}", score
