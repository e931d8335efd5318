"""Why an entity is what it is: which names in which documents were taken for it, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from kgtransfer.contributions import ShareRow

MOST_DOCUMENTS = 5


@dataclass(frozen=True, slots=True)
class Reason:
    """A name that was taken for an entity.

    `documents` lists up to five documents that use it, those with most uses first.
    """

    signature: str
    form: str
    type: str
    why: str
    times: int
    documents: tuple[str, ...]


def explain(shares: Iterable[tuple[str, ShareRow]]) -> list[Reason]:
    """The reasons for an entity, the commonest first.

    Args:
        shares: (document, row) of all that stands for it (`ledger.links.shares_of(entity)`).
    """
    uses: dict[tuple[str, str, str, str], Counter[str]] = {}
    for document, share in shares:
        key = (share.signature, share.form, share.type, share.why)
        uses.setdefault(key, Counter())[document] += share.times
    reasons = [
        Reason(*key, sum(documents.values()), tuple(_commonest(documents)))
        for key, documents in uses.items()
    ]
    return sorted(reasons, key=lambda r: (-r.times, r.signature, r.form, r.type, r.why))


def _commonest(documents: Counter[str]) -> list[str]:
    return sorted(documents, key=lambda document: (-documents[document], document))[:MOST_DOCUMENTS]
