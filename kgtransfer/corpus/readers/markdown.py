"""Markdown: what a reader of the rendered page sees, without the markup."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import yaml
from markdown_it import MarkdownIt

from kgtransfer.corpus.encoding import decode
from kgtransfer.corpus.readers.html import html_paragraphs
from kgtransfer.corpus.readers.reader import ReadDocument
from kgtransfer.places import join_paragraphs

_FRONT_MATTER = re.compile(r"---[^\S\n]*\n(.*?)\n(?:---|\.\.\.)[^\S\n]*(?:\n|\Z)", re.DOTALL)


def read_markdown(data: bytes) -> Iterator[ReadDocument]:
    """Yield the file as one document: title from the front matter or the first heading."""
    text = decode(data)
    metadata: dict[str, str] = {}
    front = _FRONT_MATTER.match(text)
    if front:
        metadata = _front_matter(front.group(1))
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    title = metadata.pop("title", "") or _first_heading(tokens)
    joined, places = join_paragraphs(_paragraphs(tokens))
    yield ReadDocument(joined, title, metadata=metadata, places=places)


def _front_matter(text: str) -> dict[str, str]:
    """The plain values of a YAML header; what is not YAML is no header worth failing for."""
    try:
        values = yaml.safe_load(text)
    except yaml.YAMLError:
        return {}
    if not isinstance(values, dict):
        return {}
    return {str(k): str(v) for k, v in values.items() if not isinstance(v, dict | list | None)}


def _first_heading(tokens: Sequence[Any]) -> str:
    for token, following in pairwise(tokens):
        if token.type == "heading_open":
            return _inline(following.children).replace("\n", " ").strip()
    return ""


def _paragraphs(tokens: Sequence[Any]) -> Iterator[tuple[str, bool]]:
    """Yield the text of each block, and whether it is a heading."""
    heading = False
    row: list[str] | None = None
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close" and row is not None:
            yield " | ".join(cell for cell in row if cell), False
            row = None
        elif token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type == "inline":
            text = _inline(token.children).strip()
            if row is not None:
                row.append(text.replace("\n", " "))
            elif text:
                yield text, heading
        elif token.type in ("fence", "code_block"):
            yield token.content.rstrip("\n"), False
        elif token.type == "html_block":
            yield from html_paragraphs(token.content)


def _inline(children: Sequence[Any] | None) -> str:
    pieces = []
    for child in children or ():
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type == "image":
            pieces.append(_inline(child.children))
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(" " if child.type == "softbreak" else "\n")
    return "".join(pieces)
