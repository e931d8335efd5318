"""The join of one document's text with the names that pages bear: its contribution."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field

from kgtransfer.contributions import (
    Bearer,
    Contribution,
    Extracted,
    MentionRow,
    Naming,
    Row,
    ShareRow,
    StatementRow,
)
from kgtransfer.link.choose import COUNTRY, Target, choose_cluster, choose_name
from kgtransfer.link.clusters import find_clusters, said
from kgtransfer.link.naming import AskedNames
from kgtransfer.link.signatures import UNKNOWN, bare_signature, is_page, value_signature
from kgtransfer.link.surfaces import TERM, Found, Reading, read_chunk
from kgtransfer.link.terms import BY_ITSELF, terms_of
from kgtransfer.names import WEAK
from kgtransfer.names.terms import NOUN
from kgtransfer.records import Chunk, Extraction, Span, Statement


def join(
    document: str,
    naming: Naming,
    passages: Iterable[Extracted],
    bearers: Mapping[str, tuple[Bearer, ...]],
    prefixes: Set[str] | None = None,
) -> Contribution:
    """What a document contributes: a function of it and of who bears the names in it.

    Args:
        document: the document's id.
        naming: the names that it bears itself.
        passages: its chunks in order, with what was extracted from each.
        bearers: by key, the pages that bear a name.
        prefixes: of all these keys (see `key_prefix`), where they are at hand: saves time.
    """
    names = AskedNames(bearers, prefixes)
    return Contribution(document, _rows(naming, passages, names), names.asked)


def _rows(naming: Naming, passages: Iterable[Extracted], names: AskedNames) -> Iterator[Row]:
    passages = list(passages)
    terms = terms_of(naming.title, passages)
    read = [
        (c, extraction, read_chunk(c.text, extraction, names, terms.get(c.id, ())))
        for c, extraction in passages
    ]
    clusters = find_clusters(read, {name.key for name in naming.names}, names)
    targets: dict[str, Target] = {}
    shares: Counter[tuple[str, str, str, str]] = Counter()
    by_cluster: dict[int, Target] = {}
    for key, cluster in clusters.items():
        if id(cluster) not in by_cluster:
            target = by_cluster[id(cluster)] = choose_cluster(cluster, naming.page, names)
            for form, count in cluster.forms.items():
                shares[str(target.signature), form, cluster.type, target.why] += count
            if target.name:
                shares[str(target.signature), target.name, "", COUNTRY_SHARE] += 0
        targets[key] = by_cluster[id(cluster)]
    for chunk, extraction, reading in read:
        yield from _chunk_rows(chunk, extraction, reading, targets, naming.page, names, shares)
        yield from _term_rows(chunk, terms.get(chunk.id, ()), targets)
    if naming.page:
        yield ShareRow(naming.page, naming.title, "", 0, TITLE_SHARE)
        for name in naming.names:
            yield ShareRow(naming.page, name.form, "", 0, NAME_SHARE)
    for (signature, form, type_, why), count in shares.items():
        yield ShareRow(signature, form, type_, count, why)


TITLE_SHARE = "the title of a document about it"
NAME_SHARE = "a name of a document about it"
COUNTRY_SHARE = "the country's name"
LANGUAGE_SHARE = "the language of a statement"
_OF_LANGUAGES = frozenset({"original_language", "languages_spoken", "official_language"})
"""Predicates whose object is a language, though the extractor may take it for a place."""


@dataclass(slots=True)
class _Named:
    """How one chunk names one signature."""

    strength: int
    confidence: float
    spans: set[Span] = field(default_factory=set)


def _chunk_rows(
    chunk: Chunk,
    extraction: Extraction,
    reading: Reading,
    targets: Mapping[str, Target],
    own_page: str,
    names: AskedNames,
    shares: Counter[tuple[str, str, str, str]],
) -> Iterator[Row]:
    certain: dict[str, _Named] = {}
    possible: dict[str, _Named] = {}

    def name(target: Target, key: str, start: int, end: int, confidence: float) -> None:
        span = (chunk.start + start, chunk.start + end)
        if target.signature:
            strength = _strength(key, target.signature, names)
            _note(certain, target.signature, strength, confidence, span)
        for bearer in target.may:
            _note(possible, bearer.page, bearer.strength, confidence, span)

    for mention, surface in zip(extraction.mentions, reading.surfaces, strict=True):
        if surface is not None and not mention.term:
            target = targets[reading.clusters[mention.cluster]]
            name(target, surface.key, surface.start, surface.end, mention.confidence)
    extents = [(m.start, m.end) for m in extraction.mentions]
    for start, end, key in reading.names:
        hints = set(said(chunk.text, start, end, key, names))
        target = choose_name(key, "", hints, own_page, names)
        if any(first <= start and end <= last for first, last in extents):
            target = _weakened(target)  # part of a longer name: "Paris" in "University of Paris"
        if target.signature:
            shares[target.signature, chunk.text[start:end], "", target.why] += 1
        name(target, key, start, end, 1.0)
    yield from _mention_rows(chunk.id, certain, ambiguous=False)
    yield from _mention_rows(
        chunk.id, {s: n for s, n in possible.items() if s not in certain}, ambiguous=True
    )
    for statement in extraction.statements:
        row = _statement_row(chunk, extraction, statement, reading, targets)
        if row is not None:
            yield row
            language = _language(extraction, statement, reading, targets)
            if language:
                surface = reading.surfaces[statement.object]
                form = surface.form if surface else language
                shares[row.object, form, UNKNOWN, LANGUAGE_SHARE] += 1
            if statement.object_is_value:
                value = extraction.values[statement.object]
                shares[row.object, chunk.text[value.start : value.end], value.kind, ""] += 1


def _term_rows(
    chunk: Chunk, places: Iterable[Found], targets: Mapping[str, Target]
) -> Iterator[Row]:
    """Where a document's terms stand, also where nothing is said of them."""
    named: dict[str, _Named] = {}
    for start, end, key in places:
        signature = targets[key + TERM].signature
        if signature is not None:
            span = (chunk.start + start, chunk.start + end)
            _note(named, signature, NOUN, BY_ITSELF, span)
    yield from _mention_rows(chunk.id, named, ambiguous=False)


def _note(
    noted: dict[str, _Named], signature: str, strength: int, confidence: float, span: Span
) -> None:
    named = noted.setdefault(signature, _Named(strength, confidence))
    named.strength = max(named.strength, strength)
    named.confidence = max(named.confidence, confidence)
    named.spans.add(span)


def _strength(key: str, signature: str, names: AskedNames) -> int:
    """How strong a name of a page its form here is; a form that the page does not bear is weak."""
    if not is_page(signature):
        return 0
    return next((b.strength for b in names.bearers(key) if b.page == signature), WEAK)


def _weakened(target: Target) -> Target:
    """The same target as a mere possibility."""
    if target.signature is None:
        return target
    return Target(None, 0, (Bearer(target.signature, target.strength, ""),), target.why)


def _mention_rows(chunk: str, named: dict[str, _Named], *, ambiguous: bool) -> Iterator[Row]:
    for signature, how in named.items():
        spans = ",".join(f"{start}:{end}" for start, end in sorted(how.spans))
        yield MentionRow(chunk, signature, how.strength, ambiguous, round(how.confidence, 3), spans)


def _language(
    extraction: Extraction,
    statement: Statement,
    reading: Reading,
    targets: Mapping[str, Target],
) -> str:
    """The key of the language that a statement names by a country's adjective, else nothing."""
    if statement.object_is_value or statement.predicate not in _OF_LANGUAGES:
        return ""
    key = reading.clusters.get(extraction.mentions[statement.object].cluster, "")
    return key if key and targets[key].why == COUNTRY else ""


def _statement_row(
    chunk: Chunk,
    extraction: Extraction,
    statement: Statement,
    reading: Reading,
    targets: Mapping[str, Target],
) -> StatementRow | None:
    """The statement between signatures; None where an end has no name, or both are one thing."""

    def signature(mention: int) -> str | None:
        key = reading.clusters.get(extraction.mentions[mention].cluster)
        if key is None:
            return None
        return targets[key].signature

    subject = signature(statement.subject)
    if statement.object_is_value:
        value = extraction.values[statement.object]
        object_: str | None = value_signature(value.kind, value.value, value.unit)
    else:
        language = _language(extraction, statement, reading, targets)
        object_ = bare_signature(language, UNKNOWN) if language else signature(statement.object)
    if subject is None or object_ is None or subject == object_:
        return None
    where = (
        None if statement.hedge else statement.sentence
    )  # what is only supposed is no plain fact
    return StatementRow(
        subject,
        " ".join(statement.predicate.split()),
        object_,
        chunk.id,
        f"{chunk.start + where[0]}:{chunk.start + where[1]}" if where else "",
        round(statement.confidence, 3),
        bool(statement.negated),
    )
