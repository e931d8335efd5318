"""FewRel and SemEval-2010 task 8: sentences with one pair of marked phrases and its relation."""

from __future__ import annotations

import json
import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kgtransfer.errors import InputError
from kgtransfer.extract.labels import STYLES, UNKNOWN_TYPE
from kgtransfer.extract.schema import Schema
from kgtransfer.train.extraction_data import LabelledText, predicate_numbers

OTHER = "other"
_MAKERS = (
    *("manufacturer", "creator", "author", "developer", "director", "composer", "producer"),
    *("publisher", "production_company", "founded_by", "performer"),
)
SEMEVAL: dict[str, tuple[tuple[str, bool], ...]] = {
    "Component-Whole": (("is_part_of", True), ("has_part", False)),
    "Member-Collection": (
        ("member_of", True),
        ("is_part_of", True),
        ("has_part", False),
        ("member_of_sports_team", True),
        ("member_of_political_party", True),
    ),
    "Product-Producer": (
        *((name, True) for name in _MAKERS),
        ("product_produced", False),
        ("notable_work", False),
    ),
}
"""Our predicates for a relation's label, and whether they go from its first end to its second.

Cause-Effect, Content-Container, Entity-Destination, Entity-Origin, Instrument-Agency and
Message-Topic have none.
"""


@dataclass(frozen=True, slots=True)
class GoldPair:
    """A sentence whose entities 0 and 1 are the pair, and its label.

    `label` is empty for a relation that no predicate of ours says.
    """

    text: LabelledText
    label: str


@dataclass(frozen=True, slots=True)
class PairCorpus:
    """`meaning` gives each label the (predicate, from 0 to 1) that say it; `left_out` is how many
    sentences have a relation without any."""

    name: str
    pairs: tuple[GoldPair, ...]
    meaning: dict[str, frozenset[tuple[str, bool]]]
    whole: int

    @property
    def left_out(self) -> int:
        """Sentences of relations that do not map."""
        return sum(not pair.label for pair in self.pairs)


def read_fewrel_pairs(file: Path, schema: Schema, trained: Set[int] = frozenset()) -> PairCorpus:
    """FewRel (Han et al. 2018); `trained` are numbers of texts as `read_fewrel` lists them."""
    try:
        content: dict[str, list[dict[str, Any]]] = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError("no such data set", where=str(file)) from error
    known = set(predicate_numbers(schema))
    shared = sorted(set(content) & known)
    numbered = [(r, s) for r in shared for s in content[r]]
    pairs = [
        GoldPair(_fewrel(sample), schema.by_id[relation].name)
        for i, (relation, sample) in enumerate(numbered)
        if i not in trained
    ]
    pairs += [GoldPair(_fewrel(s), "") for r in sorted(set(content) - known) for s in content[r]]
    meaning = {schema.by_id[r].name: _same(schema, schema.by_id[r].name) for r in shared}
    return PairCorpus("FewRel val_wiki", tuple(pairs), meaning, sum(map(len, content.values())))


def _same(schema: Schema, name: str) -> frozenset[tuple[str, bool]]:
    inverse = schema.predicates[name].inverse
    both = {(name, True), (inverse, False)} if inverse else {(name, True)}
    extra = {"child": {("father", False), ("mother", False)}, "mother": {("child", False)}}
    return frozenset(both | extra.get(name, set()))


def _fewrel(sample: dict[str, Any]) -> LabelledText:
    mentions = [
        (min(place), max(place) + 1, entity)
        for entity, end in enumerate(("h", "t"))
        for place in sample[end][2]
    ]
    return _pair(tuple(sample["tokens"]), mentions)


def _pair(words: tuple[str, ...], mentions: list[tuple[int, int, int]]) -> LabelledText:
    style = STYLES.index("redocred")
    return LabelledText(
        style, words, (0,), mentions=tuple(mentions), types=(UNKNOWN_TYPE, UNKNOWN_TYPE)
    )


def read_semeval(file: Path) -> PairCorpus:
    """SemEval-2010 task 8 (Hendrickx et al. 2010): pairs of noun phrases, most of them no names."""
    try:
        content = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise InputError("no such data set", where=str(file)) from error
    pairs = [
        GoldPair(_marked(sentence), _label(relation))
        for sentence, relation in re.findall(r'\d+\t"(.*)"\s*\n(\S+)', content)
    ]
    meaning: dict[str, frozenset[tuple[str, bool]]] = {}
    for name, predicates in SEMEVAL.items():
        meaning[f"{name}(e1,e2)"] = frozenset(predicates)
        meaning[f"{name}(e2,e1)"] = frozenset((p, not forward) for p, forward in predicates)
    return PairCorpus("SemEval-2010 task 8", tuple(pairs), meaning, len(pairs))


def _label(relation: str) -> str:
    if relation == "Other":
        return OTHER
    return relation if relation.split("(")[0] in SEMEVAL else ""


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    import spacy

    return spacy.blank("en").tokenizer


def _marked(sentence: str) -> LabelledText:
    words: list[str] = []
    mentions = []
    for piece in re.split(r"(<e[12]>.*?</e[12]>)", sentence):
        inner = re.fullmatch(r"<e([12])>(.*)</e[12]>", piece)
        tokens = [t.text for t in _tokenizer()(inner[2] if inner else piece) if not t.is_space]
        if inner:
            mentions.append((len(words), len(words) + len(tokens), int(inner[1]) - 1))
        words += tokens
    return _pair(tuple(words), mentions)
