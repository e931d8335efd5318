"""Elements of the graph from the rows of all documents that contribute to them.

Each function takes the rows of one element, in any order, and gives the same record for the same
rows.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from kgtransfer.contributions import MentionRow, StatementRow, Total
from kgtransfer.link.join import COUNTRY_SHARE, TITLE_SHARE
from kgtransfer.link.signatures import entity_id, fact_id, read_value
from kgtransfer.records import Entity, Fact, Mention, Value

MOST_ALIASES = 12
MOST_CHUNKS = 20


def make_entity(entity: str, type_: str, shares: Sequence[Total]) -> Entity:
    """An entity goes by its documents' title or its country's name, else by its commonest form.

    Of signatures that a person merged, the one that gave the entity its id names it.
    """
    forms: Counter[str] = Counter()
    for share in shares:
        forms[share.form] += share.times
    leading = [share for share in shares if entity_id(share.signature, type_) == entity]
    name = _name(leading or shares)
    aliases = sorted((f for f in forms if f != name), key=lambda form: (-forms[form], form))
    return Entity(entity, name, type_, tuple(sorted(aliases[:MOST_ALIASES])), sum(forms.values()))


def _name(shares: Sequence[Total]) -> str:
    titles: Counter[str] = Counter()
    countries: Counter[str] = Counter()
    forms: Counter[str] = Counter()
    for share in shares:
        forms[share.form] += share.times
        if share.why == TITLE_SHARE:
            titles[share.form] += share.documents
        elif share.why == COUNTRY_SHARE:
            countries[share.form] += share.documents
    counts = titles or countries or forms
    return min(counts, key=lambda form: (-counts[form], -len(form), form))


def make_value(value: str, shares: Sequence[Total]) -> Value:
    """A value is written as it is most often."""
    forms: Counter[str] = Counter()
    for share in shares:
        forms[share.form] += share.times
    kind, comparable, unit = read_value(shares[0].signature)
    text = min(forms, key=lambda form: (-forms[form], form))
    return Value(value, kind, text, comparable, unit)


def make_mention(chunk: str, entity: str, rows: Sequence[MentionRow]) -> Mention:
    """A chunk's mention of an entity; what is certain outweighs what is only possible."""
    certain = [row for row in rows if not row.ambiguous]
    rows = certain or rows
    spans = {span for row in rows for span in row.spans.split(",")}
    return Mention(
        chunk=chunk,
        entity=entity,
        spans=tuple(sorted(spans, key=_start)),
        strength=max(row.strength for row in rows),
        confidence=max(row.confidence for row in rows),
        ambiguous=not certain,
    )


def make_fact(
    subject: str,
    predicate: str,
    object_: str,
    rows: Iterable[StatementRow],
    schema_predicates: Set[str],
) -> Fact:
    """A fact from its statements.

    Its confidence is that of at least one being right, were they independent:
    :math:`1 - \\prod_i (1 - c_i)`, one :math:`c_i` for each sentence. A statement without a chunk
    is a person's.
    """
    best: dict[tuple[str, str], StatementRow] = {}
    for row in sorted(rows, key=lambda row: (-row.confidence, row)):
        best.setdefault((row.chunk, row.sentence), row)
    statements = sorted(best.values(), key=lambda r: (not r.sentence, -r.confidence, r))
    doubt = math.prod(1.0 - row.confidence for row in statements)
    plain = [row for row in statements if row.sentence or not row.chunk]
    shown = [row for row in statements if row.chunk][:MOST_CHUNKS]
    return Fact(
        id=fact_id(subject, predicate, object_),
        subject=subject,
        predicate=predicate,
        type=predicate.upper() if predicate in schema_predicates else "RELATES_TO",
        object=object_,
        confidence=round(1.0 - doubt, 3),
        statement_count=len(statements),
        chunks=tuple(row.chunk for row in shown),
        sentences=tuple(row.sentence for row in shown),
        stated=bool(plain),
        negated=True if all(row.negated for row in plain or statements) else None,
    )


def _start(span: str) -> tuple[int, int]:
    start, _, end = span.partition(":")
    return int(start), int(end)
