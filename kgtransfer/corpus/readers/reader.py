"""What a reader takes and gives, and which reader reads which file."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import PurePath

from kgtransfer.corpus.encoding import clean
from kgtransfer.places import Places


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """A document in a file. `key` tells it from the others; empty where it is the only one.

    `places` are what a citation can name beside the title: pages, headings.
    """

    text: str
    title: str = ""
    key: str = ""
    metadata: dict[str, str] = field(default_factory=dict)
    places: Places = ()


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A record of a file that can't be read; the others can."""

    key: str
    reason: str


Reader = Callable[[bytes], Iterator[ReadDocument | BadRecord]]
"""Raises InputError where the whole file can't be read."""

DAMAGE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    NotImplementedError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What the libraries for PDF and .docx let through on files that break the format's rules."""

_FILE_NAME = re.compile(
    r"\.(?:docx?|pdf|tex|dvi|indd|rtf|odt|pages|qxd|pptx?|ps|txt)\b|[/\\_]\w+$", re.I
)

_READERS = {
    ".txt": "plain:read_plain",
    ".text": "plain:read_plain",
    ".md": "markdown:read_markdown",
    ".markdown": "markdown:read_markdown",
    ".html": "html:read_html",
    ".htm": "html:read_html",
    ".xhtml": "html:read_html",
    ".pdf": "pdf:read_pdf",
    ".docx": "word:read_docx",
    ".jsonl": "records:read_jsonl",
    ".ndjson": "records:read_jsonl",
    ".json": "records:read_json",
    ".csv": "records:read_csv",
    ".tsv": "records:read_csv",
}
"""By suffix; the modules load when first used."""

NOT_DOCUMENTS = frozenset(
    """
    .png .jpg .jpeg .gif .bmp .ico .webp .tif .tiff .svg .mp3 .mp4 .wav .ogg .flac .avi .mov .mkv
    .zip .gz .xz .bz2 .zst .7z .tar .tgz .whl .jar .so .dll .dylib .exe .o .a .pyc .class .bin
    .ttf .otf .woff .woff2 .db .sqlite .npy .npz .pt .pth .safetensors .onnx .parquet .lock
    """.split()  # noqa: SIM905
)
"""Suffixes that a folder may hold without anybody meaning them to be read."""


def reader_for(path: PurePath, data: bytes) -> Reader:
    """Return the reader of a file by its suffix; without a known one, by what it begins with."""
    suffix = path.suffix.lower()
    name = _READERS.get(suffix)
    if name is None:
        name = "pdf:read_pdf" if data.startswith(b"%PDF-") else "plain:read_plain"
    module, function = name.split(":")
    reader: Reader = getattr(import_module(f"kgtransfer.corpus.readers.{module}"), function)
    return reader


def sane_title(title: object) -> str:
    """The title that a file claims, unless a program made it out of a file name."""
    text = " ".join(clean(str(title or "")).split())
    if (
        len(text) < 3
        or _FILE_NAME.search(text)
        or text.lower().startswith(("untitled", "microsoft"))
    ):
        return ""
    return text
