"""An extractor on a folder of annotated corpora, on what it was not trained on.

What a training run read of a corpus is worked out again from its TOML file, for the order of the
texts follows from the seed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kgtransfer.evaluate.coreference import clusters_of, found_clusters, score_coreference
from kgtransfer.evaluate.dates import score_dates
from kgtransfer.evaluate.gold.entity_columns import read_names
from kgtransfer.evaluate.gold.gum import TYPES, read_gum
from kgtransfer.evaluate.gold.knowledgenet import read_passages
from kgtransfer.evaluate.gold.records import GoldText, NameCorpus
from kgtransfer.evaluate.gold.sentences import read_fewrel_pairs, read_semeval
from kgtransfer.evaluate.names import score_names
from kgtransfer.evaluate.pairs import Judge, score_facts, score_pairs
from kgtransfer.evaluate.scores import mean
from kgtransfer.evaluate.stated import score_statements
from kgtransfer.extract.extractor import Extractor
from kgtransfer.extract.schema import load_schema
from kgtransfer.records import Extraction
from kgtransfer.train.entity_corpora import read_groups
from kgtransfer.train.extraction_data import Item, read_fewrel, shuffled
from kgtransfer.train.extractor import ExtractorConfig, texts_read
from kgtransfer.train.passage_data import KNOWLEDGENET_FOLDS, read_knowledgenet

log = logging.getLogger(__name__)
CASINGS = ("as is", "lower", "upper")
PRECISION = 0.75
"""At which the recall of facts is given."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What is measured and how.

    `folder` holds the corpora's folders; `runs` are the training runs behind the extractor, and
    `trained` its folder (None where it has no network of ours); of more than `sample` texts of a
    corpus so many are drawn, the same each time (0: all are read).
    """

    extractor: Extractor
    folder: Path
    runs: tuple[ExtractorConfig, ...] = ()
    trained: Path | None = None
    sample: int = 0

    def read(self, texts: Sequence[GoldText]) -> list[Extraction]:
        """What the extractor finds in each."""
        return [self.extractor.extract(text.text, "en") for text in texts]

    def drawn(self, texts: Sequence[Item]) -> list[Item]:
        """The texts, or a sample of them."""
        return shuffled(texts, 0)[: self.sample] if self.sample else list(texts)

    def read_before(self, corpus: str, size: int) -> set[int]:
        """The numbers of a corpus's texts that a training run read."""
        return set().union(*(texts_read(run, corpus, size) for run in self.runs))


def evaluate_corpora(measured: Measured, only: Sequence[str] = ()) -> dict[str, Any]:
    """Measure on all corpora that the folder has, or on some.

    Raises:
        InputError: a file of a corpus is missing or has another format.
    """
    report: dict[str, Any] = {"names": [], "extractor": measured.extractor.fingerprint}
    for name in MEASURES:
        chosen = name in only if only else (measured.folder / name).is_dir()
        if chosen:
            log.info("measuring on %s", name)
            for kind, rows in MEASURES[name](measured).items():
                report[kind] = report[kind] + rows if kind == "names" else rows
    fields = [row for row in report["names"] if row["corpus"].startswith("CrossNER")]
    plain = [row["typed"]["f1"] for row in fields if row["casing"] == "as is"]
    if plain:
        report["crossner_average"] = round(mean(plain), 4)
    return report


def _columns(corpus: str, casings: Sequence[str] = ("as is",)) -> Callable[[Measured], Any]:
    def measure(measured: Measured) -> dict[str, Any]:
        folder = measured.folder / corpus
        size = sum(1 for _ in read_groups(folder, corpus))
        parts = read_names(folder, corpus, measured.read_before(corpus, size))
        return {"names": [row for part in parts for row in _names(measured, part, casings)]}

    return measure


def _names(measured: Measured, corpus: NameCorpus, casings: Sequence[str]) -> list[dict[str, Any]]:
    rows = []
    texts = measured.drawn(corpus.texts)
    for casing in casings:
        cased = replace(corpus, texts=tuple(text.cased(casing) for text in texts))
        found = measured.read(cased.texts)
        rows.append({"casing": casing, **score_names(cased, found)})
    return rows


def _gum(measured: Measured) -> dict[str, Any]:
    documents = measured.drawn(read_gum(measured.folder / "gum" / "dev"))
    found = measured.read(documents)
    counted = frozenset[str]().union(*TYPES.values())
    corpus = NameCorpus("GUM dev", tuple(documents), counted, len(documents))
    pairs = list(zip(documents, found, strict=True))
    return {
        "names": [
            {"casing": "as is", **score_names(corpus, found)},
            *_names(measured, corpus, CASINGS[1:]),
        ],
        "coreference": {
            "documents": len(documents),
            "names_and_pronouns": score_coreference(
                [(clusters_of(d.clusters), found_clusters(e)) for d, e in pairs]
            ),
            "all_phrases": score_coreference(
                [(clusters_of(d.phrases), found_clusters(e)) for d, e in pairs]
            ),
        },
        "dates": score_dates(documents, found),
    }


def _knowledgenet(measured: Measured) -> dict[str, Any]:
    file = measured.folder / "knowledgenet" / "train.jsonl"
    runs = [run for run in measured.runs if run.shares.get("knowledgenet")]
    unread = set(KNOWLEDGENET_FOLDS)
    for run in runs:
        unread &= {run.hold_out_fold or 0}
    folds = unread or set(KNOWLEDGENET_FOLDS)
    passages, left_out = read_passages(file, folds)
    passages = measured.drawn(passages)
    found = [measured.extractor.extract(p.document.text, "en") for p in passages]
    report = {
        "folds": sorted(folds),
        "trained_on": not unread,
        "passages": len(passages),
        "facts_without_our_predicate": left_out,
        "from_text": score_statements(passages, found),
    }
    judge = _judge(measured)
    if judge is not None:
        texts = measured.drawn(read_knowledgenet(file, load_schema(), folds=folds))
        report["gold_pairs"] = score_facts(judge, texts, PRECISION)
    return {"knowledgenet": report}


def _fewrel(measured: Measured) -> dict[str, Any]:
    judge, schema = _judge(measured), load_schema()
    if judge is None:
        return {}
    file = measured.folder / "fewrel" / "val_wiki.json"
    before = measured.read_before("fewrel", len(read_fewrel(file, schema)))
    corpus = read_fewrel_pairs(file, schema, before)
    pairs = tuple(measured.drawn(corpus.pairs))
    return {"fewrel": score_pairs(judge, replace(corpus, pairs=pairs))}


def _semeval(measured: Measured) -> dict[str, Any]:
    judge = _judge(measured)
    if judge is None:
        return {}
    corpus = read_semeval(measured.folder / "semeval2010_8" / "train.txt")
    pairs = tuple(measured.drawn(corpus.pairs))
    return {"semeval": score_pairs(judge, replace(corpus, pairs=pairs))}


def _judge(measured: Measured) -> Judge | None:
    return Judge.of(measured.trained, load_schema()) if measured.trained else None


MEASURES: dict[str, Callable[[Measured], dict[str, Any]]] = {
    "uner": _columns("uner"),
    "wnut17": _columns("wnut17"),
    "crossner": _columns("crossner", CASINGS),
    "btc": _columns("btc"),
    "gum": _gum,
    "knowledgenet": _knowledgenet,
    "fewrel": _fewrel,
    "semeval2010_8": _semeval,
}
"""The corpora by the name of their folder."""
