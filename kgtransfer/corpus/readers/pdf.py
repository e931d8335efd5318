"""PDF files: the text of their pages, as far as they hold text, and where each page begins."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]
from pypdfium2 import raw

from kgtransfer.corpus.readers.pdf_layout import Line, join_pages
from kgtransfer.corpus.readers.reader import DAMAGE, ReadDocument, sane_title
from kgtransfer.errors import InputError

_PDFIUM = threading.Lock()
"""PDFium may be called by one thread at a time."""

Box = tuple[float, float, float, float]


def read_pdf(data: bytes) -> Iterator[ReadDocument]:
    """Yield the file as one document, with the place of each page.

    Raises:
        InputError: it is encrypted or damaged, or holds no text.
    """
    with _PDFIUM:
        try:
            document = _read(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == raw.FPDF_ERR_PASSWORD:
                hint = "Save a copy without its password"
                raise InputError("encrypted PDF", hint=hint) from error
            raise InputError(f"damaged PDF ({_first_line(error)})") from error
        except DAMAGE as error:
            raise InputError(f"damaged PDF ({_first_line(error)})") from error
    yield document


def _read(data: bytes) -> ReadDocument:
    with pypdfium2.PdfDocument(data) as file:
        pages = [_lines(page) for page in file]
        labels = [file.get_page_label(i) or str(i + 1) for i in range(len(pages))]
        title = sane_title(file.get_metadata_value("Title"))
    text, starts = join_pages(pages)
    if not text:
        hint = "It may be a scan: make it searchable with an OCR program first"
        raise InputError(f"PDF without text ({len(pages)} pages)", hint=hint)
    places = tuple((start, f"p. {labels[page]}") for page, start in starts)
    return ReadDocument(text, title, metadata={"pages": str(len(pages))}, places=places)


def _lines(page: pypdfium2.PdfPage) -> list[Line]:
    """The lines of a page in the order of its content."""
    content = page.get_textpage()
    count = content.count_chars()
    characters = [chr(raw.FPDFText_GetUnicode(content, i)) for i in range(count)]
    lines: list[Line] = []
    start = 0
    for end in [i for i, c in enumerate(characters) if c == "\n"] + [count]:
        shown = [i for i in range(start, end) if not characters[i].isspace()]
        if shown:
            _, bottom, _, top = _box(content, shown[0])
            text = "".join(characters[start:end])
            lines.append(Line(text, top, bottom, raw.FPDFText_GetFontSize(content, shown[0])))
        start = end + 1
    content.close()
    page.close()
    return lines


def _box(content: pypdfium2.PdfTextPage, index: int) -> Box:
    """(left, bottom, right, top) of a character, as high as its font, in points."""
    box = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(content, index, ctypes.byref(box)):
        return 0.0, 0.0, 0.0, 0.0
    return box.left, box.bottom, box.right, box.top


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:120]
