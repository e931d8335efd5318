"""The documentation names what exists: settings, keys, commands, files."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from kgtransfer.cli import app
from kgtransfer.config import Settings

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def test_every_setting_is_documented_with_its_default() -> None:
    page = read("docs/reference/settings.md")
    for name, field in Settings.model_fields.items():
        assert f"`{name}`" in page, name
        default = field.default
        shown = str(default).lower() if isinstance(default, bool) else str(default)
        shown = shown.replace("(", "[").replace(")", "]")
        shown = f'"{default}"' if isinstance(default, str) else shown
        line = next(line for line in page.splitlines() if f"`{name}`" in line)
        assert shown in line, (name, shown)


def test_the_keys_of_an_answer_are_documented() -> None:
    from dataclasses import fields

    from kgtransfer.records import Answer, Citation

    page = read("docs/reference/ask.md")
    for record in (Answer, Citation):
        for field in fields(record):
            name = "answer" if field.name == "text" else field.name
            assert f"`{name}`" in page, name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_commands_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!http|#)([^)#]+)", text):
        assert (page.parent / target).exists(), target
    root: Any = get_command(app)
    for first, second in re.findall(r"kgtransfer (\w[\w-]*)(?: (\w[\w-]*))?", text):
        if first in ("reads", "is"):
            continue
        assert first in root.commands, first
        inner = getattr(root.commands[first], "commands", None)
        assert inner is None or second in inner, (first, second)


def test_the_read_me_names_every_command() -> None:
    page = read("README.md")
    root: Any = get_command(app)
    for name in root.commands:
        assert re.search(rf"`{name}\b", page), name
