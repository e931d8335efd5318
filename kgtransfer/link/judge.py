"""What people decided, as the rules of resolution see it.

Decisions are read in the order in which they were made; a later one wins over an earlier one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from kgtransfer.contributions import Row, ShareRow, StatementRow
from kgtransfer.decisions import Decision, Kind
from kgtransfer.link.decide import Resolved, decide
from kgtransfer.link.signatures import bare_signature, is_page, key_of, page_signature

Block = tuple[Sequence[str], Mapping[str, int], Mapping[str, str]]
ASSERTED = "asserted"


@dataclass(slots=True)
class Judgement:
    """The decisions that are in force."""

    groups: list[list[str]] = field(default_factory=list)
    """Signatures that are one thing, the leading one first."""
    cells: dict[str, tuple[int, int]] = field(default_factory=dict)
    """Signatures that the rules may not take for one thing where these differ."""
    followers: dict[str, set[str]] = field(default_factory=dict)
    """Pages in groups that no decision names, with the types that they must have for it."""
    splits: dict[str, dict[str, str]] = field(default_factory=dict)
    """By document, what its rows say instead of a signature."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Types that count as another in the workspace's schema."""

    @classmethod
    def of(
        cls, decisions: Iterable[Decision], renamed: Mapping[str, str] = MappingProxyType({})
    ) -> Judgement:
        """Read decisions in their order."""
        judgement = cls(renamed=renamed)
        for decision in decisions:
            if decision.kind is Kind.MERGE:
                judgement._merge(decision.signatures)
            elif decision.kind is Kind.NEVER:
                judgement._part(decision.left, decision.right, decision.tag)
            elif decision.kind is Kind.SPLIT and decision.documents:
                judgement._split_off(decision)
            elif decision.kind is Kind.SPLIT:
                for number, signature in enumerate(decision.left):
                    rest = tuple(s for s in decision.left if s != signature)
                    judgement._part(rest, (signature,), decision.tag, number)
        judgement._follow_names()
        return judgement

    def resolve(self, blocks: Iterable[Block]) -> Iterator[list[Resolved]]:
        """Decide blocks as `decide` does, and obey the decisions.

        Where a block holds a signature of a group, all contributed signatures of that group must
        be in one of the blocks.
        """
        grouped = {signature for group in self.groups for signature in group}
        held: dict[str, Resolved] = {}
        for signatures, votes, page_types in blocks:
            resolved = self._by_cells(signatures, votes, page_types)
            if grouped.isdisjoint(signatures):
                yield resolved
            else:
                held |= {each.signature: each for each in resolved}
        if held:
            yield self._joined(held)

    def rows(self, document: str, rows: Iterable[Row]) -> Iterable[Row]:
        """A document's rows, with the signatures that were split off for it."""
        instead = self.splits.get(document)
        return (_renamed(row, instead) for row in rows) if instead else rows

    # -- reading decisions -----------------------------------------------------------------------

    def _merge(self, signatures: Sequence[str]) -> None:
        joined = list(signatures)
        for group in self.groups:
            if set(group) & set(signatures):
                joined += group
        joined = list(dict.fromkeys(joined))
        self.groups = [group for group in self.groups if not set(group) & set(joined)]
        self.groups.append(joined)
        for signature in joined:
            self.cells.pop(signature, None)

    def _part(self, left: Sequence[str], right: Sequence[str], tag: int, number: int = 0) -> None:
        parted = []
        for group in self.groups:
            away = [s for s in group if s in right] if set(group) & set(left) else []
            parted += [[s for s in group if s not in away], away]
        self.groups = [group for group in parted if len(group) > 1]
        for signature in right:
            self.cells[signature] = (tag, number)

    def _follow_names(self) -> None:
        """A bare name's group holds for the page of that name, should a document bear it later."""
        taken = {signature for group in self.groups for signature in group} | set(self.cells)
        for group in self.groups:
            for signature in [s for s in group if not is_page(s)]:
                page = page_signature(key_of(signature), "")
                if page not in taken:
                    self.followers.setdefault(page, set()).add(signature.partition("#")[2])
                    group.append(page)

    def _split_off(self, decision: Decision) -> None:
        for document in decision.documents:
            instead = self.splits.setdefault(document, {})
            for signature in decision.left:
                instead[signature] = split_signature(signature, decision)

    # -- obeying them ----------------------------------------------------------------------------

    def _by_cells(
        self, signatures: Sequence[str], votes: Mapping[str, int], page_types: Mapping[str, str]
    ) -> list[Resolved]:
        cells: dict[tuple[int, int], list[str]] = defaultdict(list)
        for signature in signatures:
            cells[self.cells.get(signature, (0, 0))].append(signature)
        return [
            each
            for _, cell in sorted(cells.items())
            for each in decide(
                cell, {s: votes[s] for s in cell if s in votes}, page_types, self.renamed
            )
        ]

    def _joined(self, held: Mapping[str, Resolved]) -> list[Resolved]:
        """Let each group stand for its first contributed signature's element, and with it all
        that the rules take for one of the group."""
        leader: dict[str, Resolved] = {}
        for group in self.groups:
            present = [held[s] for s in group if s in held and self._belongs(held[s])]
            for each in present:
                leader[each.entity] = present[0]
        return [
            Resolved(each.signature, leader[each.entity].entity, leader[each.entity].type)
            if each.entity in leader
            else each
            for each in held.values()
        ]

    def _belongs(self, resolved: Resolved) -> bool:
        types = self.followers.get(resolved.signature)
        return types is None or resolved.type in {self.renamed.get(t, t) for t in types}


def split_signature(signature: str, decision: Decision) -> str:
    """What documents of a split say instead: no name's key holds a tilde."""
    return bare_signature(f"{key_of(signature)}~{decision.tag}", decision.type)


def assertion_rows(decision: Decision) -> list[Row]:
    """What an asserted fact contributes: a statement that no chunk makes."""
    subject, object_ = decision.left[0], decision.right[0]
    rows: list[Row] = [StatementRow(subject, decision.predicate, object_, "", "", 1.0, False)]
    if decision.form:
        rows.append(ShareRow(object_, decision.form, decision.type, 1, ASSERTED))
    return rows


def _renamed(row: Row, instead: Mapping[str, str]) -> Row:
    if isinstance(row, StatementRow):
        return row._replace(
            subject=instead.get(row.subject, row.subject),
            object=instead.get(row.object, row.object),
        )
    return row._replace(signature=instead.get(row.signature, row.signature))
