"""Files of annotations, by what they are: the ending says it, and the first record of a JSONL."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kgtransfer.annotations.readers import brat, conll, docbin, label_studio, native, prodigy
from kgtransfer.annotations.record import AnnotatedText
from kgtransfer.errors import InputError

Reader = Callable[[Path], Iterator[AnnotatedText]]
_HINT = (
    "Known: our .jsonl, spaCy's .spacy, .conll/.iob/.iob2/.bio/.tsv columns, Label Studio's .json "
    "or .jsonl, Prodigy's .jsonl, brat's .ann beside its .txt, or a folder of such files."
)
_BY_ENDING: dict[str, Reader] = {
    ".spacy": docbin.read,
    ".ann": brat.read,
    ".json": label_studio.read,
    **dict.fromkeys((".conll", ".iob", ".iob2", ".bio", ".tsv"), conll.read),
}


def read_annotations(paths: Iterable[Path]) -> list[AnnotatedText]:
    """Read all files, in their order; folders sorted by name.

    Raises:
        InputError: a file can't be read, is of no known kind, or says what can't be.
    """
    texts = [text for path in paths for file in _files(path) for text in _read(file)]
    if not texts:
        raise InputError("the files hold no annotated text", hint=_HINT)
    return texts


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path.with_suffix(".ann") if path.suffix == ".txt" else path
        return
    found = sorted(p for p in path.rglob("*") if p.suffix in {*_BY_ENDING, ".jsonl"})
    if not found:
        raise InputError("the folder holds no annotations", where=str(path), hint=_HINT)
    yield from found


def _read(path: Path) -> Iterator[AnnotatedText]:
    if not path.is_file():
        raise InputError("no such file", where=str(path), hint=_HINT)
    reader = _of_jsonl(path) if path.suffix == ".jsonl" else _BY_ENDING.get(path.suffix)
    if reader is None:
        raise InputError("annotations of no known kind", where=str(path), hint=_HINT)
    try:
        yield from reader(path)
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8 ({error})", where=str(path)) from error


def _of_jsonl(path: Path) -> Reader | None:
    """Whose JSON lines these are, by the keys of the first."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            first = json.loads(line)
        except ValueError as error:
            raise InputError(f"not JSON ({error})", where=f"{path}:{number}") from error
        if not isinstance(first, dict):
            return None
        if "data" in first:
            return label_studio.read
        if "entities" in first:
            return native.read
        return prodigy.read if first.keys() & {"spans", "tokens", "answer"} else None
    return native.read
