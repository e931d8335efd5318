"""PDF files: the text of their pages, as far as they hold text."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import DependencyError, PyPdfError

from kgtransfer.corpus.encoding import clean
from kgtransfer.corpus.readers.reader import DAMAGE, ReadDocument, sane_title
from kgtransfer.errors import InputError

_HYPHENATED = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])")


def read_pdf(data: bytes) -> Iterator[ReadDocument]:
    """Yield the file as one document, pages apart by an empty line.

    Raises:
        InputError: it is encrypted or damaged, or holds no text.
    """
    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of each oddity of a file
    try:
        file = PdfReader(io.BytesIO(data))
        if file.is_encrypted and not file.decrypt(""):
            raise InputError("encrypted PDF", hint="Save a copy without its password")
        pages = [page.extract_text() for page in file.pages]
        title = sane_title(file.metadata.title if file.metadata else None)
    except DependencyError as error:
        hint = "Save a copy without its password, or install the package 'cryptography'"
        raise InputError("encrypted PDF", hint=hint) from error
    except (PyPdfError, *DAMAGE) as error:
        raise InputError(f"damaged PDF ({_first_line(error)})") from error
    text = clean("\n\n".join(page.strip() for page in pages if page.strip()))
    if not text.strip():
        hint = "It may be a scan: make it searchable with an OCR program first"
        raise InputError(f"PDF without text ({len(pages)} pages)", hint=hint)
    text = _HYPHENATED.sub("", text)
    yield ReadDocument(text, title, metadata={"pages": str(len(pages))})


def _first_line(error: BaseException) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:120]
