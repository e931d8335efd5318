"""`kgtransfer train`: make the shipped models again, or your own."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kgtransfer.cli.options import plain
from kgtransfer.errors import UsageError

if TYPE_CHECKING:
    from pydantic import BaseModel

    Config = TypeVar("Config", bound=BaseModel)

app = typer.Typer(no_args_is_help=True, help="Train what ships.")

ConfigArgument = Annotated[Path, typer.Argument(help="The run (TOML).")]
DataOption = Annotated[
    Path | None, typer.Option(help="The folder of the data sets, instead of the file's `data`.")
]
OutputOption = Annotated[
    Path | None, typer.Option(help="The model's folder, instead of the file's `output`.")
]


@app.command()
def extractor(
    config: Annotated[
        Path | None, typer.Argument(help="The run (TOML); with --annotations it may be left out.")
    ] = None,
    data: DataOption = None,
    output: Annotated[
        Path | None,
        typer.Option("--output", "--out", help="The model's folder, instead of `output`."),
    ] = None,
    annotations: Annotated[
        list[Path] | None,
        typer.Option(help="Teach the shipped extractor from these files (several times)."),
    ] = None,
    triples: Annotated[
        list[Path] | None,
        typer.Option(help="Teach it from texts that name both ends of these triples."),
    ] = None,
    texts: Annotated[
        list[Path] | None,
        typer.Option(help="Where to look for them, instead of in the workspace."),
    ] = None,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-w", help="Hold the old on its passages while teaching."),
    ] = None,
) -> None:
    """Train the encoder with its entity and relation heads, or teach it from annotations.

    Example: kgtransfer train extractor --annotations mine.jsonl --out my-extractor
    """
    if annotations or triples or (config is not None and _teaches(config)):
        given = {"annotations": annotations, "triples": triples, "texts": texts}
        _teach(config, {key: tuple(paths or ()) for key, paths in given.items()}, output, workspace)
        return
    if config is None:
        raise UsageError(
            "there is nothing to train on",
            hint="Give a CONFIG, or --annotations FILE or --triples FILE, and --out DIR.",
        )
    from kgtransfer.train.extractor import ExtractorConfig, train_extractor

    _finish(train_extractor(_read(config, ExtractorConfig, data, output)))


def _teaches(config: Path) -> bool:
    import tomllib

    try:
        said = tomllib.loads(config.read_text(encoding="utf-8"))
        return bool(said.keys() & {"annotations", "triples"})
    except (OSError, ValueError):
        return False  # it is read again, and the error told


def _teach(
    config: Path | None,
    given: dict[str, tuple[Path, ...]],
    output: Path | None,
    workspace: Path | None,
) -> None:
    from kgtransfer.config import read_run
    from kgtransfer.train.teach import TeachConfig, teach_extractor

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")  # to stderr
    named = {**given, "output": output, "workspace": workspace}
    chosen = {key: value for key, value in named.items() if value}
    if config is not None:
        run = read_run(config, TeachConfig, **chosen)
    elif output is None:
        raise UsageError("where is the taught extractor to go?", hint="Name it with --out DIR.")
    else:
        run = TeachConfig(output=output, workspace=workspace, **given)
    _finish(teach_extractor(run))
    typer.echo(
        f'use it: extractor = "{run.output}" in kgtransfer.toml, or KGTRANSFER_EXTRACTOR;'
        " the next `kgtransfer ingest` reads every document again with it",
        err=True,
    )


@app.command()
def antecedents(
    config: ConfigArgument, data: DataOption = None, output: OutputOption = None
) -> None:
    """Train what pronouns stand for, on the attention of a trained extractor.

    Example: kgtransfer train antecedents experiments/antecedents.toml --data DIR
    """
    from kgtransfer.train.antecedents import AntecedentConfig, train_antecedents

    _finish(train_antecedents(_read(config, AntecedentConfig, data, output)))


@app.command()
def fast(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train the tagger of the fast tier.

    Example: kgtransfer train fast experiments/fast-tagger.toml --data DIR
    """
    from kgtransfer.train.fast import FastConfig, train_fast

    _finish(train_fast(_read(config, FastConfig, data, output)))


@app.command()
def retriever(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train the graph attention network that ranks passages.

    Example: kgtransfer train retriever experiments/retriever.toml --data DIR
    """
    from kgtransfer.train.retriever import RetrieverConfig, train_retriever

    _finish(train_retriever(_read(config, RetrieverConfig, data, output)))


@app.command()
def reader(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train the extractive reader.

    Example: kgtransfer train reader experiments/reader.toml --data DIR
    """
    from kgtransfer.train.reader import ReaderConfig, train_reader

    _finish(train_reader(_read(config, ReaderConfig, data, output)))


@app.command()
def fusion(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train the reader that is told, in its hidden states, the path to the page it reads.

    Example: kgtransfer train fusion experiments/fusion-graph.toml --data DIR
    """
    from kgtransfer.train.path_reader import FusionConfig, train_path_reader

    _finish(train_path_reader(_read(config, FusionConfig, data, output)))


@app.command()
def reasoner(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train what finds the relation path of a question over a graph alone.

    Example: kgtransfer train reasoner experiments/reasoner.toml --data DIR
    """
    from kgtransfer.train.reasoner import ReasonerConfig, train_reasoner

    _finish(train_reasoner(_read(config, ReasonerConfig, data, output)))


@app.command()
def generator(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train a graph adapter for a causal language model of your own.

    Example: kgtransfer train generator generator.toml --output my-generator
    """
    from kgtransfer.train.generator import GeneratorConfig, train_generator

    metrics = train_generator(run := _read(config, GeneratorConfig, data, output))
    _finish(metrics)
    typer.echo(f"use it: kgtransfer ask --generator hf:{run.output}", err=True)


@app.command()
def confidence(
    config: ConfigArgument, data: DataOption = None, output: OutputOption = None
) -> None:
    """Fit how sure a reader is on questions over a workspace, and judge it on others.

    Example: kgtransfer train confidence experiments/confidence.toml --data DIR
    """
    from kgtransfer.train.confidence import ConfidenceConfig, train_confidence

    _finish(train_confidence(_read(config, ConfidenceConfig, data, output)))


def _read(file: Path, run: type[Config], data: Path | None, output: Path | None) -> Config:
    from kgtransfer.config import read_run

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")  # to stderr
    chosen = {"data": data, "output": output}
    return read_run(file, run, **{key: path for key, path in chosen.items() if path})


def _finish(metrics: object) -> None:
    typer.echo(json.dumps(plain(metrics), indent=2))
