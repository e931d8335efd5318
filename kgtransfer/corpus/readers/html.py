"""HTML pages: the title and the main text, without scripts, menus and forms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from kgtransfer.corpus.encoding import clean, decode
from kgtransfer.corpus.readers.reader import ReadDocument
from kgtransfer.places import join_paragraphs

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.I
)
_DECLARED_WITHIN = 4096  # bytes
_DROPPED = [
    "script",
    "style",
    "noscript",
    "template",
    "nav",
    "footer",
    "aside",
    "form",
    "button",
    "select",
    "textarea",
    "iframe",
    "object",
    "svg",
    "math",
    "canvas",
    "audio",
    "video",
    "dialog",
]
_BLOCKS = frozenset(
    """
    html body main article section header div p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead
    tbody tfoot tr caption blockquote pre figure figcaption details summary address hr center
    """.split()  # noqa: SIM905
)
_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r" {2,}")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS = frozenset(("td", "th"))


def read_html(data: bytes) -> Iterator[ReadDocument]:
    """Yield the page as one document."""
    declared = _CHARSET.search(data, 0, _DECLARED_WITHIN)
    page = BeautifulSoup(decode(data, declared.group(1).decode() if declared else None), "lxml")
    language = page.html.get("lang") if page.html else None
    metadata = {"lang": str(language)} if language else {}
    main = _main(page)
    title = _title(page, main)
    text, places = join_paragraphs(_paragraphs(main))
    yield ReadDocument(text, title, metadata=metadata, places=places)


def html_paragraphs(markup: str) -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs of a piece of HTML, and whether each is a heading."""
    yield from _paragraphs(_main(BeautifulSoup(markup, "lxml")))


def _title(page: BeautifulSoup, main: Tag) -> str:
    """The heading that the title repeats beside the site's name, else the title.

    Outside the main text it must come first there: what comes last is the site, on every page.
    """
    titled = " ".join(page.title.get_text().split()) if page.title else ""
    inside = main.find("h1")
    heading = inside or page.find("h1")
    named = " ".join(heading.get_text(" ").split()) if heading else ""
    repeated = named in titled if inside else titled.startswith(named)
    return clean(named if named and (not titled or repeated) else titled)


def _main(page: BeautifulSoup) -> Tag:
    """The element that holds the page's own text, with what is not text taken out."""
    for element in page(_DROPPED):
        element.decompose()
    for element in page.select("[hidden], [aria-hidden=true], [role=navigation], [role=search]"):
        if not element.decomposed:
            element.decompose()
    for selector in ("main", "[role=main]", "article"):
        found = page.select(selector)
        if len(found) == 1 and len(found[0].get_text(strip=True)) > 0:
            return found[0]
    return page.body or page


def _paragraphs(root: Tag) -> Iterator[tuple[str, bool]]:
    """Yield the text of each block in order, and whether it is a heading.

    One walk without recursion, so depth costs nothing.
    """
    block: Tag | None = None
    pieces: list[str] = []
    cell_begins = False
    for element in root.descendants:
        if isinstance(element, Tag):
            if element.name == "br":
                pieces.append("\n")
            cell_begins = cell_begins or element.name in _CELLS
            continue
        if not isinstance(element, NavigableString) or isinstance(element, PreformattedString):
            continue  # comments, doctypes
        holder = _block_of(element, root)
        if holder is not block:
            yield from _flush(pieces, block)
            block, pieces = holder, []
        text = str(element)
        if holder.name == "pre":
            pieces.append(text)
        elif text.strip():
            if cell_begins and pieces:
                pieces.append(" | ")
            pieces.append(_SPACE.sub(" ", text))
            cell_begins = False
        elif pieces:
            pieces.append(" ")
    yield from _flush(pieces, block)


def _block_of(element: NavigableString, root: Tag) -> Tag:
    for parent in element.parents:
        if parent.name in _BLOCKS or parent is root:
            return parent
    return root


def _flush(pieces: list[str], block: Tag | None) -> Iterator[tuple[str, bool]]:
    """Yield the text of a block, if it has any; lines that <br> ends lose the space around them."""
    text = "".join(pieces)
    if "\n" in pieces:
        text = "\n".join(line.strip() for line in text.split("\n"))
    if text.strip():
        shown = clean(_SPACES.sub(" ", text) if "\n" not in text else text).strip()
        yield shown, block is not None and block.name in _HEADINGS
