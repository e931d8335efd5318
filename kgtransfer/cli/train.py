"""`kgtransfer train`: make the shipped models again, or your own."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from kgtransfer.cli.options import plain

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
def extractor(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train the encoder with its entity and relation heads.

    Example: kgtransfer train extractor experiments/extractor.toml --data DIR
    """
    from kgtransfer.train.extractor import ExtractorConfig, train_extractor

    _finish(train_extractor(_read(config, ExtractorConfig, data, output)))


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
def reasoner(config: ConfigArgument, data: DataOption = None, output: OutputOption = None) -> None:
    """Train what finds the relation path of a question over a graph alone.

    Example: kgtransfer train reasoner experiments/reasoner.toml --data DIR
    """
    from kgtransfer.train.reasoner import ReasonerConfig, train_reasoner

    _finish(train_reasoner(_read(config, ReasonerConfig, data, output)))


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
