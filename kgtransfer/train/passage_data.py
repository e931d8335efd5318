"""Passages with some of their relations known: KnowledgeNet, and evidence of 2WikiMultihopQA."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kgtransfer.corpus.sentences import sentence_spans
from kgtransfer.errors import InputError
from kgtransfer.extract.labels import ENTITY_TYPES, STYLES, TAG_TYPES, TAGS, UNKNOWN_TYPE
from kgtransfer.extract.schema import Predicate, Schema
from kgtransfer.names import capitalised_spans, fold, split_bracket
from kgtransfer.records import Span
from kgtransfer.train.extraction_data import LabelledText, Triple, mark, predicate_numbers
from kgtransfer.values import find_values

KNOWLEDGENET_FOLDS = (1, 2, 3, 4)
KNOWLEDGENET = {
    "DATE_OF_BIRTH": "date_of_birth",
    "DATE_OF_DEATH": "date_of_death",
    "PLACE_OF_BIRTH": "place_of_birth",
    "PLACE_OF_RESIDENCE": "residence",
    "EDUCATED_AT": "educated_at",
    "HEADQUARTERS": "headquarters_location",
    "FOUNDED_BY": "founded_by",
    "DATE_FOUNDED": "inception",
    "SUBSIDIARY_OF": "parent_organization",
    "SPOUSE": "spouse",
    "NATIONALITY": "country_of_citizenship",
    "POLITICAL_AFFILIATION": "member_of_political_party",
}


def read_knowledgenet(
    path: Path, schema: Schema, *, folds: Collection[int] = KNOWLEDGENET_FOLDS
) -> list[LabelledText]:
    """KnowledgeNet (Mesquita et al. 2019): whole sentences, each property annotated or not.

    A property annotated in a passage holds for the pairs that are listed and for no other, and its
    inverse for these the other way round alone; where children are annotated, nobody else is a
    father or a mother. Its documents are in four folds.
    """
    passages = knowledgenet_passages(path, folds)
    texts = (_knowledgenet_text(rows, schema) for rows in passages.values())
    return [text for text in texts if text is not None]


def knowledgenet_passages(
    path: Path, folds: Collection[int]
) -> dict[tuple[int, int], list[dict[str, Any]]]:
    """The rows of some folds by their document and where their passage begins, in that order.

    Raises:
        InputError: the file is missing.
    """
    passages: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError as error:
        raise InputError("no such data set", where=str(path)) from error
    for line in lines:
        row = json.loads(line)
        if row["fold"] in folds:
            passages[row["doc"], row["pass_start"]].append(row)
    return dict(sorted(passages.items()))


def _knowledgenet_text(rows: list[dict[str, Any]], schema: Schema) -> LabelledText | None:
    marked = _Marked(rows[0]["passage"], STYLES.index("knowledgenet"), schema)
    at = rows[0]["pass_start"]
    properties = {name for r in rows if (name := KNOWLEDGENET.get(r["property"]))}
    for row in rows:
        if row["subj_start"] is None:
            continue
        predicate = schema.predicates.get(KNOWLEDGENET.get(row["property"], ""))
        subject = marked.add((row["subj_start"] - at, row["subj_end"] - at), row["subj_qid"])
        target = marked.add((row["obj_start"] - at, row["obj_end"] - at), row["obj_qid"])
        if subject is None or target is None or subject == target:
            continue
        if row["property"] == "CHILD_OF":
            marked.relate(target, schema.predicates["child"], subject)
        if predicate is None:
            continue
        marked.relate(subject, predicate, target)
        if predicate.inverse:
            marked.relate(target, schema.predicates[predicate.inverse], subject)
    inverses = {schema.predicates[name].inverse for name in properties} - {""}
    marked.exclude(properties | inverses)
    if any(row["property"] == "CHILD_OF" for row in rows):
        marked.exclude({"child"})
        marked.exclude({"father", "mother"}, unless="child")
    return marked.text()


def read_evidence(path: Path, schema: Schema) -> list[LabelledText]:
    """The evidence triples of 2WikiMultihopQA (Ho et al. 2020) whose object stands on the page.

    Nothing else is known of a page, but that its triples do not hold the other way round, that
    the names at their ends are names, and, of predicates that seldom have several objects, that
    the page's other names and dates are none.
    """
    try:
        questions = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("no such data set", where=str(path)) from error
    by_label = {p.name.replace("_", " "): p for p in schema.predicates.values()}
    pages: dict[str, str] = {}
    facts: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for question in questions:
        supporting = {title for title, _ in question["supporting_facts"]}
        for title, sentences in question["context"]:
            if title in supporting:
                pages[title] = " ".join(sentences)
        for subject, label, target in question["evidences"]:
            for title in supporting:
                if fold(split_bracket(title)[0]) == fold(split_bracket(subject)[0]):
                    facts[title].add((label, target))
    texts = []
    for title in sorted(facts):
        marked = _Marked(pages[title], STYLES.index("redocred"), schema)
        subject = marked.add(_named(pages[title], split_bracket(title)[0]), title)
        for label, target in sorted(facts[title]):
            found = marked.add(_named(pages[title], target), target)
            if subject is not None and found is not None and found != subject and label in by_label:
                marked.relate(subject, by_label[label], found)
                if by_label[label].inverse != by_label[label].name:
                    marked.deny(found, by_label[label], subject)
        allowed = marked.allowed()
        marked.repeat()
        marked.distract(subject)
        text = marked.text()
        if text is not None:
            texts.append(replace(text, allowed=allowed))
    return texts


def _named(text: str, name: str) -> Span | None:
    """Where a name or a date first stands in a text."""
    start = text.find(name)
    if start >= 0:
        return start, start + len(name)
    wanted = {value.value for value in find_values(name) if value.kind == "date"}
    for value in find_values(text):
        if value.value in wanted:
            return value.start, value.end
    return None


def _years(name: str) -> set[str]:
    return {str(value.value)[:4] for value in find_values(name) if value.kind == "date"}


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    import spacy

    return spacy.blank("en").tokenizer


_DATES = {"date"}
_FEW = (
    *("director", "date_of_birth", "date_of_death", "place_of_birth", "place_of_death", "father"),
    *("mother", "spouse", "country_of_citizenship", "publication_date", "performer", "composer"),
    *("country", "country_of_origin"),
)


class _Marked:
    """A passage while its mentions and relations are gathered."""

    def __init__(self, passage: str, style: int, schema: Schema) -> None:
        self.passage, self.style, self.schema = passage, style, schema
        doc = _tokenizer()(passage)
        self.tokens = [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]
        self.numbers = predicate_numbers(schema)
        self.entities: dict[str, int] = {}
        self.mentions: dict[Span, int] = {}
        self.types: list[set[str]] = []
        self.doubtful: set[int] = set()
        """Words of names that may or may not be a known thing's."""
        self.positive: set[Triple] = set()
        self.negative: set[Triple] = set()

    def add(self, span: Span | None, name: str | None) -> int | None:
        """The entity of a mention, by its id or its text; None where it is not to be placed."""
        if span is None:
            return None
        inside = [i for i, (a, b) in enumerate(self.tokens) if a < span[1] and span[0] < b]
        if not inside:
            return None
        key = name or self.passage[span[0] : span[1]]
        words = (inside[0], inside[-1] + 1)
        entity = self.mentions.get(words)
        if entity is None:
            entity = self.entities.setdefault(key, len(self.entities))
            self.mentions[words] = entity
        if entity == len(self.types):
            self.types.append({*ENTITY_TYPES, "date", "number"})
        return entity

    def relate(self, subject: int, predicate: Predicate, target: int) -> None:
        """Note a relation that holds; its ends narrow the types."""
        self.positive.add((subject, target, self.numbers[predicate.id]))
        for entity, ends in ((subject, predicate.domain), (target, predicate.range)):
            self.types[entity] = (self.types[entity] & set(ends)) or self.types[entity]

    def deny(self, subject: int, predicate: Predicate, target: int) -> None:
        """Note a relation that does not hold."""
        self.negative.add((subject, target, self.numbers[predicate.id]))

    def repeat(self) -> None:
        """Add the further mentions of the known names, whole or in part ("Lee" of "Ann Lee")."""
        names = [(set(fold(split_bracket(key)[0]).split()), e) for key, e in self.entities.items()]
        taken = {i for a, b in self.mentions for i in range(a, b)}
        for span in capitalised_spans(self.passage):
            inside = [i for i, (a, b) in enumerate(self.tokens) if a < span[1] and span[0] < b]
            if not inside or taken & set(inside):
                continue
            words = set(fold(self.passage[span[0] : span[1]]).split())
            fitting = [e for name, e in names if words <= name]
            if len(fitting) == 1:
                self.mentions[inside[0], inside[-1] + 1] = fitting[0]
            elif any(words & name for name, _ in names):
                self.doubtful |= set(inside)

    def distract(self, subject: int | None) -> None:
        """Add what looks like a name or a date, as no object of the predicates in `_FEW`."""
        years = {v for key in self.entities for v in _years(key)}
        known = {(p, self.types[o] <= _DATES) for s, o, p in self.positive if s == subject}
        spans = [(span, False) for span in capitalised_spans(self.passage)]
        spans += [
            ((v.start, v.end), True)
            for v in find_values(self.passage)
            if v.kind == "date" and str(v.value)[:4] not in years
        ]
        taken = {i for a, b in self.mentions for i in range(a, b)} | self.doubtful
        few = {self.numbers[self.schema.predicates[name].id] for name in _FEW}
        for span, is_date in spans:
            inside = {i for i, (a, b) in enumerate(self.tokens) if a < span[1] and span[0] < b}
            if not inside or inside & taken:
                continue
            other = self.add(span, fold(self.passage[span[0] : span[1]]))
            if other is None or other == subject or subject is None:
                continue
            if is_date:
                self.types[other] = _DATES
            self.negative |= {
                (subject, other, p) for p, date in known if p in few and date == is_date
            }

    def exclude(self, names: Iterable[str], *, unless: str = "") -> None:
        """Say that these predicates hold for no other pair.

        Nothing is said of pairs between which `unless` is known to hold the other way round.
        """
        back = self.numbers[self.schema.predicates[unless].id] if unless else 0
        for name in names:
            number = self.numbers[self.schema.predicates[name].id]
            for subject in range(len(self.types)):
                for target in range(len(self.types)):
                    known = (subject, target, number) in self.positive
                    open_ = unless and (target, subject, back) in self.positive
                    if subject != target and not known and not open_:
                        self.negative.add((subject, target, number))

    def allowed(self) -> npt.NDArray[np.bool_]:
        """The tags that the known names allow; other words may be anything."""
        allowed = np.ones((len(self.tokens), TAGS), dtype=np.bool_)
        for (start, end), entity in self.mentions.items():
            mark(allowed, start, end, self.types[entity])
            if end < len(allowed):  # the name ends here
                allowed[end, 2::2] = False
        return allowed

    def text(self) -> LabelledText | None:
        """The labelled text, None where nothing is known."""
        if not (self.positive or self.negative):
            return None
        starts = [start for start, _ in sentence_spans(self.passage)]
        words = [self.passage[a:b] for a, b in self.tokens]
        opening = {next((i for i, (_, b) in enumerate(self.tokens) if b > s), 0) for s in starts}
        return LabelledText(
            self.style,
            tuple(words),
            tuple(sorted(opening | {0})),
            mentions=tuple(sorted((a, b, entity) for (a, b), entity in self.mentions.items())),
            types=tuple(_number(types) for types in self.types),
            positive=frozenset(self.positive),
            negative=frozenset(self.negative - self.positive),
        )


def _number(types: set[str]) -> int:
    return TAG_TYPES.index(next(iter(types))) if len(types) == 1 else UNKNOWN_TYPE
