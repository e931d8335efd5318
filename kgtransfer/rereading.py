"""One graph, one reader: what happens to documents that another extractor or tier has read.

A graph that two tiers made side by side is hard to judge, so none comes about unasked: an ingest
that would mix them says so and stops, unless its user chose to keep what was read, or to read all
of it again.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from kgtransfer.corpus.sources import SourceProblem
from kgtransfer.errors import UsageError
from kgtransfer.records import SourceDocument
from kgtransfer.workspace import Workspace

Others = Literal["refuse", "keep", "again"]
"""Documents that another reader read: stop, keep them as they are, or read them again."""


def others_in(workspace: Workspace) -> Counter[str]:
    """How many documents each other reader has read."""
    own = workspace.extractor_options.label
    found = Counter(workspace.ledger.labels().values())
    return Counter({label: count for label, count in found.items() if is_other(label, own)})


def is_other(label: str, own: str) -> bool:
    """Whether a document's reader is another one.

    The empty label is that of a program before there were tiers: it read as the accurate one does.
    """
    return label != own and (label != "" or own != "accurate")


def refuse_mixture(workspace: Workspace, others: Others) -> None:
    """Stop before two readers would share the graph unasked.

    Raises:
        UsageError: documents were read by another tier or extractor, and `others` is "refuse".
    """
    found = others_in(workspace)
    if found and others == "refuse":
        own = workspace.extractor_options.label
        read = ", ".join(
            f"{count} by {label or 'an earlier version'!r}"
            for label, count in sorted(found.items())
        )
        raise UsageError(
            f"documents here were read by another extractor ({read}; this one is {own!r})",
            where=str(workspace.folder),
            hint="Go on with that one (--tier, or the settings tier and extractor); or add "
            "--others again to read them anew, or --others keep to have both in one graph.",
        )


def with_stored(
    workspace: Workspace, sources: Iterable[SourceDocument | SourceProblem], others: Others
) -> Iterator[SourceDocument | SourceProblem]:
    """The sources, and after them (with "again") the stored documents that others have read."""
    seen: set[str] = set()
    for source in sources:
        seen.add(source.uri)
        yield source
    if others != "again":
        return
    own, labels = workspace.extractor_options.label, workspace.ledger.labels()
    for stored in list(workspace.ledger.documents()):
        document = stored.document
        if document.uri not in seen and is_other(labels.get(document.id, own), own):
            text = workspace.ledger.document_text(document.id)
            metadata = json.loads(document.metadata)
            yield SourceDocument(document.uri, document.title, text, document.language, metadata)
