"""A change of some documents, carried through to the graph's elements.

What a document contributes depends on who bears the names in its text, and an element on all
rows that stand for it; nothing else does. So a change touches the documents whose text holds a
name that changed bearers, then the signatures of their rows, then the elements of these. The
result is the same as for all documents at once, whatever the order of the changes.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Mapping, Set
from dataclasses import replace

from kgtransfer.contract import Contract, contract_of
from kgtransfer.contributions import Contribution, Naming, key_prefix
from kgtransfer.decisions import Decision, Kind
from kgtransfer.link.aggregate import make_entity, make_fact, make_mention, make_value
from kgtransfer.link.bounds import Bounds
from kgtransfer.link.infer import project_inferences
from kgtransfer.link.join import join
from kgtransfer.link.judge import Judgement, assertion_rows
from kgtransfer.link.naming import name_document
from kgtransfer.link.rebind import rebind
from kgtransfer.link.signatures import is_value, majority
from kgtransfer.link.tables import Tables
from kgtransfer.link.triples import with_triples
from kgtransfer.records import About
from kgtransfer.relative_dates import with_dates

RULES = "4"
"""Raise it when `kgtransfer.names` or this package may link otherwise: all is linked anew then."""

logger = logging.getLogger(__name__)


def update(tables: Tables, schema_predicates: Set[str]) -> None:
    """Carry the change that a transaction made to documents through to the graph's elements.

    Where other rules linked the documents before, all of them are linked anew; where another schema
    did, what it bears on.

    Args:
        tables: the ledger's tables, inside the transaction.
        schema_predicates: predicates that are relationship types of their own, where the workspace
            has no schema that says which are.
    """
    contract = contract_of(tables.schema_text())
    given = frozenset(schema_predicates)
    schema_predicates = contract.schema.names if contract.schema else given
    to_reread, anew = relink(tables, contract, given)
    judgement = Judgement.of(tables.decisions(), contract.renamed)
    changed = tables.changed_documents()
    to_join, namings = rename(tables, changed)
    to_join |= to_reread | judge(tables, contract, anew=anew)
    join_again(tables, to_join, namings, judgement, contract, schema_predicates)
    for group in judgement.groups:
        if any(map(tables.touches, group)):
            tables.touch(group)
    for resolved in judgement.resolve(tables.touched_blocks()):
        tables.resolve(resolved)
    tables.assign()
    project(tables, schema_predicates, contract)
    logger.info("%d documents changed, %d were joined with names", len(changed), len(to_join))


def relink(tables: Tables, contract: Contract, given: frozenset[str]) -> tuple[set[str], bool]:
    """Touch what other rules, or another schema, are to make from now on.

    Returns the documents to join for that, and whether there was anything.
    """
    fingerprint, held = _fingerprint(contract, given), tables.linked_with()
    if held == fingerprint:
        return set(), False
    before = contract_of(tables.schema_before())
    if held == _fingerprint(before, given):
        tables.link(fingerprint)
        return rebind(tables, before, contract, given), True
    tables.link_all(fingerprint)
    return set(), True


def rename(tables: Tables, changed: Collection[str]) -> tuple[set[str], dict[str, Naming]]:
    """Take in the changed documents' names; return the documents to join, and these names."""
    namings = {
        document: name_document(record.title, tables.passages(document))
        for document in changed
        if (record := tables.document(document)) is not None
    }
    pages = {naming.page for naming in namings.values() if naming.page}
    keys = tables.keys_about(changed, pages)
    keys |= {name.key for naming in namings.values() for name in naming.names}
    before = tables.bearers(keys)
    for document in changed:
        pages.add(tables.rename(document, namings.get(document)))
    for page in sorted(pages - {""}):
        votes = tables.page_votes(page)
        tables.put_page(page, None if votes is None else majority(votes))
    after = tables.bearers(keys)
    renamed = {key for key in keys if before.get(key) != after.get(key)}
    return tables.asking(renamed) | set(changed), namings


def judge(tables: Tables, contract: Contract, *, anew: bool) -> set[str]:
    """Take in the decisions that came or went, or all; return the documents to join for them."""
    in_force = set(tables.decisions())
    to_join: set[str] = set()
    if anew:
        for decision in tables.decisions():
            if decision.kind is Kind.ASSERT:
                tables.contribute(_asserted(decision, contract))
    for decision in tables.changed_decisions():
        tables.touch(decision.signatures)
        to_join |= {d for d in decision.documents if tables.document(d) is not None}
        if decision.kind is Kind.ASSERT:
            made = _asserted(decision, contract)
            tables.contribute(made if decision in in_force else replace(made, rows=()))
    return to_join


def _asserted(decision: Decision, contract: Contract) -> Contribution:
    rows = contract.rows(assertion_rows(decision))
    return Contribution(f"!{decision.tag}", list(rows), frozenset())


def join_again(
    tables: Tables,
    documents: Collection[str],
    namings: Mapping[str, Naming],
    judgement: Judgement,
    contract: Contract,
    schema_predicates: Set[str],
) -> None:
    """Join documents with the names that pages bear now."""
    bearers = tables.names_for(documents)
    prefixes = {key_prefix(key) for key in bearers} if isinstance(bearers, dict) else None
    for document in sorted(documents):
        record = tables.document(document)
        if record is None:
            tables.contribute(Contribution(document, (), frozenset()))
            continue
        passages = list(with_dates(tables.passages(document), json.loads(record.metadata)))
        naming = namings.get(document) or name_document(record.title, passages)
        joined = join(document, naming, passages, bearers, prefixes)
        triples = list(tables.triples(document))
        if triples:
            joined = with_triples(joined, triples, bearers, schema_predicates)
        rows = contract.rows(judgement.rows(document, joined.rows))
        tables.contribute(replace(joined, rows=rows))


def project(tables: Tables, schema_predicates: Set[str], contract: Contract) -> None:
    """Make the touched elements anew from their rows; one without rows, or forbidden, goes."""
    bounds = Bounds(tables, contract)
    bounds.widen()
    for id_, document in tables.touched_documents():
        tables.put(document) if document else tables.drop("documents", id_)
    for id_, chunk in tables.touched_chunks():
        tables.put(chunk) if chunk else tables.drop("chunks", id_)
    for entity, type_, shares in tables.touched_shares():
        kind = "values" if entity.startswith("v") else "entities"
        if not shares or not bounds.hold(entity):
            tables.drop(kind, entity)
        elif is_value(shares[0].signature):
            tables.put(make_value(entity, shares))
        else:
            tables.put(make_entity(entity, type_, shares))
    for about_document, entity, holds in tables.touched_abouts():
        about = About(about_document, entity)
        stands = holds and bounds.hold(entity)
        tables.put(about) if stands else tables.drop("abouts", about.id)
    for chunk_id, entity, mentions in tables.touched_mentions():
        if mentions and bounds.hold(entity):
            tables.put(make_mention(chunk_id, entity, mentions))
        else:
            tables.drop("mentions", f"{chunk_id}>{entity}")
    for subject, predicate, object_, statements in tables.touched_facts():
        fact = make_fact(subject, predicate, object_, statements, schema_predicates)
        stands = bool(statements) and subject != object_
        stands = stands and bounds.objection(subject, predicate, object_) is None
        tables.put(fact) if stands else tables.drop("facts", fact.id)
    project_inferences(tables, bounds)


def _fingerprint(contract: Contract, given: frozenset[str]) -> str:
    predicates = contract.schema.names if contract.schema else given
    own = (contract.fingerprint,) if contract.schema else ()
    parts = " ".join((RULES, *sorted(predicates), *own))
    return hashlib.sha256(parts.encode()).hexdigest()[:16]
