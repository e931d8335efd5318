"""What a workspace keeps in its one folder: settings, ledger, graph, and the lock for writers."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from kgtransfer.config import Settings, load_settings
from kgtransfer.errors import (
    ConfigError,
    CorruptWorkspace,
    UsageError,
    WorkspaceBusy,
    WorkspaceError,
)

if TYPE_CHECKING:
    from graph_store.records import GraphContent
    from graph_store.store import GraphStore
    from kgtransfer.corpus.roots import Roots
    from kgtransfer.ledger.ledger import Ledger

FORMAT = 1
"""The version of the folder's layout; the ledger and the index have their own."""
MARKER = "workspace.json"
MOST_PREDICATES = 150
"""A relationship type costs the bundled server files of its own, whether or not it is used."""


class Storage:
    """The opened folder of a workspace. Use it as a context manager, or call `close`.

    Readers need no lock: they use the newest whole index. Whoever changes the ledger, the graph or
    the index holds `writing()`.
    """

    def __init__(self, folder: Path, settings: Settings, identity: str) -> None:
        self.folder, self.settings, self.id = folder, settings, identity

    @classmethod
    def open(cls, folder: Path | str, *, create: bool = False, **overrides: Any) -> Self:
        """Open the workspace in `folder`; `overrides` win over its settings.

        Raises:
            WorkspaceError: there is none (and `create` is off), or a newer version made it.
            ConfigError: its settings are wrong.
        """
        folder = Path(folder).absolute()
        if folder.is_file():
            raise WorkspaceError(
                "this is a file, and a workspace is a folder",
                where=str(folder),
                hint="Name another place with --workspace.",
            )
        marker = folder / MARKER
        if not marker.exists():
            if not create:
                raise WorkspaceError(
                    "there is no workspace here",
                    where=str(folder),
                    hint="Make one with `kgtransfer ingest FILES`, or name it with --workspace.",
                )
            settings = load_settings(folder, **overrides)
            _initialise(folder, marker)
        else:
            settings = load_settings(folder, **overrides)
        return cls(folder, settings, _identity(marker))

    @classmethod
    @contextmanager
    def trial(cls, folder: Path | str, **overrides: Any) -> Iterator[Self]:
        """The workspace in `folder`, or where there is none an empty one that leaves no trace."""
        if (Path(folder) / MARKER).exists():
            with cls.open(folder, **overrides) as workspace:
                yield workspace
            return
        overrides = load_settings(Path(folder), **overrides).model_dump(exclude_unset=True)
        with TemporaryDirectory() as empty, cls.open(empty, create=True, **overrides) as workspace:
            yield workspace

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the workspace's one lock for writers.

        Raises:
            WorkspaceBusy: another process holds it.
        """
        from filelock import FileLock, Timeout

        lock = FileLock(self.folder / "write.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise WorkspaceBusy(
                "another process is changing this workspace",
                where=str(self.folder),
                hint="Wait until it has finished, then run the same command again.",
            ) from error
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def roots(self, *, keep: bool = True) -> Iterator[Roots]:
        """The names of the folders that documents came from; new ones stay unless `keep` is off.

        Raises:
            CorruptWorkspace: they can't be read.
        """
        from kgtransfer.corpus.roots import Roots

        file = self.folder / "roots.json"
        roots = Roots.load(file)
        try:
            yield roots
        finally:
            if keep:
                roots.save(file)

    @cached_property
    def ledger(self) -> Ledger:
        """The truth: documents, extractions, revisions.

        Raises:
            UsageError: the workspace reads a graph that others made.
            CorruptWorkspace: the file is damaged, or gone while what was made from it is there.
        """
        from kgtransfer.ledger.ledger import Ledger

        if self.settings.mapping:
            raise UsageError(
                "this workspace reads a graph that others made, by the mapping in its settings",
                where=str(self.folder),
                hint="ask, cypher, show, stats, export and rebuild work here; use another "
                "workspace for documents.",
            )
        file = self.folder / "ledger.sqlite"
        if not file.exists() or file.stat().st_size == 0:
            self._refuse_if_lost(file)
        return Ledger.open(file)

    def _refuse_if_lost(self, ledger: Path) -> None:
        from kgtransfer.retrieve.index import CURRENT

        if (self.index_folder / CURRENT).exists():  # an empty ledger would undo all of it
            raise CorruptWorkspace(
                "the ledger is gone, but graph and index are there",
                where=str(ledger),
                hint="Restore the file from a copy. Without one, `kgtransfer export` still saves "
                "the graph; then ingest the documents into a new workspace.",
            )

    def own_schema(self) -> str:
        """The text of the workspace's `schema.yaml`; empty where there is none.

        Raises:
            ConfigError: it is no schema, or has more predicates than the bundled server keeps.
        """
        from graph_store.connect import LOCAL
        from kgtransfer.schema import SCHEMA_FILE, parse_schema

        file = self.folder / SCHEMA_FILE
        if not file.exists():
            return ""
        try:
            text = file.read_bytes().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ConfigError(f"not a text in UTF-8 ({error})", where=str(file)) from error
        predicates = len(parse_schema(text, str(file)).predicates)
        if self.settings.store == LOCAL and predicates > MOST_PREDICATES:
            raise ConfigError(
                f"{predicates} predicates; the bundled server takes {MOST_PREDICATES}, each of "
                "which is a relationship type",
                where=str(file),
                hint="Leave some to open_phrases, make some synonyms, or use a Neo4j (`store`).",
            )
        return text

    def schema_pending(self) -> bool:
        """Whether `schema.yaml` says something else than the schema in force.

        Raises:
            ConfigError: it is no schema.
        """
        from kgtransfer.contract import contract_of

        if self.settings.mapping:  # others made the graph
            return False
        own, in_force = self.own_schema(), self.ledger.history.schema()
        return contract_of(own).fingerprint != contract_of(in_force).fingerprint

    @cached_property
    def store(self) -> GraphStore:
        """The graph, on the bundled server (started if need be) or at the URL of the settings."""
        from graph_store.connect import open_store

        s = self.settings
        return open_store(
            s.store,
            folder=self.server_folder,
            workspace=self.id,
            user=s.store_user,
            password=s.store_password,
            database=s.store_database,
            metadata_keys=s.metadata_keys,
            idle_seconds=s.store_idle_seconds,
        )

    @property
    def server_folder(self) -> Path:
        """Where the bundled server keeps its data."""
        return self.folder / "server"

    @property
    def index_folder(self) -> Path:
        """Where the index keeps one folder per revision."""
        return self.folder / "index"

    def content(self) -> GraphContent:
        """The graph as the database holds it: ours, or what the mapping makes of others'."""
        if not self.settings.mapping:
            return self.store.arrays()
        from graph_store.foreign import LabelMapping
        from kgtransfer.foreign import content_of

        mappings = [
            LabelMapping(label, m.type or label, m.name, m.aliases, m.texts, m.values)
            for label, m in self.settings.mapping.items()
        ]
        return content_of(self.store.foreign(mappings))

    def close(self) -> None:
        """Close what was opened; the bundled server stops by itself when nobody uses it."""
        for part in ("store", "ledger"):
            opened = self.__dict__.pop(part, None)
            if opened is not None:
                opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _initialise(folder: Path, marker: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".gitignore").write_text("*\n", encoding="utf-8")
    new = marker.with_suffix(".new")
    new.write_text(json.dumps({"format": FORMAT, "id": uuid.uuid4().hex}), encoding="utf-8")
    new.replace(marker)


def _identity(marker: Path) -> str:
    try:
        stored = json.loads(marker.read_text(encoding="utf-8"))
        version, identity = int(stored["format"]), str(stored["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise CorruptWorkspace(
            "the file is damaged",
            where=str(marker),
            hint="Take it from a copy, or delete it and the folder `server` beside it and ingest "
            "any file: all that the ledger holds is kept.",
        ) from error
    if version > FORMAT:
        raise WorkspaceError(
            f"a newer version of kgtransfer made this workspace (format {version})",
            where=str(marker.parent),
            hint="Update kgtransfer, or use another workspace.",
        )
    return identity
