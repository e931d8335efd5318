"""What a file of triples contributes: statements between signatures, without a chunk.

A name is linked as a document's mention of unknown type is: to the only page that bears it where
nothing speaks against that, else it is the bare name. A thing with an IRI is itself alone, and so
is each of several spellings of one key within a file: the file tells them apart, and so do we.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from kgtransfer.contributions import Bearer, Contribution, Row, ShareRow, StatementRow
from kgtransfer.link.choose import choose_name
from kgtransfer.link.naming import AskedNames
from kgtransfer.link.signatures import UNKNOWN, bare_signature, value_signature
from kgtransfer.names import fold
from kgtransfer.records import Triple

WHY = "a triple names it"


def with_triples(
    joined: Contribution,
    triples: Sequence[Triple],
    bearers: Mapping[str, tuple[Bearer, ...]],
    schema_predicates: Set[str],
) -> Contribution:
    """A document's contribution with that of its triples."""
    names = AskedNames(bearers)
    rows = [*joined.rows, *_rows(triples, names, schema_predicates)]
    return Contribution(joined.document, rows, joined.asked | names.asked)


def _rows(
    triples: Sequence[Triple], names: AskedNames, schema_predicates: Set[str]
) -> Iterator[Row]:
    signatures = _signatures(triples, names)
    shares: Counter[tuple[str, str, str, str]] = Counter()
    for triple in triples:
        subject = signatures[triple.subject, triple.subject_key]
        shares[subject, triple.subject, "", WHY] += 1
        if triple.kind:
            object_ = value_signature(triple.kind, triple.value, "")
            shares[object_, triple.object, triple.kind, WHY] += 1
        else:
            object_ = signatures[triple.object, triple.object_key]
            shares[object_, triple.object, "", WHY] += 1
        if subject != object_:
            said = predicate_of(triple.predicate, schema_predicates)
            yield StatementRow(subject, said, object_, "", "", 1.0, False)
    for (signature, form, type_, why), times in shares.items():
        yield ShareRow(signature, form, type_, times, why)


def predicate_of(said: str, schema_predicates: Set[str]) -> str:
    """The schema's predicate of this name, whatever its spelling; else the phrase as it is."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", said)
    name = re.sub(r"[\s\-]+", "_", apart).lower()
    return name if name in schema_predicates else said


def _signatures(triples: Sequence[Triple], names: AskedNames) -> dict[tuple[str, str], str]:
    """The signature of each (name, key)."""
    things = {(t.subject, t.subject_key) for t in triples}
    things |= {(t.object, t.object_key) for t in triples if not t.kind}
    spellings: dict[str, set[str]] = defaultdict(set)
    for name, key in things:
        if not key:
            spellings[fold(name)].add(name)
    return {(name, key): _signature(name, key, spellings, names) for name, key in things}


def _signature(name: str, key: str, spellings: Mapping[str, set[str]], names: AskedNames) -> str:
    if key:
        return bare_signature(f"~{_digest(key)}", UNKNOWN)
    folded = fold(name)
    if not folded or len(spellings[folded]) > 1:
        return bare_signature(f"{folded}~{_digest(name)}", UNKNOWN)
    target = choose_name(folded, "", frozenset(), "", names)
    return target.signature or bare_signature(folded, UNKNOWN)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
