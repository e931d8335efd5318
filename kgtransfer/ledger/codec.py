"""Extractions and graph elements as compact JSON texts, and back."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable

from graph_store.records import KINDS, Record
from kgtransfer.records import EntityMention, Extraction, Statement, ValueMention

_FIELDS = {kind: tuple(kind.__dataclass_fields__) for kind in KINDS}
_TYPES = {name: kind for kind, name in KINDS.items()}
_ENDS = frozenset({"document", "chunk", "entity", "subject", "object", "predicate", "type",
                   "rule"})  # fmt: skip
_LISTS = frozenset({"aliases", "spans", "chunks", "sentences", "premises"})
_ID_LENGTH = 25
_read = json.JSONDecoder().raw_decode  # what we wrote has no white space to look for
_dumps = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode


def encode_extraction(extraction: Extraction) -> str:
    """An extraction as a JSON text: one list for each kind of thing found."""
    return _dumps(
        [
            extraction.sentences,
            [(m.start, m.end, m.type, m.confidence, m.cluster, m.pronoun + 2 * m.term)
             for m in extraction.mentions],
            [(v.start, v.end, v.kind, v.value, v.unit) for v in extraction.values],
            [(s.subject, s.predicate, s.object, int(s.object_is_value), s.confidence, s.sentence,
              s.negated, *([s.hedge] if s.hedge else ())) for s in extraction.statements],
        ]
    )  # fmt: skip


def decode_extraction(payload: str) -> Extraction:
    """The extraction of a JSON text."""
    (sentences, mentions, values, statements), _ = _read(payload)
    return Extraction(
        tuple((start, end) for start, end in sentences),
        tuple(
            EntityMention(
                start, end, sys.intern(type_), confidence, cluster, bool(how & 1), how > 1
            )
            for start, end, type_, confidence, cluster, how in mentions
        ),
        tuple(ValueMention(*value) for value in values),
        tuple(
            Statement(
                subject, predicate, object_, bool(is_value), confidence,
                (sentence[0], sentence[1]) if sentence else None, negated, *hedge,
            )
            for subject, predicate, object_, is_value, confidence, sentence, negated, *hedge
            in statements
        ),
    )  # fmt: skip


def encode_element(element: Record) -> str:
    """An element of the graph as a JSON list of its fields."""
    return _dumps([getattr(element, name) for name in _FIELDS[type(element)]])


def decoder(kind: str) -> Callable[[str], Record]:
    """What reads elements of a kind; ids that recur are kept once."""
    type_: Callable[..., Record] = _TYPES[kind]
    fields = list(_FIELDS[_TYPES[kind]])
    ends = [at for at, name in enumerate(fields) if name in _ENDS]
    lists = [at for at, name in enumerate(fields) if name in _LISTS]
    ids: dict[str, str] = {}
    keep = ids.setdefault

    def decode(payload: str) -> Record:
        values, _ = _read(payload)
        for at in ends:
            values[at] = keep(values[at], values[at])
        for at in lists:
            values[at] = tuple([keep(v, v) if len(v) == _ID_LENGTH else v for v in values[at]])
        return type_(*values)

    return decode
