"""Sources: what was named on a command line, to documents or to the reason why not."""

from __future__ import annotations

import glob
import hashlib
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from kgtransfer import places
from kgtransfer.corpus.encoding import clean
from kgtransfer.corpus.language import detect_language
from kgtransfer.corpus.readers.reader import (
    NOT_DOCUMENTS,
    BadRecord,
    ReadDocument,
    reader_for,
)
from kgtransfer.corpus.roots import Roots, uri_part
from kgtransfer.errors import InputError
from kgtransfer.records import SourceDocument

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class SourceProblem:
    """A source that can't be read, and why; the others go on.

    `passed_over` marks a file that a folder holds beside its documents (a picture, an archive):
    worth a line, but no failure.
    """

    uri: str
    reason: str
    passed_over: bool = False


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    uri: str
    found: bool  # in a folder, rather than named


def read_sources(
    paths: Iterable[str | Path],
    *,
    roots: Roots | None = None,
    strict: bool = False,
    stdin: BinaryIO | None = None,
) -> Iterator[SourceDocument | SourceProblem]:
    """Yield the documents of files, folders (with what is below), globs and "-" (standard input).

    Files come in the order named, those of a folder sorted; a file named twice is read once. In
    folders, names that begin with a dot are left out. `roots` remembers the names of folders
    between calls.

    Raises:
        InputError: `strict`, and a source can't be read.
    """
    roots = Roots() if roots is None else roots
    seen: set[str] = set()
    for path in paths:
        if str(path) == STANDARD_INPUT:
            source = sys.stdin.buffer if stdin is None else stdin
            results = _read_standard_input(source.read())
        else:
            results = _read_files(Path(path), roots, seen)
        for result in results:
            if strict and isinstance(result, SourceProblem) and not result.passed_over:
                raise InputError(result.reason, where=result.uri)
            yield result


def read_bytes(
    name: str, data: bytes, *, uri: str = ""
) -> Iterator[SourceDocument | SourceProblem]:
    """Yield the documents in the content of a file called `name`, for uploads and tests."""
    base = uri or uri_part(name)
    try:
        if not data:
            raise InputError("empty file")
        for item in reader_for(Path(name), data)(data):
            yield _finish(item, base, Path(name))
    except InputError as error:
        yield SourceProblem(base, _reason(error))


def source_document(
    text: str, title: str = "", uri: str = "", metadata: dict[str, str] | None = None
) -> SourceDocument:
    """Make a document of a text that comes from no file; without a uri its content names it.

    Raises:
        InputError: there is no text.
    """
    text = clean(text)
    if not text.strip():
        raise InputError("empty text", where=uri)
    name = uri or f"text#{hashlib.sha256(text.encode()).hexdigest()[:16]}"
    title = " ".join(clean(title).split())
    return SourceDocument(name, title, text, detect_language(text), metadata or {})


def _read_standard_input(data: bytes) -> Iterator[SourceDocument | SourceProblem]:
    # Each text that is piped in is a document of its own, so its content names it.
    digest = hashlib.sha256(data).hexdigest()[:16]
    name = "stdin"
    if data[:64].lstrip()[:1] in (b"<",) and b"<html" in data[:2048].lower():
        name = "stdin.html"
    yield from read_bytes(name, data, uri=f"stdin#{digest}")


def _read_files(
    path: Path, roots: Roots, seen: set[str]
) -> Iterator[SourceDocument | SourceProblem]:
    for file in _files(path, roots):
        if isinstance(file, SourceProblem):
            yield file
            continue
        real = os.path.realpath(file.path)
        if real not in seen:
            seen.add(real)
            yield from _read_file(file)


def _files(path: Path, roots: Roots) -> Iterator[_File | SourceProblem]:
    """Yield the files that a path stands for."""
    try:
        if path.is_dir():
            yield from _walk(path.resolve(), roots.root_of(path), roots)
        elif path.exists() or path.is_symlink():
            yield _File(path, roots.uri(roots.root_of(path), path), found=False)
        elif glob.has_magic(str(path)):
            yield from _expand(path, roots)
        else:
            yield SourceProblem(uri_part(path), "no such file or folder")
    except OSError as error:
        yield SourceProblem(uri_part(path), error.strerror or str(error))


def _expand(pattern: Path, roots: Roots) -> Iterator[_File | SourceProblem]:
    """Expand a pattern that the shell left alone, as the shell would have."""
    found = sorted(map(Path, glob.glob(str(pattern), recursive=True)))
    if "**" in pattern.parts:  # it names what is in the folders, too
        found = [path for path in found if path.is_file()]
    if not found:
        yield SourceProblem(uri_part(pattern), "no file matches this pattern")
    for path in found:
        if path.is_dir():
            yield from _walk(path.resolve(), roots.root_of(path), roots)
        else:
            yield _File(path, roots.uri(roots.root_of(path), path), found=True)


def _walk(folder: Path, root: Path, roots: Roots) -> Iterator[_File | SourceProblem]:
    for entry in sorted(folder.iterdir(), key=lambda entry: uri_part(entry.name)):
        if entry.name.startswith("."):
            continue
        uri = roots.uri(root, entry)
        if not entry.is_dir():
            yield _File(entry, uri, found=True)
        elif not entry.is_symlink():  # a linked folder may lead back to where we are
            try:
                yield from _walk(entry, root, roots)
            except OSError as error:
                yield SourceProblem(uri, error.strerror or str(error))


def _read_file(file: _File) -> Iterator[SourceDocument | SourceProblem]:
    suffix = file.path.suffix.lower()
    if file.found and suffix in NOT_DOCUMENTS:
        yield SourceProblem(file.uri, f"{suffix} is not a document", passed_over=True)
        return
    try:
        if not file.path.exists():
            raise InputError("no such file or folder")
        if not file.path.is_file():
            raise InputError("not a regular file")
        data = file.path.read_bytes()
    except InputError as error:
        yield SourceProblem(file.uri, _reason(error))
    except OSError as error:
        yield SourceProblem(file.uri, error.strerror or str(error))
    else:
        yield from read_bytes(file.path.name, data, uri=file.uri)


def _finish(
    item: ReadDocument | BadRecord, base: str, path: Path
) -> SourceDocument | SourceProblem:
    uri = f"{base}#{item.key}" if item.key else base
    if isinstance(item, BadRecord):
        return SourceProblem(uri, item.reason)
    text = clean(item.text)
    if not text.strip():
        return SourceProblem(uri, "no text in it")
    metadata = dict(item.metadata)
    if item.places and text == item.text:  # else their offsets are of another text
        metadata[places.KEY] = places.dump(item.places)
    if not item.key:
        metadata["file"] = uri_part(path.name)
    language = metadata.pop("lang", "").split("-")[0].lower() or detect_language(text)
    return SourceDocument(uri, item.title, text, language, metadata)


def _reason(error: InputError) -> str:
    return f"{error.what}. {error.hint}" if error.hint else error.what
