"""A neighbourhood as one HTML page that needs no network: click an edge, read its sentences.

The drawing is cytoscape.js (MIT licence, in this folder).
"""

from __future__ import annotations

import html
import json
from dataclasses import asdict
from importlib.resources import files
from pathlib import Path
from typing import Any

from kgtransfer.show.neighbourhood import Neighbourhood


def write_page(around: Neighbourhood, path: Path) -> None:
    """Write the page, replacing the file."""
    title = around.names[around.center]
    page = _part("page.html")
    page = page.replace("{{title}}", html.escape(title))
    page = page.replace("{{graph}}", _script_safe(json.dumps(_elements(around), sort_keys=True)))
    page = page.replace("{{library}}", _part("cytoscape.min.js"))
    draft = path.with_name(f".{path.name}.part")
    draft.write_text(page, encoding="utf-8")
    draft.replace(path)


def _elements(around: Neighbourhood) -> dict[str, Any]:
    """What the page's script reads."""
    return {
        "center": around.center,
        "left_out": around.left_out,
        "nodes": [
            {"id": id_, "name": name, "type": around.types[id_]}
            for id_, name in around.names.items()
        ],
        "edges": [asdict(edge) for edge in around.edges],
    }


def _script_safe(text: str) -> str:
    """JSON that nothing in a text can break out of."""
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _part(name: str) -> str:
    return files("kgtransfer.show").joinpath(name).read_text(encoding="utf-8")
