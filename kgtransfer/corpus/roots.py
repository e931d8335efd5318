"""Names of the folders that documents come from, which make the documents' uris."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from pydantic import TypeAdapter, ValidationError

from kgtransfer.errors import CorruptWorkspace


@dataclass(slots=True)
class Roots:
    """Which folder each root name stands for; a workspace keeps both fields between calls.

    A document's uri is its root's name and its path below it, so that it does not depend on the
    folder that a command runs in. The root is the folder that was named, or the one that holds
    the file that was named. Two folders with one name ("a/docs", "b/docs") are told apart by a
    number. What lies in a folder that was read as a whole before belongs to that one, so that
    reading a single file of it again replaces that file's document.
    """

    folders: dict[str, str] = field(default_factory=dict)
    """Root name to absolute path."""
    trees: set[str] = field(default_factory=set)
    """Names of the roots that were read as a whole."""

    @classmethod
    def load(cls, file: Path) -> Roots:
        """Read the names that `save` wrote; there are none where there is no file.

        Raises:
            CorruptWorkspace: the file is damaged.
        """
        try:
            return TypeAdapter(cls).validate_json(file.read_bytes())
        except FileNotFoundError:
            return cls()
        except ValidationError as error:
            raise CorruptWorkspace(
                "the file is damaged",
                where=str(file),
                hint="Take it from a copy. Or delete it: documents stay, but files that were read "
                "from two folders of one name may be taken for new ones.",
            ) from error

    def save(self, file: Path) -> None:
        """Write the names in one step."""
        new = file.with_suffix(".new")
        content = {"folders": self.folders, "trees": sorted(self.trees)}
        new.write_text(json.dumps(content, indent=1), encoding="utf-8")
        new.replace(file)

    def root_of(self, path: Path) -> Path:
        """Return the root folder of a file or folder that was named."""
        path = path.absolute()
        known = [Path(self.folders[name]) for name in self.trees]
        holding = [folder for folder in known if path.resolve().is_relative_to(folder)]
        if holding:
            return max(holding, key=lambda folder: len(folder.parts))
        if not path.is_dir():
            return path.parent.resolve()
        self.trees.add(self.name(path))
        return path.resolve()

    def name(self, folder: Path) -> str:
        """Return the root name of a folder, new or known.

        A name whose folder is gone goes to the next folder so called: it was moved.
        """
        path = str(folder.resolve())
        for name, known in self.folders.items():
            if known == path:
                return name
        plain = uri_part(folder.resolve().name) or "root"
        name, number = plain, 1
        while name in self.folders and Path(self.folders[name]).exists():
            number += 1
            name = f"{plain}~{number}"
        self.folders[name] = path
        return name

    def uri(self, root: Path, file: Path) -> str:
        """Return the uri of a file in or below a root folder."""
        # The folder is resolved but not the file: a link is known by its own name.
        below = (file.absolute().parent.resolve() / file.name).relative_to(root).parts
        return "/".join([self.name(root), *map(uri_part, below)])


def uri_part(name: str | PurePath) -> str:
    """Return a file name as text that can be stored: NFC, undecodable bytes escaped."""
    text = str(name).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return unicodedata.normalize("NFC", text)
