"""What linking needs of the place where contributions are kept; the ledger has it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from kgtransfer.contributions import (
    Bearer,
    Contribution,
    Extracted,
    HeldFact,
    MentionRow,
    Naming,
    StatementRow,
    Total,
)
from kgtransfer.decisions import Decision
from kgtransfer.link.decide import Resolved
from kgtransfer.records import (
    About,
    Chunk,
    Document,
    Entity,
    Fact,
    Inference,
    Mention,
    Triple,
    Value,
)

Element = Document | Chunk | Entity | Value | About | Mention | Fact | Inference
Block = tuple[list[str], dict[str, int], dict[str, str]]
"""Signatures that are decided together, the votes of each, the types of pages among them."""


class Tables(Protocol):
    """Where contributions are kept. Everything here happens inside one transaction."""

    def changed_documents(self) -> list[str]:
        """The documents that came, changed or went, sorted."""
        ...

    def linked_with(self) -> str:
        """The fingerprint of the rules that made the rows; empty where there are none."""
        ...

    def link_all(self, fingerprint: str) -> None:
        """Touch every document and every element: other rules are to make them."""
        ...

    def decisions(self) -> Sequence[Decision]:
        """The decisions of people that are in force, in their order."""
        ...

    def changed_decisions(self) -> Sequence[Decision]:
        """Those that came into force or out of it."""
        ...

    def touch(self, signatures: Iterable[str]) -> None:
        """Decide these signatures again."""
        ...

    def touches(self, signature: str) -> bool:
        """Whether the signature's block is decided again."""
        ...

    def document(self, document: str) -> Document | None:
        """The document's record, None where it has gone."""
        ...

    def passages(self, document: str) -> Iterator[Extracted]:
        """Its chunks in order, with their extractions."""
        ...

    def triples(self, document: str) -> Iterator[Triple]:
        """What it states without text, in order."""
        ...

    def keys_about(self, documents: Collection[str], pages: Collection[str]) -> set[str]:
        """All keys of these documents, and of every document about one of these pages or about
        what one of these documents was about."""
        ...

    def rename(self, document: str, naming: Naming | None) -> str:
        """Replace a document's names (None: it bears none). Returns the page it was about."""
        ...

    def page_votes(self, page: str) -> dict[str, int] | None:
        """The types that documents about a page give it; None where there are none."""
        ...

    def put_page(self, page: str, type_: str | None) -> None:
        """Set a page's type; None removes the page."""
        ...

    def bearers(self, keys: Collection[str]) -> dict[str, tuple[Bearer, ...]]:
        """The pages that bear each of these keys."""
        ...

    def names_for(self, documents: Collection[str]) -> Mapping[str, tuple[Bearer, ...]]:
        """All names that pages bear, for joining these documents."""
        ...

    def asking(self, keys: Collection[str]) -> set[str]:
        """The documents whose text was looked up with such keys."""
        ...

    def contribute(self, contribution: Contribution) -> None:
        """Replace a document's rows."""
        ...

    def touched_blocks(self) -> Iterator[Block]:
        """The blocks of the signatures in rows that came or went."""
        ...

    def resolve(self, resolved: Sequence[Resolved]) -> None:
        """Set what signatures stand for; rows of those that change are touched too."""
        ...

    def assign(self) -> None:
        """Tie each row that came or changed to the element that it now stands for."""
        ...

    def touched_documents(self) -> Iterator[tuple[str, Document | None]]:
        """(id, the document now)."""
        ...

    def touched_chunks(self) -> Iterator[tuple[str, Chunk | None]]:
        """(id, the chunk now)."""
        ...

    def touched_abouts(self) -> Iterator[tuple[str, str, bool]]:
        """(document, entity, whether it is so now)."""
        ...

    def touched_shares(self) -> Iterator[tuple[str, str, list[Total]]]:
        """(entity or value, type, what documents call it now)."""
        ...

    def touched_mentions(self) -> Iterator[tuple[str, str, list[MentionRow]]]:
        """(chunk, entity, rows now)."""
        ...

    def touched_facts(self) -> Iterator[tuple[str, str, str, list[StatementRow]]]:
        """(subject, predicate, object, rows now)."""
        ...

    def put(self, element: Element) -> None:
        """The graph should hold this element."""
        ...

    def drop(self, kind: str, id_: str) -> None:
        """The graph should not hold this element."""
        ...

    def schema_text(self) -> str:
        """The workspace's own schema; empty where it has none."""
        ...

    def schema_before(self) -> str:
        """The one that was in force until this change; empty where there was none."""
        ...

    def link(self, fingerprint: str) -> None:
        """Note what the rows are made with from now on."""
        ...

    def kind_of(self, element: str) -> str:
        """The type of an entity, or the signature of a value; empty where nothing stands for it."""
        ...

    def stated_of(self, value: str) -> Iterator[tuple[str, str]]:
        """(subject, predicate) of all statements that lead to a value."""
        ...

    def types(self) -> Sequence[str]:
        """The types of all entities."""
        ...

    def patterns(self) -> Iterator[tuple[str, str, str]]:
        """Types of subjects, predicates and types or value kinds of objects that go together."""
        ...

    def extracted_predicates(self) -> Iterator[tuple[str, str | None]]:
        """(document, predicate) of all that was extracted from the whole documents; None stands
        for what a document states without a text."""
        ...

    def touch_values(self, *, every: bool = False) -> None:
        """Make the values anew to which a touched fact leads, or all."""
        ...

    def touch_signatures(self) -> None:
        """Decide all signatures again."""
        ...

    def touch_type(self, type_: str) -> None:
        """Make all entities of a type anew, with what leads to them but facts."""
        ...

    def touch_patterns(self, patterns: Collection[tuple[str, str, str]]) -> None:
        """Make all facts of some patterns anew."""
        ...

    def rules_text(self) -> str:
        """The set of rules that infer (JSON); empty where there is none."""
        ...

    def inference_is_due(self) -> bool:
        """Whether this change touched rules, or any fact."""
        ...

    def facts_of(self, predicates: Collection[str] | None) -> Iterator[HeldFact]:
        """The graph's facts of some predicates, or of all, by id."""
        ...

    def inferences(self) -> Sequence[str]:
        """The ids of what the graph holds as inferred."""
        ...
