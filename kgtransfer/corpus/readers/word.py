"""Word documents (.docx): paragraphs and tables in their order."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from lxml.etree import LxmlError  # type: ignore[import-untyped]

from kgtransfer.corpus.encoding import clean
from kgtransfer.corpus.readers.reader import DAMAGE, ReadDocument, sane_title
from kgtransfer.errors import InputError
from kgtransfer.places import join_paragraphs

_MOST_BYTES = 1 << 30
"""Unpacked size over which a file is taken for an attack."""


def read_docx(data: bytes) -> Iterator[ReadDocument]:
    """Yield the file as one document: title from its properties or its first heading.

    Raises:
        InputError: it is no .docx, or damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise InputError("the .docx unpacks to more than 1 GiB")
        document = docx.Document(io.BytesIO(data))
        paragraphs = list(_paragraphs(document))
        title = sane_title(document.core_properties.title)
    except InputError:
        raise
    except (zipfile.BadZipFile, OpcError, LxmlError, *DAMAGE) as error:
        hint = "Old .doc files need saving as .docx" if data.startswith(b"\xd0\xcf\x11\xe0") else ""
        raise InputError("damaged or not a .docx file", hint=hint) from error
    heading = next(
        (text for style, text in paragraphs if style.startswith(("Title", "Heading"))), ""
    )
    text, places = join_paragraphs(
        (clean(text), style.startswith("Heading")) for style, text in paragraphs
    )
    yield ReadDocument(text, title or clean(heading), places=places)


def _paragraphs(holder: Any) -> Iterator[tuple[str, str]]:
    """Yield (style, text) of each paragraph, and of each table row."""
    for item in holder.iter_inner_content():
        if hasattr(item, "rows"):
            for row in item.rows:
                cells = (" ".join(cell.text.split()) for cell in row.cells)
                line = " | ".join(
                    dict.fromkeys(cell for cell in cells if cell)
                )  # merged cells repeat
                if line:
                    yield "Table", line
        elif item.text.strip():
            yield item.style.name if item.style else "", item.text.strip()
